/**
 * What is recorded of a session and shown to whoever watches: one union for the ring, the SSE feed,
 * replay and the dashboard. Records are plain JSON and never quote text that was held, redacted or
 * cut away.
 */
import type { Action } from './actions.ts';
import type { StreamEvent } from './events.ts';
import type { Finding } from './findings.ts';
import type { HeldSpan } from './session/session.ts';
import type { Millis } from './units.ts';

/** How a session stands. */
export type SessionState = 'open' | 'completed' | 'cut' | 'disconnected' | 'failed';

/** One line in the list of sessions. */
export interface SessionSummary {
  readonly id: string;
  readonly origin: string;
  readonly label: string;
  readonly model: string | null;
  readonly policy: string;
  readonly state: SessionState;
  readonly openedAt: Millis;
  readonly closedAt: Millis | null;
  readonly choices: number;
  /** The most tokens the request allowed for each choice, where it is known. */
  readonly tokenBudget: number | null;
  readonly counts: {
    readonly events: number;
    /** Text deltas, each counted as its `tokens`, default 1. */
    readonly tokens: number;
    /** UTF-16 units in, out, and waiting now. */
    readonly charactersIn: number;
    readonly charactersOut: number;
    readonly charactersHeld: number;
    readonly findings: number;
    readonly redactions: number;
    readonly alerts: number;
  };
  /** Where it was cut, and how many tokens of the budget were never generated because of it. */
  readonly cut: {
    readonly rule: string | null;
    readonly message: string;
    readonly atToken: number;
    readonly tokensSaved: number | null;
  } | null;
}

interface RecordBase {
  /** Increasing within the session; the SSE event id. */
  readonly id: number;
  readonly time: Millis;
}

/** One thing that happened in a session. */
export type SessionRecord =
  | (RecordBase & { readonly type: 'opened'; readonly summary: SessionSummary })
  | (RecordBase & {
      readonly type: 'arrived';
      readonly characters: number;
      readonly tokens: number;
      readonly choice: number;
      readonly track: string | null;
      readonly logprob: number | null;
    })
  | (RecordBase & { readonly type: 'released'; readonly event: StreamEvent })
  | (RecordBase & { readonly type: 'held'; readonly spans: readonly HeldSpan[] })
  | (RecordBase & { readonly type: 'finding'; readonly finding: Finding })
  | (RecordBase & { readonly type: 'action'; readonly action: Action })
  | (RecordBase & { readonly type: 'forgotten'; readonly records: number })
  | (RecordBase & { readonly type: 'closed'; readonly summary: SessionSummary });
