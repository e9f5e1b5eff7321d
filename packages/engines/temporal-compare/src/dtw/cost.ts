/**
 * Local costs: what it costs to match one point of x with one of y.
 *
 *     squared: sum over d of (a_d - b_d)^2      absolute: sum over d of |a_d - b_d|
 *
 * Cost: O(dimension) a cell. See: Sakoe, Chiba 1978. Edge cases: none; arguments have been read.
 * Example: the points [1, 2] and [3, 5] are 13 apart by squares and 5 by absolute values.
 */
import type { PointCost } from '@midstream/core';

/** The local costs there are; the first is the default. */
export const POINT_COSTS = ['squared', 'absolute'] as const satisfies readonly PointCost[];

/** The dimension of the points of a series that has been read. */
export const dimensionOf = (points: readonly Float64Array[]): number => points[0]?.length ?? 0;

/** The cost of cell (i, j), counted from 0, of two series of numbers. */
export function numberCost(
  x: Float64Array,
  y: Float64Array,
  cost: PointCost,
): (i: number, j: number) => number {
  if (cost === 'absolute') return (i, j) => Math.abs((x[i] as number) - (y[j] as number));
  return (i, j) => {
    const difference = (x[i] as number) - (y[j] as number);
    return difference * difference;
  };
}

/** The cost of cell (i, j), counted from 0, of two series of vectors. */
export function vectorCost(
  x: readonly Float64Array[],
  y: readonly Float64Array[],
  cost: PointCost,
): (i: number, j: number) => number {
  const squared = cost === 'squared';
  return (i, j) => {
    const a = x[i] as Float64Array;
    const b = y[j] as Float64Array;
    let sum = 0;
    for (let d = 0; d < a.length; d++) {
      const difference = (a[d] as number) - (b[d] as number);
      sum += squared ? difference * difference : Math.abs(difference);
    }
    return sum;
  };
}
