/**
 * What is checked of a policy's rules together, at load.
 *
 * - A rule that no stream satisfies is refused, and one that none violates. A stream is a finite
 *   run of moments, of which a rule reads those at which one of its propositions was found.
 * - Two rules that no stream satisfies both are refused. Only pairs that share a proposition can
 *   contradict each other, and only when one of them asks for something, so that silence violates
 *   it: those pairs are tried, up to a limit. Three rules that contradict only together are not
 *   found.
 * - Rules alike in formula and action, rules that pass what another rule stops, and propositions
 *   that no rule uses are warned about.
 *
 * Cost: one question of satisfiability for each rule and one for each pair tried.
 */
import { isMidstreamError, messageOf } from '@midstream/core';
import { SDK_LIMITS } from '../limits.ts';
import type { RuleProblem } from './compile-rule.ts';
import type { FormulaEngine } from './formula-engine.ts';
import type { Rule } from './rule.ts';

/** What the checks found; `index` is the number of the rule in the file. */
export interface Checked {
  readonly problems: readonly RuleProblem[];
  readonly warnings: readonly string[];
}

/** A rule and its number in the file. */
export interface NumberedRule {
  readonly rule: Rule;
  readonly index: number;
}

/** Checks rules alone and in pairs. */
export function checkRules(rules: readonly NumberedRule[], engine: FormulaEngine): Checked {
  const problems: RuleProblem[] = [];
  const warnings: string[] = [];
  const decided = rules.filter((numbered) => checkAlone(numbered, engine, { problems, warnings }));
  checkPairs(decided, engine, { problems, warnings });
  warnAlike(rules, warnings);
  return { problems, warnings };
}

interface Out {
  readonly problems: RuleProblem[];
  readonly warnings: string[];
}

/** Whether the rule can be told apart from nonsense, and so is worth comparing with others. */
function checkAlone({ rule, index }: NumberedRule, engine: FormulaEngine, out: Out): boolean {
  const { formula } = rule.program;
  const path = ['rules', index];
  const answer = ask(engine, relativeOf(rule, engine), rule.id, out);
  if (answer?.satisfiable === false) {
    const message = `No stream can satisfy ${formula}: the rule would always be violated`;
    out.problems.push({ path, message });
  }
  if (answer?.valid === true) {
    const message =
      `No stream can violate ${formula}: the rule would never do anything ` +
      '(a rule reads only moments at which one of its propositions was found)';
    out.problems.push({ path, message });
  }
  return answer?.satisfiable === true && !answer.valid;
}

/** The rule as a formula about all moments of a stream. */
function relativeOf({ program, propositions }: Rule, engine: FormulaEngine): string {
  const own = propositions.size === 0 ? 'true' : [...propositions].join(' | ');
  return engine.relative(program.formula, own);
}

/** The engine's answer, or a warning that there is none within its budget. */
function ask(
  engine: FormulaEngine,
  formula: string,
  id: string,
  { warnings }: Out,
): { readonly satisfiable: boolean; readonly valid: boolean } | undefined {
  try {
    return engine.analyse(formula);
  } catch (thrown) {
    const tooMuch =
      isMidstreamError(thrown, 'budget/exceeded') || isMidstreamError(thrown, 'formula/too-large');
    if (!tooMuch) throw thrown;
    const warning = `Rule "${id}" could not be checked for sense: ${messageOf(thrown)}`;
    if (!warnings.includes(warning)) warnings.push(warning);
    return undefined;
  }
}

function checkPairs(rules: readonly NumberedRule[], engine: FormulaEngine, out: Out): void {
  let tried = 0;
  let skipped = 0;
  for (const [place, first] of rules.entries()) {
    for (const second of rules.slice(place + 1)) {
      if (!mayContradict(first.rule, second.rule)) continue;
      if (tried >= SDK_LIMITS.policyPairs.value) {
        skipped += 1;
        continue;
      }
      tried += 1;
      const both = `${relativeOf(first.rule, engine)} & ${relativeOf(second.rule, engine)}`;
      if (ask(engine, both, second.rule.id, out)?.satisfiable !== false) continue;
      const message =
        `It contradicts rule "${first.rule.id}": no stream can satisfy both ` +
        `${first.rule.program.formula} and ${second.rule.program.formula}`;
      out.problems.push({ path: ['rules', second.index], message });
    }
  }
  if (skipped > 0) {
    out.warnings.push(
      `${skipped} pairs of rules were not checked for contradiction: ${tried} are checked at most`,
    );
  }
}

/**
 * Two rules that silence satisfies never contradict each other, nor do two that speak of different
 * things; and a rule that lets pass forbids nothing.
 */
function mayContradict(a: Rule, b: Rule): boolean {
  if (a.action.type === 'pass' || b.action.type === 'pass') return false;
  if (a.program.start().end() && b.program.start().end()) return false;
  for (const name of a.propositions) if (b.propositions.has(name)) return true;
  return false;
}

function warnAlike(rules: readonly NumberedRule[], warnings: string[]): void {
  const byFormula = new Map<string, Rule[]>();
  for (const { rule } of rules) {
    const alike = byFormula.get(rule.program.formula) ?? [];
    byFormula.set(rule.program.formula, [...alike, rule]);
    for (const other of alike) {
      const types = [other.action.type, rule.action.type];
      if (types[0] === types[1]) {
        warnings.push(`Rules "${other.id}" and "${rule.id}" ask for the same: one is enough`);
      } else if (types.includes('pass') && types.some((type) => STOPPING.has(type))) {
        warnings.push(
          `Of rules "${other.id}" and "${rule.id}" one lets pass what the other stops: it is stopped`,
        );
      }
    }
  }
}

const STOPPING: ReadonlySet<string> = new Set(['cut', 'redact', 'hold']);
