/**
 * What a rule does: the actions of `core` for a violation, for the end of a hold, and for the end
 * of a choice.
 */
import type { Action, Finding, Letter, Millis } from '@midstream/core';
import type { Rule } from './rule.ts';

/** The findings of the violating moment that the rule's formula speaks of; at least one. */
export type Reasons = readonly [Finding, ...Finding[]];

/**
 * The actions for a violation. `precedence` is the rule's number, which decides between
 * replacements.
 */
export function violationActions(
  rule: Rule,
  reasons: Reasons,
  { letter, precedence }: { readonly letter: Letter; readonly precedence: number },
): Action[] {
  const { action } = rule;
  switch (action.type) {
    case 'pass':
      return [{ type: 'pass', ...baseOf(rule, reasons[0]) }];
    case 'alert':
      return [{ type: 'alert', severity: action.severity, ...baseOf(rule, reasons[0]) }];
    case 'cut': {
      const { finding, position } = earliestOf(reasons);
      return [{ type: 'cut', position, ...baseOf(rule, finding) }];
    }
    case 'redact':
      return reasons.flatMap((finding): Action[] => {
        const { span, held } = finding;
        if (span === null || !held) return [];
        return [{ type: 'redact', span, text: action.text, precedence, ...baseOf(rule, finding) }];
      });
    case 'hold': {
      const { finding, position } = earliestOf(reasons);
      if (position === null || letter.has(action.until)) return [];
      const { limit, otherwise } = action;
      const { track, offset: from } = position;
      return [{ type: 'hold', track, from, limit, otherwise, ...baseOf(rule, finding) }];
    }
  }
}

/** The end of a hold by the finding that it waited for. */
export function releaseAction(rule: Rule, finding: Finding): Action {
  const message = `"${finding.proposition}" was found, which rule "${rule.id}" waited for`;
  return { type: 'release', ...baseOf(rule, finding), message };
}

/** What a rule does about what never came: nothing is left to hold or redact, so it says so. */
export function endAction(rule: Rule, choice: number, time: Millis): Action {
  const { action } = rule;
  const message = `${rule.message} (seen at the end of the choice)`;
  const base = { rule: rule.id, finding: null, choice, time, message };
  switch (action.type) {
    case 'cut':
      return { type: 'cut', position: null, ...base };
    case 'pass':
      return { type: 'pass', ...base };
    case 'alert':
      return { type: 'alert', severity: action.severity, ...base };
    case 'redact':
    case 'hold':
      return { type: 'alert', severity: 'warning', ...base };
  }
}

interface Earliest {
  readonly finding: Finding;
  /** `null` when none of the findings is about text. */
  readonly position: { readonly track: string; readonly offset: number } | null;
}

/**
 * The finding that keeps most of the text from leaving, and where: before the text of a match that
 * was held, after that of one that has left already.
 */
function earliestOf(reasons: Reasons): Earliest {
  let earliest: Earliest = { finding: reasons[0], position: null };
  for (const finding of reasons) {
    if (finding.span === null) continue;
    const { track, start, end } = finding.span;
    const offset = finding.held ? start : end;
    if (earliest.position === null || offset < earliest.position.offset) {
      earliest = { finding, position: { track, offset } };
    }
  }
  return earliest;
}

const baseOf = (rule: Rule, finding: Finding): ActionBase => ({
  rule: rule.id,
  finding,
  choice: finding.choice,
  time: finding.time,
  message: rule.message,
});

type ActionBase = Pick<Action, 'rule' | 'choice' | 'time' | 'message'> & {
  readonly finding: Finding;
};
