/**
 * What every elastic distance on numbers begins with: both series read, the band read, the size of
 * the matrix seen to be within its limit.
 *
 * Cost: O(n + m) time; O(n + m) memory for plain arrays, none for a `Float64Array`.
 */
import { checkCells, readBand, readSeries, type Series } from '../arguments.ts';

/** The option all elastic distances take. */
export interface ElasticOptions {
  /** Sakoe-Chiba radius in cells; none by default. */
  readonly band?: number | undefined;
}

/** Two series ready for a sweep. */
export interface ElasticPair {
  readonly rows: number;
  readonly columns: number;
  readonly band: number;
  /** x_i, counted from 1; x_0 is 0, which only the border reads. */
  readonly x: (i: number) => number;
  /** y_j, counted from 1; y_0 is 0. */
  readonly y: (j: number) => number;
}

/** Reads the arguments of an elastic distance. */
export function readPair(x: Series, y: Series, options: ElasticOptions): ElasticPair {
  const a = readSeries(x, 'x');
  const b = readSeries(y, 'y');
  const band = readBand(options.band);
  checkCells({ rows: a.length, columns: b.length, band });
  return {
    rows: a.length,
    columns: b.length,
    band,
    x: (i) => (i === 0 ? 0 : (a[i - 1] as number)),
    y: (j) => (j === 0 ? 0 : (b[j - 1] as number)),
  };
}
