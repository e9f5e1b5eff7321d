import { readdirSync, readFileSync } from 'node:fs';
import { isMidstreamError } from '@midstream/core';
import {
  amercedDtw,
  COMPARE_LIMITS,
  chebyshev,
  DISTANCE_METRICS,
  type DistanceInput,
  derivativeDtw,
  distance,
  dtw,
  dtwPath,
  edr,
  erp,
  euclidean,
  frechet,
  lbKeogh,
  lcss,
  lcssLength,
  manhattan,
  msm,
  pearson,
  softDtw,
  spearman,
  twe,
  weightedDtw,
} from '@midstream/temporal-compare';
import { describe, expect, it } from 'vitest';

const [x, y] = [
  [1, 2, 3],
  [1, 3],
];

/** Runs a comparison that must fail, and shows its code and message. */
function failure(input: unknown): string {
  try {
    distance(input as DistanceInput);
  } catch (error) {
    if (isMidstreamError(error)) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'no error';
}

describe('the examples of the file headers', () => {
  it('are true', () => {
    expect(dtw(x, y)).toBe(1);
    expect(dtwPath(x, y)).toEqual({
      distance: 1,
      path: [
        [0, 0],
        [1, 0],
        [2, 1],
      ],
    });
    expect(derivativeDtw([1, 2, 3, 4], [11, 12, 13, 14])).toBe(0);
    expect(weightedDtw([0], [2], { g: 0 })).toBe(2);
    expect(amercedDtw(x, y, { w: 0.5 })).toBe(1.5);
    expect(erp(x, y)).toBe(2);
    expect(edr(x, y, { epsilon: 0.1 })).toBe(1);
    expect(lcssLength(x, y, { epsilon: 0.1 })).toBe(2);
    expect(lcss(x, y, { epsilon: 0.1 })).toBe(0);
    expect(msm(x, y, { c: 0.5 })).toBe(1.5);
    expect(twe(x, y, { nu: 0, lambda: 1 })).toBe(3);
    expect(softDtw([0, 0], [0, 0], { gamma: 1 })).toBeCloseTo(-Math.log(3), 12);
    expect(frechet(x, y)).toBe(1);
    expect(lbKeogh([1, 5, 1], [1, 2, 1], { band: 1 })).toBe(9);
    expect([euclidean, manhattan, chebyshev].map((f) => f([0, 0], [3, 4]))).toEqual([5, 7, 4]);
    expect(pearson([1, 2, 3], [2, 4, 6])).toBeCloseTo(0, 12);
    expect(spearman([1, 2, 3], [1, 10, 5])).toBe(0.5);
    expect(distance({ metric: 'dtw', x, y })).toEqual({ distance: 1 });
  });

  it('stand beside the cost, the paper and the edge cases in every algorithm', () => {
    for (const folder of ['dtw', 'elastic', 'bounds', 'pointwise']) {
      const root = new URL(`../src/${folder}/`, import.meta.url);
      for (const file of readdirSync(root).filter((name) => name !== 'pair.ts')) {
        const header = readFileSync(new URL(file, root), 'utf8').split('*/')[0];
        for (const part of ['Cost:', 'See:', 'Edge cases:', 'Example:']) {
          expect(header, `${folder}/${file}`).toContain(part);
        }
      }
    }
  });
});

describe('distance()', () => {
  it('answers for every metric of DISTANCE_METRICS, with defaults where there are any', () => {
    for (const metric of DISTANCE_METRICS) {
      const needs = /^(edr|lcss)/.test(metric) ? { epsilon: 0.5 } : {};
      const answer = distance({ metric, x: [1, 2, 4, 3], y: [1, 3, 3, 5], ...needs });
      expect(Object.keys(answer), metric).toEqual(['distance']);
      expect(Number.isFinite(answer.distance), metric).toBe(true);
    }
  });

  it('hands the injected kernels on', () => {
    const kernels = { build: 'wasm', dtw: () => 42 } as const;
    expect(distance({ metric: 'dtw', x, y }, { kernels }).distance).toBe(42);
    const input = { metric: 'ddtw', x: [1, 2, 3], y: [1, 2, 3] } as const;
    expect(distance(input, { kernels }).distance).toBe(42);
  });

  it('gives the path on path: true', () => {
    const { path } = distance({ metric: 'dtw', x, y, path: true });
    expect(path).toHaveLength(3);
  });

  it('takes an option that is undefined as not given', () => {
    expect(distance({ metric: 'erp', x, y, epsilon: undefined, gap: undefined }).distance).toBe(2);
  });

  it('gives 2 for opposed series, and shares ranks between ties', () => {
    expect(pearson([1, 2, 3], [3, 2, 1])).toBe(2);
    // Ranks 1.5, 1.5, 3 against 1, 2, 3: r = sqrt(3) / 2.
    expect(spearman([4, 4, 9], [1, 2, 3])).toBeCloseTo(1 - Math.sqrt(3) / 2, 12);
    // Ranks 1.5, 1.5, 3, 4 against 1, 2, 3, 4.
    expect(spearman([4, 4, 9, 10], [1, 2, 3, 4])).toBeCloseTo(1 - 4.5 / Math.sqrt(22.5), 12);
    expect(pearson([1e140, -1e140, 0], [1e140, -1e140, 0])).toBeCloseTo(0, 12);
    expect(pearson([1e9, 1e9 + 1, 1e9 + 2], [5, 6, 7])).toBeCloseTo(0, 12);
  });
});

describe('pearson', () => {
  it.each([1, 1e-200, 1e-323, 1e139])('is blind to a scale of %s', (scale) => {
    expect(pearson([0, scale, 0], [1, 2, 4])).toBeCloseTo(pearson([0, 1, 0], [1, 2, 4]), 12);
    expect(pearson([1, 2, 4], [0, scale, 0])).toBeCloseTo(pearson([0, 1, 0], [1, 2, 4]), 12);
  });

  it('keeps its digits on a large offset', () => {
    expect(pearson([1e16, 1e16 + 2, 1e16], [1, 2, 1])).toBeCloseTo(0, 12);
  });
});

describe('distance() refuses', () => {
  const dtwOf = (more: object): object => ({ metric: 'dtw', x, y, ...more });
  const table: [string, object, RegExp][] = [
    [
      'an unknown metric',
      dtwOf({ metric: 'dwt' }),
      /^argument\/unknown-option: .*"dwt".*dtw, ddtw/,
    ],
    ['an inherited name', dtwOf({ metric: 'toString' }), /^argument\/unknown-option/],
    [
      'an option of another metric',
      dtwOf({ epsilon: 1 }),
      /unknown-option: .*"epsilon".*band, cost/,
    ],
    [
      'any option where there is none',
      { metric: 'euclidean', x, y: x, band: 1 },
      /"band"; it takes none/,
    ],
    ['a path from a metric without one', { metric: 'erp', x, y, path: true }, /no option "path"/],
    ['NaN', dtwOf({ x: [1, Number.NaN] }), /^argument\/range: .*"x\[1\]".*finite.*NaN/],
    [
      'Infinity',
      dtwOf({ y: [Number.POSITIVE_INFINITY] }),
      /^argument\/range: .*"y\[0\]".*Infinity/,
    ],
    ['too large a value', dtwOf({ y: [0, 2e140] }), /^argument\/range: .*"y\[1\]".*maxMagnitude/],
    ['NaN in a Float64Array', dtwOf({ y: Float64Array.of(0, Number.NaN) }), /"y\[1\]"/],
    ['an empty series', dtwOf({ x: [] }), /^argument\/range: .*"x".*at least one value/],
    ['what is no series', dtwOf({ x: undefined }), /^argument\/invalid: .*"x".*undefined/],
    ['a string for a number', dtwOf({ x: [1, '2'] }), /^argument\/invalid: .*"x\[1\]".*"2"/],
    ['a big integer', dtwOf({ x: [1n] }), /^argument\/invalid: .*"x\[0\]".*bigint/],
    ['a negative band', dtwOf({ band: -1 }), /^argument\/range: .*"band".*whole number.*-1/],
    ['half a cell of band', dtwOf({ band: 0.5 }), /^argument\/range: .*"band".*0.5/],
    [
      'an unknown cost',
      dtwOf({ cost: 'cubed' }),
      /unknown-option: .*"cost".*"squared", "absolute"/,
    ],
    ['an unknown mode', dtwOf({ x: [[1]], y: [[1]], mode: 'both' }), /unknown-option: .*"mode"/],
    ['vectors of unequal dimension', dtwOf({ x: [[1, 2], [1]], y: [[1]] }), /"x\[1\]".*1 values/],
    ['vectors of other dimension', dtwOf({ x: [[1, 2]], y: [[1]] }), /points of x have 2/],
    ['numbers against vectors', dtwOf({ x: [[1]], y: [1] }), /^argument\/invalid: .*"y\[0\]"/],
    [
      'vectors where numbers are wanted',
      { metric: 'erp', x: [[1]], y: [[1]] },
      /"dtw" and "frechet"/,
    ],
    ['unequal lengths', { metric: 'manhattan', x, y }, /equal length, but x has 3 .* y has 2/],
    [
      'too few values for slopes',
      { metric: 'ddtw', x, y },
      /"y".*at least three values, but has 2/,
    ],
    ['a constant', { metric: 'pearson', x: [2, 2], y: [1, 3] }, /"x" is constant/],
    ['a constant in y', { metric: 'spearman', x: [1, 3], y: [2, 2] }, /"y" is constant/],
    ['a missing epsilon', { metric: 'edr', x, y }, /^argument\/invalid: .*"epsilon".*not given/],
    ['a negative epsilon', { metric: 'lcss', x, y, epsilon: -1 }, /"epsilon".*at least 0.*-1/],
    ['gamma 0', { metric: 'soft-dtw', x, y, gamma: 0 }, /"gamma".*above 0/],
    ['a NaN parameter', { metric: 'erp', x, y, gap: Number.NaN }, /"gap".*finite.*NaN/],
  ];
  it.each(table)('%s', (_, input, pattern) => {
    expect(failure(input)).toMatch(pattern);
  });

  it('more cells than the limit, before it begins', () => {
    const long = new Float64Array(40_000);
    expect(failure({ metric: 'dtw', x: long, y: long })).toMatch(
      /^budget\/exceeded: .*1600000000 cells.*maxCells of 1000000000.*smaller "band"/,
    );
    expect(failure({ metric: 'erp', x: long, y: long })).toMatch(/^budget\/exceeded/);
    expect(failure({ metric: 'dtw', x: long, y: long, path: true, band: 2_000 })).toMatch(
      /maxPathCells of 100000000/,
    );
    expect(distance({ metric: 'dtw', x: long, y: long, band: 3 }).distance).toBe(0);
    const points = Array.from({ length: 12_000 }, () => new Float64Array(8));
    for (const metric of ['dtw', 'frechet']) {
      expect(failure({ metric, x: points, y: points })).toMatch(/^budget\/exceeded/);
    }
  });

  it('nothing at the limit itself', () => {
    expect(dtw([COMPARE_LIMITS.maxMagnitude.value], [0])).toBe(1e280);
    const steep = { metric: 'ddtw', x: [-1e140, 1e140, 1e140], y: [0, 0, 0] } as const;
    expect(distance(steep).distance / 2.25e280).toBeCloseTo(1, 12);
    expect(distance({ ...steep, root: true }).distance / 1.5e140).toBeCloseTo(1, 12);
  });
});
