/** The contract of `seams/clock.ts`. */
import type { Clock } from '../seams/clock.ts';
import { type Millis, millis } from '../units.ts';
import { type ConformanceCase, check, checkEqual } from './conformance.ts';

/** A clock, and a way to let its time pass. */
export interface ClockUnderTest {
  readonly clock: Clock;
  /** Returns when at least this long has passed on the clock. */
  pass(time: Millis): void | Promise<void>;
}

/** Cases for a clock. `make` gives a new one at each call. */
export function clockSuite(make: () => ClockUnderTest): readonly ConformanceCase[] {
  const one = (name: string, run: (under: ClockUnderTest) => Promise<void>): ConformanceCase => ({
    name: `clock: ${name}`,
    run: () => run(make()),
  });
  return [
    one('tells finite time, and its monotonic time never goes back', async ({ clock, pass }) => {
      const start = clock.monotonic();
      check(Number.isFinite(clock.now()) && Number.isFinite(start), 'a time is not finite');
      await pass(millis(3));
      check(clock.monotonic() - start >= 2_000_000, 'monotonic time did not move by 3 ms');
    }),
    one('never wakes synchronously, even for no time or less', async ({ clock, pass }) => {
      let woken = 0;
      for (const delay of [0, -5]) clock.after(millis(delay), () => woken++);
      checkEqual(woken, 0, 'how often it woke inside after()');
      await pass(millis(20));
      checkEqual(woken, 2, 'how often it woke');
    }),
    one('wakes once, and not before the time', async ({ clock, pass }) => {
      const start = clock.monotonic();
      const woken: number[] = [];
      clock.after(millis(15), () => woken.push(clock.monotonic() - start));
      await pass(millis(5));
      await pass(millis(60));
      checkEqual(woken.length, 1, 'how often it woke');
      check((woken[0] ?? 0) >= 14_000_000, `it woke after ${woken[0]} ns instead of 15 ms`);
    }),
    one(
      'a handle that was disposed of never wakes; disposing again does nothing',
      async (under) => {
        const { clock, pass } = under;
        let woken = 0;
        const early = clock.after(millis(5), () => woken++);
        early[Symbol.dispose]();
        early[Symbol.dispose]();
        const late = clock.after(millis(1), () => woken++);
        await pass(millis(30));
        late[Symbol.dispose]();
        checkEqual(woken, 1, 'how often it woke');
      },
    ),
  ];
}
