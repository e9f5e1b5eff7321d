/** A time by which something has to happen, put off each time that it does. */
import { type Clock, type Millis, millis, nanos, type Timer, toMillis } from '@midstream/core';

/** Expires once, when `touch` was not called for `after`, unless it is stopped. */
export class Deadline {
  readonly #clock: Pick<Clock, 'monotonic' | 'after'>;
  readonly #expire: () => void;
  #after: Millis = millis(0);
  #last = 0;
  #timer: Timer | null = null;

  constructor(clock: Pick<Clock, 'monotonic' | 'after'>, expire: () => void) {
    this.#clock = clock;
    this.#expire = expire;
  }

  /** Begins to wait, from now. */
  start(after: number): void {
    this.stop();
    this.#after = millis(after);
    this.touch();
    this.#arm(this.#after);
  }

  /** It happened: the whole time begins anew. Costs no timer. */
  touch(): void {
    this.#last = this.#clock.monotonic();
  }

  stop(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = null;
  }

  #arm(delay: Millis): void {
    this.#timer = this.#clock.after(delay, () => {
      const since = toMillis(nanos(this.#clock.monotonic() - this.#last));
      if (since >= this.#after) this.#expire();
      else this.#arm(millis(this.#after - since));
    });
  }
}
