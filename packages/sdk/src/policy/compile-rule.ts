/** One rule as written, made into a rule that runs. Every problem is told with its place. */
import { isMidstreamError, type MidstreamError, type MonitorProgram } from '@midstream/core';
import { SDK_LIMITS } from '../limits.ts';
import type { Problem } from '../problems.ts';
import { didYouMean } from '../suggest.ts';
import type { FormulaEngine } from './formula-engine.ts';
import type { Proposition } from './proposition.ts';
import type { Rule, RuleAction } from './rule.ts';
import type { RuleActionName, RuleSource } from './source.ts';

/** A problem, with the place inside of a formula when it has one. */
export interface RuleProblem extends Problem {
  readonly offset?: number;
  readonly cause?: MidstreamError;
}

/** What rules are compiled against; problems are appended to `problems`. */
export interface RuleContext {
  readonly engine: FormulaEngine;
  readonly propositions: ReadonlyMap<string, Proposition>;
  readonly problems: RuleProblem[];
}

const FORMS = ['never', 'eventually', 'formula'] as const;
type Form = (typeof FORMS)[number];

/** Which keys belong to which action. */
const ACTION_KEYS: Readonly<Record<string, RuleActionName>> = {
  with: 'redact',
  until: 'hold',
  limit: 'hold',
  otherwise: 'hold',
  severity: 'alert',
};

const HOLD_LIMIT = 2_000;
const REDACTED = '[redacted]';

/** Compiles one rule; `undefined` when it has a problem. */
export function compileRule(
  source: RuleSource,
  index: number,
  context: RuleContext,
): Rule | undefined {
  const known = context.problems.length;
  const form = checkKeys(source, index, context.problems);
  if (form === undefined || context.problems.length > known) return undefined;
  checkNames(source, index, context);
  if (context.problems.length > known) return undefined;
  const program = compile(source, index, form, context);
  if (program === undefined) return undefined;
  const path = ['rules', index];
  const rule: Rule = {
    id: source.id,
    program,
    propositions: new Set(program.propositions),
    action: actionOf(source),
    message: source.message ?? defaultMessage(source, program.formula),
  };
  checkAction(rule, path, context);
  return context.problems.length > known ? undefined : rule;
}

/** The formula that a rule's words stand for. */
export function formulaOf(source: RuleSource): string {
  if (source.never !== undefined) {
    if (source.before !== undefined) return `!${source.never} W ${source.before}`;
    if (source.after !== undefined) return `G (${source.after} -> G !${source.never})`;
    return `G !${source.never}`;
  }
  return source.eventually === undefined ? (source.formula ?? '') : `F ${source.eventually}`;
}

function checkKeys(source: RuleSource, index: number, problems: RuleProblem[]): Form | undefined {
  const refuse = (key: string, message: string): void => {
    problems.push({ path: ['rules', index, key], key, message });
  };
  const [form, second] = FORMS.filter((key) => source[key] !== undefined);
  if (form === undefined) {
    const message = 'It says no condition: never, eventually or formula is wanted';
    problems.push({ path: ['rules', index], message });
  }
  if (second !== undefined) refuse(second, `It has a condition already, "${form}": one is wanted`);
  for (const key of ['before', 'after'] as const) {
    if (source[key] !== undefined && form !== 'never') refuse(key, `"${key}" goes with "never"`);
  }
  if (source.before !== undefined && source.after !== undefined) {
    refuse('after', 'Only one of before and after is possible: write a formula for both');
  }
  for (const [key, action] of Object.entries(ACTION_KEYS)) {
    if (source[key as keyof RuleSource] === undefined || source.action === action) continue;
    refuse(key, `"${key}" goes with the action "${action}", and this one is "${source.action}"`);
  }
  if (source.action === 'hold' && source.until === undefined) {
    const message = 'A hold needs "until": the proposition that ends the waiting';
    problems.push({ path: ['rules', index, 'action'], message });
  }
  return form;
}

/** The words that name a proposition name one that exists. */
function checkNames(source: RuleSource, index: number, context: RuleContext): void {
  for (const key of ['never', 'before', 'after', 'eventually', 'until'] as const) {
    const name = source[key];
    if (name === undefined || context.propositions.has(name)) continue;
    context.problems.push({ path: ['rules', index, key], ...unknownProposition(name, context) });
  }
}

const unknownProposition = (name: string, { propositions }: RuleContext): { message: string } => ({
  message: `There is no proposition "${name}"${didYouMean(name, [...propositions.keys()])}`,
});

function compile(
  source: RuleSource,
  index: number,
  form: Form,
  { engine, problems, propositions }: RuleContext,
): MonitorProgram | undefined {
  const path = ['rules', index, form];
  const formula = formulaOf(source);
  const { value, unit } = SDK_LIMITS.policyFormula;
  if (formula.length > value) {
    problems.push({
      path,
      message: `It has ${formula.length} characters: at most ${value} ${unit}`,
    });
    return undefined;
  }
  try {
    return engine.compile(formula, [...propositions.keys()]);
  } catch (thrown) {
    if (!isMidstreamError(thrown)) throw thrown;
    const { offset } = thrown.details;
    const inside = form === 'formula' && typeof offset === 'number' ? { offset } : {};
    problems.push({ path, message: thrown.message, cause: thrown, ...inside });
    return undefined;
  }
}

function actionOf(source: RuleSource): RuleAction {
  switch (source.action) {
    case 'pass':
      return { type: 'pass' };
    case 'cut':
      return { type: 'cut' };
    case 'redact':
      return { type: 'redact', text: source.with ?? REDACTED };
    case 'alert':
      return { type: 'alert', severity: source.severity ?? 'warning' };
    case 'hold': {
      const { until = '', limit = HOLD_LIMIT, otherwise = 'cut' } = source;
      return { type: 'hold', until, limit, otherwise };
    }
  }
}

function defaultMessage(source: RuleSource, formula: string): string {
  const { never, before, after, eventually } = source;
  if (never !== undefined && before !== undefined) return `"${never}" came before "${before}"`;
  if (never !== undefined && after !== undefined) return `"${never}" came after "${after}"`;
  if (never !== undefined) return `"${never}" was found`;
  if (eventually !== undefined) return `"${eventually}" never came`;
  return `The rule ${formula} is violated`;
}

/** Redacting and holding need text that can still be kept from leaving. */
function checkAction(
  { action, propositions }: Rule,
  path: readonly (string | number)[],
  { propositions: known, problems }: RuleContext,
): void {
  if (action.type !== 'redact' && action.type !== 'hold') return;
  for (const name of propositions) {
    const kind = known.get(name)?.kind;
    if (kind === undefined || kind === 'pattern') continue;
    if (action.type === 'hold' && kind === 'repetition') continue;
    const why =
      kind === 'stall'
        ? 'a stall is silence, so there is no text'
        : 'a repetition is only known when its text has left, so there is nothing left';
    const message = `"${name}" cannot be the reason to ${action.type}: ${why} to ${action.type}; use cut or alert`;
    problems.push({ path: [...path, 'action'], message });
    return;
  }
}
