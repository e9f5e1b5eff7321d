/** The unit tests once more on Node 24, which npm brings as a package for this platform. */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runNpm } from './process.mjs';
import { root } from './root.mjs';
import { countsOf, reportPath } from './vitest.mjs';

const SYSTEM = process.platform === 'win32' ? 'win' : process.platform;
const NODES = [`node-${SYSTEM}-${process.arch}@24`, 'node@24'];
const VITEST = 'node_modules/vitest/vitest.mjs';

const result = (passed, failed, skipped, note) => ({ counts: { passed, failed, skipped }, note });

/** The first of the packages whose Node runs, or undefined. */
async function findNode() {
  for (const name of NODES) {
    const parameters = ['exec', '--yes', '--package', name, '--', 'node', '--version'];
    const { code, output } = await runNpm(parameters, { quiet: true, stdoutOnly: true });
    if (code === 0 && output.trim().startsWith('v24.')) return { name, version: output.trim() };
  }
  return undefined;
}

/** Counts as one test: these tests have been counted already on this Node. */
export async function node24({ strict, withNode24, env }) {
  if (!strict && !withNode24) return result(0, 0, 1, 'not asked for: STRICT=1 or --node24 runs it');
  const node = await findNode();
  if (node === undefined) return result(0, 1, 0, `npm could not bring ${NODES.join(' or ')}`);
  const path = reportPath('node24');
  mkdirSync(dirname(path), { recursive: true });
  rmSync(path, { force: true });
  const { code } = await runNpm(
    [
      ...['exec', '--yes', '--package', node.name, '--', 'node', VITEST, 'run'],
      ...['--project', 'unit', '--reporter=dot', '--reporter=json', `--outputFile.json=${path}`],
    ],
    { cwd: root, env },
  );
  if (!existsSync(path)) return result(0, 1, 0, `${node.version}: vitest did not run`);
  const { passed, failed } = countsOf(JSON.parse(readFileSync(join(path), 'utf8')), code);
  const ok = code === 0 && failed === 0 && passed > 0;
  return result(ok ? 1 : 0, ok ? 0 : 1, 0, `${node.version}: ${passed} passed, ${failed} failed`);
}
