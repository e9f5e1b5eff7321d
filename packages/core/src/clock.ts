/** The machine's own clock: the one place in `core` that touches it. */
import type { Clock } from './seams/clock.ts';
import { millis, nanos } from './units.ts';

/** What `setTimeout` can wait for at once, in milliseconds; for more it would not wait at all. */
const LONGEST_TIMEOUT = 2_147_483_647;

/** Wall and monotonic time of this machine. */
export const realClock: Clock = {
  now: () => millis(performance.timeOrigin + performance.now()),
  monotonic: () => nanos(Math.round(performance.now() * 1e6)),
  after: (delay, wake) => {
    const due = performance.now() + delay;
    let handle: ReturnType<typeof setTimeout>;
    const wait = (): void => {
      const left = Math.ceil(due - performance.now());
      handle = setTimeout(check, Math.min(Math.max(0, left), LONGEST_TIMEOUT));
    };
    // A timeout counts whole milliseconds from a coarser clock: it may come a little early.
    const check = (): void => {
      if (performance.now() < due) wait();
      else wake();
    };
    wait();
    return { [Symbol.dispose]: () => clearTimeout(handle) };
  },
};
