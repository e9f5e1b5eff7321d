/** Whether a rule can keep the event that violates it from leaving, and why. */
import type { FormulaEngine } from './formula-engine.ts';
import type { Proposition } from './proposition.ts';
import type { RuleReport } from './report.ts';
import type { Rule } from './rule.ts';

/** The propositions whose text waits: patterns that a rule which stops text speaks of. */
export function heldPropositions(
  rules: readonly Rule[],
  propositions: ReadonlyMap<string, Proposition>,
): ReadonlySet<string> {
  const held = new Set<string>();
  for (const { action, propositions: names } of rules) {
    if (action.type === 'pass' || action.type === 'alert') continue;
    for (const name of names) if (propositions.get(name)?.kind === 'pattern') held.add(name);
  }
  return held;
}

/** Judges one rule: a safety formula over held text whose action stops the text is enforced. */
export function enforcementOf(
  rule: Rule,
  held: ReadonlySet<string>,
  engine: FormulaEngine,
): Pick<RuleReport, 'enforcement' | 'reason'> {
  const { action, program, propositions } = rule;
  const reported = (reason: string): Pick<RuleReport, 'enforcement' | 'reason'> => ({
    enforcement: 'reported',
    reason,
  });
  if (action.type === 'pass' || action.type === 'alert') {
    return reported(`The action "${action.type}" stops nothing`);
  }
  const loose = [...propositions].find((name) => !held.has(name));
  if (loose !== undefined) {
    return reported(`"${loose}" is only known when it has happened: what made it has left by then`);
  }
  if (!engine.isSafety(program.formula) || !program.start().end()) {
    return reported('It can be violated by what never comes: that is known only at the end');
  }
  switch (action.type) {
    case 'cut':
      return {
        enforcement: 'enforced',
        reason:
          'Text that may violate it waits until it is judged, and the choice is cut before it',
      };
    case 'redact':
      return {
        enforcement: 'enforced',
        reason: 'Text that may violate it waits until it is judged, and is replaced',
      };
    case 'hold':
      return action.otherwise === 'cut'
        ? {
            enforcement: 'enforced',
            reason: `Text that violates it waits for "${action.until}", and the choice is cut if that never comes`,
          }
        : reported(`After ${action.limit} characters or at the end the text is let go`);
  }
}
