/** The rule holds of a choice in the order in which they were placed and filled, unit by unit. */
import type { HoldAction } from '../actions.ts';
import type { Finding } from '../findings.ts';
import type { Millis } from '../units.ts';
import type { Choice } from './choice.ts';
import type { Track } from './track.ts';

/** A hold in force and where it is. */
export interface Placed {
  readonly hold: HoldAction;
  readonly track: Track;
}

/** A hold over which more has arrived than its limit, and the event that filled it. */
export interface Filled extends Placed {
  readonly event: { readonly sequence: number; readonly time: Millis };
}

/** The holds in force, first placed first. */
export function holdsOf(choice: Choice): readonly Placed[] {
  const placed: Placed[] = [];
  for (const track of choice.tracks) {
    for (const hold of track.holds) placed.push({ hold, track });
  }
  const when = ({ hold }: Placed): number => hold.finding?.events.last ?? 0;
  return placed.sort((a, b) => when(a) - when(b));
}

/**
 * The holds that had let more than their limit arrive by a moment, or by now: first filled first.
 */
export function filledHolds(choice: Choice, moment: Finding | null): readonly Filled[] {
  const filled: (Filled & { readonly unit: number })[] = [];
  for (const track of choice.tracks) {
    if (track.holds.length === 0) continue;
    const arrived = arrivedBy(track, moment);
    for (const hold of track.holds) {
      const unit = hold.from + hold.limit;
      const event = arrived > unit ? track.eventAt(unit) : undefined;
      if (event === undefined) continue;
      filled.push({ hold, track, event: notBeforePlaced(hold, event), unit });
    }
  }
  return filled.sort((a, b) => a.event.sequence - b.event.sequence || a.unit - b.unit);
}

/** A hold that was full when it was placed is filled by what placed it. */
function notBeforePlaced({ finding }: HoldAction, event: Filled['event']): Filled['event'] {
  if (finding === null || finding.events.last <= event.sequence) return event;
  return { sequence: finding.events.last, time: finding.time };
}

/** How much of a track had arrived at a moment, or by now. */
function arrivedBy(track: Track, moment: Finding | null): number {
  if (moment === null) return track.length;
  if (moment.span?.track === track.id) return moment.span.end;
  return track.lengthAt(moment.events.last);
}
