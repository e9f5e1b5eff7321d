/**
 * The way out: events wait here in the order they came, and leave as far as their track and choice allow. A cut
 * choice leaves up to its cut, followed by a `choice-end` with the reason `content_filter`.
 */
import type { ChoiceEnd, StreamEvent, TextDelta } from '../events.ts';
import { trackOf } from '../events.ts';
import type { AnalyserRunner } from './analyser-runner.ts';
import type { Choice } from './choice.ts';
import type { PendingDelta, Track } from './track.ts';

/** The reason of the `choice-end` that a cut releases. */
export const CUT_REASON = 'content_filter';

/** What has arrived and not yet left. */
export class Outbox {
  #queue: StreamEvent[] = [];
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

  enqueue(event: StreamEvent): void {
    this.#queue.push(event);
  }

  /** Appends to `released` all that may leave now. At the end of the stream nothing stays behind. */
  release(released: StreamEvent[], closing: boolean): void {
    const limits = this.#limits(closing);
    const stay: StreamEvent[] = [];
    for (const event of this.#queue) {
      this.#announceCuts(event.sequence, released);
      if (event.type === 'text-delta') {
        if (!this.#releaseText(event, limits, released)) stay.push(event);
      } else if (this.#mayLeave(event)) {
        released.push(event);
      }
    }
    this.#announceCuts(Number.POSITIVE_INFINITY, released);
    this.#queue = stay;
  }

  /** How far each track may leave. */
  #limits(closing: boolean): Map<Track, number> {
    const limits = new Map<Track, number>();
    for (const track of this.#tracks.values()) {
      if (track.pending.length > 0) limits.set(track, this.#limit(track, closing));
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

  /** Whether the whole of the delta is gone: it left, or will never leave. */
  #releaseText(event: TextDelta, limits: Map<Track, number>, released: StreamEvent[]): boolean {
    const track = this.#tracks.get(trackOf(event));
    const delta = track?.pending[0];
    if (track === undefined || delta === undefined) return true;
    if (delta.event !== event) return false;
    const limit = limits.get(track) ?? track.length;
    const out: TextDelta[] = [];
    if (delta.start <= limit) track.release(delta, limit, out);
    for (const part of out) released.push(part);
    if (this.#choices.get(track.choice)?.cut) return this.#dropAtCut(track, delta, limit);
    return track.pending[0] !== delta;
  }

  /** After the cut, what is left of a delta is forgotten; later ones are as well. */
  #dropAtCut(track: Track, delta: PendingDelta, limit: number): boolean {
    if (delta.end >= limit) track.drop();
    return true;
  }

  #mayLeave(event: StreamEvent): boolean {
    const cut = this.#choices.get(event.choice)?.cut;
    if (!cut || !OF_A_CHOICE.has(event.type)) return true;
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
