/**
 * The frames of which something waits, in the order in which they came, up to a number of bytes. A
 * frame that has left is dropped when it comes to the front, or swept out from behind it once half
 * of all have left.
 *
 * Cost: constant per frame, amortised.
 */
import { MidstreamError } from '@midstream/core';
import { Fifo } from './fifo.ts';
import type { Waiting } from './waiting-frame.ts';

/** So many frames that have left are worth sweeping out. */
const SWEEP = 64;

/** Frames on their way out. */
export class FrameQueue {
  readonly #maxBytes: number;
  readonly #frames: Fifo<Waiting> = new Fifo();
  #bytes = 0;
  #waiting = 0;
  #left = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The oldest that waits. */
  get first(): Waiting | undefined {
    for (let { first } = this.#frames; first?.settled === true; first = this.#frames.first) {
      this.#frames.shift();
      this.#left -= 1;
    }
    return this.#frames.first;
  }

  /** Throws `budget/exceeded` when the frames are too large. */
  add(waiting: Waiting): void {
    this.#frames.push(waiting);
    this.#waiting += 1;
    this.#bytes += waiting.frame.bytes.length;
    if (this.#bytes <= this.#maxBytes) return;
    throw new MidstreamError(
      'budget/exceeded',
      `Cannot keep more than ${this.#maxBytes} bytes of upstream frames waiting`,
    );
  }

  /** The frame has left, or never will. */
  settle(waiting: Waiting): void {
    waiting.settled = true;
    this.#bytes -= waiting.frame.bytes.length;
    this.#waiting -= 1;
    this.#left += 1;
    if (this.#left < SWEEP || this.#left < this.#waiting) return;
    this.#frames.filter(({ settled }) => !settled);
    this.#left = 0;
  }

  /** All that wait, oldest first. */
  toArray(): Waiting[] {
    return this.#frames.toArray().filter(({ settled }) => !settled);
  }
}
