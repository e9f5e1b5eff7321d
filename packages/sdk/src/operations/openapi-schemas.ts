/** The schemas that the paths of the HTTP face share. */
import { ACTION_TYPES, ERROR_CODES, EVENT_TYPES } from '@midstream/core';

/** A piece of the document. */
export type Json = Readonly<Record<string, unknown>>;

/** Points to one of the shared schemas. */
export const ref = (name: string): Json => ({ $ref: `#/components/schemas/${name}` });

const string: Json = { type: 'string' };
const integer: Json = { type: 'integer', minimum: 0 };
const nullable = (type: string): Json => ({ type: [type, 'null'] });
const array = (items: Json): Json => ({ type: 'array', items });
const object = (properties: Json): Json => ({
  type: 'object',
  required: Object.keys(properties),
  properties,
});

/** The named schemas, but for those that are made from zod. */
export const COMPONENTS: Json = {
  Error: object({
    error: {
      type: 'object',
      required: ['code', 'message'],
      properties: {
        code: { enum: Object.keys(ERROR_CODES) },
        message: string,
        details: { type: 'object' },
      },
    },
  }),
  ProviderError: object({
    error: {
      type: 'object',
      required: ['message', 'type'],
      properties: { message: string, type: string, param: nullable('string'), code: {} },
    },
  }),
  SessionSummary: object({
    id: string,
    origin: string,
    label: string,
    model: nullable('string'),
    policy: string,
    state: { enum: ['open', 'completed', 'cut', 'disconnected', 'failed'] },
    openedAt: { type: 'number', description: 'Milliseconds since the epoch' },
    closedAt: nullable('number'),
    choices: integer,
    tokenBudget: nullable('integer'),
    counts: object({
      events: integer,
      tokens: integer,
      charactersIn: integer,
      charactersOut: integer,
      charactersHeld: integer,
      findings: integer,
      redactions: integer,
      alerts: integer,
    }),
    cut: {
      oneOf: [
        { type: 'null' },
        object({
          rule: nullable('string'),
          message: string,
          atToken: integer,
          tokensSaved: nullable('integer'),
        }),
      ],
    },
  }),
  SessionRecord: {
    type: 'object',
    required: ['id', 'time', 'type'],
    properties: {
      id: integer,
      time: { type: 'number' },
      type: {
        enum: ['opened', 'arrived', 'released', 'held', 'finding', 'action', 'forgotten', 'closed'],
      },
    },
  },
  StreamEvent: {
    type: 'object',
    required: ['type', 'channel', 'choice', 'sequence', 'time'],
    properties: {
      type: { enum: EVENT_TYPES },
      channel: string,
      choice: integer,
      sequence: { type: 'number' },
      time: { type: 'number' },
    },
  },
  Finding: object({
    id: string,
    proposition: string,
    analyser: string,
    choice: integer,
    span: {
      oneOf: [{ type: 'null' }, object({ track: string, start: integer, end: integer })],
    },
    events: object({ first: { type: 'number' }, last: { type: 'number' } }),
    time: { type: 'number' },
    held: { type: 'boolean' },
    message: string,
  }),
  Action: object({
    type: { enum: ACTION_TYPES },
    rule: nullable('string'),
    finding: { oneOf: [{ type: 'null' }, ref('Finding')] },
    choice: integer,
    time: { type: 'number' },
    message: string,
  }),
  PushResult: object({
    released: array(ref('StreamEvent')),
    findings: array(ref('Finding')),
    actions: array(ref('Action')),
    held: array(object({ track: string, start: integer, end: integer, rules: array(string) })),
  }),
  OpenSession: {
    type: 'object',
    additionalProperties: false,
    properties: {
      label: string,
      policy: string,
      choices: { type: 'integer', minimum: 1 },
      tokenBudget: integer,
    },
  },
  PolicyReport: object({
    rules: array(
      object({
        id: string,
        formula: string,
        action: { enum: ['pass', 'hold', 'redact', 'cut', 'alert'] },
        message: nullable('string'),
        enforcement: { enum: ['enforced', 'reported'] },
        reason: string,
      }),
    ),
    propositions: array(
      object({
        name: string,
        kind: { enum: ['pattern', 'repetition', 'stall'] },
        channels: array(string),
        holds: { type: 'boolean' },
        maximumHold: integer,
      }),
    ),
    warnings: array(string),
  }),
  PolicyEntry: object({
    name: string,
    source: string,
    default: { type: 'boolean' },
    report: ref('PolicyReport'),
  }),
  Operation: object({
    name: string,
    summary: string,
    input: { type: 'object' },
    output: { type: 'object' },
  }),
};
