import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import {
  analyse,
  checkTrace,
  compareFormulas,
  FormulaTable,
  judgePrefix,
  parseFormula,
  printFormula,
} from '../src/index.ts';

type Case = Record<string, unknown> & {
  id: string;
  formula: string;
  f: string;
  g: string;
  trace: string[][];
  prefix: string[][];
};

/** The small copies always; the whole reference beside the repository where it is present. */
const folders = ['../../../../test/truth/C/', '../../../../../shared/truth/C/']
  .map((path) => new URL(path, import.meta.url))
  .filter((folder) => existsSync(folder));

const length = (trace: string[][] | null | undefined): number | null => trace?.length ?? null;

/** For each file: what we say about a case, and what it should be. */
const suites: Record<string, (c: Case) => [unknown, unknown]> = {
  'ltlf.json': (c) => [checkTrace(c.formula, c.trace), c.expected],
  'ltl3.json': (c) => [judgePrefix(c.formula, c.prefix), { ltl3: c.ltl3, rvltl: c.rvltl }],
  'ltlsat.json': (c) => {
    const { satisfiable, valid } = analyse(c.formula);
    return [
      { satisfiable, valid },
      { satisfiable: c.satisfiable, valid: c.valid },
    ];
  },
  'ltlfsat.json': (c) => {
    const found = analyse(c.formula, { semantics: 'ltlf' });
    if (found.shortestModel) expect(checkTrace(c.formula, found.shortestModel)).toBe(true);
    if (found.shortestCounterexample) {
      expect(checkTrace(c.formula, found.shortestCounterexample)).toBe(false);
    }
    const expected = [c.satisfiable, c.valid, c.shortest_model_len, c.shortest_counterexample_len];
    const { satisfiable, valid, shortestModel, shortestCounterexample } = found;
    return [[satisfiable, valid, length(shortestModel), length(shortestCounterexample)], expected];
  },
  'equiv.json': (c) => [
    compareFormulas(c.f, c.g),
    { equivalent: c.equivalent, implies: c.f_implies_g },
  ],
  'patterns.json': (c) => {
    const table = new FormulaTable();
    const formula = parseFormula(c.formula, { table });
    return [parseFormula(printFormula(formula), { table }) === formula, true];
  },
};

for (const folder of folders) {
  const present = readdirSync(folder).filter((name) => name in suites);
  describe.each(present)(
    `${folder.pathname.includes('/shared/') ? 'shared' : 'own'} %s`,
    (name) => {
      const { cases } = JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as {
        cases: Case[];
      };
      test(`all ${cases.length} cases agree`, () => {
        const wrong = cases.flatMap((c) => {
          const [found, expected] = suites[name]!(c);
          return isDeepStrictEqual(found, expected) ? [] : [{ case: c, found }];
        });
        expect(wrong).toEqual([]);
      });
    },
  );
}

test('the small copies of the reference cases are present', () => {
  expect(folders.length).toBeGreaterThan(0);
  expect(readdirSync(folders[0]!).filter((name) => name in suites).length).toBeGreaterThanOrEqual(
    5,
  );
});
