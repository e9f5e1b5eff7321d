/**
 * An action may reach only for text that waits. What has left cannot be taken back, and what an
 * analyser did not hold back has left when the text comes unit by unit, so acting on it would
 * depend on how the text was cut.
 */
import type { Action } from '../actions.ts';
import { MidstreamError } from '../errors.ts';
import type { Track } from './track.ts';

/**
 * Throws when an action is for text that has left, or may have: a defect of the policy or an
 * analyser.
 */
export function checkReach(action: Action, tracks: ReadonlyMap<string, Track>): void {
  const reach = reachOf(action);
  if (reach === null) return;
  const { track, from } = reach;
  const { rule, finding } = action;
  const unheld = finding !== null && !finding.held && finding.span?.track === track;
  const left = Math.max(tracks.get(track)?.released ?? 0, unheld ? (finding.span?.end ?? 0) : 0);
  if (from >= left) return;
  throw new MidstreamError(
    'argument/invalid',
    `Cannot ${action.type} from position ${from} of ${track}: rule "${rule}" acts on finding ` +
      `"${finding?.id}", but the text before ${left} was not held back`,
    { details: { rule, finding: finding?.id ?? null, track, from, left } },
  );
}

/** The first position whose leaving an action changes. */
function reachOf(action: Action): { readonly track: string; readonly from: number } | null {
  switch (action.type) {
    case 'redact':
      return { track: action.span.track, from: action.span.start };
    case 'hold':
      return { track: action.track, from: action.from };
    case 'cut':
      return action.position && { track: action.position.track, from: action.position.offset };
    case 'pass':
    case 'release':
    case 'alert':
    case 'cancel-upstream':
      return null;
  }
}
