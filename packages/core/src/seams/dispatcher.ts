/**
 * A dispatcher decides, before each batch, whether an analyser may run on it. The default runs all
 * at once; the scheduler's implementation sheds load by priority. An analyser that holds text back
 * for a rule is *essential* and is never skipped. What was skipped is reported as a finding with
 * the proposition `analyser-skipped`, and the analyser is told of the loss by a gap event when it
 * next runs.
 */
import type { Nanos } from '../units.ts';

/** Decides which analysers run. Synchronous and cheap: it is asked once per analyser and batch. */
export interface Dispatcher {
  admit(work: {
    readonly analyser: string;
    readonly events: number;
    readonly essential: boolean;
  }): boolean;
  /** Told how long an admitted analyser took, when `measures` is true. */
  completed?(analyser: string, elapsed: Nanos): void;
}

/** The default: everything runs, now. */
export const runNow: Dispatcher = { admit: () => true };
