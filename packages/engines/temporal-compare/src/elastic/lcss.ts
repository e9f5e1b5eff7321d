/**
 * Longest common subsequence of real series: how many samples can be matched in order, where a
 * match means |x_i - y_j| <= epsilon and |i - j| <= band,
 *
 *     L(i, 0) = L(0, j) = 0,
 *     L(i, j) = L(i-1, j-1) + 1 on a match, else max(L(i-1, j), L(i, j-1)),
 *
 * and as a distance 1 - L(n, m) / min(n, m), which lies in [0, 1].
 *
 * Cost: O(nm) time, O(m) memory; the band does not save work.
 *
 * See: Vlachos, Kollios, Gunopulos 2002, "Discovering similar multidimensional trajectories", ICDE.
 *
 * Edge cases: the band limits the matches, not the matrix, so there is always an answer.
 *
 * Example: for [1, 2, 3] and [1, 3] with epsilon 0.1 the length is 2 and the distance 0.
 */
import { readBand, readParameter, type Series } from '../arguments.ts';
import { sweep } from '../sweep.ts';
import { type ElasticOptions, readPair } from './pair.ts';

/** What {@link lcss} and {@link lcssLength} can be told. */
export interface LcssOptions extends ElasticOptions {
  /** Samples at most this far apart match; needed. */
  readonly epsilon?: number | undefined;
}

/** The number of samples that can be matched in order. */
export function lcssLength(x: Series, y: Series, options: LcssOptions): number {
  const band = readBand(options.band);
  const pair = readPair(x, y, {});
  const epsilon = readParameter(options.epsilon, { name: 'epsilon', minimum: 0 });
  const none = (): number => 0;
  return sweep({
    rows: pair.rows,
    columns: pair.columns,
    side: none,
    top: none,
    cell: (i, j, up, left, diagonal) => {
      const match = Math.abs(pair.x(i) - pair.y(j)) <= epsilon && Math.abs(i - j) <= band;
      return match ? diagonal + 1 : Math.max(up, left);
    },
  });
}

/** The share of the shorter series that cannot be matched. */
export function lcss(x: Series, y: Series, options: LcssOptions): number {
  return 1 - lcssLength(x, y, options) / Math.min(x.length, y.length);
}
