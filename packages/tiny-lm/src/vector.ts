/**
 * The arithmetic of the forward pass over plain arrays, writing into arrays the caller owns.
 *
 * Everything is in doubles: JavaScript computes in doubles anyway, and converting 32-bit weights at
 * each multiplication costs about a third of the speed. Four rows of a matrix are taken at once and
 * two columns a turn, so that four sums are in flight and each input is loaded once for four rows.
 */

/** out = matrix * x. The matrix is row-major with `x.length` columns, an even number of them. */
export function multiply(matrix: Float64Array, x: Float64Array, out: Float64Array): void {
  const rows = out.length;
  const columns = x.length;
  let row = 0;
  for (; row + 4 <= rows; row += 4) {
    let p = row * columns;
    let q = p + columns;
    let r = q + columns;
    let s = r + columns;
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    for (let j = 0; j < columns; j += 2, p += 2, q += 2, r += 2, s += 2) {
      const u = x[j] as number;
      const v = x[j + 1] as number;
      a += (matrix[p] as number) * u + (matrix[p + 1] as number) * v;
      b += (matrix[q] as number) * u + (matrix[q + 1] as number) * v;
      c += (matrix[r] as number) * u + (matrix[r + 1] as number) * v;
      d += (matrix[s] as number) * u + (matrix[s + 1] as number) * v;
    }
    out[row] = a;
    out[row + 1] = b;
    out[row + 2] = c;
    out[row + 3] = d;
  }
  for (; row < rows; row++) {
    let sum = 0;
    for (let j = 0; j < columns; j++)
      sum += (matrix[row * columns + j] as number) * (x[j] as number);
    out[row] = sum;
  }
}

/** out = x / sqrt(mean(x^2) + epsilon) * gain: root-mean-square normalisation. */
export function rmsNorm(
  x: Float64Array,
  gain: Float64Array,
  { epsilon, out }: { readonly epsilon: number; readonly out: Float64Array },
): void {
  let squares = 0;
  for (let i = 0; i < x.length; i++) squares += (x[i] as number) ** 2;
  const scale = 1 / Math.sqrt(squares / x.length + epsilon);
  for (let i = 0; i < x.length; i++) out[i] = (x[i] as number) * scale * (gain[i] as number);
}

/** Turns each adjacent pair of every head by the angle whose cosine and sine `rotation` holds. */
export function rotate(x: Float64Array, rotation: Float64Array): void {
  const headWidth = rotation.length;
  for (let start = 0; start < x.length; start += headWidth) {
    for (let i = 0; i < headWidth; i += 2) {
      const cosine = rotation[i] as number;
      const sine = rotation[i + 1] as number;
      const a = x[start + i] as number;
      const b = x[start + i + 1] as number;
      x[start + i] = a * cosine - b * sine;
      x[start + i + 1] = a * sine + b * cosine;
    }
  }
}

/** x += delta. */
export function add(x: Float64Array, delta: Float64Array): void {
  for (let i = 0; i < x.length; i++) x[i] = (x[i] as number) + (delta[i] as number);
}

/** The first `count` values become exp(value - maximum); returns their sum. */
export function exponentials(values: Float64Array, count: number): number {
  let maximum = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < count; i++) maximum = Math.max(maximum, values[i] as number);
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const value = Math.exp((values[i] as number) - maximum);
    values[i] = value;
    sum += value;
  }
  return sum;
}
