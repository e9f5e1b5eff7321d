/**
 * The plain JavaScript kernel of dynamic time warping: D(n, m) of
 *
 *     D(i, j) = cost(x_i, y_j) + min(D(i-1, j), D(i, j-1), D(i-1, j-1)),  D(0, 0) = 0,
 *
 * in one row of memory. Without a band four rows go through the matrix together, so that three of
 * every four cells live in registers and only the fourth row is written back; with a band one row
 * goes at a time. Every cell is computed by the same additions as in the readable twin
 * (`reference.ts`), so the two agree to the last bit.
 *
 * Cost: O(nm) time, with a band O(max(n, m) * (2 band + 1)); O(min(n, m)) memory.
 *
 * See: Sakoe, Chiba 1978, "Dynamic programming algorithm optimization for spoken word recognition".
 *
 * Edge cases: `Infinity` when |n - m| > band, the one case without a path. Arguments are trusted:
 * non-empty and finite, as the seam in `core` says; `distance.ts` sees to that.
 *
 * Example: x = [1, 2, 3], y = [1, 3] with squared cost gives 1.
 */
import type { DtwKernelOptions, Kernels } from '@midstream/core';

/** Local cost of a difference. Small enough to be inlined; the flag never changes in a loop. */
const costOf = (difference: number, squared: boolean): number =>
  squared ? difference * difference : Math.abs(difference);

/** The least of three. Comparisons, because `Math.min` must also mind NaN and -0 and is slower. */
function least(a: number, b: number, c: number): number {
  // biome-ignore lint/complexity/useMathMinMax: see above; neither NaN nor -0 occurs here.
  const smaller = a < b ? a : b;
  // biome-ignore lint/complexity/useMathMinMax: as above.
  return smaller < c ? smaller : c;
}

/** A cleared row before the first sample: only D(0, 0) can be the start of a path. */
function borderRow(columns: number): Float64Array {
  const row = new Float64Array(columns + 1).fill(Number.POSITIVE_INFINITY);
  row[0] = 0;
  return row;
}

/** Rows i to i + 3 at once. `row` holds D(i-1, .) before and D(i+3, .) after. */
function sweepFour(x: Float64Array, y: Float64Array, i: number, row: Float64Array, sq: boolean) {
  const x0 = x[i] as number;
  const x1 = x[i + 1] as number;
  const x2 = x[i + 2] as number;
  const x3 = x[i + 3] as number;
  let above = row[0] as number;
  let left0 = Number.POSITIVE_INFINITY;
  let left1 = Number.POSITIVE_INFINITY;
  let left2 = Number.POSITIVE_INFINITY;
  let left3 = Number.POSITIVE_INFINITY;
  row[0] = Number.POSITIVE_INFINITY;
  for (let j = 0; j < y.length; j++) {
    const value = y[j] as number;
    const up = row[j + 1] as number;
    const d0 = costOf(x0 - value, sq) + least(above, left0, up);
    above = up;
    const d1 = costOf(x1 - value, sq) + least(left0, left1, d0);
    left0 = d0;
    const d2 = costOf(x2 - value, sq) + least(left1, left2, d1);
    left1 = d1;
    left3 = costOf(x3 - value, sq) + least(left2, left3, d2);
    left2 = d2;
    row[j + 1] = left3;
  }
}

/** Row i alone, for the cells with |i - j| <= band. */
function sweepOne(
  x: Float64Array,
  y: Float64Array,
  i: number,
  row: Float64Array,
  { cost, band }: DtwKernelOptions,
): void {
  const squared = cost === 'squared';
  // Whole numbers: an infinite band must not turn the indices of the loop into doubles.
  const radius = Math.min(band, x.length) | 0;
  const first = Math.max(0, i - radius);
  const last = Math.min(y.length - 1, i + radius);
  const sample = x[i] as number;
  let diagonal = row[first] as number;
  let left = Number.POSITIVE_INFINITY;
  // The cell left of the band: it was inside for the row above, and is not for this one.
  row[first] = left;
  for (let j = first; j <= last; j++) {
    const up = row[j + 1] as number;
    left = costOf(sample - (y[j] as number), squared) + least(up, diagonal, left);
    row[j + 1] = left;
    diagonal = up;
  }
}

/** DTW distance without a root, in plain JavaScript. */
export function dtwPlain(x: Float64Array, y: Float64Array, options: DtwKernelOptions): number {
  // DTW is symmetric, so the shorter series is given the row of memory.
  if (x.length < y.length) return dtwPlain(y, x, options);
  const { cost, band } = options;
  if (x.length - y.length > band) return Number.POSITIVE_INFINITY;
  const row = borderRow(y.length);
  let i = 0;
  if (band >= x.length - 1) {
    for (; i + 4 <= x.length; i += 4) sweepFour(x, y, i, row, cost === 'squared');
  }
  for (; i < x.length; i++) sweepOne(x, y, i, row, options);
  return row[y.length] as number;
}

/** The table of plain JavaScript kernels: always present, the default everywhere. */
export const jsKernels: Kernels = Object.freeze({ build: 'js', dtw: dtwPlain });
