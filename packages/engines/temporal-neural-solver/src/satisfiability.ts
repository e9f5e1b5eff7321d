/**
 * Whether some word satisfies a formula of linear temporal logic, exactly.
 *
 * Computes, over infinite words: whether the transition-based generalised Büchi automaton whose
 * states are sets of formulas and whose edges are tableau branches has an accepting cycle, that is,
 * a strongly connected component in which each promise is absent from some edge. The components are
 * found on the fly, merging candidates along the search path, and the search ends at the first good
 * one. Over finite traces: breadth first, until a branch makes no promise; the path is a shortest
 * model.
 *
 * Cost: O(states + edges), exponential in the formula in the worst case (the problem is
 * PSPACE-complete); limited by a budget of branches: `budget/exceeded`.
 *
 * @see Couvreur (1999), On-the-fly verification of linear temporal logic, FM'99.
 * @see Sistla, Clarke (1985), The complexity of propositional linear temporal logics, JACM.
 *
 * Edge cases: over infinite words X and N are the same. Finite traces have at least one position.
 *
 * Example: `G F a & F G !a` is unsatisfiable over infinite words and over finite traces.
 */

import type { Formula } from './formula.ts';
import { type Branch, Budget, branchesOf } from './tableau.ts';

/** A strongly connected component as far as it is known. */
interface Component {
  /** Number of its first state in order of discovery. */
  readonly first: number;
  /** Promises that every edge inside makes; `undefined` while it has no edge inside. */
  unkept: ReadonlySet<Formula> | undefined;
  /** Promises of the edge by which the search came here. */
  readonly arrival: ReadonlySet<Formula>;
}

interface Frame {
  readonly branches: Iterator<Branch>;
}

/** Whether an infinite word satisfies a formula in negation normal form. */
export function satisfiableInfinite(formula: Formula, budget: Budget = new Budget()): boolean {
  const numbers = new Map<string, number>();
  const dead = new Set<number>();
  const members: number[] = [];
  const components: Component[] = [];
  const frames: Frame[] = [];
  const enter = (formulas: ReadonlySet<Formula>, arrival: ReadonlySet<Formula>): void => {
    const first = numbers.size;
    numbers.set(keyOf(formulas), first);
    members.push(first);
    components.push({ first, unkept: undefined, arrival });
    frames.push({ branches: branchesOf(formulas, { budget, finite: false }) });
  };
  enter(new Set([formula]), new Set());
  const owners: number[] = [0];
  for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
    const step = frame.branches.next();
    if (step.done === true) {
      leave();
      continue;
    }
    const { next, promises } = step.value;
    const number = numbers.get(keyOf(next));
    if (number === undefined) {
      owners.push(numbers.size);
      enter(next, promises);
    } else if (!dead.has(number) && closeCycle(components, number, promises)) {
      return true;
    }
  }
  return false;

  /**
   * The state on top is exhausted; if it is the first of its component, that whole component is
   * dead.
   */
  function leave(): void {
    frames.pop();
    const number = owners.pop() as number;
    if (components.at(-1)?.first !== number) return;
    components.pop();
    for (let member = members.pop(); member !== undefined; member = members.pop()) {
      dead.add(member);
      if (member === number) return;
    }
  }
}

/**
 * An edge back to a live state joins all components from there on into one. Returns whether the
 * joined component keeps every promise.
 */
function closeCycle(
  components: Component[],
  target: number,
  promises: ReadonlySet<Formula>,
): boolean {
  let unkept = promises;
  let top = components.pop() as Component;
  unkept = meet(unkept, top.unkept);
  while (top.first > target) {
    unkept = meet(unkept, top.arrival);
    top = components.pop() as Component;
    unkept = meet(unkept, top.unkept);
  }
  components.push({ first: top.first, unkept, arrival: top.arrival });
  return unkept.size === 0;
}

function meet(a: ReadonlySet<Formula>, b: ReadonlySet<Formula> | undefined): ReadonlySet<Formula> {
  return b === undefined ? a : new Set([...a].filter((formula) => b.has(formula)));
}

function keyOf(formulas: ReadonlySet<Formula>): string {
  return [...formulas]
    .map((formula) => formula.id)
    .sort((a, b) => a - b)
    .join(' ');
}

interface Reached {
  readonly formulas: ReadonlySet<Formula>;
  readonly before: Reached | undefined;
  /** The letter that led here. */
  readonly letter: string[];
}

/** A shortest non-empty finite trace that satisfies a formula in negation normal form, or null. */
export function shortestFiniteModel(
  formula: Formula,
  budget: Budget = new Budget(),
): string[][] | null {
  const start: Reached = { formulas: new Set([formula]), before: undefined, letter: [] };
  const seen = new Set([keyOf(start.formulas)]);
  const queue = [start];
  for (const reached of queue) {
    for (const branch of branchesOf(reached.formulas, { budget, finite: true })) {
      const letter = [...branch.literals].flatMap(([name, holds]) => (holds ? [name] : [])).sort();
      const after = { formulas: branch.next, before: reached, letter };
      if (branch.promises.size === 0) return pathTo(after);
      const key = keyOf(branch.next);
      if (!seen.has(key)) queue.push(after);
      seen.add(key);
    }
  }
  return null;
}

function pathTo(last: Reached): string[][] {
  const path: string[][] = [];
  for (let at = last; at.before !== undefined; at = at.before) path.push(at.letter);
  return path.toReversed();
}
