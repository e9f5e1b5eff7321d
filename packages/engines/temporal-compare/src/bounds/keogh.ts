/**
 * The Keogh lower bound of banded DTW: how far the query x leaves the envelope of y,
 *
 *     U_i = max of y_j,  L_i = min of y_j   over |i - j| <= band,
 *     lbKeogh(x, y) = sum of cost(x_i, U_i) where x_i > U_i, cost(x_i, L_i) where x_i < L_i.
 *
 * It never exceeds dtw(x, y) of the same band and cost, and costs far less: a search need only run
 * DTW where the bound is below the best match so far.
 *
 * Cost: O(n) time and memory: the envelope is kept by a queue of candidates, each entering once.
 *
 * See: Keogh, Ratanamahatana 2005, "Exact indexing of dynamic time warping", Knowledge and
 * Information Systems 7(3); Lemire 2009, "Faster retrieval with a two-pass dynamic-time-warping
 * lower bound" (the envelope).
 *
 * Edge cases: equal lengths only. Without a band the envelope is the range of y. Not symmetric.
 *
 * Example: lbKeogh([1, 5, 1], [1, 2, 1], { band: 1 }) is 9: the 5 is 3 above the envelope.
 */
import type { PointCost } from '@midstream/core';
import { readBand, readChoice, readEqualPair, type Series } from '../arguments.ts';
import { POINT_COSTS } from '../dtw/cost.ts';

/** What {@link lbKeogh} can be told; the same as the DTW it bounds. */
export interface LbKeoghOptions {
  /** Local cost; `'squared'` by default. */
  readonly cost?: PointCost | undefined;
  /** Sakoe-Chiba radius in cells; none by default. */
  readonly band?: number | undefined;
  /** Whether the square root of the sum is returned; `false` by default. */
  readonly root?: boolean | undefined;
}

/** The Keogh lower bound of the DTW distance of x and y. */
export function lbKeogh(x: Series, y: Series, options: LbKeoghOptions = {}): number {
  const [query, candidate] = readEqualPair(x, y, 'lb-keogh');
  const band = readBand(options.band);
  const squared = readChoice(options.cost, 'cost', POINT_COSTS) === 'squared';
  const upper = slidingExtreme(candidate, band, 1);
  const lower = slidingExtreme(candidate, band, -1);
  let sum = 0;
  for (let i = 0; i < query.length; i++) {
    const value = query[i] as number;
    const over = Math.max(value - (upper[i] as number), (lower[i] as number) - value, 0);
    sum += squared ? over * over : over;
  }
  return options.root ? Math.sqrt(sum) : sum;
}

/** The largest (`sign` 1) or smallest (`sign` -1) value within `radius` of each index. */
function slidingExtreme(values: Float64Array, radius: number, sign: 1 | -1): Float64Array {
  const out = new Float64Array(values.length);
  // Indices whose values fall: the head is the extreme of the window, the tail its newest value.
  const queue = new Int32Array(values.length);
  let head = 0;
  let tail = 0;
  let entered = 0;
  for (let i = 0; i < values.length; i++) {
    for (; entered < values.length && entered <= i + radius; entered++) {
      const value = sign * (values[entered] as number);
      while (tail > head && sign * (values[queue[tail - 1] as number] as number) <= value) tail--;
      queue[tail++] = entered;
    }
    while ((queue[head] as number) < i - radius) head++;
    out[i] = values[queue[head] as number] as number;
  }
  return out;
}
