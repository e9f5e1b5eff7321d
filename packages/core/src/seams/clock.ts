/**
 * Time is injected. Only the real clock (`../clock.ts`) touches the machine's; everything else,
 * tests and simulations included, is handed one of these.
 */
import type { Millis, Nanos } from '../units.ts';

/** A source of time and of wake-ups. */
export interface Clock {
  /**
   * Wall time in milliseconds since the epoch, with fractions. May jump when a machine's clock is
   * set.
   */
  now(): Millis;
  /** Monotonic time in nanoseconds from an arbitrary origin. Never goes back. */
  monotonic(): Nanos;
  /**
   * Calls `wake` once, not before `delay` has passed. Disposing the handle before then means it is
   * never called. A delay of zero or less wakes as soon as possible, never synchronously.
   */
  after(delay: Millis, wake: () => void): Timer;
}

/** A pending wake-up. Disposing it twice, or after it fired, does nothing. */
export interface Timer extends Disposable {
  [Symbol.dispose](): void;
}
