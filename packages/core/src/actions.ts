/**
 * What a policy decides. The first group is decided inside `session.push`, before anything leaves;
 * the second is performed aside by actors. Each action carries the rule and the finding behind it.
 */
import type { TrackId } from './events.ts';
import type { Finding, Span } from './findings.ts';
import type { Millis } from './units.ts';

interface ActionBase {
  /**
   * The rule that asked for it; `null` when the session itself did (a limit, a failed analyser).
   */
  readonly rule: string | null;
  /**
   * The finding behind it; `null` at the end of a stream, where a rule fails by what never came.
   */
  readonly finding: Finding | null;
  readonly choice: number;
  readonly time: Millis;
  /** Why, as a sentence for a person. */
  readonly message: string;
}

/** Let it go, and write it down. */
export interface PassAction extends ActionBase {
  readonly type: 'pass';
}

/** The span leaves as `text` instead. */
export interface RedactAction extends ActionBase {
  readonly type: 'redact';
  readonly span: Span;
  readonly text: string;
  /** Where two spans begin together, the lower one's text stands. The policy's rule number. */
  readonly precedence: number;
}

/** From `from` on, the track waits until a `release` of the same rule. */
export interface HoldAction extends ActionBase {
  readonly type: 'hold';
  readonly track: TrackId;
  readonly from: number;
  /** The most that may wait, in UTF-16 units, before `otherwise` is done. */
  readonly limit: number;
  /** At the limit or at the end of the choice: let it go, or cut where the hold began. */
  readonly otherwise: 'release' | 'cut';
}

/** Ends the waiting that a `hold` of the same rule began. */
export interface ReleaseAction extends ActionBase {
  readonly type: 'release';
}

/** The choice ends here. */
export interface CutAction extends ActionBase {
  readonly type: 'cut';
  /** Where on the finding's track: nothing from this position on leaves. `null`: cut by event. */
  readonly position: { readonly track: TrackId; readonly offset: number } | null;
}

/** Tell someone. */
export interface AlertAction extends ActionBase {
  readonly type: 'alert';
  readonly severity: 'info' | 'warning' | 'critical';
}

/** Nothing more is wanted from the source: every choice has been cut or has ended. */
export interface CancelUpstreamAction extends ActionBase {
  readonly type: 'cancel-upstream';
}

/** Anything a session may decide. */
export type Action =
  | PassAction
  | RedactAction
  | HoldAction
  | ReleaseAction
  | CutAction
  | AlertAction
  | CancelUpstreamAction;

/** The name of an action's kind. */
export type ActionType = Action['type'];

/** Every action type. */
export const ACTION_TYPES = [
  'pass',
  'redact',
  'hold',
  'release',
  'cut',
  'alert',
  'cancel-upstream',
] as const satisfies readonly ActionType[];
