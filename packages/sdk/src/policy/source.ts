/** The shape of a policy file: what may be written, before it means anything. */
import { LIMITS, TEXT_CHANNELS } from '@midstream/core';
import { z } from 'zod';

/** The actions a rule may ask for. */
export const RULE_ACTIONS = ['pass', 'hold', 'redact', 'cut', 'alert'] as const;
/** One of {@link RULE_ACTIONS}. */
export type RuleActionName = (typeof RULE_ACTIONS)[number];

const text = z.string().min(1, 'A text that is not empty is wanted');
/** One text or several; read as several. */
const texts = z.preprocess(
  (value) => (typeof value === 'string' ? [value] : value),
  z.array(text).min(1, 'At least one text is wanted'),
);

const propositionSchema = z.strictObject({
  pattern: texts.optional(),
  ignoreCase: z.boolean().optional(),
  channels: z.array(z.enum(TEXT_CHANNELS)).min(1, 'At least one channel is wanted').optional(),
  repetition: z
    .strictObject({
      repeats: z.int().optional(),
      minimum: z.int().optional(),
      wordlessMinimum: z.int().optional(),
      maximumPeriod: z.int().optional(),
    })
    .optional(),
  stall: text.optional(),
});

const ruleSchema = z.strictObject({
  id: text.max(64),
  never: text.optional(),
  before: text.optional(),
  after: text.optional(),
  eventually: text.optional(),
  formula: text.optional(),
  action: z.enum(RULE_ACTIONS),
  message: text.max(500).optional(),
  with: z.string().max(200).optional(),
  until: text.optional(),
  limit: z.int().min(1).max(LIMITS.heldCharacters.value).optional(),
  otherwise: z.enum(['release', 'cut']).optional(),
  severity: z.enum(['info', 'warning', 'critical']).optional(),
});

const schema = z.strictObject({
  version: z.literal(1),
  name: text.max(64).optional(),
  propositions: z.record(z.string(), propositionSchema),
  rules: z.array(ruleSchema),
});

/** A proposition as written. */
export type PropositionSource = z.infer<typeof propositionSchema>;
/** A rule as written. */
export type RuleSource = z.infer<typeof ruleSchema>;
/** A policy as written. */
export type PolicySource = z.infer<typeof schema>;
/** The schema of a policy file. */
export const policySchema: z.ZodType<PolicySource> = schema;
