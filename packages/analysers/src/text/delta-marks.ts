/**
 * Remembers which event brought which position of a track, as far back as somebody may still ask.
 *
 * Cost: two numbers a delta; `forget` lets go what lies before a position, in constant time a delta
 * on the whole.
 */

/** From positions of one track to the sequence numbers of the events that brought them. */
export class DeltaMarks {
  #starts: number[] = [];
  #sequences: number[] = [];
  #head = 0;

  /** The event `sequence` brings the text from `start` on. Starts increase. */
  note(start: number, sequence: number): void {
    this.#starts.push(start);
    this.#sequences.push(sequence);
  }

  /**
   * The event that brought `position`; the oldest one remembered when it lies before all of them.
   */
  sequenceAt(position: number): number {
    let low = this.#head;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= position) low = middle;
      else high = middle - 1;
    }
    return this.#sequences[low] ?? 0;
  }

  /** Nobody will ask for anything before `position`. */
  forget(position: number): void {
    while (
      this.#head + 1 < this.#starts.length &&
      (this.#starts[this.#head + 1] ?? 0) <= position
    ) {
      this.#head += 1;
    }
    if (this.#head > 32 && this.#head * 2 > this.#starts.length) {
      this.#starts = this.#starts.slice(this.#head);
      this.#sequences = this.#sequences.slice(this.#head);
      this.#head = 0;
    }
  }
}
