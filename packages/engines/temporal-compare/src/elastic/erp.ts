/**
 * Edit distance with real penalty: samples are matched at |x_i - y_j|, or one is matched with the
 * constant `gap` value g,
 *
 *     D(i, 0) = sum of |x_k - g| for k <= i,   D(0, j) = sum of |y_k - g| for k <= j,
 *     D(i, j) = min(D(i-1, j-1) + |x_i - y_j|, D(i-1, j) + |x_i - g|, D(i, j-1) + |y_j - g|).
 *
 * It is symmetric and keeps the triangle inequality.
 *
 * Cost: O(nm) time, O(n + m) memory.
 *
 * See: Chen, Ng 2004, "On the marriage of Lp-norms and edit distance", VLDB. The border is the
 * cumulative one of the paper; some libraries put the whole sum on it and differ.
 *
 * Edge cases: series that differ only in samples equal to g are at distance 0. `Infinity` when the
 * band, which here counts the border too, admits no path.
 *
 * Example: erp([1, 2, 3], [1, 3]) is 2: the sample 2 is matched with the gap value 0.
 */
import { readParameter, type Series } from '../arguments.ts';
import { sweep } from '../sweep.ts';
import { type ElasticOptions, readPair } from './pair.ts';

/** What {@link erp} can be told. */
export interface ErpOptions extends ElasticOptions {
  /** The value a deleted sample is matched with; 0 by default. */
  readonly gap?: number | undefined;
}

/** The edit distance with real penalty of two series. */
export function erp(x: Series, y: Series, options: ErpOptions = {}): number {
  const pair = readPair(x, y, options);
  const gap = readParameter(options.gap, { name: 'gap', fallback: 0 });
  const dropX = (i: number): number => Math.abs(pair.x(i) - gap);
  const dropY = (j: number): number => Math.abs(pair.y(j) - gap);
  const side = runningSum(pair.rows, dropX);
  const top = runningSum(pair.columns, dropY);
  return sweep({
    rows: pair.rows,
    columns: pair.columns,
    band: pair.band,
    side: (i) => side[i] as number,
    top: (j) => top[j] as number,
    cell: (i, j, up, left, diagonal) =>
      Math.min(diagonal + Math.abs(pair.x(i) - pair.y(j)), up + dropX(i), left + dropY(j)),
  });
}

/** sums[k] = term(1) + … + term(k). */
function runningSum(length: number, term: (k: number) => number): Float64Array {
  const sums = new Float64Array(length + 1);
  for (let k = 1; k <= length; k++) sums[k] = (sums[k - 1] as number) + term(k);
  return sums;
}
