import { describe, expect, it } from 'vitest';
import { sweep } from '../src/sweep.ts';

const least = (_i: number, _j: number, up: number, left: number, diagonal: number): number =>
  Math.min(up, left, diagonal);

describe('sweep()', () => {
  it('counts the shortest path when every cell costs 1', () => {
    const cell = (...args: Parameters<typeof least>): number => least(...args) + 1;
    expect(sweep({ rows: 3, columns: 5, cell })).toBe(5);
  });

  it('reads no border cell outside the band', () => {
    const low = (index: number): number => (index > 1 ? -100 : 0);
    const problem = { rows: 2, columns: 2, top: low, side: low, cell: least };
    expect(sweep({ ...problem, band: 1 })).toBe(0);
    expect(sweep({ ...problem, band: 2 })).toBe(-100);
    expect(sweep({ ...problem, top: () => 0, band: 1 })).toBe(0);
    expect(sweep({ ...problem, side: () => 0, band: 1 })).toBe(0);
  });

  it('returns Infinity when the last cell lies outside the band', () => {
    const zero = (): number => 0;
    const problem = { top: zero, side: zero, cell: least, band: 1 };
    expect(sweep({ ...problem, rows: 3, columns: 1 })).toBe(Number.POSITIVE_INFINITY);
    expect(sweep({ ...problem, rows: 1, columns: 3 })).toBe(Number.POSITIVE_INFINITY);
  });
});
