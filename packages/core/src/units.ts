/**
 * Branded numbers: a bare number is never a time or a size. The constructors *assert* a unit, they
 * do not convert; conversions have their own names.
 */
declare const UNIT: unique symbol;

/** Milliseconds. As a point in time: since the Unix epoch, fractions allowed. */
export type Millis = number & { readonly [UNIT]: 'ms' };
/** Nanoseconds on a monotonic clock, or a duration. Exact up to 2^53 (104 days). */
export type Nanos = number & { readonly [UNIT]: 'ns' };
/** A number of bytes. */
export type Bytes = number & { readonly [UNIT]: 'B' };

/** Asserts that a number is milliseconds. */
export const millis = (value: number): Millis => value as Millis;
/** Asserts that a number is nanoseconds. */
export const nanos = (value: number): Nanos => value as Nanos;
/** Asserts that a number is bytes. */
export const bytes = (value: number): Bytes => value as Bytes;

/** Converts nanoseconds to milliseconds. */
export const toMillis = (value: Nanos): Millis => millis(value / 1e6);
/** Converts milliseconds to nanoseconds, rounded to the nearest. */
export const toNanos = (value: Millis): Nanos => nanos(Math.round(value * 1e6));

const DURATION = /^(\d+(?:\.\d+)?)\s*(ns|us|µs|ms|s|m|min|h)$/;
const FACTOR: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1e3,
  m: 6e4,
  min: 6e4,
  h: 3.6e6,
};

/** Reads `"250ms"`, `"1.5 s"`, `"10 m"`; `undefined` when the text is no duration. */
export function parseDuration(text: string): Millis | undefined {
  const match = DURATION.exec(text.trim());
  const factor = FACTOR[match?.[2] ?? ''];
  return match?.[1] === undefined || factor === undefined
    ? undefined
    : millis(Number(match[1]) * factor);
}
