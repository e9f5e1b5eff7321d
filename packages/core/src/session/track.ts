/**
 * The text of one track on its way out: what has arrived, what has left, and what stands between. Nothing
 * here decides; it only keeps positions right. Text that has left is forgotten, so memory is what is held.
 */

import type { HoldAction, RedactAction } from '../actions.ts';
import type { TextDelta, TrackId } from '../events.ts';

/** A delta of which something is still waiting. */
export interface PendingDelta {
  readonly event: TextDelta;
  /** Where the delta begins and ends on its track. */
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
  readonly #pending: PendingDelta[] = [];
  readonly #edits: RedactAction[] = [];
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

  /** How much text had arrived with the events up to `sequence`. */
  lengthAt(sequence: number): number {
    let length = this.released;
    for (const { event, end } of this.#pending) {
      if (event.sequence > sequence) break;
      length = Math.max(length, end);
    }
    return length;
  }

  /** The waiting delta that brought the unit at `position`. */
  eventAt(position: number): TextDelta | undefined {
    return this.#pending.find(({ end }) => end > position)?.event;
  }

  /** Registers a replacement. Spans may overlap: the earliest beginning stands for all it touches. */
  edit(action: RedactAction): void {
    if (action.span.end <= action.span.start) return;
    const at = this.#edits.findIndex(
      (other) =>
        other.span.start > action.span.start ||
        (other.span.start === action.span.start && other.precedence > action.precedence),
    );
    if (at < 0) this.#edits.push(action);
    else this.#edits.splice(at, 0, action);
  }

  /** Lets go, to the caller's array, what of this delta lies before `limit`. */
  release(delta: PendingDelta, limit: number, out: TextDelta[]): void {
    const to = Math.min(delta.end, limit);
    if (this.released === delta.start && to === delta.end && this.#untouched(to)) {
      out.push(delta.event);
    } else if (this.released < to) {
      this.#cutOut(delta, to, out);
    }
    this.released = Math.max(this.released, to);
    if (to === delta.end && this.#pending[0] === delta) this.#pending.shift();
  }

  /** The deltas of which something is still waiting, oldest first. */
  get pending(): readonly PendingDelta[] {
    return this.#pending;
  }

  /** Forgets all that is waiting: it will never leave. */
  drop(): void {
    this.#pending.length = 0;
    this.#edits.length = 0;
    this.holds = [];
  }

  #untouched(to: number): boolean {
    const first = this.#edits[0];
    return this.#covered <= this.released && (first === undefined || first.span.start >= to);
  }

  #cutOut(delta: PendingDelta, to: number, out: TextDelta[]): void {
    const { event, start } = delta;
    let at = this.released;
    while (at < to) {
      const edit = this.#edits[0];
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
