/**
 * A policy at work on one choice: every rule's monitor is stepped through the moments that concern
 * it, and a violation becomes the rule's action.
 *
 * A rule reads the moments at which at least one of its own propositions was found, and no others:
 * what other rules of the same file look for never changes its verdict, and "next" means the next
 * moment of its own.
 *
 * A `cut` is final. Every other action takes the violating moment out of the rule's run: the
 * monitor goes back to where it was before, so the rule acts at each occurrence, and what it has
 * seen earlier still counts. For `redact` that is the suppression of an edit automaton: the moments
 * that leave satisfy the rule.
 *
 * Cost: a moment costs one step of each rule that it concerns. Memory: one monitor for each rule.
 *
 * See: Ligatti, Bauer, Walker 2005, "Edit automata: enforcement mechanisms for run-time security
 * policies".
 *
 * Example: of `G !p` with `redact`, each finding of p gives one redact action; with `cut`, the
 * first gives a cut and later ones nothing.
 */
import {
  type Action,
  type Finding,
  type Letter,
  MidstreamError,
  type Millis,
  type Monitor,
  type PolicyRun,
} from '@midstream/core';
import { z } from 'zod';
import type { Rule } from './rule.ts';
import { endAction, releaseAction, violationActions } from './rule-actions.ts';

interface RuleState {
  readonly rule: Rule;
  /** The rule's number, which decides between replacements. */
  readonly number: number;
  readonly monitor: Monitor;
  /** It has cut the choice: nothing is left to do. */
  spent: boolean;
  /** Text waits for it. */
  holding: boolean;
}

const snapshotSchema = z.strictObject({
  version: z.literal(1),
  rules: z.array(
    z.strictObject({
      id: z.string(),
      formula: z.string(),
      monitor: z.unknown(),
      spent: z.boolean(),
      holding: z.boolean(),
    }),
  ),
});

/** The rules of one policy, running on one choice. */
export class RulesRun implements PolicyRun {
  readonly #choice: number;
  readonly #states: readonly RuleState[];

  constructor(rules: readonly Rule[], choice: number) {
    this.#choice = choice;
    this.#states = rules.map((rule, number) => ({
      rule,
      number,
      monitor: rule.program.start(),
      spent: false,
      holding: false,
    }));
  }

  step(findings: readonly Finding[]): readonly Action[] {
    const letter: Letter = new Set(findings.map(({ proposition }) => proposition));
    const actions: Action[] = [];
    for (const state of this.#states) {
      if (state.spent) continue;
      actions.push(...violations(state, findings, letter));
      const release = releaseBy(state, findings);
      if (release !== undefined) actions.push(release);
    }
    return actions;
  }

  end(time: Millis): readonly Action[] {
    const actions: Action[] = [];
    for (const { rule, spent, monitor } of this.#states) {
      if (!spent && !monitor.end()) actions.push(endAction(rule, this.#choice, time));
    }
    return actions;
  }

  snapshot(): unknown {
    const rules = this.#states.map(({ rule, monitor, spent, holding }) => ({
      id: rule.id,
      formula: rule.program.formula,
      monitor: monitor.snapshot(),
      spent,
      holding,
    }));
    return { version: 1, rules };
  }

  restore(snapshot: unknown): void {
    const read = snapshotSchema.safeParse(snapshot);
    const same =
      read.success &&
      read.data.rules.length === this.#states.length &&
      read.data.rules.every(
        ({ id, formula }, number) =>
          id === this.#states[number]?.rule.id &&
          formula === this.#states[number]?.rule.program.formula,
      );
    if (!same) {
      throw new MidstreamError(
        'state/corrupt',
        'Cannot restore the policy run: the snapshot is damaged or of another policy',
      );
    }
    // All monitors are tried before one is changed, so a refused snapshot leaves the run as it was.
    for (const [number, { monitor }] of read.data.rules.entries()) {
      this.#states[number]?.rule.program.start().restore(monitor);
    }
    for (const [number, { monitor, spent, holding }] of read.data.rules.entries()) {
      const state = this.#states[number];
      if (state === undefined) continue;
      state.monitor.restore(monitor);
      state.spent = spent;
      state.holding = holding;
    }
  }
}

/** Shows the moment to the rule, if it concerns it, and gives the actions of a violation. */
function violations(state: RuleState, findings: readonly Finding[], letter: Letter): Action[] {
  const { rule, number: precedence } = state;
  const [first, ...more] = findings.filter(({ proposition }) => rule.propositions.has(proposition));
  if (first === undefined || !violates(state, letter)) return [];
  const actions = violationActions(rule, [first, ...more], { letter, precedence });
  state.holding ||= actions.some(({ type }) => type === 'hold');
  return actions;
}

/** Steps the monitor; after a violation it stands where it stood, or the rule is spent. */
function violates(state: RuleState, letter: Letter): boolean {
  const { monitor, rule } = state;
  const before = rule.action.type === 'cut' ? undefined : monitor.snapshot();
  if (monitor.step(letter) !== 'false') return false;
  if (rule.action.type === 'cut') state.spent = true;
  else monitor.restore(before);
  return true;
}

/** Ends a hold when what it waits for was found. */
function releaseBy(state: RuleState, findings: readonly Finding[]): Action | undefined {
  const { action } = state.rule;
  if (action.type !== 'hold' || !state.holding) return undefined;
  const finding = findings.find(({ proposition }) => proposition === action.until);
  if (finding === undefined) return undefined;
  state.holding = false;
  return releaseAction(state.rule, finding);
}
