/** Records for tests: numbered and timed as a server would. */
import type {
  Action,
  CutAction,
  Finding,
  RedactAction,
  SessionRecord,
  SessionSummary,
  StreamEvent,
  TextDelta,
} from '@midstream/core';

type Draft = SessionRecord extends infer R
  ? R extends SessionRecord
    ? Omit<R, 'id'>
    : never
  : never;

export const ms = (value: number): never => value as never;

export const number = (drafts: readonly Draft[], from = 1): SessionRecord[] =>
  drafts.map((draft, at) => ({ id: from + at, ...draft }) as SessionRecord);

export const released = (event: Partial<TextDelta> | StreamEvent, time = 0): Draft => ({
  type: 'released',
  time: ms(time),
  event: {
    type: 'text-delta',
    channel: 'text',
    choice: 0,
    sequence: 1,
    time: ms(time),
    text: '',
    ...event,
  } as StreamEvent,
});

export const text = (value: string, more: Partial<TextDelta> = {}): Draft =>
  released({ text: value, ...more });

export const edit = (start: number, end: number, value: string): Draft =>
  text(value, { edit: { rule: 'no-mail', finding: 'mail:1', start, end } });

export const arrived = (
  characters: number,
  time = 0,
  choice = 0,
  logprob: number | null = null,
): Draft => ({
  type: 'arrived',
  time: ms(time),
  characters,
  tokens: 1,
  choice,
  track: `text/${choice}`,
  logprob,
});

export const held = (start: number, end: number, rules: readonly string[] = []): Draft => ({
  type: 'held',
  time: ms(0),
  spans: end > start ? [{ track: 'text/0', start, end, rules }] : [],
});

export const finding = (more: Partial<Finding> = {}): Finding => ({
  id: 'mail:1',
  proposition: 'mail',
  analyser: 'patterns',
  choice: 0,
  span: { track: 'text/0', start: 3, end: 8 },
  events: { first: 1, last: 2 },
  time: ms(40),
  held: true,
  message: 'An address',
  ...more,
});

export const redact = (start: number, end: number): RedactAction => ({
  type: 'redact',
  rule: 'no-mail',
  finding: finding(),
  choice: 0,
  time: ms(40),
  message: 'Addresses stay here',
  span: { track: 'text/0', start, end },
  text: '[mail]',
  precedence: 0,
});

export const cut = (more: Partial<CutAction> = {}): CutAction => ({
  type: 'cut',
  rule: 'no-loop',
  finding: finding({ id: 'loop:1', proposition: 'loop', message: 'A loop' }),
  choice: 0,
  time: ms(50),
  message: 'It repeats itself',
  position: null,
  ...more,
});

export const action = (value: Action): Draft => ({ type: 'action', time: ms(0), action: value });

export const summary = (more: Partial<SessionSummary> = {}): SessionSummary => ({
  id: 's1',
  origin: 'gateway',
  label: 'The people',
  model: 'tiny-lm',
  policy: 'default',
  state: 'open',
  openedAt: ms(0),
  closedAt: null,
  choices: 1,
  tokenBudget: 400,
  counts: {
    events: 0,
    tokens: 0,
    charactersIn: 0,
    charactersOut: 0,
    charactersHeld: 0,
    findings: 0,
    redactions: 0,
    alerts: 0,
  },
  cut: null,
  ...more,
});
