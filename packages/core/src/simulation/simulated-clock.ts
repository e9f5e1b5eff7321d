/**
 * A clock that stands still until it is told to move. Wake-ups happen in the order of their time,
 * ties in the order they were asked for, so a run is the same every time.
 */
import { MidstreamError } from '../errors.ts';
import type { Clock, Timer } from '../seams/clock.ts';
import { type Millis, millis, type Nanos, toNanos } from '../units.ts';

interface Wakeup {
  readonly at: number;
  readonly wake: () => void;
}

/** Simulated wall and monotonic time. */
export class SimulatedClock implements Clock {
  #now: number;
  readonly #origin: number;
  #wakeups: Wakeup[] = [];

  /** Starts at the given wall time; default 0. */
  constructor(start: Millis = millis(0)) {
    this.#now = start;
    this.#origin = start;
  }

  now(): Millis {
    return millis(this.#now);
  }

  monotonic(): Nanos {
    return toNanos(millis(this.#now - this.#origin));
  }

  after(delay: Millis, wake: () => void): Timer {
    const wakeup = { at: this.#now + Math.max(0, delay), wake };
    this.#wakeups.push(wakeup);
    return {
      [Symbol.dispose]: () => {
        this.#wakeups = this.#wakeups.filter((other) => other !== wakeup);
      },
    };
  }

  /**
   * Moves time on, waking whoever is due on the way, those they ask for included. Time never goes
   * back: throws `argument/range` unless `by` is zero or more, and finite.
   */
  advance(by: Millis): void {
    if (!(by >= 0 && by < Number.POSITIVE_INFINITY)) {
      throw new MidstreamError(
        'argument/range',
        `Cannot advance a clock by ${by} ms: a finite number of at least 0 is wanted`,
      );
    }
    const target = this.#now + by;
    for (let due = this.#next(target); due !== undefined; due = this.#next(target)) {
      const { at, wake } = due;
      this.#wakeups = this.#wakeups.filter((other) => other !== due);
      this.#now = Math.max(this.#now, at);
      wake();
    }
    this.#now = Math.max(this.#now, target);
  }

  #next(target: number): Wakeup | undefined {
    let next: Wakeup | undefined;
    for (const wakeup of this.#wakeups) {
      if (wakeup.at <= target && (next === undefined || wakeup.at < next.at)) next = wakeup;
    }
    return next;
  }
}
