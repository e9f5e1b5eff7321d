/**
 * Each elastic distance against its definition, written top down with a memo: another shape of
 * program than the sweep, so that a slip in rows, borders or bands cannot hide in both.
 */
import { type DistanceMetric, type DistanceOptions, distance } from '@midstream/temporal-compare';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { near, runs, tame } from './support.ts';

/** D(i, j) of a definition, given D for the cells before it. Outside the band D is infinite. */
type Definition = (D: (i: number, j: number) => number, i: number, j: number) => number;

function solve(n: number, m: number, band: number, definition: Definition): number {
  const memo = new Map<string, number>();
  const D = (i: number, j: number): number => {
    if (i < 0 || j < 0 || Math.abs(i - j) > band) return Number.POSITIVE_INFINITY;
    const key = `${i},${j}`;
    const value = memo.get(key) ?? definition(D, i, j);
    memo.set(key, value);
    return value;
  };
  return D(n, m);
}

type Maker = (
  x: (i: number) => number,
  y: (j: number) => number,
  n: number,
  m: number,
) => Definition;

/** A border that only lets paths begin at (1, 1). */
const closed =
  (inside: Definition): Definition =>
  (D, i, j) => {
    if (i === 0 && j === 0) return 0;
    return i === 0 || j === 0 ? Number.POSITIVE_INFINITY : inside(D, i, j);
  };
const least = (D: (i: number, j: number) => number, i: number, j: number): number =>
  Math.min(D(i - 1, j), D(i, j - 1), D(i - 1, j - 1));

const splitMerge = (a: number, b: number, d: number, c: number): number =>
  a === [a, b, d].sort((p, q) => p - q)[1] ? c : c + Math.min(Math.abs(a - b), Math.abs(a - d));

const METRICS: readonly [DistanceMetric, DistanceOptions, Maker][] = [
  ['dtw', {}, (x, y) => closed((D, i, j) => (x(i) - y(j)) ** 2 + least(D, i, j))],
  [
    'wdtw',
    { g: 0.25 },
    (x, y, n, m) =>
      closed((D, i, j) => {
        const weight = 1 / (1 + Math.exp(-0.25 * (Math.abs(i - j) - Math.max(n, m) / 2)));
        return weight * (x(i) - y(j)) ** 2 + least(D, i, j);
      }),
  ],
  [
    'adtw',
    { w: 0.5, cost: 'absolute' },
    (x, y) =>
      closed(
        (D, i, j) =>
          Math.abs(x(i) - y(j)) + Math.min(D(i - 1, j) + 0.5, D(i, j - 1) + 0.5, D(i - 1, j - 1)),
      ),
  ],
  [
    'erp',
    { gap: 0.5 },
    (x, y) => (D, i, j) => {
      if (i === 0 && j === 0) return 0;
      return Math.min(
        i > 0 ? D(i - 1, j) + Math.abs(x(i) - 0.5) : Number.POSITIVE_INFINITY,
        j > 0 ? D(i, j - 1) + Math.abs(y(j) - 0.5) : Number.POSITIVE_INFINITY,
        i > 0 && j > 0 ? D(i - 1, j - 1) + Math.abs(x(i) - y(j)) : Number.POSITIVE_INFINITY,
      );
    },
  ],
  [
    'edr',
    { epsilon: 0.25 },
    (x, y) => (D, i, j) => {
      if (i === 0 || j === 0) return i + j;
      const replace = Math.abs(x(i) - y(j)) <= 0.25 ? 0 : 1;
      return Math.min(D(i - 1, j - 1) + replace, D(i - 1, j) + 1, D(i, j - 1) + 1);
    },
  ],
  [
    'edr',
    { epsilon: 1, boundary: 'zero' },
    (x, y) => (D, i, j) => {
      if (i === 0 || j === 0) return 0;
      const replace = Math.abs(x(i) - y(j)) <= 1 ? 0 : 1;
      return Math.min(D(i - 1, j - 1) + replace, D(i - 1, j) + 1, D(i, j - 1) + 1);
    },
  ],
  [
    'msm',
    { c: 0.1 },
    (x, y) =>
      closed((D, i, j) =>
        Math.min(
          D(i - 1, j - 1) + Math.abs(x(i) - y(j)),
          i > 1 ? D(i - 1, j) + splitMerge(x(i), x(i - 1), y(j), 0.1) : Number.POSITIVE_INFINITY,
          j > 1 ? D(i, j - 1) + splitMerge(y(j), y(j - 1), x(i), 0.1) : Number.POSITIVE_INFINITY,
        ),
      ),
  ],
  [
    'twe',
    { nu: 0.05, lambda: 0.1 },
    (x, y) =>
      closed((D, i, j) =>
        Math.min(
          D(i - 1, j - 1) +
            Math.abs(x(i) - y(j)) +
            Math.abs(x(i - 1) - y(j - 1)) +
            0.05 * (Math.abs(i - j) + Math.abs(i - 1 - (j - 1))),
          D(i - 1, j) + Math.abs(x(i) - x(i - 1)) + 0.05 + 0.1,
          D(i, j - 1) + Math.abs(y(j) - y(j - 1)) + 0.05 + 0.1,
        ),
      ),
  ],
  [
    'soft-dtw',
    { gamma: 0.5 },
    (x, y) =>
      closed((D, i, j) => {
        const all = [D(i - 1, j), D(i, j - 1), D(i - 1, j - 1)];
        const smallest = Math.min(...all);
        const sum = all.reduce((total, d) => total + Math.exp((smallest - d) / 0.5), 0);
        return (x(i) - y(j)) ** 2 + smallest - 0.5 * Math.log(sum);
      }),
  ],
  ['frechet', {}, (x, y) => closed((D, i, j) => Math.max(Math.abs(x(i) - y(j)), least(D, i, j)))],
];

describe('elastic distances', () => {
  it.each(METRICS)('%s %j equals its definition for any band', (metric, options, make) => {
    const cases = fc.property(tame(12), tame(12), fc.option(fc.nat(12)), (a, b, radius) => {
      const band = radius ?? Number.POSITIVE_INFINITY;
      const x = (i: number): number => a[i - 1] ?? 0;
      const y = (j: number): number => b[j - 1] ?? 0;
      const truth = solve(a.length, b.length, band, make(x, y, a.length, b.length));
      const ours = distance({ metric, x: a, y: b, band, ...options }).distance;
      if (!near(ours, truth)) expect.fail(`${metric} gave ${ours}, not ${truth}`);
    });
    fc.assert(cases, runs(150, 3_000));
  });

  it('lcss-length counts the largest set of matches in order and in the band', () => {
    const cases = fc.property(tame(10), tame(10), fc.nat(10), (a, b, band) => {
      const longest = (i: number, j: number): number => {
        if (i === a.length) return 0;
        let best = longest(i + 1, j);
        for (let k = j; k < b.length; k++) {
          const gap = Math.abs((a[i] as number) - (b[k] as number));
          if (gap > 1 || Math.abs(i - k) > band) continue;
          best = Math.max(best, 1 + longest(i + 1, k + 1));
          break;
        }
        return best;
      };
      const input = { x: a, y: b, epsilon: 1, band };
      const length = longest(0, 0);
      expect(distance({ metric: 'lcss-length', ...input }).distance).toBe(length);
      const share = 1 - length / Math.min(a.length, b.length);
      expect(distance({ metric: 'lcss', ...input }).distance).toBe(share);
    });
    fc.assert(cases, runs(150, 3_000));
  });

  it('lb-keogh equals its definition and never exceeds dtw', () => {
    const pairs = fc.array(
      fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: -9, max: 9 })),
      {
        minLength: 1,
        maxLength: 20,
      },
    );
    const cases = fc.property(pairs, fc.option(fc.nat(20)), fc.boolean(), (both, radius, root) => {
      const band = radius ?? Number.POSITIVE_INFINITY;
      const [x, y] = [both.map(([a]) => a), both.map(([, b]) => b)];
      for (const cost of ['squared', 'absolute'] as const) {
        const sum = x.reduce((total, value, i) => {
          const window = y.filter((_, j) => Math.abs(i - j) <= band);
          const clamped = Math.min(Math.max(value, Math.min(...window)), Math.max(...window));
          const over = Math.abs(value - clamped);
          return total + (cost === 'squared' ? over ** 2 : over);
        }, 0);
        const options = { x, y, band, cost, root };
        const bound = distance({ metric: 'lb-keogh', ...options }).distance;
        expect(bound).toBe(root ? Math.sqrt(sum) : sum);
        expect(bound).toBeLessThanOrEqual(distance({ metric: 'dtw', ...options }).distance);
      }
    });
    fc.assert(cases, runs(150, 3_000));
  });

  it('ddtw is dtw of the slopes, with its options', () => {
    const long = tame(14).filter((values) => values.length >= 3);
    const cases = fc.property(long, long, fc.nat(14), (x, y, band) => {
      const slopes = (v: number[]): number[] =>
        v.slice(1, -1).map((here, k) => {
          const [before, after] = [v[k] as number, v[k + 2] as number];
          return (here - before + (after - before) / 2) / 2;
        });
      const options = { band, cost: 'absolute', root: true } as const;
      const truth = distance({ metric: 'dtw', x: slopes(x), y: slopes(y), ...options });
      expect(distance({ metric: 'ddtw', x, y, ...options })).toEqual(truth);
    });
    fc.assert(cases, runs(100, 2_000));
  });
});
