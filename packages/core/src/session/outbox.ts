/**
 * The way out: events wait here in the order they came, and leave as far as their track and choice
 * allow. A cut choice leaves up to its cut, followed by a `choice-end` with the reason
 * `content_filter`.
 */
import type { ChoiceEnd, StreamEvent } from '../events.ts';
import type { AnalyserRunner } from './analyser-runner.ts';
import type { Choice } from './choice.ts';
import type { Track } from './track.ts';

/** The reason of the `choice-end` that a cut releases. */
export const CUT_REASON = 'content_filter';

/** An event on its way out, and how far the track it waited on may leave. */
interface Leaving {
  readonly event: StreamEvent;
  readonly from: { readonly track: Track; readonly limit: number } | null;
}

/** What has arrived and not yet left. */
export class Outbox {
  /** Events that no track keeps waiting. */
  #passing: StreamEvent[] = [];
  readonly #tracks: ReadonlyMap<string, Track>;
  readonly #choices: ReadonlyMap<number, Choice>;
  readonly #analysers: AnalyserRunner;

  constructor(
    tracks: ReadonlyMap<string, Track>,
    choices: ReadonlyMap<number, Choice>,
    analysers: AnalyserRunner,
  ) {
    this.#tracks = tracks;
    this.#choices = choices;
    this.#analysers = analysers;
  }

  /** Takes an event that is not on a track. */
  enqueue(event: StreamEvent): void {
    this.#passing.push(event);
  }

  /**
   * Appends to `released` all that may leave now; at the end of the stream nothing stays behind.
   * Costs what leaves, not what waits. When an analyser fails at being asked, nothing has been
   * released.
   */
  release(released: StreamEvent[], closing: boolean): void {
    const leaving: Leaving[] = [];
    for (const [track, limit] of this.#limits(closing)) {
      for (const event of track.leaving(limit)) leaving.push({ event, from: { track, limit } });
    }
    for (const event of this.#passing) leaving.push({ event, from: null });
    this.#passing = [];
    leaving.sort((a, b) => a.event.sequence - b.event.sequence);
    for (const { event, from } of leaving) {
      const ends = event.type === 'stream-end';
      this.#announceCuts(ends ? Number.POSITIVE_INFINITY : event.sequence, released);
      if (!this.#mayLeave(event)) continue;
      if (from === null) released.push(event);
      else if (from.track.first?.event === event) from.track.release(from.limit, released);
    }
    this.#announceCuts(Number.POSITIVE_INFINITY, released);
  }

  /** How far each track that waits may leave. */
  #limits(closing: boolean): Map<Track, number> {
    const limits = new Map<Track, number>();
    for (const track of this.#tracks.values()) {
      if (track.waiting > 0) limits.set(track, this.#limit(track, closing));
    }
    return limits;
  }

  #limit(track: Track, closing: boolean): number {
    const choice = this.#choices.get(track.choice);
    if (choice?.cut) return choice.cutLimit(track, choice.cut);
    if (closing || choice?.ended === true) return track.length;
    let limit = Math.min(track.whole, this.#analysers.holdFrom(track.id));
    for (const hold of track.holds) limit = Math.min(limit, hold.from);
    return limit;
  }

  /** Whether a cut, if any, lets an event leave. A cut choice has an end of its own. */
  #mayLeave(event: StreamEvent): boolean {
    const cut = this.#choices.get(event.choice)?.cut;
    if (!cut || !OF_A_CHOICE.has(event.type)) return true;
    if (event.type === 'choice-end') return false;
    return cut.inclusive ? event.sequence <= cut.sequence : event.sequence < cut.sequence;
  }

  /** Releases the ends of cut choices whose cut lies before the event `sequence`. */
  #announceCuts(sequence: number, released: StreamEvent[]): void {
    for (const choice of this.#choices.values()) {
      const { cut } = choice;
      if (cut === null || choice.announced || cut.sequence >= sequence) continue;
      choice.announced = true;
      for (const track of choice.tracks) track.drop();
      const end: ChoiceEnd = {
        type: 'choice-end',
        channel: 'control',
        choice: choice.number,
        sequence: cut.event,
        time: cut.time,
        reason: CUT_REASON,
        cutBy: { rule: cut.action.rule, finding: cut.action.finding?.id ?? null },
      };
      released.push(end);
    }
  }
}

const OF_A_CHOICE: ReadonlySet<StreamEvent['type']> = new Set([
  'tool-start',
  'tool-end',
  'audio-delta',
  'choice-end',
]);
