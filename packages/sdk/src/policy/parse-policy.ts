/**
 * Reads a policy file: YAML into rules that run, with every mistake told by line and column, and a
 * report on what the rules can do.
 */
import { type Analyser, messageOf, type Policy } from '@midstream/core';
import { SDK_LIMITS } from '../limits.ts';
import { type Problem, problemsOf } from '../problems.ts';
import { YamlFile } from '../yaml-file.ts';
import { checkRules, type NumberedRule } from './checks.ts';
import { compileRule, type RuleProblem } from './compile-rule.ts';
import { enforcementOf, heldPropositions } from './enforcement.ts';
import type { FormulaEngine } from './formula-engine.ts';
import { RulesRun } from './policy-run.ts';
import { type Proposition, readProposition, reportProposition, Watch } from './proposition.ts';
import type { PolicyReport } from './report.ts';
import type { Rule } from './rule.ts';
import { solverEngine } from './solver-engine.ts';
import { type PolicySource, policySchema } from './source.ts';

/** How a policy is read. */
export interface ParsePolicyOptions {
  /** The name when the file says none. Default `unnamed`. */
  readonly name?: string;
  /** The temporal logic; default the solver. */
  readonly engine?: FormulaEngine;
}

/** A policy, checked and compiled; shared by any number of sessions. */
export interface CompiledPolicy {
  readonly name: string;
  /** The file as it was read. */
  readonly source: string;
  readonly report: PolicyReport;
  /** Fresh analysers for one session, and the policy that judges what they find. */
  open(): { readonly analysers: Analyser[]; readonly policy: Policy };
}

/** Compiles a policy file. Throws `policy/invalid` with `details` {line, column, path}. */
export function parsePolicy(source: string, options: ParsePolicyOptions = {}): CompiledPolicy {
  const { engine = solverEngine } = options;
  const file = new YamlFile(source, {
    code: 'policy/invalid',
    what: 'the policy',
    limit: SDK_LIMITS.policySource,
  });
  const read = policySchema.safeParse(file.value);
  if (!read.success) throw file.problems(problemsOf(policySchema, file.value, read.error));
  const propositions = readPropositions(read.data, file);
  const rules = readRules(read.data, { propositions, engine, file });
  const checked = checkRules(rules, engine);
  throwFirst(file, checked.problems);
  return assemble({
    name: read.data.name ?? options.name ?? 'unnamed',
    source,
    propositions,
    rules: rules.map(({ rule }) => rule),
    messages: read.data.rules.map(({ message }) => message ?? null),
    warnings: checked.warnings,
    engine,
    file,
  });
}

function readPropositions(source: PolicySource, file: YamlFile): Map<string, Proposition> {
  const entries = Object.entries(source.propositions);
  const problems: Problem[] = [];
  tooMany(problems, ['propositions'], entries.length, SDK_LIMITS.policyPropositions);
  const patterns = entries.reduce((sum, [, { pattern = [] }]) => sum + pattern.length, 0);
  tooMany(problems, ['propositions'], patterns, SDK_LIMITS.policyPatterns);
  const propositions = new Map<string, Proposition>();
  for (const [name, entry] of entries) {
    const proposition = readProposition(name, entry, problems);
    if (proposition !== undefined) propositions.set(name, proposition);
  }
  throwFirst(file, problems);
  return propositions;
}

function readRules(
  source: PolicySource,
  context: {
    readonly propositions: ReadonlyMap<string, Proposition>;
    readonly engine: FormulaEngine;
    readonly file: YamlFile;
  },
): NumberedRule[] {
  const problems: RuleProblem[] = [];
  tooMany(problems, ['rules'], source.rules.length, SDK_LIMITS.policyRules);
  throwFirst(context.file, problems);
  const ids = new Map<string, number>();
  const rules = source.rules.flatMap((entry, index): NumberedRule[] => {
    const first = ids.get(entry.id);
    if (first !== undefined) {
      const message = `Rule ${first + 1} is called "${entry.id}" already: each rule needs its own id`;
      problems.push({ path: ['rules', index, 'id'], message });
    }
    ids.set(entry.id, index);
    const rule = compileRule(entry, index, { ...context, problems });
    return rule === undefined ? [] : [{ rule, index }];
  });
  throwFirst(context.file, problems);
  return rules;
}

interface Parts {
  readonly name: string;
  readonly source: string;
  readonly propositions: ReadonlyMap<string, Proposition>;
  readonly rules: readonly Rule[];
  readonly messages: readonly (string | null)[];
  readonly warnings: readonly string[];
  readonly engine: FormulaEngine;
  readonly file: YamlFile;
}

function assemble(parts: Parts): CompiledPolicy {
  const { name, source, propositions, rules, messages, warnings, engine, file } = parts;
  const held = heldPropositions(rules, propositions);
  const all = [...propositions.values()];
  const used = usedBy(rules);
  let watch: Watch;
  try {
    watch = new Watch(
      all.filter((proposition) => used.has(proposition.name)),
      held,
    );
  } catch (thrown) {
    throw file.problem({ path: ['propositions'], message: messageOf(thrown) }, thrown);
  }
  const report: PolicyReport = {
    rules: rules.map((rule, index) => ({
      id: rule.id,
      formula: rule.program.formula,
      action: rule.action.type,
      message: messages[index] ?? null,
      ...enforcementOf(rule, held, engine),
    })),
    propositions: all.map((proposition) => reportProposition(proposition, held)),
    warnings: [...warnings, ...unusedWarnings(all, used)],
  };
  const policy: Policy = { name, start: (choice) => new RulesRun(rules, choice) };
  return { name, source, report, open: () => ({ analysers: watch.open(), policy }) };
}

function usedBy(rules: readonly Rule[]): ReadonlySet<string> {
  const used = new Set<string>();
  for (const { propositions, action } of rules) {
    for (const name of propositions) used.add(name);
    if (action.type === 'hold') used.add(action.until);
  }
  return used;
}

const unusedWarnings = (all: readonly Proposition[], used: ReadonlySet<string>): string[] =>
  all
    .filter(({ name }) => !used.has(name))
    .map(({ name }) => `No rule uses the proposition "${name}": it is not watched for`);

function tooMany(
  problems: Problem[],
  path: readonly string[],
  count: number,
  { value, unit }: { readonly value: number; readonly unit: string },
): void {
  if (count > value) problems.push({ path, message: `${count} are too many: ${value} ${unit}` });
}

function throwFirst(file: YamlFile, problems: readonly RuleProblem[]): void {
  const [first] = problems;
  if (first === undefined) return;
  if (first.offset !== undefined) throw file.problemInside(first, first.offset, first.cause);
  throw problems.length === 1 ? file.problem(first, first.cause) : file.problems(problems);
}
