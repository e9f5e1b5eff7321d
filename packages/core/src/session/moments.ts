/**
 * Groups the findings of a batch into moments, in the order in which they would have come unit by
 * unit.
 */
import { compareFindings, type Finding, momentOf } from '../findings.ts';

/** Sorted groups; each holds the findings of one moment of one choice. */
export function momentsOf(findings: readonly Finding[]): Finding[][] {
  const sorted = findings.length > 1 ? [...findings].sort(compareFindings) : findings;
  const moments = new Map<string, Finding[]>();
  for (const finding of sorted) {
    const moment = momentOf(finding);
    const open = moments.get(moment);
    if (open === undefined) moments.set(moment, [finding]);
    else open.push(finding);
  }
  return [...moments.values()];
}
