/**
 * Amerced dynamic time warping: each step that warps time pays a fixed fine w,
 *
 *     D(i, j) = cost(x_i, y_j) + min(D(i-1, j) + w, D(i, j-1) + w, D(i-1, j-1)).
 *
 * w = 0 is DTW; a large w forbids warping, which for equal lengths leaves the Euclidean sum.
 *
 * Cost: O(nm) time, O(m) memory.
 *
 * See: Herrmann, Webb 2023, "Amercing: an intuitive and effective constraint for dynamic time
 * warping", Pattern Recognition 137.
 *
 * Edge cases: `Infinity` when the band admits no path.
 *
 * Example: amercedDtw([1, 2, 3], [1, 3], { w: 0.5 }) is 1.5: DTW's 1 and one step of warping.
 */
import type { PointCost } from '@midstream/core';
import { readChoice, readParameter, readSeries, type Series } from '../arguments.ts';
import { numberCost, POINT_COSTS } from '../dtw/cost.ts';
import { sweep } from '../sweep.ts';
import { type ElasticOptions, readPair } from './pair.ts';

/** What {@link amercedDtw} can be told. */
export interface AmercedDtwOptions extends ElasticOptions {
  /** The fine for a step that is not diagonal, at least 0; 1 by default. */
  readonly w?: number | undefined;
  /** Local cost; `'squared'` by default. */
  readonly cost?: PointCost | undefined;
}

/** The amerced dynamic time warping distance of two series. */
export function amercedDtw(x: Series, y: Series, options: AmercedDtwOptions = {}): number {
  const { rows, columns, band } = readPair(x, y, options);
  const w = readParameter(options.w, { name: 'w', fallback: 1, minimum: 0 });
  const cost = readChoice(options.cost, 'cost', POINT_COSTS);
  const local = numberCost(readSeries(x, 'x'), readSeries(y, 'y'), cost);
  return sweep({
    rows,
    columns,
    band,
    cell: (i, j, up, left, diagonal) => local(i - 1, j - 1) + Math.min(up + w, left + w, diagonal),
  });
}
