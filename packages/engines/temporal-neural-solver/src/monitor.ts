/**
 * Monitors: a rule compiled once, then any number of runs over it, behind `core`'s Monitor.
 *
 * Computes: after each letter the four-valued verdict of RV-LTL: `true` or `false` when every
 * infinite continuation satisfies or violates the rule (exact LTL3), otherwise `presumably_true` or
 * `presumably_false` by the finite-trace verdict (LTLf) of what was read, and `inconclusive` before
 * the first letter.
 *
 * Cost: a step over known ground is one test per proposition and one lookup; see automaton.ts for
 * new ground. A run is one small object; states and transitions are shared.
 *
 * @see Bauer, Leucker, Schallhart (2010), Comparing LTL semantics for runtime verification, J.
 *   Logic and Computation 20(3).
 *
 * Edge cases: a final verdict stays. `end()` goes on answering for the finite trace, which may
 * differ from it: `X true` holds on every infinite word, and fails on a trace of one letter. N
 * means X as long as the run goes on.
 *
 * Example: `G !secret` is presumably_true after {}, and false after {}, {secret}.
 */

import {
  type Letter,
  MidstreamError,
  type Monitor,
  type MonitorProgram,
  type Verdict,
} from '@midstream/core';
import {
  Automaton,
  type CacheLimits,
  type LetterKey,
  type Ltl3,
  MAX_BIT_PROPOSITIONS,
  type State,
} from './automaton.ts';
import type { DiagramNode } from './diagram.ts';
import { type Formula, FormulaTable } from './formula.ts';
import {
  MAX_CACHED_DEMANDS,
  MAX_CACHED_STATES,
  MAX_CACHED_TRANSITIONS,
  MAX_DIAGRAM_NODES,
  MAX_STATE_NODES,
} from './limits.ts';
import { checkTrace, lettersOf, type Trace } from './ltlf.ts';
import { adoptFormula } from './parser.ts';
import { printFormula } from './printer.ts';

/** Options of {@link compileMonitor}; each limit has its default and consequence in limits.ts. */
export interface MonitorOptions {
  readonly maxCachedStates?: number;
  readonly maxCachedTransitions?: number;
  readonly maxCachedDemands?: number;
  readonly maxDiagramNodes?: number;
  readonly maxStateNodes?: number;
}

/** A compiled rule. */
export interface TemporalProgram extends MonitorProgram {
  /** How many states of the shared automaton are cached now. */
  readonly cachedStates: number;
  start(): TemporalMonitor;
}

/** One run of a rule, with the three-valued verdict beside the four-valued one. */
export interface TemporalMonitor extends Monitor {
  /** What is certain about every infinite continuation. */
  readonly ltl3: Ltl3;
}

/** Compiles a formula into a program whose runs share one automaton. */
export function compileMonitor(
  formula: Formula | string,
  options: MonitorOptions = {},
): TemporalProgram {
  const own = adoptFormula(new FormulaTable(), formula);
  const text = printFormula(own);
  const automaton = new Automaton(own, checkTrace(own, []), limitsOf(options));
  return {
    formula: text,
    propositions: automaton.propositions,
    get cachedStates(): number {
      return automaton.cachedStates;
    },
    start: () => new Run(text, automaton),
  };
}

/** Both verdicts on a prefix; `rvltl` is null when nothing was read and nothing is certain. */
export interface PrefixVerdict {
  readonly ltl3: Ltl3;
  readonly rvltl: Exclude<Verdict, 'inconclusive'> | null;
}

/** What a prefix says about a formula. */
export function judgePrefix(formula: Formula | string, prefix: Trace): PrefixVerdict {
  const run = compileMonitor(formula).start();
  for (const letter of lettersOf(prefix)) run.step(letter);
  const { ltl3, verdict } = run;
  return { ltl3, rvltl: verdict === 'inconclusive' ? null : verdict };
}

class Run implements TemporalMonitor {
  readonly #formula: string;
  readonly #automaton: Automaton;
  #state: State;

  constructor(formula: string, automaton: Automaton) {
    this.#formula = formula;
    this.#automaton = automaton;
    this.#state = automaton.initial();
  }

  get ltl3(): Ltl3 {
    return this.#automaton.ltl3(this.#state);
  }

  get verdict(): Verdict {
    const { ltl3 } = this;
    if (ltl3 !== 'inconclusive') return ltl3;
    if (this.#state.diagram === null) return 'inconclusive';
    return this.#state.end ? 'presumably_true' : 'presumably_false';
  }

  step(letter: Letter): Verdict {
    if (typeof letter?.has !== 'function') {
      throw new MidstreamError('argument/invalid', 'Letter must be a set of proposition names');
    }
    const key = letterKey(letter, this.#automaton.propositions);
    this.#state = this.#automaton.step(this.#state, key);
    return this.verdict;
  }

  end(): boolean {
    return this.#state.end;
  }

  reset(): void {
    this.#state = this.#automaton.initial();
  }

  snapshot(): unknown {
    const nodes = this.#automaton.nodesOf(this.#state);
    const state = Array.isArray(nodes)
      ? nodes.map(({ variable, low, high }) => [variable, low, high])
      : nodes;
    return { formula: this.#formula, state };
  }

  restore(snapshot: unknown): void {
    const nodes = readSnapshot(snapshot, this.#formula);
    const state = nodes === undefined ? undefined : this.#automaton.stateOf(nodes);
    if (state === undefined) {
      throw new MidstreamError(
        'state/corrupt',
        `Snapshot is not a state of the monitor of ${JSON.stringify(this.#formula)}`,
      );
    }
    this.#state = state;
  }
}

/** The nodes in a snapshot, undefined where it has not the shape of one. */
function readSnapshot(
  snapshot: unknown,
  formula: string,
): DiagramNode[] | number | null | undefined {
  if (typeof snapshot !== 'object' || snapshot === null) return undefined;
  if (!('formula' in snapshot) || !('state' in snapshot)) return undefined;
  const { state } = snapshot;
  if (snapshot.formula !== formula) return undefined;
  if (state === null || state === 0 || state === 1) return state;
  if (!Array.isArray(state) || state.length === 0) return undefined;
  const nodes: DiagramNode[] = [];
  for (const row of state as unknown[]) {
    if (!Array.isArray(row) || row.length !== 3) return undefined;
    const [variable, low, high] = row as unknown[];
    if (typeof variable !== 'number' || typeof low !== 'number') return undefined;
    if (typeof high !== 'number') return undefined;
    nodes.push({ variable, low, high });
  }
  return nodes;
}

function letterKey(letter: Letter, propositions: readonly string[]): LetterKey {
  if (propositions.length > MAX_BIT_PROPOSITIONS) {
    return propositions.map((name) => (letter.has(name) ? '1' : '0')).join('');
  }
  let key = 0;
  for (let place = 0; place < propositions.length; place++) {
    if (letter.has(propositions[place] as string)) key |= 1 << place;
  }
  return key;
}

function limitsOf(options: MonitorOptions): CacheLimits {
  return {
    states: limit('maxCachedStates', options.maxCachedStates, MAX_CACHED_STATES),
    transitions: limit(
      'maxCachedTransitions',
      options.maxCachedTransitions,
      MAX_CACHED_TRANSITIONS,
    ),
    demands: limit('maxCachedDemands', options.maxCachedDemands, MAX_CACHED_DEMANDS),
    diagramNodes: limit('maxDiagramNodes', options.maxDiagramNodes, MAX_DIAGRAM_NODES),
    stateNodes: limit('maxStateNodes', options.maxStateNodes, MAX_STATE_NODES),
  };
}

function limit(name: string, value: number | undefined, standard: number): number {
  if (value === undefined) return standard;
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new MidstreamError(
    'argument/range',
    `Option ${name} must be a whole number of at least 1, found ${String(value)}`,
    { details: { option: name } },
  );
}
