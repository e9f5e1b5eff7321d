/** Every metric against values computed by independent software; see test/truth and its makers. */
import {
  type DistanceInput,
  type DistanceMetric,
  type DistanceOptions,
  distance,
} from '@midstream/temporal-compare';
import { describe, expect, it } from 'vitest';
import { truthCases } from './support.ts';

interface Case {
  readonly id: string;
  readonly x: DistanceInput['x'];
  readonly y: DistanceInput['y'];
  readonly expected: Readonly<Record<string, number | null>>;
}

type Question = { metric: DistanceMetric } & DistanceOptions;

const squared = { metric: 'dtw', cost: 'squared' } as const;

/** What each key of the reference files asks for; the numbers in a key are parameters. */
const KEYS: readonly [RegExp, (p: number[], band: number) => Question][] = [
  [/^dtw_sq$/, () => squared],
  [/^dtw_sqrt$/, () => ({ ...squared, root: true })],
  [/^dtw_abs$/, () => ({ metric: 'dtw', cost: 'absolute' })],
  [/^dtw_sq_band$/, (_, band) => ({ ...squared, band })],
  [/^dtw_abs_band$/, (_, band) => ({ metric: 'dtw', cost: 'absolute', band })],
  [/^dtw_dependent_sq$/, () => ({ ...squared, mode: 'dependent' })],
  [/^dtw_independent_sq$/, () => ({ ...squared, mode: 'independent' })],
  [/^ddtw_sq$/, () => ({ metric: 'ddtw', cost: 'squared' })],
  [/^wdtw_g([\d.]+)$/, ([g]) => ({ metric: 'wdtw', g })],
  [/^adtw_w([\d.]+)$/, ([w]) => ({ metric: 'adtw', w })],
  [/^erp_g([\d.]+)$/, ([gap]) => ({ metric: 'erp', gap })],
  [/^edr_e([\d.]+)$/, ([epsilon]) => ({ metric: 'edr', epsilon })],
  [/^edr_e([\d.]+)_zeroboundary$/, ([epsilon]) => ({ metric: 'edr', epsilon, boundary: 'zero' })],
  [/^lcss_len_e([\d.]+)$/, ([epsilon]) => ({ metric: 'lcss-length', epsilon })],
  [/^lcss_dist_e([\d.]+)$/, ([epsilon]) => ({ metric: 'lcss', epsilon })],
  [/^lcss_len_e([\d.]+)_band$/, ([epsilon], band) => ({ metric: 'lcss-length', epsilon, band })],
  [/^msm_c([\d.]+)$/, ([c]) => ({ metric: 'msm', c })],
  [/^twe_nu([\d.]+)_l([\d.]+)$/, ([nu, lambda]) => ({ metric: 'twe', nu, lambda })],
  [/^softdtw_g([\d.]+)$/, ([gamma]) => ({ metric: 'soft-dtw', gamma })],
  [/^frechet$/, () => ({ metric: 'frechet' })],
  [/^lb_keogh_sq_band$/, (_, band) => ({ metric: 'lb-keogh', cost: 'squared', band })],
  [/^euclid$/, () => ({ metric: 'euclidean' })],
];
/** Keys that are parameters, or ask for operations other than a distance. */
const OTHER = ['band', 'subseq_dtw_sq_shorter_in_longer', 'subseq_end_index'];

function question(key: string, band: number): Question | null {
  for (const [pattern, make] of KEYS) {
    const match = pattern.exec(key);
    if (match) return make(match.slice(1).map(Number), band);
  }
  if (!OTHER.includes(key)) throw new Error(`No metric is known for the key ${key}`);
  return null;
}

function judge(cases: readonly Case[]): number {
  let asked = 0;
  for (const { id, x, y, expected } of cases) {
    for (const [key, truth] of Object.entries(expected)) {
      const ask = truth === null ? null : question(key, expected.band ?? Number.POSITIVE_INFINITY);
      if (ask === null || truth === null) continue;
      const ours = distance({ ...ask, x, y }).distance;
      const scale = Math.max(Math.abs(ours), Math.abs(truth));
      // The published values have twelve digits, so a true zero is the only thing near zero.
      if (!(Math.abs(ours - truth) <= 1e-9 * scale + 1e-12)) {
        expect.fail(`${id} ${key}: ${ours}, but the reference says ${truth}`);
      }
      asked++;
    }
  }
  return asked;
}

describe('distance() against reference values', () => {
  it.each(['distances', 'distances_multivariate'])('%s of this repository', (file) => {
    const asked = judge(truthCases<Case>(`A/${file}.json`, 'own') ?? []);
    expect(asked).toBe(file === 'distances' ? 826 : 15);
  });

  it.each(['distances', 'distances_multivariate'])('%s of the shared set', (file) => {
    const cases = truthCases<Case>(`A/${file}.json`, 'shared');
    if (cases === null) {
      process.stdout.write(`skipped: the shared set of ${file} is not here\n`);
      return;
    }
    expect(judge(cases)).toBeGreaterThanOrEqual(file === 'distances' ? 826 : 15);
  });
});
