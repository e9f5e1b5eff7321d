/**
 * Edit distance on real sequences: the number of insertions, deletions and replacements that turn
 * one series into the other, where samples within `epsilon` count as equal,
 *
 *     D(i, 0) = i,  D(0, j) = j,
 *     D(i, j) = min(D(i-1, j-1) + (|x_i - y_j| <= epsilon ? 0 : 1), D(i-1, j) + 1, D(i, j-1) + 1).
 *
 * The boundary `'zero'` makes the border free, as some libraries do: leading samples cost nothing.
 *
 * Cost: O(nm) time, O(m) memory.
 *
 * See: Chen, Özsu, Oria 2005, "Robust and fast similarity search for moving object trajectories",
 * SIGMOD.
 *
 * Edge cases: the result is not normalised: it is a whole number up to max(n, m). `Infinity` when
 * the band, which here counts the border too, admits no path.
 *
 * Example: edr([1, 2, 3], [1, 3], { epsilon: 0.1 }) is 1: delete the 2.
 */
import { readChoice, readParameter, type Series } from '../arguments.ts';
import { sweep } from '../sweep.ts';
import { type ElasticOptions, readPair } from './pair.ts';

/** What the border of {@link edr} costs; the first is the default. */
export const EDR_BOUNDARIES = ['index', 'zero'] as const;
/** The paper's border, or a free one. */
export type EdrBoundary = (typeof EDR_BOUNDARIES)[number];

/** What {@link edr} can be told. */
export interface EdrOptions extends ElasticOptions {
  /** Samples at most this far apart are equal; needed. */
  readonly epsilon?: number | undefined;
  /** Whether leading samples cost their number or nothing; `'index'` by default. */
  readonly boundary?: EdrBoundary | undefined;
}

/** The edit distance on real sequences of two series. */
export function edr(x: Series, y: Series, options: EdrOptions): number {
  const pair = readPair(x, y, options);
  const epsilon = readParameter(options.epsilon, { name: 'epsilon', minimum: 0 });
  const boundary = readChoice(options.boundary, 'boundary', EDR_BOUNDARIES);
  const border = boundary === 'zero' ? () => 0 : (index: number) => index;
  return sweep({
    rows: pair.rows,
    columns: pair.columns,
    band: pair.band,
    side: border,
    top: border,
    cell: (i, j, up, left, diagonal) => {
      const replace = Math.abs(pair.x(i) - pair.y(j)) <= epsilon ? 0 : 1;
      return Math.min(diagonal + replace, up + 1, left + 1);
    },
  });
}
