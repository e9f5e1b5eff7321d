/**
 * A policy turns findings into actions. It is compiled once (from a policy file) and shared; a
 * session starts one run of it for each choice, since choices are independent answers.
 *
 * A run is stepped once per *moment*: all findings completed by the same unit of text or the same
 * event, in a canonical order. It never sees how text was cut into deltas, so no verdict can depend
 * on that.
 */
import type { Action } from '../actions.ts';
import type { Finding } from '../findings.ts';
import type { Millis } from '../units.ts';

/** What is to be done about findings, compiled. */
export interface Policy {
  readonly name: string;
  /** A fresh run for one choice. */
  start(choice: number): PolicyRun;
}

/** A policy at work on one choice. */
export interface PolicyRun {
  /**
   * Judges one moment; `findings` is never empty. Actions come in the order they are to be applied.
   */
  step(findings: readonly Finding[]): readonly Action[];
  /** The choice has ended: judges what never came. */
  end(time: Millis): readonly Action[];
  /** The whole state as a JSON value. */
  snapshot(): unknown;
  /** Continues from a snapshot of the same policy. Throws `state/corrupt` for any other value. */
  restore(snapshot: unknown): void;
}
