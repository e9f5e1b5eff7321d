import { describe, expect, it } from 'vitest';
import { rowProblems } from '../../scripts/lib/rows.mjs';

const file = 'packages/x/test/a.test.ts';
const row = (more: object = {}): object => ({
  tests: [`${file}::dtw() > is 0`],
  faces: ['sdk'],
  gap: '',
  ...more,
});
const context = {
  ids: ['TC1', 'TC2'],
  readFile: (path: string) => (path === file ? "it('is 0 for equal series', () => {})" : undefined),
  results: [{ file, name: 'dtw() > is 0 for equal series', state: 'passed' }],
  strict: true,
  maySkip: false,
};
const problems = (rows: object, more: object = {}): string =>
  rowProblems({ $comment: 'said', ...rows }, { ...context, ...more }).join('\n');

describe('rowProblems()', () => {
  it('finds none where every named test ran and passed', () => {
    expect(problems({ TC1: row() })).toBe('');
    expect(problems({})).toBe('');
  });

  it.each([
    ['an unknown id', { TC99: row() }, 'TC99: no such row'],
    ['no tests', { TC1: row({ tests: [] }) }, 'names no test'],
    ['an unknown face', { TC1: row({ faces: ['fax'] }) }, 'unknown face "fax"'],
    ['no gap field', { TC1: row({ gap: undefined }) }, 'gap'],
    ['an unknown field', { TC1: row({ status: 'done' }) }, 'unknown field "status"'],
    ['a test without a name', { TC1: row({ tests: [file] }) }, 'is not "file::name"'],
    ['a missing file', { TC1: row({ tests: ['no.test.ts::a'] }) }, 'there is no no.test.ts'],
    ['a missing test', { TC1: row({ tests: [`${file}::other`] }) }, 'ran no test named "other"'],
  ])('refuses %s', (_, rows, message) => {
    expect(problems(rows)).toContain(message);
  });

  it('refuses a test that failed, and one that was skipped unless skipping is allowed', () => {
    const results = (state: string): object => ({ results: [{ ...context.results[0], state }] });
    expect(problems({ TC1: row() }, results('failed'))).toContain('failed');
    expect(problems({ TC1: row() }, results('skipped'))).toContain('skipped');
    expect(problems({ TC1: row() }, { ...results('skipped'), maySkip: true })).toBe('');
  });

  it('wants the file to have run when the whole suite has, and reads its text otherwise', () => {
    expect(problems({ TC1: row() }, { results: [] })).toContain('did not run');
    expect(problems({ TC1: row() }, { results: [], strict: false })).toBe('');
    const other = { TC1: row({ tests: [`${file}::not there`] }) };
    expect(problems(other, { results: [], strict: false })).toContain('has no test named');
  });
});
