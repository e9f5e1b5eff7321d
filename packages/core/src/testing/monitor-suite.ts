/**
 * The contract of `seams/monitor.ts`, on formulas whose meaning over a trace is written out here by
 * hand. Formulas are in the notation of the solver: `!`, `->`, `X` (strong next), `F`, `G`, `U`,
 * `W`.
 */
import { seededRandom } from '../random.ts';
import type { Letter, MonitorProgram, Verdict } from '../seams/monitor.ts';
import { type ConformanceCase, check, checkEqual, checkRejects } from './conformance.ts';

type Trace = readonly Letter[];

interface Meaning {
  readonly formula: string;
  readonly propositions: readonly string[];
  /** The verdict after a trace that is not empty. */
  readonly verdict: (trace: Trace) => Verdict;
}

const first = (trace: Trace, name: string): number => trace.findIndex((letter) => letter.has(name));
const upTo = (trace: Trace): number => {
  const stop = trace.findIndex((letter) => !letter.has('a') && !letter.has('b'));
  return stop < 0 ? trace.length : stop;
};
const until = (trace: Trace, open: Verdict): Verdict => {
  const b = first(trace, 'b');
  const stop = upTo(trace);
  if (b >= 0 && b < stop) return 'true';
  return stop < trace.length ? 'false' : open;
};

const MEANINGS: readonly Meaning[] = [
  {
    formula: 'G !a',
    propositions: ['a'],
    verdict: (trace) => (first(trace, 'a') < 0 ? 'presumably_true' : 'false'),
  },
  {
    formula: 'F a',
    propositions: ['a'],
    verdict: (trace) => (first(trace, 'a') < 0 ? 'presumably_false' : 'true'),
  },
  {
    formula: 'a U b',
    propositions: ['a', 'b'],
    verdict: (trace) => until(trace, 'presumably_false'),
  },
  {
    formula: 'a W b',
    propositions: ['a', 'b'],
    verdict: (trace) => until(trace, 'presumably_true'),
  },
  {
    formula: 'X a',
    propositions: ['a'],
    verdict: ([, second]) =>
      second === undefined ? 'presumably_false' : second.has('a') ? 'true' : 'false',
  },
  {
    formula: 'G (a -> F b)',
    propositions: ['a', 'b'],
    verdict: (trace) => {
      const asked = trace.findLastIndex((letter) => letter.has('a'));
      const answered = trace.findLastIndex((letter) => letter.has('b'));
      return asked > answered ? 'presumably_false' : 'presumably_true';
    },
  },
];

/** Cases for a compiler of formulas to monitors. */
export function monitorSuite(
  compile: (formula: string) => MonitorProgram,
): readonly ConformanceCase[] {
  return MEANINGS.flatMap((meaning) => casesOf(meaning, compile));
}

function casesOf(
  meaning: Meaning,
  compile: (formula: string) => MonitorProgram,
): readonly ConformanceCase[] {
  const { formula } = meaning;
  const one = (name: string, run: () => void | Promise<void>): ConformanceCase => ({
    name: `monitor of ${formula}: ${name}`,
    run,
  });
  const traces = Array.from({ length: 40 }, (_, seed) => sampleTrace(seed));
  return [
    one('names the propositions of its rule', () => {
      const program = compile(formula);
      checkEqual([...program.propositions].sort(), [...meaning.propositions], 'propositions');
      check(program.formula.length > 0, 'the canonical formula is empty');
      checkEqual(program.start().verdict, 'inconclusive', 'the verdict on nothing');
    }),
    one('gives the verdict of its rule after every letter', () => {
      for (const trace of traces) judged(compile(formula), meaning, trace);
    }),
    one('runs are independent and reset() equals a new one', () => {
      for (const trace of traces) independent(compile(formula), trace);
    }),
    one('a snapshot is JSON and continues the run', () => {
      for (const trace of traces) resumed(compile(formula), trace);
    }),
    one('refuses a snapshot that is not its own', async () => {
      for (const wrong of [{ no: 'snapshot' }, 'x', -1, [[]]]) {
        const monitor = compile(formula).start();
        await checkRejects(() => monitor.restore(wrong), {
          code: 'state/corrupt',
          what: `restore(${JSON.stringify(wrong)})`,
        });
      }
    }),
  ];
}

function sampleTrace(seed: number): Trace {
  const random = seededRandom(seed);
  const likely = random.next();
  return Array.from({ length: 1 + random.integer(8) }, () => {
    const letter = ['a', 'b', 'unheard-of'].filter(() => random.next() < likely);
    return new Set(letter);
  });
}

function judged(program: MonitorProgram, { verdict }: Meaning, trace: Trace): void {
  const monitor = program.start();
  let final: Verdict | undefined;
  trace.forEach((letter, index) => {
    const got = monitor.step(letter);
    checkEqual(got, monitor.verdict, 'what step() returns and the verdict');
    checkEqual(got, verdict(trace.slice(0, index + 1)), `the verdict after ${index + 1} letters`);
    if (final !== undefined) checkEqual(got, final, 'a final verdict');
    if (got === 'true' || got === 'false') final = got;
    if (got === 'presumably_true' || got === 'false')
      checkEqual(monitor.end(), got !== 'false', 'end()');
    if (got === 'presumably_false') checkEqual(monitor.end(), false, 'end()');
    checkEqual(monitor.verdict, got, 'the verdict after end(), which changes nothing');
  });
}

function independent(program: MonitorProgram, trace: Trace): void {
  const alone = program.start();
  const beside = program.start();
  for (const letter of trace) alone.step(letter);
  checkEqual(beside.verdict, 'inconclusive', 'the verdict of a run that has read nothing');
  alone.reset();
  checkEqual(alone.verdict, 'inconclusive', 'the verdict after reset()');
  for (const letter of trace) {
    checkEqual(alone.step(letter), beside.step(letter), 'the verdict of a run that was reset');
  }
}

function resumed(program: MonitorProgram, trace: Trace): void {
  const straight = program.start();
  for (const letter of trace) {
    const moved = program.start();
    moved.restore(JSON.parse(JSON.stringify(straight.snapshot())));
    checkEqual(moved.verdict, straight.verdict, 'the verdict of a restored run');
    checkEqual(moved.step(letter), straight.step(letter), 'the next verdict of a restored run');
    checkEqual(moved.end(), straight.end(), 'end() of a restored run');
  }
}
