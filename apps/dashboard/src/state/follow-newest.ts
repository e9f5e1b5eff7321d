/**
 * Which session is shown while nobody has picked one: the newest that is live. It moves on calmly:
 * no sooner than {@link DWELL} after the shown one was taken up, or after it ended, so that its end
 * can be read. With nothing live it stays; an idle page begins with the newest session that carried
 * text.
 */
import type { SessionSummary } from '@midstream/core';

/** How long a session stays before a newer one takes its place, in milliseconds. */
export const DWELL = 3_000;

/** What is shown now. Times are the page's own: the clock of the server may differ. */
export interface Followed {
  readonly id: string;
  readonly since: number;
  /** When its end was noticed. */
  readonly ended: number | null;
}

/** What to show next; the very object that was given when nothing changes. Newest first. */
export function followNewest(
  sessions: readonly SessionSummary[],
  current: Followed | null,
  now: number,
): Followed | null {
  const live = sessions.find(({ state }) => state === 'open');
  const standing = sessions.find(({ id }) => id === current?.id);
  if (current === null || standing === undefined) {
    const next = live ?? sessions.find(({ counts }) => counts.charactersIn > 0) ?? sessions[0];
    return next === undefined ? current : take(next, now);
  }
  const noticed =
    standing.state !== 'open' && current.ended === null ? { ...current, ended: now } : current;
  if (live === undefined || live.id === current.id) return noticed;
  const calm = now - Math.max(noticed.since, noticed.ended ?? noticed.since) >= DWELL;
  return calm ? take(live, now) : noticed;
}

const take = ({ id, state }: SessionSummary, now: number): Followed => ({
  id,
  since: now,
  ended: state === 'open' ? null : now,
});
