/**
 * Time warp edit distance with stiffness nu and deletion cost lambda, timestamps being the indices,
 *
 *     D(i, j) = min(D(i-1, j-1) + |x_i - y_j| + |x_{i-1} - y_{j-1}| + 2 nu |i - j|,
 *                   D(i-1, j) + |x_i - x_{i-1}| + nu + lambda,
 *                   D(i, j-1) + |y_j - y_{j-1}| + nu + lambda),
 *     x_0 = y_0 = 0,  D(0, 0) = 0,  D(i, 0) = D(0, j) = Infinity.
 *
 * It is a metric for nu > 0.
 *
 * Cost: O(nm) time, O(m) memory.
 *
 * See: Marteau 2009, "Time warp edit distance with stiffness adjustment for time series matching",
 * IEEE Transactions on Pattern Analysis and Machine Intelligence 31(2).
 *
 * Edge cases: `Infinity` when the band admits no path.
 *
 * Example: twe([1, 2, 3], [1, 3], { nu: 0, lambda: 1 }) is 3: deleting the 2 costs
 * its step of 1 and lambda, and the 3s are matched with steps that differ by 1.
 */
import { readParameter, type Series } from '../arguments.ts';
import { sweep } from '../sweep.ts';
import { type ElasticOptions, readPair } from './pair.ts';

/** What {@link twe} can be told. */
export interface TweOptions extends ElasticOptions {
  /** The price of matching far apart in time, at least 0; 0.001 by default. */
  readonly nu?: number | undefined;
  /** The price of a deletion, at least 0; 1 by default. */
  readonly lambda?: number | undefined;
}

/** The time warp edit distance of two series. */
export function twe(x: Series, y: Series, options: TweOptions = {}): number {
  const pair = readPair(x, y, options);
  const nu = readParameter(options.nu, { name: 'nu', fallback: 0.001, minimum: 0 });
  const lambda = readParameter(options.lambda, { name: 'lambda', fallback: 1, minimum: 0 });
  return sweep({
    rows: pair.rows,
    columns: pair.columns,
    band: pair.band,
    cell: (i, j, up, left, diagonal) => {
      const here = Math.abs(pair.x(i) - pair.y(j));
      const before = Math.abs(pair.x(i - 1) - pair.y(j - 1));
      return Math.min(
        diagonal + here + before + 2 * nu * Math.abs(i - j),
        up + Math.abs(pair.x(i) - pair.x(i - 1)) + nu + lambda,
        left + Math.abs(pair.y(j) - pair.y(j - 1)) + nu + lambda,
      );
    },
  });
}
