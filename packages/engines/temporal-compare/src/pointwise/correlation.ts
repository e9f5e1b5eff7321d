/**
 * Correlation distances of series of equal length, blind to level and scale:
 *
 *     pearson = 1 - r,  r = sum of (x_i - mean x)(y_i - mean y) / (|x - mean x| |y - mean y|),
 *     spearman = 1 - r of the ranks, where tied values share the mean of their ranks.
 *
 * Both lie in [0, 2]: 0 is perfect agreement, 1 none, 2 perfect opposition.
 *
 * Cost: O(n) memory; Pearson O(n) time, Spearman O(n log n).
 *
 * See: Pearson 1895, "Notes on regression and inheritance in the case of two parents"; Spearman
 * 1904, "The proof and measurement of association between two things".
 *
 * Edge cases: a constant series has no correlation and is refused with `argument/range`.
 *
 * Example: pearson([1, 2, 3], [2, 4, 6]) is 0 up to rounding; spearman([1, 2, 3], [1, 10, 5]) is
 * 0.5.
 */
import { MidstreamError } from '@midstream/core';
import { readEqualPair, type Series } from '../arguments.ts';

/** One minus the linear correlation. */
export function pearson(x: Series, y: Series): number {
  const [a, b] = readEqualPair(x, y, 'pearson');
  return correlationDistance(a, b, 'pearson');
}

/** One minus the correlation of the ranks. */
export function spearman(x: Series, y: Series): number {
  const [a, b] = readEqualPair(x, y, 'spearman');
  return correlationDistance(ranks(a), ranks(b), 'spearman');
}

function correlationDistance(a: Float64Array, b: Float64Array, metric: string): number {
  for (const [argument, values] of [
    ['x', a],
    ['y', b],
  ] as const) {
    if (values.every((value) => value === values[0])) {
      throw new MidstreamError(
        'argument/range',
        `Comparing by "${metric}" failed: "${argument}" is constant, so it has no correlation; ` +
          'a series that varies is wanted',
        { details: { argument } },
      );
    }
  }
  const deviationsA = deviations(a);
  const deviationsB = deviations(b);
  let both = 0;
  let squaresA = 0;
  let squaresB = 0;
  for (let i = 0; i < a.length; i++) {
    const da = deviationsA[i] as number;
    const db = deviationsB[i] as number;
    both += da * db;
    squaresA += da * da;
    squaresB += db * db;
  }
  // Rounding can carry |r| a little over 1.
  const r = both / Math.sqrt(squaresA) / Math.sqrt(squaresB);
  return 1 - Math.min(1, Math.max(-1, r));
}

/**
 * How far each value of a series that varies is from the mean, in units of the largest distance
 * from the first. Counting from the first keeps the digits of a series on a large offset; the unit
 * keeps squares from vanishing.
 */
function deviations(values: Float64Array): Float64Array {
  const first = values[0] as number;
  let unit = 0;
  for (const value of values) unit = Math.max(unit, Math.abs(value - first));
  const out = values.map((value) => (value - first) / unit);
  let sum = 0;
  for (const value of out) sum += value;
  const mean = sum / out.length;
  return out.map((value) => value - mean);
}

/** The rank of each value from 1, ties sharing the mean of the ranks they take up. */
function ranks(values: Float64Array): Float64Array {
  const order = Uint32Array.from(values.keys()).sort(
    (i, j) => (values[i] as number) - (values[j] as number),
  );
  const out = new Float64Array(values.length);
  for (let first = 0; first < order.length; ) {
    let last = first;
    const value = values[order[first] as number];
    while (last + 1 < order.length && values[order[last + 1] as number] === value) last++;
    for (let k = first; k <= last; k++) out[order[k] as number] = (first + last) / 2 + 1;
    first = last + 1;
  }
  return out;
}
