/** The temporal logic of `@midstream/temporal-neural-solver`, as policies use it. */
import {
  analyse,
  checkTrace,
  compileMonitor,
  type Formula,
  isSafetySyntactic,
  parseFormula,
} from '@midstream/temporal-neural-solver';
import type { FormulaEngine } from './formula-engine.ts';
import { relativeTo } from './relative.ts';

/** The default engine of policies. */
export const solverEngine: FormulaEngine = {
  compile: (formula, known) => compileMonitor(parseFormula(formula, { propositions: known })),
  analyse: (formula) => analyse(formula, { semantics: 'ltlf' }),
  relative: (formula, own) =>
    relativeTo(parseFormula(formula), own, { emptyHolds: checkTrace(formula, []) }),
  isSafety: (formula) => {
    const parsed = parseFormula(formula);
    return isSafetySyntactic(parsed) && !asksForMore(parsed, true);
  },
};

/**
 * Whether a formula asks that a run goes on: an X that counts positively, or an N that counts
 * negatively.
 */
function asksForMore(formula: Formula, positive: boolean): boolean {
  if ('operand' in formula) {
    if (formula.kind === (positive ? 'next' : 'weak-next')) return true;
    return asksForMore(formula.operand, formula.kind === 'not' ? !positive : positive);
  }
  if (!('left' in formula)) return false;
  const { kind, left, right } = formula;
  if (kind === 'iff') {
    return [left, right].some((part) => asksForMore(part, true) || asksForMore(part, false));
  }
  return (
    asksForMore(left, kind === 'implies' ? !positive : positive) || asksForMore(right, positive)
  );
}
