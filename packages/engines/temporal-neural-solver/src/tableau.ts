/**
 * One step of a tableau: the ways in which a set of obligations can be met now.
 *
 * Computes: for a set of formulas in negation normal form, branches: which literals hold now, which
 * formulas remain for the next moment, and which promises are made. A promise is made where an
 * eventuality (F, U, M) is put off; on finite traces also by X, which then promises that there is a
 * next moment at all. What must hold in every branch is worked off before anything is split.
 *
 * Departure from the paper: a branch that leaves at least the formulas and promises of an earlier
 * one is dropped, already while it is being built. Any word accepted through it is accepted through
 * the earlier one, and a run that always takes the undominated branch breaks no promise the other
 * keeps.
 *
 * Cost: exponential in the number of disjunctions in the worst case; each branch tried, and each
 * formula copied to a branch or compared with another branch, is counted against a budget:
 * `budget/exceeded`.
 *
 * @see Couvreur (1999), On-the-fly verification of linear temporal logic, FM'99.
 *
 * Edge cases: the empty set has one branch, which asks for nothing.
 *
 * Example: `{F p}` has two: p now; or nothing now, `F p` next, with the promise of `F p`.
 */

import { MidstreamError } from '@midstream/core';
import type { Formula } from './formula.ts';
import { MAX_TABLEAU_BRANCHES, MAX_TABLEAU_STEPS } from './limits.ts';

/** One way to meet a set of obligations now. */
export interface Branch {
  /** Propositions that must hold, and that must not. */
  readonly literals: ReadonlyMap<string, boolean>;
  /** What remains for the next moment. */
  readonly next: ReadonlySet<Formula>;
  /** The formulas put off. */
  readonly promises: ReadonlySet<Formula>;
}

/** Counts branches and steps over one question; shared by all parts of it. */
export class Budget {
  readonly #limits: { readonly branches: number; readonly steps: number };
  #branches = 0;
  #steps = 0;

  constructor(branches: number = MAX_TABLEAU_BRANCHES, steps: number = MAX_TABLEAU_STEPS) {
    this.#limits = { branches, steps };
  }

  /** Counts a branch. Throws `budget/exceeded` when the question has become too expensive. */
  branch(): void {
    if (++this.#branches > this.#limits.branches) this.#exceeded('branches', 'tableau branches');
  }

  /** Counts steps. Throws as `branch()` does. */
  steps(count: number): void {
    this.#steps += count;
    if (this.#steps > this.#limits.steps) this.#exceeded('steps', 'tableau steps');
  }

  #exceeded(name: 'branches' | 'steps', unit: string): never {
    const limit = this.#limits[name];
    throw new MidstreamError(
      'budget/exceeded',
      `Formula needs more than ${limit} ${unit} to decide whether it is satisfiable`,
      { details: { limit } },
    );
  }
}

/** How a tableau step is taken. */
export interface TableauOptions {
  readonly budget: Budget;
  /** Whether traces are finite, so that X promises a next moment. */
  readonly finite: boolean;
}

interface Draft {
  todo: Formula[];
  readonly splits: Formula[];
  readonly done: Set<Formula>;
  readonly literals: Map<string, boolean>;
  readonly next: Set<Formula>;
  readonly promises: Set<Formula>;
}

/** The branches of a set of formulas, the least demanding first, found one at a time. */
export function* branchesOf(
  formulas: Iterable<Formula>,
  { budget, finite }: TableauOptions,
): Generator<Branch, void, undefined> {
  const found: Branch[] = [];
  const open: Draft[] = [
    {
      todo: [...formulas],
      splits: [],
      done: new Set(),
      literals: new Map(),
      next: new Set(),
      promises: new Set(),
    },
  ];
  for (let draft = open.pop(); draft !== undefined; draft = open.pop()) {
    const here = draft;
    budget.branch();
    const possible = workOff(here, finite);
    budget.steps(sizeOf(here));
    if (!possible || found.some((branch) => dominates(branch, here, budget))) continue;
    const split = here.splits.shift();
    if (split === undefined) {
      const { literals, next, promises } = here;
      const branch = { literals, next, promises };
      found.push(branch);
      yield branch;
    } else {
      const [first, second] = alternatives(split);
      open.push(fork(here, second), fork(here, first));
    }
  }
}

function dominates(earlier: Branch, { next, promises }: Branch, budget: Budget): boolean {
  budget.steps(1);
  return isSubset(earlier.next, next, budget) && isSubset(earlier.promises, promises, budget);
}

function isSubset<T>(part: ReadonlySet<T>, whole: ReadonlySet<T>, budget: Budget): boolean {
  if (part.size > whole.size) return false;
  for (const member of part) {
    budget.steps(1);
    if (!whole.has(member)) return false;
  }
  return true;
}

/** How much a branch has been copied from another and has worked off itself. */
function sizeOf({ splits, done, literals, next, promises }: Draft): number {
  return splits.length + done.size + literals.size + next.size + promises.size;
}

/** Does everything that needs no choice. Returns false on a contradiction. */
function workOff(draft: Draft, finite: boolean): boolean {
  for (let formula = draft.todo.pop(); formula !== undefined; formula = draft.todo.pop()) {
    if (draft.done.has(formula)) continue;
    draft.done.add(formula);
    if (!workOffOne(draft, formula, finite)) return false;
  }
  return true;
}

function workOffOne(draft: Draft, formula: Formula, finite: boolean): boolean {
  switch (formula.kind) {
    case 'true':
      return true;
    case 'false':
      return false;
    case 'proposition':
      return setLiteral(draft, formula, true);
    case 'not':
      return setLiteral(draft, formula.operand, false);
    case 'and':
      draft.todo.push(formula.left, formula.right);
      return true;
    case 'next':
      if (finite) draft.promises.add(formula);
      draft.next.add(formula.operand);
      return true;
    case 'weak-next':
      draft.next.add(formula.operand);
      return true;
    case 'globally':
      draft.todo.push(formula.operand);
      draft.next.add(formula);
      return true;
    case 'release':
    case 'strong-release':
      draft.todo.push(formula.right);
      draft.splits.push(formula);
      return true;
    default:
      draft.splits.push(formula);
      return true;
  }
}

function setLiteral(draft: Draft, proposition: Formula, value: boolean): boolean {
  const { name } = proposition as Extract<Formula, { kind: 'proposition' }>;
  const known = draft.literals.get(name);
  draft.literals.set(name, value);
  return known === undefined || known === value;
}

interface Alternative {
  readonly now: readonly Formula[];
  readonly next: readonly Formula[];
  readonly promises: readonly Formula[];
}

/** The two ways to meet a formula that splits; the one that settles it now comes first. */
function alternatives(formula: Formula): [Alternative, Alternative] {
  const now = (...formulas: Formula[]): Alternative => ({ now: formulas, next: [], promises: [] });
  const later = (...formulas: Formula[]): Alternative => ({
    now: formulas,
    next: [formula],
    promises: [],
  });
  const promised = (alternative: Alternative): Alternative => ({
    ...alternative,
    promises: [formula],
  });
  switch (formula.kind) {
    case 'finally':
      return [now(formula.operand), promised(later())];
    case 'until':
      return [now(formula.right), promised(later(formula.left))];
    case 'weak-until':
      return [now(formula.right), later(formula.left)];
    case 'release':
      return [now(formula.left), later()];
    case 'strong-release':
      return [now(formula.left), promised(later())];
    default: {
      const { left, right } = formula as Extract<Formula, { left: Formula }>;
      return [now(left), now(right)];
    }
  }
}

function fork(draft: Draft, { now, next, promises }: Alternative): Draft {
  return {
    todo: [...now],
    splits: [...draft.splits],
    done: new Set(draft.done),
    literals: new Map(draft.literals),
    next: new Set([...draft.next, ...next]),
    promises: new Set([...draft.promises, ...promises]),
  };
}
