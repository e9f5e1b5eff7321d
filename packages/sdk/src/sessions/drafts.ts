/** Events as the API takes them: without sequence number and time, which the server gives. */
import { LIMITS, MidstreamError, type StreamEvent, TEXT_CHANNELS } from '@midstream/core';
import { z } from 'zod';
import { problemsOf, showPath } from '../problems.ts';

type Unstamped<E> = E extends StreamEvent ? Omit<E, 'sequence' | 'time'> : never;
/** An event that has not been given its place in the stream. */
export type EventDraft = Unstamped<StreamEvent>;

const choice = z
  .int()
  .min(0)
  .max(LIMITS.choices.value - 1)
  .optional();
const call = z.string().min(1).max(200);

const draftSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('stream-start'), model: z.string().optional() }),
  z.strictObject({
    type: z.literal('text-delta'),
    text: z.string(),
    channel: z.enum(TEXT_CHANNELS).optional(),
    choice,
    call: call.optional(),
    logprob: z.number().optional(),
    tokens: z.int().min(0).optional(),
  }),
  z.strictObject({ type: z.literal('tool-start'), call, name: z.string(), choice }),
  z.strictObject({ type: z.literal('tool-end'), call, choice }),
  z.strictObject({
    type: z.literal('sample'),
    name: z.string(),
    value: z.number(),
    channel: z.enum(['series', 'media']).optional(),
  }),
  z.strictObject({ type: z.literal('choice-end'), reason: z.string().optional(), choice }),
  z.strictObject({
    type: z.literal('usage'),
    inputTokens: z.int().min(0),
    outputTokens: z.int().min(0),
  }),
  z.strictObject({ type: z.literal('gap'), lost: z.int().min(1), reason: z.string() }),
  z.strictObject({ type: z.literal('stream-end') }),
]);

/** The schema of what is posted to a session. */
export const draftsSchema: z.ZodType<z.infer<typeof draftSchema>[]> = z
  .array(draftSchema)
  .max(LIMITS.batchEvents.value);

const CHANNEL = {
  'stream-start': 'control',
  'text-delta': 'text',
  'tool-start': 'tool',
  'tool-end': 'tool',
  sample: 'series',
  'choice-end': 'control',
  usage: 'control',
  gap: 'control',
  'stream-end': 'control',
} as const;

/** Reads drafts that came from outside. Throws `argument/invalid` that names the place. */
export function readDrafts(value: unknown): EventDraft[] {
  const read = draftsSchema.safeParse(value);
  if (read.success) {
    return read.data.map((draft) => {
      const defaults = { channel: CHANNEL[draft.type], choice: 0 };
      const reason = draft.type === 'choice-end' ? { reason: 'stop' } : {};
      return { ...defaults, ...reason, ...defined(draft) } as EventDraft;
    });
  }
  const [problem] = problemsOf(draftsSchema, value, read.error);
  const where = `events${showPath(problem?.path ?? []).replace('(the whole)', '')}`;
  throw new MidstreamError(
    'argument/invalid',
    `Cannot read the events: ${where}: ${problem?.message}`,
    { details: { path: where } },
  );
}

const defined = (draft: object): object =>
  Object.fromEntries(Object.entries(draft).filter(([, value]) => value !== undefined));
