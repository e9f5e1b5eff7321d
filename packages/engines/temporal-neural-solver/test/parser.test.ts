import { isMidstreamError } from '@midstream/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  FormulaTable,
  MAX_FORMULA_DEPTH,
  MAX_FORMULA_LENGTH,
  MAX_PRINTED_LENGTH,
  type ParseOptions,
  parseFormula,
  printFormula,
  propositionsOf,
  subformulas,
} from '../src/index.ts';
import { formulas, runs } from './naive.ts';

const canonical = (text: string, options?: ParseOptions): string =>
  printFormula(parseFormula(text, options));

function failure(text: string, options?: ParseOptions) {
  try {
    parseFormula(text, options);
  } catch (thrown) {
    if (isMidstreamError(thrown)) return thrown;
    throw thrown;
  }
  throw new Error(`${text} was accepted`);
}

describe('parseFormula() precedence', () => {
  test.each([
    ['a U b U c', 'a U (b U c)'],
    ['a W b R c M d', 'a W (b R (c M d))'],
    ['!a U b & c', '((!a) U b) & c'],
    ['G a U b', '(G a) U b'],
    ['a & b | c & d', '(a & b) | (c & d)'],
    ['a & b & c', '(a & b) & c'],
    ['a | b -> c | d', '(a | b) -> (c | d)'],
    ['a -> b -> c', 'a -> (b -> c)'],
    ['a -> b <-> c -> d', '(a -> b) <-> (c -> d)'],
    ['a <-> b <-> c', '(a <-> b) <-> c'],
    ['a U b & c U d -> e', '((a U b) & (c U d)) -> e'],
    ['X !F a R b', '(X(!(F a))) R b'],
  ])('%s means %s', (short, full) => {
    const table = new FormulaTable();
    expect(parseFormula(short, { table })).toBe(parseFormula(full, { table }));
  });
});

describe('parseFormula() spellings', () => {
  test.each([
    ['[]<>a', 'G F a'],
    ['□◇○a', 'G F X a'],
    ['~a && ¬b', '!a & !b'],
    ['a /\\ b \\/ c ∧ d ∨ e || f', 'a & b | c & d | e | f'],
    ['a => b ⇒ c → d', 'a -> b -> c -> d'],
    ['a <=> b ↔ c ⇔ d', 'a <-> b <-> c <-> d'],
    ['⊤ U ⊥', 'true U false'],
    ['"tool call" U "Fail"', '"tool call" U "Fail"'],
    ['"plain"', 'plain'],
    ['"a\\"b\\\\c\\nd"', '"a\\"b\\\\c\\nd"'],
    ['"true"', '"true"'],
    ['größe & 名', 'größe & 名'],
  ])('%s is %s', (text, printed) => expect(canonical(text)).toBe(printed));
});

describe('parseFormula() words', () => {
  test.each([
    ['GFp0', 'G F p0'],
    ['XXa', 'X X a'],
    ['XG!p1', 'X G !p1'],
    ['Gtrue', 'G true'],
    ['FG a', 'F G a'],
    ['GF(a)', 'G F a'],
    ['loop', 'loop'],
    ['pUq', 'pUq'],
    ['_x', '_x'],
    ['truely', 'truely'],
    ['go U loop', 'go U loop'],
  ])('%s is read as %s', (text, printed) => expect(canonical(text)).toBe(printed));

  test.each([
    ['Fail', 'F ail or "Fail"'],
    ['GFrequest', 'G F request or "GFrequest"'],
    ['Request', '"Request"'],
    ['G(a -> True)', 'true'],
    ['Until', 'U'],
    ['AND', '&'],
  ])('%s is refused and %s suggested', (text, suggestion) => {
    const error = failure(text);
    expect(error.code).toBe('formula/syntax');
    expect(error.details.suggestion).toBe(suggestion);
    expect(error.message).toContain(`did you mean ${suggestion}?`);
  });
});

describe('parseFormula() errors', () => {
  test.each<[string, number, string, string, string | undefined]>([
    ['', 0, 'a proposition, a unary operator or "("', 'the end', undefined],
    ['a &', 3, 'a proposition, a unary operator or "("', 'the end', undefined],
    ['a & & b', 4, 'a proposition, a unary operator or "("', '"&"', undefined],
    ['a b', 2, 'a binary operator, or the end', '"b"', undefined],
    ['(a b', 3, 'a binary operator, ")"', '"b"', undefined],
    ['a until b', 2, 'a binary operator, or the end', '"until"', 'U'],
    ['always a', 7, 'a binary operator, or the end', '"a"', 'G'],
    ['a)', 1, 'a binary operator', '")"', undefined],
    ['()', 1, 'a proposition, a unary operator or "("', '")"', undefined],
    ['(a', 2, '")" for the "(" at line 1, column 1', 'the end', undefined],
    ['a = b', 2, 'an operator, a bracket or a proposition', '"="', '<->'],
    ['a <- b', 2, 'an operator, a bracket or a proposition', '"<-"', '->'],
    ['F[0,3] a', 1, 'an operator, a bracket or a proposition', '"["', undefined],
    ['G 12', 2, 'an operator, a bracket or a proposition', '"12"', undefined],
    ['"abc', 0, 'a closing double quote', expect.any(String) as string, undefined],
    ['a & ""', 4, expect.stringContaining('non-empty') as string, '""', undefined],
    ['"\\q"', 0, expect.stringContaining('JSON') as string, '"\\q"', undefined],
  ])('%j at offset %i', (text, offset, expected, found, suggestion) => {
    const error = failure(text);
    expect(error.code).toBe('formula/syntax');
    expect(error.details).toMatchObject({ offset, line: 1, column: offset + 1, expected, found });
    expect(error.details.suggestion).toBe(suggestion);
  });

  test('line and column count \\n, \\r\\n and \\r', () => {
    expect(failure('a &\n b &\r\n\r  )').details).toMatchObject({ offset: 13, line: 4, column: 3 });
  });

  test('a long name is quoted in part, and no time is spent on what it may have meant', () => {
    const name = 'x'.repeat(90_000);
    const propositions = [`${name}y`, `${name.slice(1)}y`];
    for (const error of [failure(name, { propositions }), failure(`Q${name}`)]) {
      expect(error.code).toBe('formula/syntax');
      expect(error.message.length).toBeLessThan(400);
      expect(error.details).not.toHaveProperty('suggestion');
    }
  });

  test('an unknown proposition is refused with the nearest one', () => {
    const propositions = ['request', 'response', 'Tool call'];
    expect(canonical('G(request -> F "Tool call")', { propositions })).toContain('request');
    const typo = failure('G(request -> F respnse)', { propositions });
    expect(typo.details).toMatchObject({ offset: 15, found: 'respnse', suggestion: 'response' });
    expect(failure('"tool call"', { propositions }).details.suggestion).toBe('"Tool call"');
    expect(failure('zebra', { propositions }).details.suggestion).toBeUndefined();
    expect(failure('always', { propositions }).details.suggestion).toBe('G');
  });

  test('anything but a string is argument/invalid', () => {
    for (const value of [null, 3, undefined]) {
      expect(failure(value as unknown as string).code).toBe('argument/invalid');
    }
  });
});

describe('parseFormula() limits', () => {
  const nested = (count: number, open: string, close: string): string =>
    `${open.repeat(count)}a${close.repeat(count)}`;

  test('100,000 nested brackets are formula/too-large, not a stack overflow', () => {
    expect(failure(nested(100_000, '(', ')')).code).toBe('formula/too-large');
    expect(failure('('.repeat(MAX_FORMULA_LENGTH)).code).toBe('formula/too-large');
    expect(failure('!'.repeat(MAX_FORMULA_LENGTH)).details.limit).toBe(MAX_FORMULA_DEPTH);
    expect(failure(`a${' & a'.repeat(20_000)}`).details.limit).toBe(MAX_FORMULA_DEPTH);
  });

  test('nesting up to the limit is read', () => {
    expect(canonical(nested(MAX_FORMULA_DEPTH, '(', ')'))).toBe('a');
    expect(parseFormula(nested(MAX_FORMULA_DEPTH - 1, '!', '')).depth).toBe(MAX_FORMULA_DEPTH);
    expect(failure(nested(MAX_FORMULA_DEPTH, '!', '')).code).toBe('formula/too-large');
  });

  test('printFormula() refuses sharing that unfolds beyond its limit', () => {
    const table = new FormulaTable();
    let formula = table.proposition('a');
    for (let i = 0; i < 60; i++) formula = table.binary('and', formula, formula);
    expect(subformulas(formula)).toHaveLength(61);
    expect(() => printFormula(formula)).toThrow(String(MAX_PRINTED_LENGTH));
  });
});

describe('properties', () => {
  test('parseFormula(printFormula(f)) is f, and no bracket can be left out', () => {
    const table = new FormulaTable();
    const names = ['a', 'p0', 'Fail', 'tool call', 'true', 'é', 'x"\\\n'];
    fc.assert(
      fc.property(formulas(table, names, 6), (formula) => {
        const text = printFormula(formula);
        expect(parseFormula(text, { table })).toBe(formula);
        const bare = text.replace(/"(?:[^"\\]|\\.)*"/g, (name) => '"'.repeat(name.length));
        const open: number[] = [];
        for (let i = 0; i < bare.length; i++) {
          if (bare[i] === '(') open.push(i);
          if (bare[i] !== ')') continue;
          const start = open.pop()!;
          const without = `${text.slice(0, start)} ${text.slice(start + 1, i)} ${text.slice(i + 1)}`;
          expect(parseFormula(without, { table })).not.toBe(formula);
        }
      }),
      { numRuns: runs(200) },
    );
  });

  test('adopt() gives the same formula in another table', () => {
    const [one, other] = [new FormulaTable(), new FormulaTable()];
    fc.assert(
      fc.property(formulas(one, ['a', 'b']), (formula) => {
        const adopted = other.adopt(formula);
        expect(one.adopt(adopted)).toBe(formula);
        expect(propositionsOf(adopted)).toEqual(propositionsOf(formula));
      }),
      { numRuns: runs(100) },
    );
  });

  test('any text is a formula or a MidstreamError with a place in it', () => {
    const token = fc.constantFrom(
      ...'ab()!&|GFXNUWRM"<->[]= 1\n\\/',
      '->',
      '<->',
      'Fail',
      'é',
      '🙂',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(token).map((all) => all.join('')),
    );
    fc.assert(
      fc.property(text, (source) => {
        try {
          parseFormula(source);
        } catch (thrown) {
          expect(isMidstreamError(thrown, 'formula/syntax')).toBe(true);
          const { offset } = (thrown as { details: { offset: number } }).details;
          expect(offset >= 0 && offset <= source.length).toBe(true);
        }
      }),
      { numRuns: runs(1_000) },
    );
  });
});
