import { readFileSync } from 'node:fs';
import fc from 'fast-check';

/** Whether the long tier runs, with the full counts. */
export const LONG = process.env.MIDSTREAM_LONG === '1';

/** The seed of this run's random cases: `MIDSTREAM_SEED` replays one, the clock picks one. */
export const SEED = Number(process.env.MIDSTREAM_SEED ?? Date.now() % 2 ** 31);

/** Runs and seed of a property; counts are those of the short and of the long tier. */
export function runs(short: number, long: number): { numRuns: number; seed: number } {
  process.stdout.write(`seed ${SEED} (replay with MIDSTREAM_SEED=${SEED})\n`);
  return { numRuns: LONG ? long : short, seed: SEED };
}

/** Samples with ties, zeros of both signs, tiny, ordinary and offset values. */
const sample = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: -3, max: 3 }) },
  { weight: 4, arbitrary: fc.double({ min: -100, max: 100, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(0, -0, 5e-324, 1e140, -1e140) },
  { weight: 1, arbitrary: fc.integer({ min: -3, max: 3 }).map((k) => 1e9 + k) },
);

/** Series from one value on: mixed, constant, or riding on a large offset. */
export const series = (maxLength: number): fc.Arbitrary<number[]> =>
  fc.oneof(
    { weight: 6, arbitrary: fc.array(sample, { minLength: 1, maxLength }) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(sample, fc.integer({ min: 1, max: maxLength }))
        .map(([value, length]) => new Array<number>(length).fill(value)),
    },
  );

/** Series of moderate values, where a relative tolerance makes sense. */
export const tame = (maxLength: number): fc.Arbitrary<number[]> =>
  fc.array(
    fc.oneof(
      fc.integer({ min: -3, max: 3 }),
      fc.double({ min: -10, max: 10, noNaN: true }).map((v) => Math.round(v * 1000) / 1000),
    ),
    { minLength: 1, maxLength },
  );

/** Whether two numbers agree, relative to their size. */
export function near(a: number, b: number, tolerance = 1e-9): boolean {
  return a === b || Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(a), Math.abs(b));
}

/** A file of reference cases: those of this repository, or `null` where a larger set is absent. */
export function truthCases<T>(file: string, from: 'own' | 'shared'): T[] | null {
  const root = new URL('../../../../', import.meta.url);
  const folder = from === 'own' ? 'test/truth/' : '../shared/truth/';
  try {
    return JSON.parse(readFileSync(new URL(folder + file, root), 'utf8')).cases as T[];
  } catch (error) {
    if (from === 'shared' && (error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
