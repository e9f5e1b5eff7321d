/**
 * Questions about a formula before anything runs: can it hold, must it hold, does one follow from
 * another. A rule that cannot hold, or cannot fail, is a mistake worth refusing at load.
 *
 * Cost: one or two satisfiability questions each; see satisfiability.ts. `budget/exceeded` when a
 * formula is too hard.
 *
 * @see Kupferman, Vardi (2003), Vacuity detection in temporal model checking, STTT.
 *
 * Edge cases: on finite traces (`ltlf`) only non-empty ones count. A formula without propositions
 * is satisfiable or valid like any other.
 *
 * Example: `analyse('G a & F !a')` is `{ satisfiable: false, valid: false, propositions: ['a'] }`.
 */

import { MidstreamError } from '@midstream/core';
import { type Formula, FormulaTable, propositionsOf, subformulas } from './formula.ts';
import { normalForm } from './normal-form.ts';
import { adoptFormula } from './parser.ts';
import { satisfiableInfinite, shortestFiniteModel } from './satisfiability.ts';

/** Over which words a question is asked: infinite ones, or non-empty finite traces. */
export type Semantics = 'ltl' | 'ltlf';

/** Options of {@link analyse} and {@link compareFormulas}. */
export interface AnalyseOptions {
  /** Default `ltl`. */
  readonly semantics?: Semantics;
}

/** What {@link analyse} finds. */
export interface Analysis {
  /** Whether some word satisfies the formula. */
  readonly satisfiable: boolean;
  /** Whether every word satisfies it. */
  readonly valid: boolean;
  readonly propositions: readonly string[];
  /** With `ltlf`: a shortest satisfying trace, null when there is none. */
  readonly shortestModel?: string[][] | null;
  /** With `ltlf`: a shortest violating trace, null when there is none. */
  readonly shortestCounterexample?: string[][] | null;
}

/** Whether a formula can hold and whether it must. */
export function analyse(formula: Formula | string, options: AnalyseOptions = {}): Analysis {
  const semantics = semanticsOf(options);
  const table = new FormulaTable();
  const own = adoptFormula(table, formula);
  const [holds, fails] = [normalForm(table, own), normalForm(table, own, true)];
  const propositions = propositionsOf(own);
  if (semantics === 'ltl') {
    const satisfiable = satisfiableInfinite(holds);
    return { satisfiable, valid: !satisfiableInfinite(fails), propositions };
  }
  const shortestModel = shortestFiniteModel(holds);
  const shortestCounterexample = shortestFiniteModel(fails);
  return {
    satisfiable: shortestModel !== null,
    valid: shortestCounterexample === null,
    propositions,
    shortestModel,
    shortestCounterexample,
  };
}

/** How two formulas relate. */
export interface Comparison {
  /** Whether exactly the same words satisfy both. */
  readonly equivalent: boolean;
  /** Whether every word that satisfies the first satisfies the second. */
  readonly implies: boolean;
}

/** Whether one formula follows from another, and whether they mean the same. */
export function compareFormulas(
  a: Formula | string,
  b: Formula | string,
  options: AnalyseOptions = {},
): Comparison {
  const semantics = semanticsOf(options);
  const table = new FormulaTable();
  const [left, right] = [adoptFormula(table, a), adoptFormula(table, b)];
  const follows = (from: Formula, to: Formula): boolean => {
    const counter = normalForm(table, table.binary('implies', from, to), true);
    return semantics === 'ltl'
      ? !satisfiableInfinite(counter)
      : shortestFiniteModel(counter) === null;
  };
  const implies = follows(left, right);
  return { implies, equivalent: implies && follows(right, left) };
}

const EVENTUALITIES: ReadonlySet<string> = new Set(['finally', 'until', 'strong-release']);

/**
 * Whether a formula is safety by its syntax: in negation normal form it has no F, U or M. Then
 * every violation has a first moment, at which it can be prevented. Sound but not complete: `true`
 * is a proof; `false` only means that the syntax does not show it.
 */
export function isSafetySyntactic(formula: Formula | string): boolean {
  const table = new FormulaTable();
  const parts = subformulas(normalForm(table, adoptFormula(table, formula)));
  return parts.every((part) => !EVENTUALITIES.has(part.kind));
}

function semanticsOf({ semantics = 'ltl' }: AnalyseOptions): Semantics {
  if (semantics === 'ltl' || semantics === 'ltlf') return semantics;
  throw new MidstreamError(
    'argument/unknown-option',
    `Semantics must be "ltl" or "ltlf", found ${JSON.stringify(semantics)}`,
  );
}
