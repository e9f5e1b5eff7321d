/**
 * The sweep that all elastic distances share: it fills the matrix D of an alignment row by row and
 * returns its last cell,
 *
 *     D(0, 0) = 0,  D(0, j) = top(j),  D(i, 0) = side(i),
 *     D(i, j) = cell(i, j, D(i-1, j), D(i, j-1), D(i-1, j-1))      for 1 <= i <= n, 1 <= j <= m.
 *
 * A metric is its `cell`. Cells with |i - j| > band do not exist: they read as `Infinity`.
 *
 * Cost: O(n * min(m, 2 band + 1)) time, O(m) memory, because a row needs only the row before it and
 * one array holds both: left of the current cell the new row, right of it the old one.
 *
 * Edge cases: with |n - m| > band the last cell itself lies outside, and `Infinity` is returned.
 *
 * See: Sakoe, Chiba 1978, "Dynamic programming algorithm optimization for spoken word recognition",
 * for the recurrence and the band.
 *
 * Example: with `cell: (i, j, up, left, diagonal) => Math.min(up, left, diagonal) + 1` two series
 * of three values are 3 apart, the length of their shortest path.
 */

/** One alignment problem. Indices count from 1, so that row and column 0 are the border. */
export interface Alignment {
  /** n, the length of the first series. */
  readonly rows: number;
  /** m, the length of the second series. */
  readonly columns: number;
  /** Sakoe-Chiba radius in cells; none by default. It holds for the border too. */
  readonly band?: number;
  /** D(0, j) for j >= 1; `Infinity` by default, so that a path starts at (1, 1). */
  readonly top?: (j: number) => number;
  /** D(i, 0) for i >= 1; `Infinity` by default. */
  readonly side?: (i: number) => number;
  /** D(i, j) from its neighbours. */
  readonly cell: (i: number, j: number, up: number, left: number, diagonal: number) => number;
}

const infinite = (): number => Number.POSITIVE_INFINITY;

/** Fills the matrix of an alignment and returns D(n, m). */
export function sweep(alignment: Alignment): number {
  const { rows, columns, band = Number.POSITIVE_INFINITY, cell } = alignment;
  const { top = infinite, side = infinite } = alignment;
  if (Math.abs(rows - columns) > band) return Number.POSITIVE_INFINITY;
  const row = new Float64Array(columns + 1).fill(Number.POSITIVE_INFINITY);
  row[0] = 0;
  for (let j = 1; j <= Math.min(columns, band); j++) row[j] = top(j);
  // Whole numbers: an infinite band must not turn the indices of the loop into doubles.
  const radius = Math.min(band, rows + columns) | 0;
  for (let i = 1; i <= rows; i++) {
    const first = Math.max(1, i - radius);
    const last = Math.min(columns, i + radius);
    let diagonal = row[first - 1] as number;
    let left = first === 1 && i <= band ? side(i) : Number.POSITIVE_INFINITY;
    row[first - 1] = left;
    for (let j = first; j <= last; j++) {
      const up = row[j] as number;
      left = cell(i, j, up, left, diagonal);
      row[j] = left;
      diagonal = up;
    }
  }
  return row[columns] as number;
}
