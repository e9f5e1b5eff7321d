/**
 * Weight matrices laid out for speed, and their product with a vector.
 *
 * Four rows at a time lie side by side, column by column, so that one run through memory feeds four
 * sums and each input is loaded once for four rows; rows left over, fewer than four, follow one by
 * one. Everything is in doubles: JavaScript computes in doubles anyway, and converting 32-bit
 * weights at each multiplication costs more than their memory saves. `| 0` says that an index is a
 * 32-bit integer: without it the engine checks every sum of indices for overflow, a quarter of the
 * time.
 *
 * Cost: one multiply-add a weight. Example: of [[1, 2], [3, 4]] and [10, 1] the product is [12,
 * 34].
 */

/** How many rows lie side by side. */
const GROUP = 4;

/** A matrix in this layout, with an even number of columns. Made by {@link packMatrix}. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
}

/** Lays out a matrix that is given row by row. */
export function packMatrix(
  rowByRow: Float64Array,
  { rows, columns }: { readonly rows: number; readonly columns: number },
): Matrix {
  const matrix = { rows, columns, values: new Float64Array(rowByRow.length) };
  for (let row = 0; row < rows; row++) {
    const { start, stride } = placeOf(matrix, row);
    for (let j = 0; j < columns; j++) {
      matrix.values[start + j * stride] = rowByRow[row * columns + j] as number;
    }
  }
  return matrix;
}

/** Copies one row. */
export function copyRow(matrix: Matrix, row: number, out: Float64Array): void {
  const { start, stride } = placeOf(matrix, row);
  for (let j = 0; j < matrix.columns; j++) out[j] = matrix.values[start + j * stride] as number;
}

/** Where a row's first value is and how far apart its values are. */
function placeOf(
  { rows, columns }: Pick<Matrix, 'rows' | 'columns'>,
  row: number,
): { start: number; stride: number } {
  const first = row - (row % GROUP);
  if (first + GROUP > rows) return { start: row * columns, stride: 1 };
  return { start: first * columns + (row % GROUP), stride: GROUP };
}

/** out = matrix * x. */
export function multiply(
  { rows, columns, values }: Matrix,
  x: Float64Array,
  out: Float64Array,
): void {
  let at = 0;
  let row = 0;
  for (; row + GROUP <= rows; row += GROUP) {
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    for (let j = 0; j < columns; j = (j + 2) | 0) {
      const u = x[j] as number;
      const v = x[(j + 1) | 0] as number;
      a += (values[at] as number) * u + (values[(at + 4) | 0] as number) * v;
      b += (values[(at + 1) | 0] as number) * u + (values[(at + 5) | 0] as number) * v;
      c += (values[(at + 2) | 0] as number) * u + (values[(at + 6) | 0] as number) * v;
      d += (values[(at + 3) | 0] as number) * u + (values[(at + 7) | 0] as number) * v;
      at = (at + 8) | 0;
    }
    out[row] = a;
    out[row + 1] = b;
    out[row + 2] = c;
    out[row + 3] = d;
  }
  for (; row < rows; row++) {
    let sum = 0;
    for (let j = 0; j < columns; j++, at++) sum += (values[at] as number) * (x[j] as number);
    out[row] = sum;
  }
}
