/**
 * The distances that compare series of equal length value by value:
 *
 *     euclidean = sqrt(sum of (x_i - y_i)^2),  manhattan = sum of |x_i - y_i|,
 *     chebyshev = max of |x_i - y_i|.
 *
 * Cost: O(n) time, no memory. See: Minkowski 1896, "Geometrie der Zahlen", whose p = 2, 1 and
 * infinity these are.
 *
 * Edge cases: unequal lengths are refused; so are empty series, NaN and infinities.
 *
 * Example: for [0, 0] and [3, 4] they are 5, 7 and 4.
 */
import { readEqualPair, type Series } from '../arguments.ts';

/** The root of the summed squared differences. */
export function euclidean(x: Series, y: Series): number {
  return Math.sqrt(fold(x, y, 'euclidean', (sum, gap) => sum + gap * gap));
}

/** The sum of the absolute differences. */
export function manhattan(x: Series, y: Series): number {
  return fold(x, y, 'manhattan', (sum, gap) => sum + gap);
}

/** The largest absolute difference. */
export function chebyshev(x: Series, y: Series): number {
  return fold(x, y, 'chebyshev', (largest, gap) => Math.max(largest, gap));
}

function fold(
  x: Series,
  y: Series,
  metric: string,
  step: (total: number, gap: number) => number,
): number {
  const [a, b] = readEqualPair(x, y, metric);
  let total = 0;
  for (let i = 0; i < a.length; i++) {
    total = step(total, Math.abs((a[i] as number) - (b[i] as number)));
  }
  return total;
}
