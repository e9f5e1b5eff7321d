/**
 * Weighted dynamic time warping: matches far apart in time cost more, softly instead of by a band,
 *
 *     weight(k) = 1 / (1 + exp(-g (k - L / 2))),  k = |i - j|,  L = max(n, m),
 *     D(i, j) = weight(|i - j|) cost(x_i, y_j) + min(D(i-1, j), D(i, j-1), D(i-1, j-1)).
 *
 * Cost: O(nm) time, O(n + m) memory.
 *
 * See: Jeong, Jeong, Omitaomu 2011, "Weighted dynamic time warping for time series classification",
 * Pattern Recognition 44(9).
 *
 * Edge cases: g = 0 gives half of DTW; a very steep g makes early weights 0. `Infinity` when the
 * band admits no path.
 *
 * Example: weightedDtw([0], [2], { g: 0 }) is 2, half of the squared difference.
 */
import type { PointCost } from '@midstream/core';
import { readChoice, readParameter, readSeries, type Series } from '../arguments.ts';
import { numberCost, POINT_COSTS } from '../dtw/cost.ts';
import { sweep } from '../sweep.ts';
import { type ElasticOptions, readPair } from './pair.ts';

/** What {@link weightedDtw} can be told. */
export interface WeightedDtwOptions extends ElasticOptions {
  /** Steepness of the weight, at least 0; 0.05 by default. */
  readonly g?: number | undefined;
  /** Local cost; `'squared'` by default. */
  readonly cost?: PointCost | undefined;
}

/** The weighted dynamic time warping distance of two series. */
export function weightedDtw(x: Series, y: Series, options: WeightedDtwOptions = {}): number {
  const { rows, columns, band } = readPair(x, y, options);
  const g = readParameter(options.g, { name: 'g', fallback: 0.05, minimum: 0 });
  const cost = readChoice(options.cost, 'cost', POINT_COSTS);
  const local = numberCost(readSeries(x, 'x'), readSeries(y, 'y'), cost);
  const longest = Math.max(rows, columns);
  const weights = Float64Array.from(
    { length: longest },
    (_, k) => 1 / (1 + Math.exp(-g * (k - longest / 2))),
  );
  return sweep({
    rows,
    columns,
    band,
    cell: (i, j, up, left, diagonal) =>
      (weights[Math.abs(i - j)] as number) * local(i - 1, j - 1) + Math.min(up, left, diagonal),
  });
}
