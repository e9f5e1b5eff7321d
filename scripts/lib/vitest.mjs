/** Runs vitest projects and reads their counts from its JSON report. */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { runNode } from './process.mjs';
import { root } from './root.mjs';

/** @typedef {{file: string, name: string, state: string}} TestResult */

const script = join(root, 'node_modules/vitest/vitest.mjs');
export const reportPath = (project) => join(root, '.cache/midstream/reports', `${project}.json`);

/** Every test of a report: its file, its full name ("suite > test") and what became of it. */
export function testsOf(report) {
  return report.testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.map(({ ancestorTitles, title, status }) => ({
      file: relative(root, name).split(sep).join('/'),
      name: [...ancestorTitles, title].filter((part) => part !== '').join(' > '),
      state: status,
    })),
  );
}

/**
 * The counts of a report. A file that could not be loaded counts as one failure, and so does a run
 * that vitest itself calls failed with no test to blame (coverage below its gate, a stray
 * rejection).
 */
export function countsOf(report, code) {
  const passed = report.numPassedTests;
  const skipped = report.numPendingTests + report.numTodoTests;
  const unloaded = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  ).length;
  const failed = report.numFailedTests + unloaded;
  return { passed, failed: failed === 0 && code !== 0 ? 1 : failed, skipped };
}

/**
 * @param {string} project the vitest project
 * @param {{parameters?: string[], env?: Record<string, string>}} [options]
 */
export async function runProject(project, { parameters = [], env = {} } = {}) {
  const path = reportPath(project);
  mkdirSync(dirname(path), { recursive: true });
  rmSync(path, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${path}`];
  const all = ['run', '--project', project, ...reporters, ...parameters];
  const { code } = await runNode(script, all, { env });
  if (!existsSync(path)) {
    return { counts: { passed: 0, failed: 1, skipped: 0 }, tests: [], note: 'vitest did not run' };
  }
  const report = JSON.parse(readFileSync(path, 'utf8'));
  const counts = countsOf(report, code);
  if (report.numTotalTests === 0)
    return { counts: { ...counts, failed: 1 }, tests: [], note: 'no test was found' };
  const blameless = code !== 0 && report.success;
  const note = blameless ? 'no test failed, but vitest failed the run (above)' : '';
  return { counts, tests: testsOf(report), note };
}
