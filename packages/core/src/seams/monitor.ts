/**
 * A monitor watches one rule over a sequence of *letters* and says, after each, what is already
 * certain. It is the seam between whoever judges (a temporal-logic engine) and whoever needs a
 * verdict (a policy, a safety guard of a learner): neither imports the other.
 *
 * A letter is the set of propositions that hold at one moment. A monitor is synchronous, has no
 * clock and no randomness; its whole state is the JSON value of `snapshot()`, so a session can be
 * moved, replayed or resumed. Thousands of monitors may share one compiled automaton: `start()`
 * gives a fresh run of it at the cost of a small object.
 */

/** What a prefix of a run says about a rule (RV-LTL; Bauer, Leucker, Schallhart 2010). */
export const VERDICTS = [
  'true',
  'false',
  'presumably_true',
  'presumably_false',
  'inconclusive',
] as const;

/**
 * - `true`, `false`: every continuation satisfies, or violates, the rule. Final: it never changes
 *   again.
 * - `presumably_true`, `presumably_false`: open, but the run satisfies, or violates, the rule if it
 *   ends here.
 * - `inconclusive`: open, and nothing can be presumed (no letter has been read).
 */
export type Verdict = (typeof VERDICTS)[number];

/** The propositions that hold at one moment. */
export type Letter = ReadonlySet<string>;

/** A rule, compiled once and shared; each `start()` is an independent run. */
export interface MonitorProgram {
  /** The rule in its canonical spelling. */
  readonly formula: string;
  /** The propositions that the rule mentions; any other in a letter is ignored. */
  readonly propositions: readonly string[];
  /** A fresh run that has read nothing. */
  start(): Monitor;
}

/** One run of a rule. */
export interface Monitor {
  /** The verdict on what has been read so far. */
  readonly verdict: Verdict;
  /**
   * Reads one letter and returns the verdict after it. After a final verdict that no longer
   * changes, while `end()` keeps following the trace.
   */
  step(letter: Letter): Verdict;
  /**
   * The verdict if the run ends here (finite-trace semantics); the run itself is left unchanged.
   */
  end(): boolean;
  /** Back to having read nothing. */
  reset(): void;
  /** The whole state as a JSON value. */
  snapshot(): unknown;
  /** Continues from a snapshot of the same program. Throws `state/corrupt` for any other value. */
  restore(snapshot: unknown): void;
}
