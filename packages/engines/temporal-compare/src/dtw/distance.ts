/**
 * Dynamic time warping: the least total cost of aligning two series, where time may be stretched
 * but never run backwards. A path goes from (0, 0) to (n-1, m-1) by the steps (1,0), (0,1), (1,1);
 *
 *     dtw(x, y) = min over paths of  sum of cost(x_i, y_j)  over the cells (i, j) of the path,
 *
 * with cost (x_i - y_j)^2 or |x_i - y_j|, and the square root of the sum on `root: true`.
 *
 * Vectors: `dependent` warps all dimensions together (the cost of a cell is summed over them);
 * `independent` warps each on its own and sums the distances, taking the root once, of the sum.
 *
 * Cost: O(nm) time, with a band O(max(n, m) * (2 band + 1)); O(min(n, m)) memory for numbers, O(m)
 * for dependent vectors. Vectors of dimension d take d times as long.
 *
 * See: Sakoe, Chiba 1978, "Dynamic programming algorithm optimization for spoken word recognition"
 * (recurrence and band); Shokoohi-Yekta, Hu, Jin, Wang, Keogh 2017, "Generalizing DTW to the
 * multi-dimensional case requires an adaptive approach" (the two modes).
 *
 * Edge cases: the band is in cells, |i - j| <= band, for unequal lengths too; when |n - m| > band
 * there is no path and the distance is `Infinity`. Empty series, NaN and infinities are refused
 * with an error that names the element. Over the limit `maxCells` the call is refused.
 *
 * Example: dtw([1, 2, 3], [1, 3]) is 1: the 2 is matched with either neighbour.
 */
import type { Kernels, PointCost } from '@midstream/core';
import {
  checkCells,
  isVectorSeries,
  readBand,
  readChoice,
  readSeries,
  readVectorPair,
  type Series,
  type VectorSeries,
} from '../arguments.ts';
import { sweep } from '../sweep.ts';
import { dimensionOf, POINT_COSTS, vectorCost } from './cost.ts';
import { jsKernels } from './kernel.ts';

/** How series of vectors are warped. */
export const VECTOR_MODES = ['dependent', 'independent'] as const;
/** All dimensions by one path, or each by its own. */
export type VectorMode = (typeof VECTOR_MODES)[number];

/** What {@link dtw} can be told. */
export interface DtwOptions {
  /** Local cost; `'squared'` by default. */
  readonly cost?: PointCost | undefined;
  /** Sakoe-Chiba radius in cells; none by default. */
  readonly band?: number | undefined;
  /** Whether the square root of the sum is returned; `false` by default. */
  readonly root?: boolean | undefined;
  /** For series of vectors; `'dependent'` by default. */
  readonly mode?: VectorMode | undefined;
  /** The kernels to run on; plain JavaScript by default. */
  readonly kernels?: Kernels | undefined;
}

/** The dynamic time warping distance of two series of numbers, or of two series of vectors. */
export function dtw(
  x: Series | VectorSeries,
  y: Series | VectorSeries,
  options: DtwOptions = {},
): number {
  const total =
    isVectorSeries(x) || isVectorSeries(y)
      ? vectorTotal(x as VectorSeries, y as VectorSeries, options)
      : plainTotal(readSeries(x, 'x'), readSeries(y, 'y'), options);
  return options.root ? Math.sqrt(total) : total;
}

/** The distance, without a root, of two series of numbers that have been read. */
export function plainTotal(x: Float64Array, y: Float64Array, options: DtwOptions): number {
  const band = readBand(options.band);
  const cost = readChoice(options.cost, 'cost', POINT_COSTS);
  checkCells({ rows: x.length, columns: y.length, band });
  return (options.kernels ?? jsKernels).dtw(x, y, { cost, band });
}

function vectorTotal(x: VectorSeries, y: VectorSeries, options: DtwOptions): number {
  const [a, b] = readVectorPair(x, y);
  const mode = readChoice(options.mode, 'mode', VECTOR_MODES);
  const band = readBand(options.band);
  const cost = readChoice(options.cost, 'cost', POINT_COSTS);
  const dimension = dimensionOf(a);
  checkCells({ rows: a.length, columns: b.length, band, times: dimension });
  if (mode === 'independent') {
    let total = 0;
    for (let d = 0; d < dimension; d++) total += plainTotal(column(a, d), column(b, d), options);
    return total;
  }
  const local = vectorCost(a, b, cost);
  return sweep({
    rows: a.length,
    columns: b.length,
    band,
    cell: (i, j, up, left, diagonal) => local(i - 1, j - 1) + Math.min(up, left, diagonal),
  });
}

/** One dimension of a series of vectors, as a series of numbers. */
function column(points: readonly Float64Array[], dimension: number): Float64Array {
  return Float64Array.from(points, (point) => point[dimension] as number);
}
