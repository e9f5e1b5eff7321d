/**
 * What the conformance suites are made of. A suite is a list of named cases that throw when an
 * implementation breaks its seam's contract; any test runner takes them:
 *
 *   for (const one of clockSuite(make)) it(one.name, one.run);
 *
 * Nothing here needs Node or a test library.
 */
import { type ErrorCode, isMidstreamError, messageOf } from '../errors.ts';

/** One thing that an implementation must do. */
export interface ConformanceCase {
  readonly name: string;
  run(): void | Promise<void>;
}

/** Throws a readable error when the condition does not hold. */
export function check(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`Contract broken: ${message}`);
}

/** Throws when two values are not equal through and through; typed arrays and NaN included. */
export function checkEqual(actual: unknown, expected: unknown, what: string): void {
  if (same(actual, expected)) return;
  throw new Error(`Contract broken: ${what}: ${show(actual)} is not ${show(expected)}`);
}

/** Throws unless the work fails with an error of this code. */
export async function checkRejects(
  work: () => unknown,
  { code, what }: { readonly code: ErrorCode; readonly what: string },
): Promise<void> {
  try {
    await work();
  } catch (thrown) {
    if (isMidstreamError(thrown, code)) return;
    throw new Error(`Contract broken: ${what}: expected ${code}, got: ${messageOf(thrown)}`, {
      cause: thrown,
    });
  }
  throw new Error(`Contract broken: ${what}: expected ${code}, but nothing was thrown`);
}

/** Freezes a value and all in it, typed arrays excepted, which cannot be frozen. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  if (Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const member of Object.values(value)) deepFreeze(member);
  return value;
}

/** Whether a value is what JSON makes of it. */
export function isJson(value: unknown): boolean {
  return same(value, JSON.parse(JSON.stringify(value) ?? 'null'));
}

/** Equality through and through. A member that is `undefined` is one that is absent. */
export function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  if (ArrayBuffer.isView(a) !== ArrayBuffer.isView(b)) return false;
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  const left = a as Readonly<Record<string, unknown>>;
  const right = b as Readonly<Record<string, unknown>>;
  for (const key of keys) if (!same(left[key], right[key])) return false;
  return true;
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 400 ? `${text.slice(0, 400)}…` : text;
}
