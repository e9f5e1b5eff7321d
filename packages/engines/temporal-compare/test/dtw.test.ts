import type { Kernels } from '@midstream/core';
import { dtw, dtwPath, type VectorSeries } from '@midstream/temporal-compare';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { near, runs, series, tame } from './support.ts';

describe('dtw()', () => {
  it('returns 0 for equal series', () => {
    fc.assert(
      fc.property(series(20), (x) => {
        expect(dtw(x, x)).toBe(0);
      }),
      runs(100, 2_000),
    );
  });

  it('is symmetric', () => {
    const cases = fc.property(series(20), series(20), fc.nat(20), (x, y, band) => {
      expect(dtw(x, y, { band })).toBe(dtw(y, x, { band }));
    });
    fc.assert(cases, runs(100, 2_000));
  });

  it('never grows when the band does', () => {
    const cases = fc.property(series(15), series(15), (x, y) => {
      let last = Number.POSITIVE_INFINITY;
      for (let band = 0; band <= 15; band++) {
        const next = dtw(x, y, { band });
        expect(next).toBeLessThanOrEqual(last);
        last = next;
      }
      expect(dtw(x, y)).toBe(last);
    });
    fc.assert(cases, runs(100, 2_000));
  });

  it('returns Infinity when the band admits no path', () => {
    expect(dtw([1, 2, 3], [1], { band: 1 })).toBe(Number.POSITIVE_INFINITY);
    expect(dtw([1], [1, 2, 3], { band: 1 })).toBe(Number.POSITIVE_INFINITY);
    expect(dtw([1, 2, 3], [1], { band: 2 })).toBe(5);
  });

  it('takes the root of the sum on root: true', () => {
    expect(dtw([0, 0], [3, 4])).toBe(25);
    expect(dtw([0, 0], [3, 4], { root: true })).toBe(5);
    expect(dtw([0, 0], [3, 4], { cost: 'absolute' })).toBe(7);
  });

  it('does not overflow at the largest magnitude', () => {
    const x = new Array<number>(50).fill(1e140);
    const y = new Array<number>(50).fill(-1e140);
    expect(dtw(x, y)).toBeLessThan(Number.POSITIVE_INFINITY);
  });

  it('runs on the kernels that are injected', () => {
    const kernels: Kernels = { build: 'wasm', dtw: (x, y, { band }) => x.length + y.length + band };
    expect(dtw([1, 2], [3], { band: 4, kernels })).toBe(7);
    const points = [[1, 2]];
    expect(dtw(points, points, { band: 4, kernels, mode: 'independent' })).toBe(12);
  });
});

describe('dtw() on vectors', () => {
  const points: VectorSeries = [[0, 0], [1, 5], Float64Array.of(2, 0)];

  it('equals dtw() of numbers in one dimension, in either mode', () => {
    const cases = fc.property(tame(12), tame(12), fc.nat(12), (x, y, band) => {
      const wrap = (values: number[]): number[][] => values.map((value) => [value]);
      for (const mode of ['dependent', 'independent'] as const) {
        for (const cost of ['squared', 'absolute'] as const) {
          const options = { mode, cost, band };
          expect(dtw(wrap(x), wrap(y), options)).toBe(dtw(x, y, { cost, band }));
        }
      }
    });
    fc.assert(cases, runs(100, 2_000));
  });

  it('sums the dimensions along one path, or along one path for each', () => {
    const other = [
      [0, 5],
      [1, 0],
      [2, 0],
    ];
    const dependent = dtw(points, other);
    const first = dtw([0, 1, 2], [0, 1, 2]);
    const second = dtw([0, 5, 0], [5, 0, 0]);
    expect(dtw(points, other, { mode: 'independent' })).toBe(first + second);
    expect(dtw(points, other, { mode: 'independent', root: true })).toBe(Math.sqrt(first + second));
    expect(dependent).toBeGreaterThanOrEqual(first + second);
    expect(dtw(points, other, { root: true })).toBe(Math.sqrt(dependent));
  });
});

describe('dtwPath()', () => {
  const checkPath = (path: readonly (readonly [number, number])[], n: number, m: number): void => {
    expect(path[0]).toEqual([0, 0]);
    expect(path.at(-1)).toEqual([n - 1, m - 1]);
    for (let k = 1; k < path.length; k++) {
      const [i, j] = path[k] as [number, number];
      const [a, b] = path[k - 1] as [number, number];
      expect(['1,0', '0,1', '1,1']).toContain(`${i - a},${j - b}`);
    }
  };

  it('finds a path inside the band whose cost is the distance', () => {
    const cases = fc.property(tame(16), tame(16), fc.nat(16), (x, y, band) => {
      for (const cost of ['squared', 'absolute'] as const) {
        const { distance, path } = dtwPath(x, y, { cost, band });
        expect(distance).toBe(dtw(x, y, { cost, band }));
        if (distance === Number.POSITIVE_INFINITY) {
          expect(path).toEqual([]);
          continue;
        }
        checkPath(path, x.length, y.length);
        let sum = 0;
        for (const [i, j] of path) {
          expect(Math.abs(i - j)).toBeLessThanOrEqual(band);
          const gap = Math.abs((x[i] as number) - (y[j] as number));
          sum += cost === 'squared' ? gap ** 2 : gap;
        }
        expect(near(sum, distance, 1e-12)).toBe(true);
      }
    });
    fc.assert(cases, runs(300, 10_000));
  });

  it('prefers a diagonal step, then one in x, then one in y', () => {
    expect(dtwPath([7, 7, 7], [7, 7]).path).toEqual([
      [0, 0],
      [1, 0],
      [2, 1],
    ]);
    expect(dtwPath([7, 7], [7, 7, 7]).path).toEqual([
      [0, 0],
      [0, 1],
      [1, 2],
    ]);
  });

  it('finds one path for vectors, with the root on request', () => {
    const points = [
      [0, 0],
      [1, 1],
    ];
    const found = dtwPath(points, [[3, 4], ...points], { root: true });
    expect(found).toEqual({
      distance: 5,
      path: [
        [0, 0],
        [0, 1],
        [1, 2],
      ],
    });
  });

  it('refuses the mode that has no single path', () => {
    expect(() => dtwPath([[1]], [[1]], { mode: 'independent' })).toThrow(/path of its own/);
  });
});
