/** Builds the workspace: every TypeScript project with `tsc -b`, the dashboard with Vite. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
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

/** The folders of output of the TypeScript projects. */
function folders() {
  const { references } = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8'));
  return references.map(({ path }) => join(root, path, 'dist'));
}

/** Files that the build writes; one that is missing makes the build stale. */
function outputs() {
  const modules = folders().map((folder) => join(folder, 'index.js'));
  return hasDashboard() ? [...modules, join(DASHBOARD, 'dist/index.html')] : modules;
}

/** Makes `tsc -b` forget what it built where the files are gone: it trusts its notes otherwise. */
export function forgetLost(outputFolders) {
  for (const folder of outputFolders) {
    if (existsSync(join(folder, 'index.js'))) continue;
    rmSync(join(folder, '.tsbuildinfo'), { force: true });
  }
}

const wanted = () => stampOfFiles(root, SOURCES);

export function isBuilt() {
  return isStamped(STAMP, wanted()) && outputs().every((path) => existsSync(path));
}

/** Builds whatever is out of date; throws one sentence when a tool reports errors. */
export async function build() {
  const stamp = wanted();
  console.log('Building …');
  forgetLost(folders());
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
