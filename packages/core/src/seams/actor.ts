/**
 * An actor performs what happens aside of a stream: alert, cancel upstream, call a webhook,
 * remember. `perform` may be called again for the same action after a crash, so it is idempotent by
 * {@link actionKey}. It obeys its signal. A rejection is reported by whoever dispatches and never
 * disturbs the stream.
 */
import type { Action, ActionType } from '../actions.ts';

/** Performs actions of some types. */
export interface Actor {
  readonly name: string;
  /** The action types it wants to see. */
  readonly handles: readonly ActionType[];
  perform(action: Action, options: { readonly signal: AbortSignal }): Promise<void>;
}

/** The identity by which an actor recognises an action that it has performed before. */
export function actionKey(action: Action): string {
  return `${action.type}|${action.rule ?? ''}|${action.choice}|${action.finding?.id ?? 'end'}`;
}
