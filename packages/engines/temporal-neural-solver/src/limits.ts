/**
 * Every limit of this package, each with what happens when it is reached. A rule of a policy stays
 * far below all of them; they keep a hostile or generated formula from taking the process with it.
 */

/** Longest text that is parsed, in UTF-16 units. Beyond it: `formula/too-large`. */
export const MAX_FORMULA_LENGTH = 100_000;

/** Deepest nesting of brackets and operators in a text. Beyond it: `formula/too-large`. */
export const MAX_FORMULA_DEPTH = 1_000;

/**
 * Longest text that the printer writes; sharing can unfold exponentially. Beyond it:
 * `formula/too-large`.
 */
export const MAX_PRINTED_LENGTH = 1_000_000;

/** Most distinct temporal obligations of a monitored formula. Beyond it: `formula/too-large`. */
export const MAX_OBLIGATIONS = 1_000;

/** Most diagram nodes of one monitor state. Beyond it: `formula/too-large`. */
export const MAX_STATE_NODES = 10_000;

/**
 * Most diagram nodes a program keeps at once. At the limit its caches are dropped and rebuilt,
 * which changes no verdict; if a single step needs more than this, `formula/too-large`.
 */
export const MAX_DIAGRAM_NODES = 200_000;

/**
 * Most states a program caches. Beyond it the cache is dropped and rebuilt; verdicts are
 * unaffected.
 */
export const MAX_CACHED_STATES = 10_000;

/**
 * Most transitions a program caches. Beyond it the cache is dropped and rebuilt; verdicts are
 * unaffected.
 */
export const MAX_CACHED_TRANSITIONS = 100_000;

/**
 * Most demands of subformulas a program caches over all letters. Beyond it they are dropped and
 * worked out again; verdicts are unaffected.
 */
export const MAX_CACHED_DEMANDS = 1_000_000;

/** Most tableau branches one satisfiability question may try. Beyond it: `budget/exceeded`. */
export const MAX_TABLEAU_BRANCHES = 200_000;

/**
 * Most steps one satisfiability question may take: formulas copied from branch to branch and
 * compared between branches. It bounds time and memory where branches are few and large. Beyond it:
 * `budget/exceeded`.
 */
export const MAX_TABLEAU_STEPS = 10_000_000;
