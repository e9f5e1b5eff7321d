import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { copyRow, multiply, packMatrix } from '../src/matrix.ts';

const RUNS = process.env.MIDSTREAM_LONG === '1' ? 1000 : 100;

/** A matrix row by row with a vector that fits it; the columns are even. */
const cases = fc
  .record({ rows: fc.integer({ min: 1, max: 13 }), half: fc.integer({ min: 1, max: 5 }) })
  .chain(({ rows, half }) => {
    const number = fc.integer({ min: -9, max: 9 });
    const row = fc.array(number, { minLength: 2 * half, maxLength: 2 * half });
    return fc.record({ matrix: fc.array(row, { minLength: rows, maxLength: rows }), x: row });
  });

const pack = (matrix: readonly (readonly number[])[]) =>
  packMatrix(Float64Array.from(matrix.flat()), {
    rows: matrix.length,
    columns: matrix[0]!.length,
  });

describe('multiply()', () => {
  it('is the product that the rows define, whatever the number of rows', () => {
    fc.assert(
      fc.property(cases, ({ matrix, x }) => {
        const out = new Float64Array(matrix.length);
        multiply(pack(matrix), Float64Array.from(x), out);
        const product = matrix.map((row) => row.reduce((sum, value, i) => sum + value * x[i]!, 0));
        expect([...out].map((value) => value + 0)).toEqual(product.map((value) => value + 0));
      }),
      { numRuns: RUNS },
    );
  });
});

describe('copyRow()', () => {
  it('gives back every row', () => {
    fc.assert(
      fc.property(cases, ({ matrix }) => {
        const packed = pack(matrix);
        for (const [index, row] of matrix.entries()) {
          const out = new Float64Array(row.length);
          copyRow(packed, index, out);
          expect([...out]).toEqual(row);
        }
      }),
      { numRuns: RUNS },
    );
  });
});
