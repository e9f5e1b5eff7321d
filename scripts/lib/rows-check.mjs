/** Checks test/rows.json of this workspace, with the results of test runs when there are any. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.mjs';
import { rowProblems } from './rows.mjs';

const readJson = (path) => JSON.parse(readFileSync(join(root, path), 'utf8'));

/** @param {import('./vitest.mjs').TestResult[] | undefined} results undefined: nothing has run */
export function checkRows(results) {
  const rows = readJson('test/rows.json');
  const problems = rowProblems(rows, {
    ids: readJson('test/row-ids.json'),
    readFile: (path) =>
      existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : undefined,
    results: results ?? [],
    strict: results !== undefined,
    maySkip: process.env.STRICT !== '1',
  });
  return { count: Object.keys(rows).filter((id) => id !== '$comment').length, problems };
}
