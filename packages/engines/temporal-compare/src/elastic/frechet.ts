/**
 * Discrete Fréchet distance: the shortest leash with which two walkers can go through their series,
 * neither ever turning back,
 *
 *     D(i, j) = max(|x_i - y_j|, min(D(i-1, j), D(i, j-1), D(i-1, j-1))),
 *
 * with the Euclidean distance between vectors.
 *
 * Cost: O(nm) time, for vectors of dimension d O(nmd); O(m) memory.
 *
 * See: Eiter, Mannila 1994, "Computing discrete Fréchet distance", TU Wien CD-TR 94/64.
 *
 * Edge cases: `Infinity` when the band admits no path.
 *
 * Example: frechet([1, 2, 3], [1, 3]) is 1: the 2 is one away from either.
 */
import {
  checkCells,
  isVectorSeries,
  readBand,
  readVectorPair,
  type Series,
  type VectorSeries,
} from '../arguments.ts';
import { dimensionOf, vectorCost } from '../dtw/cost.ts';
import { sweep } from '../sweep.ts';
import { type ElasticOptions, readPair } from './pair.ts';

/** The discrete Fréchet distance of two series of numbers, or of two series of vectors. */
export function frechet(
  x: Series | VectorSeries,
  y: Series | VectorSeries,
  options: ElasticOptions = {},
): number {
  const { rows, columns, band, local } = readCurves(x, y, options);
  return sweep({
    rows,
    columns,
    band,
    cell: (i, j, up, left, diagonal) => Math.max(local(i, j), Math.min(up, left, diagonal)),
  });
}

interface Curves {
  readonly rows: number;
  readonly columns: number;
  readonly band: number;
  /** The distance of two points, counted from 1. */
  readonly local: (i: number, j: number) => number;
}

function readCurves(
  x: Series | VectorSeries,
  y: Series | VectorSeries,
  options: ElasticOptions,
): Curves {
  if (isVectorSeries(x) || isVectorSeries(y)) {
    const [a, b] = readVectorPair(x as VectorSeries, y as VectorSeries);
    const band = readBand(options.band);
    checkCells({ rows: a.length, columns: b.length, band, times: dimensionOf(a) });
    const squared = vectorCost(a, b, 'squared');
    const local = (i: number, j: number): number => Math.sqrt(squared(i - 1, j - 1));
    return { rows: a.length, columns: b.length, band, local };
  }
  const pair = readPair(x, y, options);
  return { ...pair, local: (i, j) => Math.abs(pair.x(i) - pair.y(j)) };
}
