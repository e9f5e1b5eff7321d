/** Builds the workspace: every TypeScript project with `tsc -b`, the dashboard with Vite. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandOf, runNode } from './process.mjs';
import { root } from './root.mjs';
import { isStamped, stampOfFiles, writeStamp } from './stamp.mjs';

const STAMP = join(root, 'node_modules/.cache/midstream/build');
const DASHBOARD = join(root, 'apps/dashboard');
const SOURCES = [
  'package.json',
  'package-lock.json',
  'tsconfig.base.json',
  'tsconfig.json',
  'packages',
  'apps',
];

const hasDashboard = () => existsSync(join(DASHBOARD, 'vite.config.ts'));

/** The folders the build writes; one that is missing makes the build stale. */
function outputs() {
  const { references } = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8'));
  const folders = references.map(({ path }) => join(root, path, 'dist'));
  return hasDashboard() ? [...folders, join(DASHBOARD, 'dist/index.html')] : folders;
}

const wanted = () => stampOfFiles(root, SOURCES);

export function isBuilt() {
  return isStamped(STAMP, wanted()) && outputs().every((path) => existsSync(path));
}

/** Builds whatever is out of date; throws one sentence when a tool reports errors. */
export async function build() {
  const stamp = wanted();
  console.log('Building …');
  const types = await runNode(commandOf('typescript', 'tsc'), ['-b']);
  if (types.code !== 0) throw new Error('tsc -b reported errors (above): the build stopped.');
  if (hasDashboard()) {
    const vite = await runNode(commandOf('vite'), ['build', '--logLevel', 'warn'], {
      cwd: DASHBOARD,
    });
    if (vite.code !== 0) throw new Error('vite build failed (above): there is no dashboard.');
  }
  writeStamp(STAMP, stamp);
}
