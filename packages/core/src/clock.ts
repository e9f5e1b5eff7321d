/** The machine's own clock: the one place in `core` that touches it. */
import type { Clock } from './seams/clock.ts';
import { millis, nanos } from './units.ts';

/** Wall and monotonic time of this machine. */
export const realClock: Clock = {
  now: () => millis(performance.timeOrigin + performance.now()),
  monotonic: () => nanos(Math.round(performance.now() * 1e6)),
  after: (delay, wake) => {
    const handle = setTimeout(wake, Math.max(0, delay));
    return { [Symbol.dispose]: () => clearTimeout(handle) };
  },
};
