/** Runs each example offline as a user would; exit code 0 within the limit is a pass. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { offlineEnvironment } from './offline-environment.mjs';
import { runNode } from './process.mjs';
import { root } from './root.mjs';
import { transpileFolder } from './transpile.mjs';

const EXAMPLE_TIMEOUT_MS = 60_000;

/** The program of an example's folder: main.mjs as it is, main.ts through a copy without types. */
async function programOf(folder, name) {
  const script = join(folder, name, 'main.mjs');
  if (existsSync(script)) return script;
  if (!existsSync(join(folder, name, 'main.ts'))) return undefined;
  const copy = join(root, '.cache/midstream/examples', name);
  await transpileFolder(join(folder, name), copy);
  return join(copy, 'main.mjs');
}

async function runExample(folder, name, timeout) {
  const where = `examples/${name}`;
  const program = await programOf(folder, name);
  if (program === undefined) return { where, problem: 'has neither main.mjs nor main.ts' };
  const options = { cwd: root, quiet: true, timeout, env: offlineEnvironment };
  const { code, output, timedOut } = await runNode(program, [], options);
  if (timedOut) return { where, problem: `did not end within ${timeout / 1000} s` };
  if (code !== 0) return { where, problem: `ended with exit code ${code}:\n${output.trimEnd()}` };
  return { where, problem: undefined };
}

/** @returns {Promise<{where: string, problem: string | undefined}[]>} one result an example */
export async function runExamples(folder = join(root, 'examples'), timeout = EXAMPLE_TIMEOUT_MS) {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { withFileTypes: true });
  const results = [];
  for (const entry of entries.filter((found) => found.isDirectory())) {
    results.push(await runExample(folder, entry.name, timeout));
  }
  return results;
}
