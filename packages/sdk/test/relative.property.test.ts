import { checkTrace, parseFormula } from '@midstream/temporal-neural-solver';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { relativeTo } from '../src/policy/relative.ts';

const RUNS = process.env.MIDSTREAM_LONG === '1' ? 50_000 : 1_000;

const { formula } = fc.letrec<{ formula: string }>((tie) => ({
  formula: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom('a', 'b', 'true', 'false'),
    fc
      .tuple(fc.constantFrom('!', 'X ', 'N ', 'F ', 'G '), tie('formula'))
      .map(([op, f]) => `${op}(${f})`),
    fc
      .tuple(
        tie('formula'),
        fc.constantFrom('&', '|', '->', '<->', 'U', 'W', 'R', 'M'),
        tie('formula'),
      )
      .map(([f, op, g]) => `((${f}) ${op} (${g}))`),
  ),
}));
const trace = fc.array(fc.subarray(['a', 'b', 'c']), { minLength: 1, maxLength: 7 });

describe('relativeTo()', () => {
  it('says of a run what the formula says of its own moments', () => {
    fc.assert(
      fc.property(formula, trace, (text, letters) => {
        const own = letters.filter((letter) => letter.includes('a') || letter.includes('b'));
        const relative = relativeTo(parseFormula(text), 'a | b', {
          emptyHolds: checkTrace(text, []),
        });
        expect(checkTrace(relative, letters)).toBe(checkTrace(text, own));
      }),
      { numRuns: RUNS },
    );
  });
});
