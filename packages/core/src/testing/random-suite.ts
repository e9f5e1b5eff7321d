/** The contract of `seams/random.ts`. */
import type { Random } from '../seams/random.ts';
import { type ConformanceCase, check, checkEqual, checkRejects, same } from './conformance.ts';

const DRAWS = 20_000;

/** Cases for a generator that is made from a seed. */
export function randomSuite(make: (seed: number) => Random): readonly ConformanceCase[] {
  const draw = (random: Random, count = 50): number[] =>
    Array.from({ length: count }, () => random.next());
  const one = (name: string, run: () => void | Promise<void>): ConformanceCase => ({
    name: `random: ${name}`,
    run,
  });
  return [
    one('the same seed gives the same stream, another seed another one', () => {
      checkEqual(draw(make(7)), draw(make(7)), 'two streams of one seed');
      check(!same(draw(make(7)), draw(make(8))), 'two seeds give the same stream');
    }),
    one('next() is uniform in [0, 1)', () => {
      const numbers = draw(make(1), DRAWS);
      check(
        numbers.every((number) => number >= 0 && number < 1),
        'a number is outside [0, 1)',
      );
      uniform(numbers.map((number) => Math.floor(number * 16)));
    }),
    one('integer() is uniform below its bound', () => {
      const random = make(2);
      uniform(Array.from({ length: DRAWS }, () => random.integer(16)));
      checkEqual(random.integer(1), 0, 'integer(1)');
      const large = Array.from({ length: 200 }, () => random.integer(2 ** 32));
      check(Math.max(...large) > 2 ** 31, 'integer(2^32) stays below 2^31');
    }),
    one('integer() refuses a bound that is not a whole number from 1 to 2^32', async () => {
      for (const bound of [0, -1, 1.5, Number.NaN, 2 ** 32 + 1]) {
        await checkRejects(() => make(3).integer(bound), {
          code: 'argument/range',
          what: `integer(${bound})`,
        });
      }
    }),
    one('fork() is determined by state and label, and apart from its parent', () => {
      checkEqual(draw(make(4).fork('x')), draw(make(4).fork('x')), 'two forks of one state');
      check(!same(draw(make(4).fork('x')), draw(make(4).fork('y'))), 'two labels give one stream');
      const parent = make(4);
      check(!same(draw(parent.fork('x')), draw(parent)), 'a fork repeats its parent');
    }),
  ];
}

/**
 * Chi-squared over 16 cells: 60 is passed by chance about twice in 10 million draws of a fair
 * generator.
 */
function uniform(cells: readonly number[]): void {
  const counts = new Array<number>(16).fill(0);
  for (const cell of cells) counts[cell] = (counts[cell] ?? 0) + 1;
  const expected = cells.length / 16;
  const chi = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  check(chi < 60, `chi-squared over 16 cells is ${chi}`);
}
