/** The suite `compare`: the DTW kernel in use against the readable twin, on seeded random walks. */
import { type Random, seededRandom } from '@midstream/core';
import { jsKernels } from '@midstream/temporal-compare';
import { dtwReference } from '@midstream/temporal-compare/testing';

interface BenchCase {
  readonly name: string;
  readonly unit: 'ms';
  readonly peer: string;
  readonly ours: () => void;
  readonly theirs: () => void;
}

/** A random walk with steps in [-0.5, 0.5). */
function walk(random: Random, length: number): Float64Array {
  let level = 0;
  return Float64Array.from({ length }, () => {
    level += random.next() - 0.5;
    return level;
  });
}

/** One case; it begins by seeing that both sides give the same number. */
function dtwCase(name: string, length: number, band: number): BenchCase {
  const random = seededRandom(1);
  const x = walk(random, length);
  const y = walk(random, length);
  const options = { cost: 'squared', band } as const;
  const ours = (): number => jsKernels.dtw(x, y, options);
  const theirs = (): number => dtwReference(x, y, options);
  if (ours() !== theirs()) throw new Error(`${name}: the kernel and its twin disagree`);
  return { name, unit: 'ms', peer: 'readable 2-D twin', ours, theirs };
}

export const cases: readonly BenchCase[] = [
  dtwCase('dtw n=100', 100, Number.POSITIVE_INFINITY),
  dtwCase('dtw n=1000', 1000, Number.POSITIVE_INFINITY),
  dtwCase('dtw n=100, band 10 %', 100, 10),
  dtwCase('dtw n=1000, band 10 %', 1000, 100),
];
