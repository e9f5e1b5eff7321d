/**
 * Formula progression: what a formula demands of the rest of a word, given its first letter.
 *
 * Computes: for each subformula in negation normal form and one letter, a monotone function over
 * *obligations*, each a formula that the next moment must satisfy, either strongly (X: and there is
 * a next moment) or weakly (N: if there is one):
 *   p = its truth now,  X f = strong f,  N f = weak f,
 *   F f = f | strong F f,            G f = f & weak G f,
 *   a U b = b | (a & strong a U b),  a W b the same with weak,
 *   a R b = b & (a | weak a R b),    a M b the same with strong.
 * The progressed formula is that function in canonical form (diagram.ts), so there are finitely
 * many.
 *
 * Cost: O(subformulas) diagram operations per letter, and one substitution per state and letter.
 *
 * @see Bacchus, Kabanza (1998), Planning for temporally extended goals, Ann. Math. and AI 22.
 * @see Havelund, Roşu (2001), Monitoring programs using rewriting, ASE.
 *
 * Edge cases: over `MAX_OBLIGATIONS` obligations: `formula/too-large`. Where a trace ends, a strong
 * obligation is false and a weak one true, which makes the finite verdict exact.
 *
 * Example: `G(a -> F b)` after {a} is `weak G(a -> F b) & strong F b`.
 */

import { MidstreamError } from '@midstream/core';
import { Diagrams, FALSE_NODE, TRUE_NODE } from './diagram.ts';
import { type Formula, type FormulaTable, operandsOf, subformulas } from './formula.ts';
import { MAX_OBLIGATIONS } from './limits.ts';
import { conjunction, disjunction } from './normal-form.ts';

/** What the next moment must satisfy. */
export interface Obligation {
  readonly target: Formula;
  readonly strong: boolean;
}

/** Options of {@link Progression}. */
export interface ProgressionOptions {
  /** See `MAX_DIAGRAM_NODES`. */
  readonly nodeLimit: number;
  /** At least the propositions of the formula; their places are the bits of a letter. */
  readonly propositions: readonly string[];
}

const STRONG: ReadonlySet<string> = new Set(['next', 'finally', 'until', 'strong-release']);
const WEAK: ReadonlySet<string> = new Set(['weak-next', 'globally', 'weak-until', 'release']);

/** Progresses one formula in negation normal form; owns the diagrams of all its states. */
export class Progression {
  readonly root: Formula;
  readonly diagrams: Diagrams;
  /** All obligations that can ever arise; their places are the variables of the diagrams. */
  readonly obligations: readonly Obligation[];
  readonly #order: readonly Formula[];
  readonly #bits: ReadonlyMap<Formula, number>;
  readonly #variables: ReadonlyMap<Formula, number>;

  constructor(root: Formula, { nodeLimit, propositions }: ProgressionOptions) {
    this.root = root;
    this.diagrams = new Diagrams(nodeLimit);
    this.#order = subformulas(root);
    const variables = new Map<Formula, number>();
    const numbers = new Map<string, number>();
    const obligations: Obligation[] = [];
    for (const part of this.#order) {
      const strong = STRONG.has(part.kind);
      if (!strong && !WEAK.has(part.kind)) continue;
      const isNext = part.kind === 'next' || part.kind === 'weak-next';
      const target = isNext ? part.operand : part;
      const key = `${strong} ${target.id}`;
      if (!numbers.has(key)) numbers.set(key, obligations.push({ target, strong }) - 1);
      variables.set(part, numbers.get(key) as number);
    }
    if (obligations.length > MAX_OBLIGATIONS) {
      throw new MidstreamError(
        'formula/too-large',
        `Formula has ${obligations.length} temporal obligations; at most ${MAX_OBLIGATIONS} are monitored`,
        { details: { obligations: obligations.length, limit: MAX_OBLIGATIONS } },
      );
    }
    this.obligations = obligations;
    this.#bits = propositionBits(this.#order, propositions);
    this.#variables = variables;
  }

  /** What each subformula demands after a letter. */
  expand(holds: (name: string) => boolean): ReadonlyMap<Formula, number> {
    const demands = new Map<Formula, number>();
    for (const part of this.#order) demands.set(part, this.#demand(part, demands, holds));
    return demands;
  }

  /** The state after a letter: each obligation replaced by what its target demands. */
  substitute(state: number, demands: ReadonlyMap<Formula, number>): number {
    const { diagrams } = this;
    const results = new Map([
      [FALSE_NODE, FALSE_NODE],
      [TRUE_NODE, TRUE_NODE],
    ]);
    for (const id of diagrams.nodesOf(state)) {
      const { variable, low, high } = diagrams.node(id);
      const demand = demands.get((this.obligations[variable] as Obligation).target) as number;
      const then = diagrams.and(demand, results.get(high) as number);
      results.set(id, diagrams.or(results.get(low) as number, then));
    }
    return results.get(state) as number;
  }

  /** Whether a trace that ends in this state satisfies the formula. */
  endsWell(state: number): boolean {
    let id = state;
    while (id > TRUE_NODE) {
      const { variable, low, high } = this.diagrams.node(id);
      id = (this.obligations[variable] as Obligation).strong ? low : high;
    }
    return id === TRUE_NODE;
  }

  /**
   * Which propositions can matter for the letter read in a state (null: the first letter), as bits
   * in the order given at construction. Meaningful for formulas of few enough propositions only.
   */
  relevant(state: number | null): number {
    if (state === null) return this.#bits.get(this.root) as number;
    return this.diagrams.nodesOf(state).reduce((bits, id) => {
      const { target } = this.obligations[this.diagrams.node(id).variable] as Obligation;
      return bits | (this.#bits.get(target) as number);
    }, 0);
  }

  /** The formula that the rest of an infinite word must satisfy. */
  formulaOf(state: number, table: FormulaTable): Formula {
    const results = new Map([
      [FALSE_NODE, table.constant(false)],
      [TRUE_NODE, table.constant(true)],
    ]);
    for (const id of this.diagrams.nodesOf(state)) {
      const { variable, low, high } = this.diagrams.node(id);
      const { target } = this.obligations[variable] as Obligation;
      const then = conjunction(table, target, results.get(high) as Formula);
      results.set(id, disjunction(table, results.get(low) as Formula, then));
    }
    return results.get(state) as Formula;
  }

  #demand(
    part: Formula,
    demands: ReadonlyMap<Formula, number>,
    holds: (name: string) => boolean,
  ): number {
    const { diagrams } = this;
    const now = (operand: Formula): number => demands.get(operand) as number;
    const later = (): number => diagrams.variable(this.#variables.get(part) as number);
    switch (part.kind) {
      case 'true':
        return TRUE_NODE;
      case 'proposition':
        return holds(part.name) ? TRUE_NODE : FALSE_NODE;
      case 'not':
        return now(part.operand) === TRUE_NODE ? FALSE_NODE : TRUE_NODE;
      case 'and':
        return diagrams.and(now(part.left), now(part.right));
      case 'or':
        return diagrams.or(now(part.left), now(part.right));
      case 'next':
      case 'weak-next':
        return later();
      case 'finally':
        return diagrams.or(now(part.operand), later());
      case 'globally':
        return diagrams.and(now(part.operand), later());
      case 'until':
      case 'weak-until':
        return diagrams.or(now(part.right), diagrams.and(now(part.left), later()));
      case 'release':
      case 'strong-release':
        return diagrams.and(now(part.right), diagrams.or(now(part.left), later()));
      default:
        return FALSE_NODE;
    }
  }
}

/** For each subformula the bits of the propositions in it. */
function propositionBits(
  order: readonly Formula[],
  propositions: readonly string[],
): Map<Formula, number> {
  const bits = new Map<Formula, number>();
  const places = new Map(propositions.map((name, place) => [name, place]));
  for (const part of order) {
    const own = part.kind === 'proposition' ? 1 << (places.get(part.name) as number) : 0;
    const below = operandsOf(part).reduce((sum, operand) => sum | (bits.get(operand) as number), 0);
    bits.set(part, own | below);
  }
  return bits;
}
