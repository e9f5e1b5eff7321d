/**
 * How far the text of each track has left, and which events of it still wait. Text leaves in order;
 * a replacement may stand for the text of many events.
 *
 * Cost: constant per event, amortised; memory, the events that wait.
 */
import { type StreamEvent, type TextDelta, trackOf } from '@midstream/core';
import { Fifo } from './fifo.ts';
import type { Entry, TrackState } from './waiting-frame.ts';

/** The tracks of one stream. */
export class TextTracks {
  readonly #tracks: Map<string, TrackState> = new Map();

  /** The track of an event that has just come, with its text. */
  extend(event: TextDelta): TrackState {
    const id = trackOf(event);
    const track = this.#tracks.get(id) ?? { length: 0, consumed: 0, entries: new Fifo() };
    this.#tracks.set(id, track);
    track.length += event.text.length;
    return track;
  }

  /** Takes the events that must have left, or never will, when this one leaves. */
  before(entry: Entry): Entry[] {
    const { track, event } = entry;
    if (track !== null) return taken(track, (other) => other !== entry);
    if (event.type !== 'choice-end') return [];
    return this.#of(event.choice).flatMap((each) => taken(each, () => true));
  }

  /** A piece has left: takes the events whose text that completes or replaces. */
  advance({ track, event: original, end }: Entry, event: StreamEvent): Entry[] {
    if (track === null || event.type !== 'text-delta') return [];
    if (event === original) track.consumed = end;
    else if (event.edit === undefined) track.consumed += event.text.length;
    else track.consumed = Math.max(track.consumed, event.edit.end);
    return taken(track, (other) => other.end <= track.consumed);
  }

  /** Forgets what waits of a choice. */
  drop(choice: number): void {
    for (const track of this.#of(choice)) taken(track, () => true);
  }

  #of(choice: number): TrackState[] {
    const all = [...this.#tracks];
    return all.filter(([id]) => Number(id.split('/')[1]) === choice).map(([, track]) => track);
  }
}

/** Takes entries from the front of a track for as long as they have the property. */
function taken({ entries }: TrackState, has: (entry: Entry) => boolean): Entry[] {
  const out: Entry[] = [];
  for (let { first } = entries; first !== undefined && has(first); first = entries.first) {
    entries.shift();
    out.push(first);
  }
  return out;
}
