import { isMidstreamError, type Letter, type Verdict } from '@midstream/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Automaton } from '../src/automaton.ts';
import {
  checkTrace,
  compileMonitor,
  FormulaTable,
  judgePrefix,
  type MonitorOptions,
  parseFormula,
  type Trace,
} from '../src/index.ts';
import { formulas, holdsFinite, holdsInfinite, runs, traces } from './naive.ts';

const set = (...names: string[]): ReadonlySet<string> => new Set(names);
const codeOf = (action: () => unknown): string => {
  try {
    action();
  } catch (thrown) {
    return isMidstreamError(thrown) ? thrown.code : String(thrown);
  }
  return 'nothing was thrown';
};

describe('checkTrace()', () => {
  test('agrees with the definitions on random formulas and traces', () => {
    const table = new FormulaTable();
    const names = ['a', 'b', 'c'];
    fc.assert(
      fc.property(formulas(table, names), traces(names), (formula, trace) => {
        expect(checkTrace(formula, trace)).toBe(holdsFinite(formula, trace));
      }),
      { numRuns: runs(2_000) },
    );
  });

  test('on the empty trace strong operators fail, weak ones hold, and negation flips', () => {
    const verdicts = ['a', 'X a', 'F a', 'a U a', 'a M a', 'N a', 'G a', 'a W a', 'a R a', '!a'];
    expect(verdicts.map((text) => checkTrace(text, []))).toEqual([
      ...new Array<boolean>(5).fill(false),
      ...new Array<boolean>(5).fill(true),
    ]);
  });

  test('X fails and N holds at the last position whatever follows would be', () => {
    expect(checkTrace('X G a', [['a']])).toBe(false);
    expect(checkTrace('N F a', [['b']])).toBe(true);
  });

  test('is linear: a long trace and a formula with much sharing', () => {
    const trace = Array.from({ length: 20_000 }, (_, i) => (i % 2 === 0 ? ['a'] : ['b']));
    expect(checkTrace('G((a -> N b) & (b -> N a))', trace)).toBe(true);
    const table = new FormulaTable();
    let formula = table.proposition('a');
    for (let i = 0; i < 200; i++) formula = table.binary('iff', formula, formula);
    expect(checkTrace(formula, [['a']])).toBe(true);
  });

  test('a trace that is not one is argument/invalid', () => {
    for (const trace of [null, 'ab', ['a'], [[1]], [null]]) {
      expect(codeOf(() => checkTrace('a', trace as unknown as Trace))).toBe('argument/invalid');
    }
  });
});

describe('compileMonitor() verdicts', () => {
  test('G(request -> F response) & G !secret over a short run', () => {
    const run = compileMonitor('G(request -> F response) & G !secret').start();
    expect(run.verdict).toBe('inconclusive');
    expect(run.step(set())).toBe('presumably_true');
    expect(run.step(set('request'))).toBe('presumably_false');
    expect(run.end()).toBe(false);
    expect(run.step(set('response', 'other'))).toBe('presumably_true');
    expect(run.end()).toBe(true);
    expect(run.step(set('secret'))).toBe('false');
    expect(run.step(set())).toBe('false');
    run.reset();
    expect(run.verdict).toBe('inconclusive');
  });

  test('a formula that is certain from the start says so before the first letter', () => {
    expect(judgePrefix('F a | G !a', [])).toEqual({ ltl3: 'true', rvltl: 'true' });
    expect(judgePrefix('G F a & F G !a', [])).toEqual({ ltl3: 'false', rvltl: 'false' });
    expect(judgePrefix('a', [])).toEqual({ ltl3: 'inconclusive', rvltl: null });
  });

  test('unsatisfiable is seen before it shows in the letters', () => {
    expect(judgePrefix('X X a & X X !a & b', [['b']]).ltl3).toBe('false');
    expect(judgePrefix('a U (G b & F !b)', [['a']]).ltl3).toBe('false');
    expect(judgePrefix('c & (G a | F !a)', [['c']]).ltl3).toBe('true');
  });

  test('end() stays the finite verdict where it differs from the final one', () => {
    const run = compileMonitor('X true').start();
    expect([run.verdict, run.step(set()), run.end()]).toEqual(['true', 'true', false]);
    expect([run.step(set()), run.end()]).toEqual(['true', true]);
  });

  test('a final verdict never changes', () => {
    const table = new FormulaTable();
    const names = ['a', 'b'];
    fc.assert(
      fc.property(formulas(table, names), traces(names, 10), (formula, trace) => {
        const run = compileMonitor(formula).start();
        let final: Verdict | undefined;
        for (const letter of trace) {
          const verdict = run.step(letter);
          expect(run.verdict).toBe(verdict);
          if (final !== undefined) expect(verdict).toBe(final);
          if (verdict === 'true' || verdict === 'false') final = verdict;
        }
      }),
      { numRuns: runs(300) },
    );
  });

  test('end() is the finite verdict after every letter, and presumptions follow it', () => {
    const table = new FormulaTable();
    const names = ['a', 'b', 'c'];
    fc.assert(
      fc.property(formulas(table, names), traces(names), (formula, trace) => {
        const run = compileMonitor(formula).start();
        for (let n = 0; n <= trace.length; n++) {
          const expected = holdsFinite(formula, trace.slice(0, n));
          expect(run.end()).toBe(expected);
          if (run.verdict.startsWith('presumably')) {
            expect(run.verdict).toBe(expected ? 'presumably_true' : 'presumably_false');
          }
          if (n < trace.length) run.step(trace[n]!);
        }
      }),
      { numRuns: runs(500) },
    );
  });

  test('ltl3 agrees with all short lassos that continue the prefix', () => {
    const table = new FormulaTable();
    const letters = [set(), set('a'), set('b'), set('a', 'b')];
    const words = (n: number): ReadonlySet<string>[][] =>
      n === 0 ? [[]] : words(n - 1).flatMap((w) => letters.map((letter) => [...w, letter]));
    const lassos = [0, 1, 2].flatMap((u) =>
      [1, 2].flatMap((v) => words(u).flatMap((stem) => words(v).map((loop) => ({ stem, loop })))),
    );
    fc.assert(
      fc.property(formulas(table, ['a', 'b'], 3), traces(['a', 'b'], 3), (formula, prefix) => {
        const { ltl3 } = judgePrefix(formula, prefix);
        const found = new Set(
          lassos.map(({ stem, loop }) => holdsInfinite(formula, [...prefix, ...stem], loop)),
        );
        if (ltl3 !== 'inconclusive') expect([...found]).toEqual([ltl3 === 'true']);
        else expect(found.size).toBe(2);
      }),
      { numRuns: runs(150) },
    );
  });
});

describe('compileMonitor() state', () => {
  const verdictsOf = (
    formula: string,
    trace: readonly ReadonlySet<string>[],
    options?: MonitorOptions,
  ): unknown[] => {
    const run = compileMonitor(formula, options).start();
    return trace.map((letter) => [run.step(letter), run.end()]);
  };

  test('snapshot and restore in the middle equal no interruption, also in another program', () => {
    const table = new FormulaTable();
    const names = ['a', 'b', 'c'];
    fc.assert(
      fc.property(formulas(table, names), traces(names), fc.nat(8), (formula, trace, cut) => {
        const [first, whole] = [compileMonitor(formula).start(), compileMonitor(formula).start()];
        for (const letter of trace.slice(0, cut)) {
          first.step(letter);
          whole.step(letter);
        }
        const saved = JSON.parse(JSON.stringify(first.snapshot())) as unknown;
        const second = compileMonitor(formula).start();
        second.restore(saved);
        expect(second.snapshot()).toEqual(saved);
        expect([second.verdict, second.end()]).toEqual([whole.verdict, whole.end()]);
        for (const letter of trace.slice(cut)) {
          expect(second.step(letter)).toBe(whole.step(letter));
          expect(second.end()).toBe(whole.end());
        }
      }),
      { numRuns: runs(300) },
    );
  });

  test('restore() refuses what is not a snapshot of this program and keeps the run', () => {
    const formula = 'G(a -> F b)';
    const run = compileMonitor(formula).start();
    run.step(set('a'));
    const before = run.snapshot();
    const states = [undefined, 2, 'x', [], [[0, 0]], [[0, 0, 'x']], [['x', 0, 1]], [[0, 'x', 1]]];
    const bad = [
      null,
      7,
      {},
      { formula },
      compileMonitor('F b').start().snapshot(),
      ...[...states, [[99, 0, 1]], [[0, 5, 1]], [[0, 0, -1]]].map((state) => ({ formula, state })),
    ];
    for (const value of bad) expect(codeOf(() => run.restore(value))).toBe('state/corrupt');
    expect(run.snapshot()).toEqual(before);
  });

  test('restore() refuses nodes that no snapshot holds, and nodes that grow beyond every limit', () => {
    const names = Array.from({ length: 40 }, (_, i) => `F a${i}`);
    const program = compileMonitor(names.join(' & '));
    const run = program.start();
    const grown: number[][] = [];
    for (let i = 0, all = 0; i < 20; i++) {
      const place = grown.length;
      grown.push([i + 20, 0, 1], [i, all, place + 2]);
      all = place + 3;
    }
    const odd = [
      [[0, 1, 0]],
      [
        [0, 0, 1],
        [0, 0, 2],
      ],
      [
        [0, 0, 1],
        [1, 2, 0],
      ],
      [
        [0, 0, 1],
        [1, 2, 1],
      ],
      grown,
    ];
    const { formula } = program;
    for (const state of odd) {
      expect(codeOf(() => run.restore({ formula, state }))).toBe('state/corrupt');
    }
    expect(run.verdict).toBe('inconclusive');
  });

  test('runs of one program share states but not their place', () => {
    const program = compileMonitor('G(a -> F b)');
    const [one, other] = [program.start(), program.start()];
    one.step(set('a'));
    expect([one.verdict, other.verdict]).toEqual(['presumably_false', 'inconclusive']);
    for (let i = 0; i < 1_000; i++) other.step(set(i % 3 === 0 ? 'a' : 'b'));
    expect(program.cachedStates).toBeLessThanOrEqual(3);
    expect(program.propositions).toEqual(['a', 'b']);
    expect(program.formula).toBe('G(a -> F b)');
  });

  test('usual formulas have few states however long the run', () => {
    const names = ['a', 'b', 'c', 'd'];
    const program = compileMonitor('G(a -> (!b U c)) & G(b -> F d) & (G F a -> G F c)');
    const run = program.start();
    for (let i = 1, seed = 7; i < 5_000; i++) {
      seed = (seed * 48_271) % 0x7fffffff;
      run.step(new Set(names.filter((_, bit) => (seed >> (bit + 4)) & 1)));
    }
    expect(program.cachedStates).toBeLessThan(40);
  });

  test('dropping the cache changes no verdict', () => {
    const names = ['a', 'b', 'c'];
    const formula = 'G(a -> X(b | X c)) & (F c -> (a W b)) & G(b -> F(a & X X c))';
    fc.assert(
      fc.property(traces(names, 30), (trace) => {
        const expected = verdictsOf(formula, trace);
        expect(verdictsOf(formula, trace, { maxCachedStates: 2 })).toEqual(expected);
        expect(verdictsOf(formula, trace, { maxCachedTransitions: 1 })).toEqual(expected);
        expect(verdictsOf(formula, trace, { maxCachedDemands: 1 })).toEqual(expected);
        expect(verdictsOf(formula, trace, { maxDiagramNodes: 120 })).toEqual(expected);
      }),
      { numRuns: Math.min(runs(50), 2_000) },
    );
  });

  test('what letters demand is not kept for every letter that ever came', () => {
    const formula = parseFormula(Array.from({ length: 40 }, (_, i) => `x${i}`).join(' | '));
    const limits = { states: 10, transitions: 1_000, diagramNodes: 1_000, stateNodes: 100 };
    const automaton = new Automaton(formula, false, { ...limits, demands: 200 });
    for (let i = 0; i < 40; i++) {
      const letter = '0'.repeat(i) + '1'.padEnd(40 - i, '0');
      expect(automaton.ltl3(automaton.step(automaton.initial(), letter))).toBe('true');
      expect(automaton.cachedLetters).toBeLessThanOrEqual(2);
    }
  });

  test('a run left behind by a dropped cache goes on where it was', () => {
    const program = compileMonitor('a & X b & X X c', { maxCachedStates: 2 });
    const [waiting, busy] = [program.start(), program.start()];
    waiting.step(set('a'));
    for (const name of ['a', 'b', 'c']) busy.step(set(name));
    expect(busy.verdict).toBe('true');
    expect(waiting.step(set('b'))).toBe('presumably_false');
    expect(waiting.step(set('c'))).toBe('true');
  });

  test('a run on a dropped cache moves to the present one at its next step', () => {
    const program = compileMonitor('a & X b & X X c', { maxCachedTransitions: 2 });
    const [waiting, busy] = [program.start(), program.start()];
    for (const name of ['a', 'b', 'c']) busy.step(set(name));
    expect(program.cachedStates).toBe(2);
    waiting.step(set('a'));
    expect(program.cachedStates).toBe(4);
  });

  test('more than 31 propositions are told apart', () => {
    const names = Array.from({ length: 40 }, (_, i) => `p${i}`);
    const run = compileMonitor(names.map((name) => `G !${name}`).join(' & ')).start();
    expect(run.step(set('q'))).toBe('presumably_true');
    expect(run.step(set('p39'))).toBe('false');
    const all = compileMonitor(names.map((name) => `F ${name}`).join(' & ')).start();
    for (const name of names.slice(1)) expect(all.step(set(name))).toBe('presumably_false');
    expect(all.step(set('p0'))).toBe('true');
  });
});

describe('compileMonitor() limits', () => {
  test('a letter that is no set is argument/invalid, and the run stands where it stood', () => {
    const run = compileMonitor('a').start();
    for (const letter of [['a'], null, 'a', {}]) {
      expect(codeOf(() => run.step(letter as unknown as Letter))).toBe('argument/invalid');
    }
    expect(run.verdict).toBe('inconclusive');
  });

  test('a step over the diagram limit is formula/too-large', () => {
    const text = Array.from({ length: 10 }, (_, i) => `(F a${i} & X b${i})`).join(' | ');
    const program = compileMonitor(text, { maxDiagramNodes: 16 });
    expect(codeOf(() => program.start().step(set()))).toBe('formula/too-large');
  });

  test('a state over its limit is formula/too-large, from a step and from a snapshot', () => {
    const text = 'G(a -> F b) & F c & F d & F e';
    const program = compileMonitor(text, { maxStateNodes: 4 });
    const run = program.start();
    run.step(set());
    expect(codeOf(() => run.step(set('a')))).toBe('formula/too-large');
    const large = compileMonitor(text).start();
    large.step(set('a'));
    expect(codeOf(() => run.restore(large.snapshot()))).toBe('state/corrupt');
    expect(run.verdict).toBe('presumably_false');
  });

  test('too many obligations are formula/too-large', () => {
    const table = new FormulaTable();
    let parts = Array.from({ length: 1_200 }, (_, i) =>
      table.unary('finally', table.proposition(`p${i}`)),
    );
    while (parts.length > 1) {
      parts = Array.from({ length: Math.ceil(parts.length / 2) }, (_, i) => {
        const [left, right] = [parts[2 * i]!, parts[2 * i + 1]];
        return right === undefined ? left : table.binary('and', left, right);
      });
    }
    expect(codeOf(() => compileMonitor(parts[0]!))).toBe('formula/too-large');
  });

  test('a deep formula is monitored without a stack overflow', () => {
    const run = compileMonitor(`${'X '.repeat(900)}a`).start();
    for (let i = 0; i < 900; i++) expect(run.step(set())).toBe('presumably_false');
    expect(run.step(set('a'))).toBe('true');
  });

  test('bad options and bad formulas are typed errors', () => {
    for (const value of [0, -1, 1.5, Number.NaN]) {
      expect(codeOf(() => compileMonitor('a', { maxCachedStates: value }))).toBe('argument/range');
    }
    expect(codeOf(() => compileMonitor('G('))).toBe('formula/syntax');
    expect(codeOf(() => compileMonitor(undefined as unknown as string))).toBe('argument/invalid');
    expect(codeOf(() => compileMonitor(null as unknown as string))).toBe('argument/invalid');
    expect(parseFormula('a').kind).toBe('proposition');
  });
});
