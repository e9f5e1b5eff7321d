import { isMidstreamError } from '@midstream/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  analyse,
  checkTrace,
  compareFormulas,
  type Formula,
  FormulaTable,
  isSafetySyntactic,
  parseFormula,
  type Semantics,
} from '../src/index.ts';
import { normalForm } from '../src/normal-form.ts';
import { satisfiableInfinite } from '../src/satisfiability.ts';
import { Budget } from '../src/tableau.ts';
import { formulas, holdsFinite, holdsInfinite, runs, traces } from './naive.ts';

describe('analyse()', () => {
  test.each([
    ['G a & F !a', false, false],
    ['F a | G !a', true, true],
    ['G(request -> F response) & G !secret', true, false],
    ['G F a & F G !a', false, false],
    ['G(a <-> X !a) & G(a <-> X X !a)', false, false],
    ['(a U b) & G !b', false, false],
    ['(a W b) & G !b', true, false],
    ['a M b & G !a', false, false],
    ['a & G(a <-> X !a) & G F a & G F !a', true, false],
    ['!a & G(a <-> X !a) & G F a & G F !a', true, false],
    ['a & G(a <-> X !a) & G(b -> X X b) & F b & G F(a & b)', true, false],
    ['a & G(a <-> X !a) & F G !a', false, false],
    ['G !(a & b) & G F a & G F b', true, false],
    ['G(!(a & b) & !(b & c) & !(a & c)) & G F a & G F b & G F c', true, false],
    ['G(a -> X(!a & X !a)) & G F a & G F b & G(b -> !a & X !a & X X !b)', true, false],
    ['G(a | b) & G !(a & b) & G(a -> X a) & G F b & F a', false, false],
    ['G((a -> X b) & (b -> X c) & (c -> X(a | c))) & a & G F a & G F(c & X c)', true, false],
    ['X a <-> N a', true, true],
    ['true', true, true],
    ['false', false, false],
  ])('%s over infinite words: satisfiable %s, valid %s', (text, satisfiable, valid) => {
    expect(analyse(text)).toMatchObject({ satisfiable, valid });
  });

  test('on finite traces X and N differ, and models are shortest', () => {
    expect(analyse('X a <-> N a', { semantics: 'ltlf' })).toEqual({
      satisfiable: true,
      valid: false,
      propositions: ['a'],
      shortestModel: [[], []],
      shortestCounterexample: [[]],
    });
    expect(analyse('G X a', { semantics: 'ltlf' }).shortestModel).toBeNull();
  });

  test('forty independent response rules are decided within the budget', () => {
    const rules = Array.from({ length: 40 }, (_, i) => `G(p${i} -> F q${i})`).join(' & ');
    expect(analyse(`${rules} & G !x`)).toMatchObject({ satisfiable: true, valid: false });
    expect(analyse(`${rules} & G !x & F x`)).toMatchObject({ satisfiable: false });
  });

  test('a question over its budget is budget/exceeded', () => {
    const table = new FormulaTable();
    const bit = (i: number) => table.proposition(`b${i}`);
    let formula = table.constant(true);
    for (let i = 0; i < 6; i++) {
      const flips = table.unary(
        'globally',
        table.binary('or', bit(i), table.unary('next', bit(i))),
      );
      formula = table.binary('and', formula, flips);
    }
    const impossible = table.binary(
      'and',
      formula,
      table.unary('globally', table.unary('not', bit(0))),
    );
    const root = normalForm(table, impossible);
    expect(satisfiableInfinite(root)).toBe(false);
    const small = (): boolean => satisfiableInfinite(root, new Budget(1));
    expect(small).toThrow(expect.objectContaining({ code: 'budget/exceeded' }));
  });

  test('few branches that are large, or many that differ, are over the budget in bounded time', () => {
    const choices = Array.from({ length: 20 }, (_, i) => `(X a${i} | X b${i})`).join(' & ');
    const code = 'budget/exceeded';
    // 2^20 branches of which none is better than another: comparing them all would take hours.
    expect(() => analyse(`${choices} & X(c & G d & F !d)`)).toThrow(
      expect.objectContaining({ code }),
    );
    const table = new FormulaTable();
    const root = normalForm(table, parseFormula('(a | b) & (c | d)', { table }));
    const limited = (steps: number) => (): boolean =>
      satisfiableInfinite(root, new Budget(9, steps));
    expect(limited(1)).toThrow('more than 1 tableau steps');
    expect(limited(100)()).toBe(true);
  });

  test('unknown semantics is argument/unknown-option', () => {
    try {
      analyse('a', { semantics: 'ctl' as Semantics });
      expect.unreachable();
    } catch (thrown) {
      expect(isMidstreamError(thrown, 'argument/unknown-option')).toBe(true);
    }
  });

  test('the finite verdict agrees with all traces up to length 4', () => {
    const table = new FormulaTable();
    const letters = [new Set<string>(), new Set(['a']), new Set(['b']), new Set(['a', 'b'])];
    const words = [letters.map((letter) => [letter])];
    for (let n = 1; n < 4; n++) {
      words.push(words[n - 1]!.flatMap((w) => letters.map((letter) => [...w, letter])));
    }
    fc.assert(
      fc.property(formulas(table, ['a', 'b'], 3), (formula) => {
        const found = analyse(formula, { semantics: 'ltlf' });
        const shortest = (wanted: boolean): number | undefined =>
          words.flat().find((word) => checkTrace(formula, word) === wanted)?.length;
        expect(found.shortestModel?.length).toBe(shortest(true));
        expect(found.shortestCounterexample?.length).toBe(shortest(false));
        if (found.shortestModel) expect(checkTrace(formula, found.shortestModel)).toBe(true);
      }),
      { numRuns: Math.min(runs(100), 5_000) },
    );
  });
});

describe('satisfiableInfinite()', () => {
  test('finds recurring obligations that only a combination of cycles meets', () => {
    const table = new FormulaTable();
    const names = ['a', 'b'];
    const part = formulas(table, names, 2);
    const letters = [new Set<string>(), new Set(['a']), new Set(['b']), new Set(['a', 'b'])];
    const words = (n: number): Set<string>[][] =>
      n === 0 ? [[]] : words(n - 1).flatMap((w) => letters.map((letter) => [...w, letter]));
    const loops = [1, 2, 3, 4].flatMap(words);
    const recurring = (f: Formula): Formula => table.unary('globally', table.unary('finally', f));
    fc.assert(
      fc.property(fc.array(part, { minLength: 2, maxLength: 3 }), part, (goals, rule) => {
        const formula = goals
          .map(recurring)
          .reduce((all, goal) => table.binary('and', all, goal), table.unary('globally', rule));
        // One direction only: a word found here must be found there.
        if (loops.some((loop) => holdsInfinite(formula, [], loop))) {
          expect(satisfiableInfinite(normalForm(table, formula))).toBe(true);
        }
      }),
      { numRuns: Math.min(runs(300), 5_000) },
    );
  });
});

describe('normalForm()', () => {
  test('keeps the meaning and its negation flips it, on finite and infinite words', () => {
    const table = new FormulaTable();
    const names = ['a', 'b'];
    fc.assert(
      fc.property(
        formulas(table, names),
        traces(names, 5),
        traces(names, 2).filter((loop) => loop.length > 0),
        (formula, stem, loop) => {
          const [same, negated] = [normalForm(table, formula), normalForm(table, formula, true)];
          const finite = holdsFinite(formula, stem);
          expect([holdsFinite(same, stem), holdsFinite(negated, stem)]).toEqual([finite, !finite]);
          const infinite = holdsInfinite(formula, stem, loop);
          expect(holdsInfinite(same, stem, loop)).toBe(infinite);
          expect(holdsInfinite(negated, stem, loop)).toBe(!infinite);
        },
      ),
      { numRuns: runs(500) },
    );
  });
});

describe('compareFormulas()', () => {
  test('on infinite words and on finite traces', () => {
    expect(compareFormulas('a U b', 'F b')).toEqual({ implies: true, equivalent: false });
    expect(compareFormulas('!(a U b)', '!a R !b')).toEqual({ implies: true, equivalent: true });
    expect(compareFormulas('X a', 'N a').equivalent).toBe(true);
    expect(compareFormulas('X a', 'N a', { semantics: 'ltlf' })).toEqual({
      implies: true,
      equivalent: false,
    });
  });
});

describe('isSafetySyntactic()', () => {
  test.each([
    ['G !secret', true],
    ['G(a -> X N b)', true],
    ['!F a', true],
    ['!(a U b)', true],
    ['!(a M b)', true],
    ['(a W b) & (c R d)', true],
    ['G(request -> F response)', false],
    ['a U b', false],
    ['a M b', false],
    ['!G a', false],
    ['!(a W b)', false],
  ])('%s: %s', (text, safety) => expect(isSafetySyntactic(text)).toBe(safety));
});
