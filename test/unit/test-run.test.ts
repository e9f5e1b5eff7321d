import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findProgram, programNames } from '../../scripts/lib/programs.mjs';
import { addCounts, noCounts, sayCounts } from '../../scripts/lib/report.mjs';
import { seedFrom } from '../../scripts/lib/seed.mjs';
import { chooseStages, readTestOptions } from '../../scripts/lib/test-options.mjs';
import { countsOf } from '../../scripts/lib/vitest.mjs';

describe('readTestOptions()', () => {
  const names = ['types', 'lint', 'unit', 'node24'];

  it('runs every stage without flags', () => {
    expect(readTestOptions([], names)).toEqual({ stages: names, long: false, withNode24: false });
  });

  it('reads --only, --from, --long and --node24', () => {
    expect(readTestOptions(['--only', 'unit,lint'], names).stages).toEqual(['lint', 'unit']);
    expect(readTestOptions(['--from=lint', '--long'], names)).toMatchObject({
      stages: ['lint', 'unit', 'node24'],
      long: true,
    });
    expect(readTestOptions(['--only=node24'], names).withNode24).toBe(true);
  });

  it('refuses unknown flags and stages by name', () => {
    expect(() => readTestOptions(['--fast'], names)).toThrow('Unknown flag "--fast"');
    expect(() => readTestOptions(['--only', 'units'], names)).toThrow('Unknown stage "units"');
  });

  it.each([['--only'], ['--only='], ['--from', ',']])(
    'refuses %s %s, which would run everything',
    (...given) => {
      expect(() => readTestOptions(given, names)).toThrow(
        `Flag ${given[0]?.replace('=', '')} names`,
      );
    },
  );

  it('refuses to begin at two stages, and takes --only long as --long', () => {
    expect(() => readTestOptions(['--from', 'lint,unit'], names)).toThrow('more than one stage');
    expect(readTestOptions(['--only', 'long'], [...names, 'long'])).toMatchObject({
      stages: ['long'],
      long: true,
    });
  });
});

describe('chooseStages()', () => {
  const all = [{ name: 'lint' }, { name: 'unit' }, { name: 'long', when: () => false }];

  it('takes the stages that are named and may run', () => {
    expect(chooseStages(all, { stages: ['unit', 'long'] })).toEqual([{ name: 'unit' }]);
  });

  it('refuses a run without a stage, which would look like success', () => {
    const { stages } = readTestOptions(['--only', 'lint', '--from', 'unit'], ['lint', 'unit']);
    for (const none of [stages, ['long']]) {
      expect(() => chooseStages(all, { stages: none })).toThrow('No stage is left to run');
    }
  });
});

describe('countsOf()', () => {
  const suite = (status: string, states: string[]): object => ({
    name: 'a.test.ts',
    status,
    assertionResults: states.map((state) => ({ status: state, ancestorTitles: [], title: 'a' })),
  });
  const report = (failed: number, testResults: object[]): object => ({
    numPassedTests: 3,
    numFailedTests: failed,
    numPendingTests: 1,
    numTodoTests: 0,
    testResults,
  });

  it('counts failed tests, and a file that could not be loaded as one', () => {
    expect(countsOf(report(1, [suite('failed', ['failed'])]), 1).failed).toBe(1);
    expect(countsOf(report(1, [suite('failed', ['failed']), suite('failed', [])]), 1).failed).toBe(
      2,
    );
  });

  it('counts a failed run with no test to blame as one failure', () => {
    expect(countsOf(report(0, [suite('passed', ['passed'])]), 1)).toEqual({
      passed: 3,
      failed: 1,
      skipped: 1,
    });
    expect(countsOf(report(0, [suite('passed', ['passed'])]), 0).failed).toBe(0);
  });
});

describe('sayCounts()', () => {
  it('is the plain closing line', () => {
    const counts = addCounts({ passed: 2, failed: 1, skipped: 0 }, noCounts());
    expect(sayCounts(counts)).toBe('2 passed, 1 failed');
    expect(sayCounts({ ...counts, skipped: 4 })).toBe('2 passed, 1 failed, 4 skipped');
  });
});

describe('seedFrom()', () => {
  it('takes a given seed, makes one up otherwise, refuses what is none', () => {
    expect(seedFrom('42')).toBe(42);
    expect(Number.isInteger(seedFrom(undefined))).toBe(true);
    for (const text of ['x', '1.5', '99999999999'])
      expect(() => seedFrom(text)).toThrow(RangeError);
  });

  it('reaches fast-check in every test file', () => {
    const { seed } = fc.readConfigureGlobal() ?? {};
    const { MIDSTREAM_SEED } = process.env;
    expect(seed).toBe(MIDSTREAM_SEED ? Number(MIDSTREAM_SEED) : undefined);
  });
});

describe('findProgram()', () => {
  it('finds a program through its variable, and says undefined where there is none', () => {
    expect(findProgram('ffmpeg', { FFMPEG_PATH: process.execPath, PATH: '' })).toBe(
      process.execPath,
    );
    expect(findProgram('ffmpeg', { PATH: '' })).toBeUndefined();
  });

  it('throws for a missing program under STRICT=1, and for an unknown name', () => {
    expect(() => findProgram('tmux', { PATH: '', STRICT: '1' })).toThrow('tmux is not found');
    expect(() => findProgram('word')).toThrow(TypeError);
    expect(programNames).toContain('chromium');
  });
});
