/** The answer to "why?": from a span to its finding, its rule and what was done. */
import type { Action, Finding } from '@midstream/core';
import type { Moment } from './view-model.ts';

/** One link of the chain. */
export interface Reason {
  readonly step: 'Span' | 'Finding' | 'Rule' | 'Action';
  readonly text: string;
}

/** What is behind a finding, or a rule's act on it. */
export function whyOf(
  moments: readonly Moment[],
  { finding: id, rule }: { readonly finding: string | null; readonly rule: string | null },
): readonly Reason[] {
  const action = actionOf(moments, id, rule);
  const finding = action?.finding ?? findingOf(moments, id);
  const reasons: Reason[] = [];
  if (finding?.span) {
    const { track, start, end } = finding.span;
    reasons.push({ step: 'Span', text: `${track}, characters ${start} to ${end}` });
  }
  if (finding) {
    reasons.push({ step: 'Finding', text: `${finding.proposition}: ${finding.message}` });
  }
  reasons.push({ step: 'Rule', text: rule ?? 'the session itself' });
  if (action !== null) {
    reasons.push({ step: 'Action', text: `${action.type}: ${action.message}` });
  }
  return reasons;
}

function findingOf(moments: readonly Moment[], id: string | null): Finding | null {
  for (const { what } of moments) {
    if (what.kind === 'finding' && what.finding.id === id) return what.finding;
  }
  return null;
}

function actionOf(
  moments: readonly Moment[],
  finding: string | null,
  rule: string | null,
): Action | null {
  for (const { what } of moments) {
    if (what.kind !== 'action' || what.action.rule !== rule) continue;
    if ((what.action.finding?.id ?? null) === finding) return what.action;
  }
  return null;
}
