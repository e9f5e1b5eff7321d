/**
 * Derivative dynamic time warping: DTW of the estimated slopes, so that series are aligned by shape
 * and not by level,
 *
 *     x'_i = ((x_i - x_{i-1}) + (x_{i+1} - x_{i-1}) / 2) / 2      for 1 <= i <= n - 2.
 *
 * Cost: as DTW of series two samples shorter, plus O(n + m).
 *
 * See: Keogh, Pazzani 2001, "Derivative dynamic time warping", SIAM International Conference on
 * Data Mining.
 *
 * Edge cases: the first and last sample have no slope, so fewer than three samples are refused; a
 * band counts cells of the slopes.
 *
 * Example: derivativeDtw([1, 2, 3, 4], [11, 12, 13, 14]) is 0: the slopes are the same.
 */
import type { Kernels, PointCost } from '@midstream/core';
import { MidstreamError } from '@midstream/core';
import { readSeries, type Series } from '../arguments.ts';
import { plainTotal } from '../dtw/distance.ts';

/** What {@link derivativeDtw} can be told; as for DTW. */
export interface DerivativeDtwOptions {
  readonly cost?: PointCost | undefined;
  readonly band?: number | undefined;
  readonly root?: boolean | undefined;
  readonly kernels?: Kernels | undefined;
}

/** The derivative dynamic time warping distance of two series. */
export function derivativeDtw(x: Series, y: Series, options: DerivativeDtwOptions = {}): number {
  // Slopes may exceed the magnitude that samples may have, so they are not read as series again.
  const total = plainTotal(slopes(x, 'x'), slopes(y, 'y'), options);
  return options.root ? Math.sqrt(total) : total;
}

function slopes(series: Series, argument: string): Float64Array {
  const values = readSeries(series, argument);
  if (values.length < 3) {
    throw new MidstreamError(
      'argument/range',
      `Taking the slopes of "${argument}" failed: it needs at least three values, but has ` +
        `${values.length}`,
      { details: { argument, length: values.length } },
    );
  }
  return Float64Array.from({ length: values.length - 2 }, (_, k) => {
    const before = values[k] as number;
    const here = values[k + 1] as number;
    const after = values[k + 2] as number;
    return (here - before + (after - before) / 2) / 2;
  });
}
