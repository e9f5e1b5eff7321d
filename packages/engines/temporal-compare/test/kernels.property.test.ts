import type { Kernels } from '@midstream/core';
import { jsKernels } from '@midstream/temporal-compare';
import { dtwReference } from '@midstream/temporal-compare/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { near, runs, series } from './support.ts';

/** Every table of kernels, with the relative error it is allowed. A new build joins here. */
const TABLES: readonly { kernels: Kernels; tolerance: number }[] = [
  { kernels: jsKernels, tolerance: 0 },
];

describe.each(TABLES)('$kernels.build kernels', ({ kernels, tolerance }) => {
  const agree = (x: number[], y: number[], band: number): void => {
    const [a, b] = [Float64Array.from(x), Float64Array.from(y)];
    for (const cost of ['squared', 'absolute'] as const) {
      const ours = kernels.dtw(a, b, { cost, band });
      const truth = dtwReference(a, b, { cost, band });
      if (!near(ours, truth, tolerance)) {
        expect.fail(`dtw gave ${ours}, not ${truth}: ${JSON.stringify({ x, y, band, cost })}`);
      }
    }
  };

  it('dtw agrees with the readable twin for every band of random series', () => {
    const cases = fc.property(series(24), series(24), (x, y) => {
      agree(x, y, Number.POSITIVE_INFINITY);
      for (let band = 0; band <= Math.max(x.length, y.length); band++) agree(x, y, band);
    });
    fc.assert(cases, runs(300, 10_000));
  });

  it('dtw agrees with the readable twin for all small lengths', () => {
    const wave = (length: number, phase: number): number[] =>
      Array.from({ length }, (_, k) => Math.sin(1.7 * k + phase));
    for (let n = 1; n <= 12; n++) {
      for (let m = 1; m <= 12; m++) {
        for (const band of [0, 1, 3, 12, Number.POSITIVE_INFINITY]) {
          agree(wave(n, 0), wave(m, 1), band);
        }
      }
    }
  });

  it('dtw agrees with the readable twin on long series', () => {
    const cases = fc.property(series(150), series(150), fc.nat(160), agree);
    fc.assert(cases, runs(60, 2_000));
  });

  it('dtw leaves its arguments as they were', () => {
    const x = Float64Array.of(1, 5, 2, 4, 3);
    const y = Float64Array.of(2, 2, 9);
    kernels.dtw(x, y, { cost: 'squared', band: 3 });
    kernels.dtw(y, x, { cost: 'squared', band: Number.POSITIVE_INFINITY });
    expect([...x, ...y]).toEqual([1, 5, 2, 4, 3, 2, 2, 9]);
  });
});

/** The least cost over all paths, each walked by itself: no matrix, nothing remembered. */
function cheapestPath(x: readonly number[], y: readonly number[], band: number): number {
  const walk = (i: number, j: number): number => {
    if (i < 0 || j < 0 || Math.abs(i - j) > band) return Number.POSITIVE_INFINITY;
    const local = ((x[i] as number) - (y[j] as number)) ** 2;
    if (i === 0 && j === 0) return local;
    return local + Math.min(walk(i - 1, j), walk(i, j - 1), walk(i - 1, j - 1));
  };
  return walk(x.length - 1, y.length - 1);
}

describe('dtwReference()', () => {
  it('is the least cost over all paths', () => {
    const cases = fc.property(series(6), series(6), fc.nat(6), (x, y, band) => {
      const options = { cost: 'squared', band } as const;
      const truth = cheapestPath(x, y, band);
      expect(dtwReference(Float64Array.from(x), Float64Array.from(y), options)).toBe(truth);
    });
    fc.assert(cases, runs(300, 10_000));
  });
});
