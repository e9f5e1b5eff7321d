/**
 * The text of one track on its way out: what has arrived, what has left, and what stands between.
 * Nothing here decides; it only keeps positions right. Text that has left is forgotten, so memory
 * is what is held.
 */

import type { HoldAction, RedactAction } from '../actions.ts';
import type { StreamEvent, TextDelta, ToolEnd, TrackId } from '../events.ts';
import { Fifo } from './fifo.ts';

/**
 * An event of the track that has not wholly left: a delta, or the end of the tool call whose
 * arguments wait.
 */
export interface Pending {
  readonly event: TextDelta | ToolEnd;
  /** Where the delta begins and ends on its track; an end lies at one position. */
  readonly start: number;
  readonly end: number;
}

/** One track's state. */
export class Track {
  readonly id: TrackId;
  readonly choice: number;
  /** How much text has arrived, in UTF-16 units. */
  length = 0;
  /** How much of it has left, or was taken away. */
  released = 0;
  /** Rule holds in force. */
  holds: HoldAction[] = [];
  /** Whether the last unit that arrived is the first half of a surrogate pair. */
  #dangling = false;
  readonly #pending: Fifo<Pending> = new Fifo();
  readonly #edits: Fifo<RedactAction> = new Fifo();
  /** Everything before this position is covered by a replacement that has left already. */
  #covered = 0;

  constructor(id: TrackId, choice: number) {
    this.id = id;
    this.choice = choice;
  }

  append(event: TextDelta): void {
    const start = this.length;
    this.length += event.text.length;
    this.#pending.push({ event, start, end: this.length });
    if (event.text.length > 0) {
      const last = event.text.charCodeAt(event.text.length - 1);
      this.#dangling = last >= 0xd800 && last <= 0xdbff;
    }
  }

  /** The most that may leave while more text may come: never half of a surrogate pair. */
  get whole(): number {
    return this.#dangling ? this.length - 1 : this.length;
  }

  /** The tool call is complete; its end waits for the arguments before it. */
  appendEnd(event: ToolEnd): void {
    this.#pending.push({ event, start: this.length, end: this.length });
  }

  /** How much text had arrived with the events up to `sequence`. */
  lengthAt(sequence: number): number {
    const after = this.#pending.search(({ event }) => event.sequence > sequence);
    return Math.max(this.released, this.#pending.at(after - 1)?.end ?? 0);
  }

  /** The waiting event that brought the unit at `position`. */
  eventAt(position: number): Pending['event'] | undefined {
    return this.#pending.at(this.#pending.search(({ end }) => end > position))?.event;
  }

  /**
   * Registers a replacement. Spans may overlap: the earliest beginning stands for all it touches.
   */
  edit(action: RedactAction): void {
    const { span, precedence } = action;
    if (span.end <= span.start) return;
    const at = this.#edits.search(
      (other) =>
        other.span.start > span.start ||
        (other.span.start === span.start && other.precedence > precedence),
    );
    this.#edits.insert(at, action);
  }

  /**
   * The events that may leave in whole or in part when the track may leave up to `limit`, oldest
   * first.
   */
  leaving(limit: number): StreamEvent[] {
    const events: StreamEvent[] = [];
    for (let i = 0; i < this.#pending.length; i++) {
      const pending = this.#pending.at(i);
      if (pending === undefined || (pending.end > limit && pending.start >= limit)) break;
      events.push(pending.event);
    }
    return events;
  }

  /** Lets go, to the caller's array, what of the oldest waiting event lies before `limit`. */
  release(limit: number, out: StreamEvent[]): void {
    const pending = this.#pending.first;
    if (pending === undefined) return;
    const { event, start, end } = pending;
    const to = Math.min(end, limit);
    if (
      event.type === 'tool-end' ||
      (this.released === start && to === end && this.#untouched(to))
    ) {
      out.push(event);
    } else if (this.released < to) {
      this.#cutOut(event, start, to, out);
    }
    this.released = Math.max(this.released, to);
    if (to === end) this.#pending.shift();
  }

  /** The oldest event of which something is still waiting. */
  get first(): Pending | undefined {
    return this.#pending.first;
  }

  /** How many events wait. */
  get waiting(): number {
    return this.#pending.length;
  }

  /** Forgets all that is waiting: it will never leave. */
  drop(): void {
    this.#pending.clear();
    this.#edits.clear();
    this.holds = [];
  }

  #untouched(to: number): boolean {
    const { first } = this.#edits;
    return this.#covered <= this.released && (first === undefined || first.span.start >= to);
  }

  #cutOut(event: TextDelta, start: number, to: number, out: StreamEvent[]): void {
    let at = this.released;
    while (at < to) {
      const edit = this.#edits.first;
      if (edit !== undefined && edit.span.start <= at) {
        this.#edits.shift();
        if (edit.span.end <= Math.max(this.#covered, at)) continue;
        if (at >= this.#covered) out.push(replacement(event, edit));
        this.#covered = edit.span.end;
        continue;
      }
      const stop = Math.min(to, edit?.span.start ?? to);
      if (at < this.#covered) {
        at = Math.min(stop, this.#covered);
        continue;
      }
      out.push(piece(event, event.text.slice(at - start, stop - start)));
      at = stop;
    }
  }
}

const piece = (event: TextDelta, text: string): TextDelta => {
  const { logprob: _of, tokens: _all, ...rest } = event;
  return { ...rest, text };
};

const replacement = (event: TextDelta, action: RedactAction): TextDelta => ({
  ...piece(event, action.text),
  edit: {
    rule: action.rule ?? '',
    finding: action.finding?.id ?? '',
    start: action.span.start,
    end: action.span.end,
  },
});
