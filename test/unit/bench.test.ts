import { describe, expect, it } from 'vitest';
import { runCase } from '../../scripts/lib/bench-case.mjs';
import { measurePair, summarise } from '../../scripts/lib/measure.mjs';

describe('summarise()', () => {
  it('gives least, median and the middle half over the median', () => {
    expect(summarise([5, 1, 3, 2, 4])).toEqual({ min: 1, median: 3, spread: 2 / 3 });
  });
});

describe('measurePair()', () => {
  it('runs both sides in turn, each first as often as the other', async () => {
    const order: string[] = [];
    const entry = { ours: () => order.push('a'), theirs: () => order.push('b') };
    const { ours, theirs, asynchronous } = await measurePair({
      ...entry,
      iterations: 1,
      rounds: 4,
    });
    expect(order.join('')).toBe('ababbaabba');
    expect([ours.length, theirs.length, asynchronous]).toEqual([4, 4, false]);
  });
});

describe('runCase()', () => {
  const base = { name: 'c', peer: 'p', iterations: 1, rounds: 3 };

  it('gives ratio = theirs / ours for numbers that are better small', async () => {
    const entry = { ...base, unit: 'bytes', ours: () => 10, theirs: () => 25 };
    const { line } = await runCase('s', entry);
    expect(line).toEqual({
      suite: 's',
      case: 'c',
      unit: 'bytes',
      ours: 10,
      peer: 'p',
      theirs: 25,
      ratio: 2.5,
      spread: 0,
    });
  });

  it('judges asynchronous functions by wall time and has no ratio without a peer', async () => {
    const entry = { name: 'c', unit: 'ms', iterations: 1, rounds: 3, ours: async () => 1 };
    const { line, measure } = await runCase('s', entry);
    expect(measure).toBe('wall');
    expect(line).toMatchObject({ peer: null, theirs: null, ratio: null });
  });

  it('tears down what it set up, also when a side throws', async () => {
    const seen: string[] = [];
    const entry = {
      ...base,
      unit: 'MB/s',
      setup: () => seen.push('up'),
      teardown: () => seen.push('down'),
      ours: () => 'no number',
    };
    await expect(runCase('s', entry)).rejects.toThrow('must return a number');
    expect(seen).toEqual(['up', 'down']);
  });
});
