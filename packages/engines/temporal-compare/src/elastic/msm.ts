/**
 * Move-split-merge: the cost of turning one series into the other by moving a sample (its size),
 * splitting one into two equal ones, or merging two equal ones (c each),
 *
 *     D(1, 1) = |x_1 - y_1|,
 *     D(i, j) = min(D(i-1, j-1) + |x_i - y_j|,
 *                   D(i-1, j) + C(x_i, x_{i-1}, y_j), D(i, j-1) + C(y_j, y_{j-1}, x_i)),
 *     C(a, b, d) = c when a lies between b and d, else c + min(|a - b|, |a - d|).
 *
 * It is a metric, and unlike ERP it does not depend on the level of the series.
 *
 * Cost: O(nm) time, O(m) memory.
 *
 * See: Stefan, Athitsos, Das 2013, "The move-split-merge metric for time series", IEEE Transactions
 * on Knowledge and Data Engineering 25(6).
 *
 * Edge cases: `Infinity` when the band admits no path.
 *
 * Example: msm([1, 2, 3], [1, 3], { c: 0.5 }) is 1.5: move the 2 to 3 (1), merge (0.5).
 */
import { readParameter, type Series } from '../arguments.ts';
import { sweep } from '../sweep.ts';
import { type ElasticOptions, readPair } from './pair.ts';

/** What {@link msm} can be told. */
export interface MsmOptions extends ElasticOptions {
  /** The cost of a split or merge, at least 0; 1 by default. */
  readonly c?: number | undefined;
}

/** The move-split-merge distance of two series. */
export function msm(x: Series, y: Series, options: MsmOptions = {}): number {
  const pair = readPair(x, y, options);
  const c = readParameter(options.c, { name: 'c', fallback: 1, minimum: 0 });
  const splitOrMerge = (a: number, before: number, other: number): number =>
    (before <= a && a <= other) || (before >= a && a >= other)
      ? c
      : c + Math.min(Math.abs(a - before), Math.abs(a - other));
  return sweep({
    rows: pair.rows,
    columns: pair.columns,
    band: pair.band,
    cell: (i, j, up, left, diagonal) =>
      Math.min(
        diagonal + Math.abs(pair.x(i) - pair.y(j)),
        up + splitOrMerge(pair.x(i), pair.x(i - 1), pair.y(j)),
        left + splitOrMerge(pair.y(j), pair.y(j - 1), pair.x(i)),
      ),
  });
}
