/** Groups the findings of a batch into moments, in the order in which they would have come unit by unit. */
import { compareFindings, type Finding, sameMoment } from '../findings.ts';

/** Sorted groups; each holds the findings of one moment of one choice. */
export function momentsOf(findings: readonly Finding[]): Finding[][] {
  const sorted = findings.length > 1 ? [...findings].sort(compareFindings) : findings;
  const moments: Finding[][] = [];
  for (const finding of sorted) {
    const open = moments.find(
      (moment) => moment[0] !== undefined && sameMoment(moment[0], finding),
    );
    if (open === undefined) moments.push([finding]);
    else open.push(finding);
  }
  return moments;
}
