/**
 * Numbers that JSON cannot hold travel as the strings "Infinity", "-Infinity" and "NaN", in both
 * directions.
 */
import { z } from 'zod';

const NAMED: Readonly<Record<string, number>> = {
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
  NaN: Number.NaN,
};

/** The JSON Schema of such a number. */
const JSON_NUMBER = { anyOf: [{ type: 'number' }, { enum: Object.keys(NAMED) }] };

/** A number of any kind, or the name of one that JSON cannot hold. */
export const anyNumber: z.ZodType<number> = z
  .any()
  .transform((value: unknown, context): number => {
    if (typeof value === 'number') return value;
    const named = typeof value === 'string' ? NAMED[value] : undefined;
    if (named !== undefined) return named;
    context.addIssue('A number is wanted, or "Infinity", "-Infinity" or "NaN"');
    return z.NEVER;
  })
  .meta(JSON_NUMBER);

/** The value as JSON can hold it; what holds no such number is returned as it is. */
export function toJsonNumbers(value: unknown): unknown {
  if (typeof value === 'number') {
    return Number.isFinite(value) ? value : String(value);
  }
  if (Array.isArray(value)) {
    return value.every((item) => typeof item === 'number' && Number.isFinite(item))
      ? value
      : value.map(toJsonNumbers);
  }
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    return Array.from(value as Float64Array, toJsonNumbers);
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toJsonNumbers(item)]));
}
