/** Temporal logic over streams: formulas, their verdicts on traces, monitors, and analysis. */

export type {
  AnalyseOptions,
  Analysis,
  Comparison,
  Semantics,
} from './analyse.ts';
export { analyse, compareFormulas, isSafetySyntactic } from './analyse.ts';
export type { Ltl3 } from './automaton.ts';
export type {
  Binary,
  BinaryKind,
  Constant,
  Formula,
  Proposition,
  Unary,
  UnaryKind,
} from './formula.ts';
export { FormulaTable, operandsOf, propositionsOf, subformulas } from './formula.ts';
export {
  MAX_CACHED_DEMANDS,
  MAX_CACHED_STATES,
  MAX_CACHED_TRANSITIONS,
  MAX_DIAGRAM_NODES,
  MAX_FORMULA_DEPTH,
  MAX_FORMULA_LENGTH,
  MAX_OBLIGATIONS,
  MAX_PRINTED_LENGTH,
  MAX_STATE_NODES,
  MAX_TABLEAU_BRANCHES,
  MAX_TABLEAU_STEPS,
} from './limits.ts';
export type { Trace } from './ltlf.ts';
export { checkTrace } from './ltlf.ts';
export type {
  MonitorOptions,
  PrefixVerdict,
  TemporalMonitor,
  TemporalProgram,
} from './monitor.ts';
export { compileMonitor, judgePrefix } from './monitor.ts';
export type { ParseOptions } from './parser.ts';
export { parseFormula } from './parser.ts';
export { printFormula } from './printer.ts';
export { isBareName } from './syntax.ts';
export type { Position } from './syntax-error.ts';
