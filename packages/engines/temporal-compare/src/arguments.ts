/**
 * Reading of arguments at the public boundary: what passes here is finite, non-empty, of a known
 * shape and within the limits, so that the algorithms behind need no checks of their own.
 */
import type { Limit } from '@midstream/core';
import { MidstreamError } from '@midstream/core';
import { COMPARE_LIMITS } from './limits.ts';

/** A series of numbers, oldest first. */
export type Series = readonly number[] | Float64Array;
/** A series of vectors, all of one dimension: one inner array per point in time. */
export type VectorSeries = readonly Series[];

function show(value: unknown): string {
  if (typeof value === 'number') return String(value);
  try {
    return (JSON.stringify(value) ?? String(value)).slice(0, 40);
  } catch {
    // JSON has no big integers and no cycles.
    return typeof value;
  }
}

function invalid(message: string, details: Readonly<Record<string, unknown>>): MidstreamError {
  return new MidstreamError('argument/invalid', message, { details });
}

function outOfRange(message: string, details: Readonly<Record<string, unknown>>): MidstreamError {
  return new MidstreamError('argument/range', message, { details });
}

/** Throws unless `value` is a finite number of a magnitude that can be squared and summed. */
function checkSample(value: unknown, argument: string): asserts value is number {
  if (typeof value !== 'number') {
    throw invalid(`Reading "${argument}" failed: it must be a number, but is ${show(value)}`, {
      argument,
    });
  }
  const { maxMagnitude } = COMPARE_LIMITS;
  if (!(Math.abs(value) <= maxMagnitude.value)) {
    throw outOfRange(
      `Reading "${argument}" failed: it must be a finite number of at most ${maxMagnitude.value} ` +
        `(limit ${maxMagnitude.name}), but is ${show(value)}`,
      { argument, received: String(value), limit: maxMagnitude.name },
    );
  }
}

function checkNonEmpty(value: unknown, argument: string): asserts value is ArrayLike<unknown> {
  if (!Array.isArray(value) && !(value instanceof Float64Array)) {
    throw invalid(
      `Reading "${argument}" failed: it must be an array or a Float64Array, but is ${show(value)}`,
      { argument },
    );
  }
  if (value.length === 0) {
    throw outOfRange(`Reading "${argument}" failed: a series needs at least one value`, {
      argument,
    });
  }
}

/** Reads a series as doubles. A `Float64Array` is checked and returned as it is, not copied. */
export function readSeries(value: Series, argument: string): Float64Array {
  checkNonEmpty(value, argument);
  const out = value instanceof Float64Array ? value : new Float64Array(value.length);
  for (let i = 0; i < value.length; i++) {
    const sample: unknown = value[i];
    // The name of the element is only spelled out for the one that is refused.
    if (typeof sample !== 'number' || !(Math.abs(sample) <= COMPARE_LIMITS.maxMagnitude.value)) {
      checkSample(sample, `${argument}[${i}]`);
    } else if (out !== value) out[i] = sample;
  }
  return out;
}

/** Whether a series is one of vectors. */
export function isVectorSeries(value: Series | VectorSeries): value is VectorSeries {
  const first: unknown = value instanceof Float64Array ? undefined : value?.[0];
  return Array.isArray(first) || first instanceof Float64Array;
}

/** Reads a series of vectors as one array of doubles a point in time, all of one dimension. */
export function readVectors(value: VectorSeries, argument: string): Float64Array[] {
  checkNonEmpty(value, argument);
  const points = Array.from(value, (point, i) => readSeries(point, `${argument}[${i}]`));
  const dimension = points[0]?.length;
  const odd = points.findIndex((point) => point.length !== dimension);
  if (odd >= 0) {
    throw invalid(
      `Reading "${argument}[${odd}]" failed: it has ${points[odd]?.length} values, but the ` +
        `first point has ${dimension}; all must have the same number`,
      { argument: `${argument}[${odd}]` },
    );
  }
  return points;
}

/** Reads two series of vectors and sees that their points have one dimension. */
export function readVectorPair(x: VectorSeries, y: VectorSeries): [Float64Array[], Float64Array[]] {
  const pair: [Float64Array[], Float64Array[]] = [readVectors(x, 'x'), readVectors(y, 'y')];
  const [dx, dy] = pair.map((points) => points[0]?.length);
  if (dx !== dy) {
    throw invalid(
      `Comparing "x" and "y" failed: points of x have ${dx} values, those of y ${dy}; ` +
        'both must have the same number',
      { argument: 'y' },
    );
  }
  return pair;
}

/** Reads two series that a metric compares value by value. */
export function readEqualPair(x: Series, y: Series, metric: string): [Float64Array, Float64Array] {
  const a = readSeries(x, 'x');
  const b = readSeries(y, 'y');
  if (a.length !== b.length) {
    throw invalid(
      `Comparing by "${metric}" failed: it needs series of equal length, but x has ${a.length} ` +
        `values and y has ${b.length}; resample one or use an elastic metric such as "dtw"`,
      { argument: 'y', lengths: [a.length, b.length] },
    );
  }
  return [a, b];
}

/** Reads a Sakoe-Chiba radius: a whole number of cells, `Infinity` when it is not given. */
export function readBand(band: number | undefined): number {
  if (band === undefined || band === Number.POSITIVE_INFINITY) return Number.POSITIVE_INFINITY;
  if (!Number.isInteger(band) || band < 0) {
    throw outOfRange(
      `Reading "band" failed: it must be a whole number of cells, at least 0, but is ${show(band)}`,
      { argument: 'band' },
    );
  }
  return band;
}

/** What {@link readParameter} accepts and falls back on. */
export interface ParameterRule {
  readonly name: string;
  /** The value when none is given; without it the parameter is required. */
  readonly fallback?: number;
  /** The smallest value accepted; no bound when absent. */
  readonly minimum?: number;
  /** Whether `minimum` itself is refused. */
  readonly exclusive?: boolean;
}

/** Reads a finite numeric parameter of a metric. */
export function readParameter(value: number | undefined, rule: ParameterRule): number {
  const { name, minimum = Number.NEGATIVE_INFINITY, exclusive = false } = rule;
  const chosen = value ?? rule.fallback;
  if (chosen === undefined) {
    throw invalid(`Reading "${name}" failed: this metric needs it and it is not given`, {
      argument: name,
    });
  }
  checkSample(chosen, name);
  if (chosen < minimum || (exclusive && chosen === minimum)) {
    throw outOfRange(
      `Reading "${name}" failed: it must be ${exclusive ? 'above' : 'at least'} ${minimum}, ` +
        `but is ${chosen}`,
      { argument: name },
    );
  }
  return chosen;
}

/** Reads one of a list of names. */
export function readChoice<T extends string>(
  value: T | undefined,
  argument: string,
  choices: readonly [T, ...T[]],
): T {
  const chosen = value ?? choices[0];
  if (!choices.includes(chosen)) {
    const list = choices.map((choice) => `"${choice}"`).join(', ');
    throw new MidstreamError(
      'argument/unknown-option',
      `Reading "${argument}" failed: it must be one of ${list}, but is ${show(value)}`,
      { details: { argument, choices } },
    );
  }
  return chosen;
}

/** The size of an alignment, before it is begun. */
export interface CellRequest {
  readonly rows: number;
  readonly columns: number;
  readonly band?: number;
  /** How many times the matrix is worked through, or the dimension of its points. */
  readonly times?: number;
}

/** Throws `budget/exceeded` when an alignment would visit more cells than a limit allows. */
export function checkCells(request: CellRequest, limit: Limit = COMPARE_LIMITS.maxCells): void {
  const { rows, columns, band = Number.POSITIVE_INFINITY, times = 1 } = request;
  const cells = times * Math.min(rows * columns, Math.max(rows, columns) * (2 * band + 1));
  if (cells <= limit.value) return;
  throw new MidstreamError(
    'budget/exceeded',
    `Aligning ${rows} with ${columns} values needs ${cells} cells, over the limit ${limit.name} ` +
      `of ${limit.value}; shorten or downsample the series, or set a smaller "band"`,
    { details: { limit: limit.name, allowed: limit.value, needed: cells } },
  );
}
