/**
 * The readable twin of the DTW kernels: the definition of Sakoe and Chiba (1978), written down as a
 * whole matrix with nothing saved. Tests hold every kernel against it, benchmarks measure against
 * it.
 *
 *     D(0, 0) = 0,  D(i, 0) = D(0, j) = Infinity,
 *     D(i, j) = cost(x_i, y_j) + min(D(i-1, j), D(i, j-1), D(i-1, j-1))   where |i - j| <= band.
 *
 * Cost: O(nm) time and O(nm) memory. Edge cases: `Infinity` when the band admits no path.
 *
 * See: Sakoe, Chiba 1978, "Dynamic programming algorithm optimization for spoken word recognition",
 * IEEE Transactions on Acoustics, Speech and Signal Processing 26(1).
 *
 * Example: x = [1, 2, 3], y = [1, 3] with squared cost gives 1.
 */
import type { DtwKernelOptions } from '@midstream/core';

/** DTW distance without a root, straight from the definition. */
export function dtwReference(
  x: Float64Array,
  y: Float64Array,
  { cost, band }: DtwKernelOptions,
): number {
  const matrix: number[][] = [];
  for (let i = 0; i <= x.length; i++) {
    matrix.push(new Array<number>(y.length + 1).fill(Number.POSITIVE_INFINITY));
  }
  const at = (i: number): number[] => matrix[i] as number[];
  at(0)[0] = 0;
  for (let i = 1; i <= x.length; i++) {
    const above = at(i - 1);
    const row = at(i);
    for (let j = Math.max(1, i - band); j <= Math.min(y.length, i + band); j++) {
      const difference = (x[i - 1] as number) - (y[j - 1] as number);
      const local = cost === 'squared' ? difference * difference : Math.abs(difference);
      const nearest = Math.min(above[j] as number, row[j - 1] as number, above[j - 1] as number);
      row[j] = local + nearest;
    }
  }
  return at(x.length)[y.length] as number;
}
