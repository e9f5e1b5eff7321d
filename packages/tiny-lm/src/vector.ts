/** The arithmetic of the forward pass besides its matrices, writing into arrays the caller owns. */

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
