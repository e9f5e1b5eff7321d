/**
 * The deterministic automaton of a formula, built as it is used and shared by all its monitors.
 *
 * Computes: states are canonical progressed formulas; a transition is computed the first time a
 * letter is read in a state, then looked up. The verdict of a state is exact LTL3: its formula is
 * checked for satisfiability and its negation too, once per state.
 *
 * Cost: a known transition is one lookup; a new one O(subformulas) diagram operations; a new state
 * up to two satisfiability questions. Memory is limited: at a limit everything is dropped and
 * rebuilt from the states in use, which changes no verdict.
 *
 * @see Bauer, Leucker, Schallhart (2011), Runtime verification for LTL and TLTL, ACM TOSEM 20(4).
 *
 * Edge cases: a state of more than `MAX_STATE_NODES` nodes, or a step that needs more than
 * `MAX_DIAGRAM_NODES`: `formula/too-large`; a state whose satisfiability is too hard:
 * `budget/exceeded`.
 *
 * Example: `G(a -> F b)` has two states beside the initial one, with b awaited or not.
 */

import { isMidstreamError, MidstreamError } from '@midstream/core';
import { DiagramFull, type DiagramNode, TRUE_NODE } from './diagram.ts';
import { type Formula, FormulaTable, propositionsOf } from './formula.ts';
import { normalForm } from './normal-form.ts';
import { Progression } from './progression.ts';
import { satisfiableInfinite } from './satisfiability.ts';

/** What is certain about every infinite continuation. */
export type Ltl3 = 'true' | 'false' | 'inconclusive';

/** A letter as far as the formula can see it: bits when its propositions fit, else text. */
export type LetterKey = number | string;

/** Up to this many propositions a letter is the bits of one small integer. */
export const MAX_BIT_PROPOSITIONS = 31;

/** Where a run stands. Immutable to its users; caches its transitions. */
export interface State {
  /** Null before the first letter. */
  readonly diagram: number | null;
  readonly generation: Generation;
  /** Bits of the propositions that can matter for the next letter. */
  readonly relevant: number;
  readonly next: Map<LetterKey, State>;
  /** The finite-trace verdict if the trace ends here. */
  readonly end: boolean;
  ltl3: Ltl3 | undefined;
}

/** Limits of the cache. */
export interface CacheLimits {
  readonly states: number;
  readonly transitions: number;
  readonly demands: number;
  readonly diagramNodes: number;
  readonly stateNodes: number;
}

/** Everything that is dropped together when a cache is full. */
class Generation {
  readonly table: FormulaTable = new FormulaTable();
  readonly progression: Progression;
  readonly states: Map<number | null, State> = new Map();
  readonly demands: Map<LetterKey, ReadonlyMap<Formula, number>> = new Map();
  readonly satisfiable: Map<Formula, boolean> = new Map();
  transitions = 0;

  constructor(formula: Formula, { diagramNodes: nodeLimit }: CacheLimits) {
    const propositions = propositionsOf(formula);
    const root = normalForm(this.table, this.table.adopt(formula));
    this.progression = new Progression(root, { nodeLimit, propositions });
  }
}

/** The automaton of one formula. */
export class Automaton {
  readonly propositions: readonly string[];
  readonly #formula: Formula;
  readonly #emptyVerdict: boolean;
  readonly #limits: CacheLimits;
  #generation: Generation;

  constructor(formula: Formula, emptyVerdict: boolean, limits: CacheLimits) {
    this.#formula = formula;
    this.#emptyVerdict = emptyVerdict;
    this.#limits = limits;
    this.propositions = propositionsOf(formula);
    this.#generation = new Generation(formula, limits);
  }

  /** How many states are cached now. */
  get cachedStates(): number {
    return this.#generation.states.size;
  }

  /** How many letters are cached with their demands now. */
  get cachedLetters(): number {
    return this.#generation.demands.size;
  }

  /** The state before the first letter. */
  initial(): State {
    return this.#state(null);
  }

  /**
   * The state after a letter. A final verdict is handed on, so that it is never worked out again.
   */
  step(state: State, letter: LetterKey): State {
    const key = typeof letter === 'number' ? letter & state.relevant : letter;
    const known = state.generation === this.#generation ? state.next.get(key) : undefined;
    const next = known ?? this.#newStep(state, key);
    if (state.ltl3 !== 'inconclusive') next.ltl3 ??= state.ltl3;
    return next;
  }

  /** Exact LTL3 of a state, computed once. */
  ltl3(state: State): Ltl3 {
    state.ltl3 ??= this.#ltl3(state);
    return state.ltl3;
  }

  /**
   * The nodes of a state for a snapshot: 0 false, 1 true, n + 2 the n-th node; null if nothing was
   * read.
   */
  nodesOf({ diagram, generation }: State): DiagramNode[] | number | null {
    if (diagram === null || diagram <= TRUE_NODE) return diagram;
    const { diagrams } = generation.progression;
    const order = diagrams.nodesOf(diagram);
    const places = new Map([0, 1, ...order].map((id, place) => [id, place]));
    const place = (id: number): number => places.get(id) as number;
    return order.map((id) => {
      const { variable, low, high } = diagrams.node(id);
      return { variable, low: place(low), high: place(high) };
    });
  }

  /** The state of such nodes; undefined where they are not nodes of this automaton. */
  stateOf(nodes: readonly DiagramNode[] | number | null): State | undefined {
    try {
      const state = this.#withRoom(() => this.#rebuilt(nodes));
      return state !== undefined && sameNodes(this.nodesOf(state), nodes) ? state : undefined;
    } catch (thrown) {
      if (isMidstreamError(thrown, 'formula/too-large')) return undefined;
      throw thrown;
    }
  }

  #rebuilt(nodes: readonly DiagramNode[] | number | null): State | undefined {
    const { diagrams, obligations } = this.#generation.progression;
    if (nodes === null || nodes === 0 || nodes === 1) return this.#state(nodes);
    if (typeof nodes === 'number' || nodes.length > this.#limits.stateNodes) return undefined;
    const ids = [0, 1];
    for (const { variable, low, high } of nodes) {
      const [below, above] = [ids[low], ids[high]];
      if (obligations[variable] === undefined || below === undefined || above === undefined) {
        return undefined;
      }
      ids.push(diagrams.or(below, diagrams.and(diagrams.variable(variable), above)));
    }
    return this.#state(ids.at(-1) as number);
  }

  #newStep(state: State, key: LetterKey): State {
    const { states, transitions } = this.#generation;
    if (states.size >= this.#limits.states || transitions >= this.#limits.transitions) {
      this.#generation = new Generation(this.#formula, this.#limits);
    }
    return this.#withRoom(() => this.#transition(state, key));
  }

  /** Does something with the diagrams; if they are full, once more with empty ones. */
  #withRoom<T>(action: () => T): T {
    try {
      return action();
    } catch (thrown) {
      if (!(thrown instanceof DiagramFull)) throw thrown;
    }
    this.#generation = new Generation(this.#formula, this.#limits);
    try {
      return action();
    } catch (thrown) {
      if (!(thrown instanceof DiagramFull)) throw thrown;
      throw tooLarge(`one step needs more than ${this.#limits.diagramNodes} diagram nodes`, thrown);
    }
  }

  #transition(from: State, key: LetterKey): State {
    const state = from.generation === this.#generation ? from : this.#moved(from);
    const generation = this.#generation;
    const { progression } = generation;
    const demands = this.#demands(key);
    const diagram =
      state.diagram === null
        ? (demands.get(progression.root) as number)
        : progression.substitute(state.diagram, demands);
    const next = this.#state(diagram);
    state.next.set(key, next);
    generation.transitions++;
    return next;
  }

  /** What each subformula demands after a letter. */
  #demands(key: LetterKey): ReadonlyMap<Formula, number> {
    const { demands, progression } = this.#generation;
    const known = demands.get(key);
    if (known !== undefined) return known;
    const made = progression.expand(this.#holds(key));
    if ((demands.size + 1) * made.size > this.#limits.demands) demands.clear();
    demands.set(key, made);
    return made;
  }

  /** The same state in the present generation. */
  #moved(state: State): State {
    const moved = this.#rebuilt(this.nodesOf(state)) as State;
    moved.ltl3 ??= state.ltl3;
    return moved;
  }

  #state(diagram: number | null): State {
    const generation = this.#generation;
    const known = generation.states.get(diagram);
    if (known !== undefined) return known;
    const { progression } = generation;
    if (
      diagram !== null &&
      progression.diagrams.nodesOf(diagram).length > this.#limits.stateNodes
    ) {
      throw tooLarge(`a state has more than ${this.#limits.stateNodes} nodes`);
    }
    const end = diagram === null ? this.#emptyVerdict : progression.endsWell(diagram);
    const relevant = progression.relevant(diagram);
    const state: State = { diagram, generation, relevant, next: new Map(), end, ltl3: undefined };
    generation.states.set(diagram, state);
    return state;
  }

  #ltl3({ diagram, generation }: State): Ltl3 {
    const { table, progression } = generation;
    const formula = diagram === null ? progression.root : progression.formulaOf(diagram, table);
    if (!this.#satisfiable(formula, generation)) return 'false';
    const negation = normalForm(table, formula, true);
    return this.#satisfiable(negation, generation) ? 'inconclusive' : 'true';
  }

  #satisfiable(formula: Formula, { satisfiable }: Generation): boolean {
    const known = satisfiable.get(formula);
    if (known !== undefined) return known;
    const found = satisfiableInfinite(formula);
    satisfiable.set(formula, found);
    return found;
  }

  #holds(key: LetterKey): (name: string) => boolean {
    const places = new Map(this.propositions.map((name, place) => [name, place]));
    return (name) => {
      const place = places.get(name) as number;
      return typeof key === 'number' ? ((key >>> place) & 1) === 1 : key[place] === '1';
    };
  }
}

/** Whether nodes are written as `nodesOf` writes them: each function has one such form. */
function sameNodes(
  a: readonly DiagramNode[] | number | null,
  b: readonly DiagramNode[] | number | null,
): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  const same = (node: DiagramNode, other: DiagramNode | undefined): boolean =>
    node.variable === other?.variable && node.low === other.low && node.high === other.high;
  return a.length === b.length && a.every((node, place) => same(node, b[place]));
}

function tooLarge(what: string, cause?: unknown): MidstreamError {
  const options = cause === undefined ? {} : { cause };
  return new MidstreamError(
    'formula/too-large',
    `Formula grows too large to monitor: ${what}`,
    options,
  );
}
