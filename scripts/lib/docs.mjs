/**
 * Runs the programs in Markdown files and compares what they print with what their comments say.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expectedLines, runnableBlocks } from './blocks.mjs';
import { inParallel } from './in-parallel.mjs';
import { offlineEnvironment } from './offline-environment.mjs';
import { run, runNode } from './process.mjs';
import { root } from './root.mjs';
import { transpile } from './transpile.mjs';

const BLOCK_TIMEOUT_MS = 60_000;
const WIDTH = 2;
const PLACES = /^(?:README\.md|docs\/.*\.md|(?:packages|apps|examples)\/.*README\.md)$/;

/** Whether a file's blocks are run. */
export const isRunDocument = (path) => PLACES.test(path);

/** The first difference between the lines promised and the lines printed, or undefined. */
export function difference(expected, printed) {
  const length = Math.max(expected.length, printed.length);
  for (let i = 0; i < length; i += 1) {
    if (expected[i] === printed[i]) continue;
    const wanted = expected[i] === undefined ? 'nothing more' : `"${expected[i]}"`;
    const got = printed[i] === undefined ? 'nothing more' : `"${printed[i]}"`;
    return `output line ${i + 1}: the document says ${wanted}, the program printed ${got}`;
  }
  return undefined;
}

function linesOf(output) {
  const text = output.replace(/\r\n/g, '\n').replace(/\n$/, '');
  return text === '' ? [] : text.split('\n').map((line) => line.trimEnd());
}

async function runBlock(block, folder, name) {
  const options = {
    cwd: root,
    quiet: true,
    timeout: BLOCK_TIMEOUT_MS,
    env: {
      ...offlineEnvironment,
      PATH: `${join(root, 'node_modules/.bin')}${delimiter}${process.env.PATH}`,
    },
  };
  if (block.language === 'bash') {
    return run('bash', ['-euo', 'pipefail', '-c', block.code], options);
  }
  const script = join(folder, `${name}.mjs`);
  writeFileSync(script, await transpile(block.code));
  return runNode(script, [], options);
}

function problemOf(block, { code, output, timedOut }) {
  if (timedOut) return `did not end within ${BLOCK_TIMEOUT_MS / 1000} s`;
  if (code !== 0) return `ended with exit code ${code}:\n${output.trimEnd()}`;
  const expected = expectedLines(block);
  if (block.language === 'bash' && expected.length === 0) return undefined;
  return difference(expected, linesOf(output));
}

/**
 * Runs every runnable block of the files. A block is a program of its own, run in the workspace's
 * root with the built packages.
 *
 * @param {{path: string, file: string}[]} documents the name shown and the file read
 * @returns {Promise<{where: string, problem: string | undefined}[]>} one result a block
 */
export async function runDocuments(documents) {
  const folder = join(root, '.cache/midstream/docs', String(process.pid));
  mkdirSync(folder, { recursive: true });
  const blocks = documents.flatMap(({ path, file }) =>
    runnableBlocks(readFileSync(file, 'utf8')).map((block) => ({ ...block, path })),
  );
  try {
    return await inParallel(blocks, WIDTH, async (block, index) => {
      const where = `${block.path}:${block.line}`;
      try {
        const result = await runBlock(block, folder, `${index}`);
        return { where, problem: problemOf(block, result) };
      } catch (error) {
        return { where, problem: `is not a program: ${error.message}` };
      }
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
