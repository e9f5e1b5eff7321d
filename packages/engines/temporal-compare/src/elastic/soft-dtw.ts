/**
 * Soft dynamic time warping: DTW with the minimum replaced by a smooth one, so that every path
 * contributes and the result has a gradient everywhere,
 *
 *     softmin(a, b, c) = -gamma log(exp(-a/gamma) + exp(-b/gamma) + exp(-c/gamma)),
 *     D(i, j) = (x_i - y_j)^2 + softmin(D(i-1, j), D(i, j-1), D(i-1, j-1)).
 *
 * The exponentials are taken relative to the least of the three, so that none overflows.
 *
 * Cost: O(nm) time, with up to two exponentials and a logarithm a cell, O(m) memory.
 *
 * See: Cuturi, Blondel 2017, "Soft-DTW: a differentiable loss function for time-series", ICML.
 *
 * Edge cases: it is at most DTW, may be negative, and is not zero for equal series. `Infinity` when
 * the band admits no path.
 *
 * Example: softDtw([0, 0], [0, 0], { gamma: 1 }) is -ln 3, about -1.0986: three paths of cost 0.
 */
import { readParameter, type Series } from '../arguments.ts';
import { sweep } from '../sweep.ts';
import { type ElasticOptions, readPair } from './pair.ts';

/** What {@link softDtw} can be told. */
export interface SoftDtwOptions extends ElasticOptions {
  /** Smoothness, above 0; 1 by default. Towards 0 the result becomes DTW. */
  readonly gamma?: number | undefined;
}

/** The soft dynamic time warping value of two series. */
export function softDtw(x: Series, y: Series, options: SoftDtwOptions = {}): number {
  const pair = readPair(x, y, options);
  const rule = { name: 'gamma', fallback: 1, minimum: 0, exclusive: true };
  const gamma = readParameter(options.gamma, rule);
  return sweep({
    rows: pair.rows,
    columns: pair.columns,
    band: pair.band,
    cell: (i, j, up, left, diagonal) => {
      const least = Math.min(up, left, diagonal);
      const weight =
        Math.exp((least - up) / gamma) +
        Math.exp((least - left) / gamma) +
        Math.exp((least - diagonal) / gamma);
      return (pair.x(i) - pair.y(j)) ** 2 + least - gamma * Math.log(weight);
    },
  });
}
