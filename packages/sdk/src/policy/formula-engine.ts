/**
 * The temporal logic that a policy is compiled with: a seam, so that any engine can take the
 * solver's place.
 */
import type { MonitorProgram } from '@midstream/core';

/** What a policy needs of a temporal logic. */
export interface FormulaEngine {
  /**
   * Compiles a formula over the known propositions. Throws `formula/syntax` with `details.offset`
   * for what is no formula or names another proposition, or `formula/too-large`.
   */
  compile(formula: string, known: readonly string[]): MonitorProgram;
  /** Whether some non-empty finite run satisfies it, and whether every one does. */
  analyse(formula: string): { readonly satisfiable: boolean; readonly valid: boolean };
  /**
   * The formula that says of a run what `formula` says of the run's moments at which `own` holds,
   * the others left out; where none is left, whether the empty run satisfies `formula`.
   */
  relative(formula: string, own: string): string;
  /** Whether every violation shows at a moment, and never only at the end of a run with moments. */
  isSafety(formula: string): boolean;
}
