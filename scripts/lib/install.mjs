/** Installs the workspace's dependencies when they are missing or not those of the lock file. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runNpm } from './process.mjs';
import { root } from './root.mjs';
import { digest, writeStamp } from './stamp.mjs';

const LOCK = join(root, 'package-lock.json');
/** What npm wrote of the tree it installed. */
const TREE = join(root, 'node_modules/.package-lock.json');
const STAMP = join(root, 'node_modules/.cache/midstream/install');

/** What native modules are chosen by. */
const { platform, arch, versions } = process;
const machine = `${platform} ${arch} ${versions.modules}`;

/** What a JSON file holds, or undefined: a process that was killed may leave half a file. */
export function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

const readText = (path) => (existsSync(path) ? readFileSync(path, 'utf8') : '');

/** Whether an installed tree holds every package that a lock asks for, at its version. */
export function holds(tree, lock) {
  return Object.entries(lock.packages ?? {}).every(([at, { version, link, optional }]) => {
    if (!at.startsWith('node_modules/') || link) return true;
    const installed = tree.packages?.[at];
    return installed === undefined ? optional === true : installed.version === version;
  });
}

/**
 * Installed means: the stamp names this machine and this lock; or the tree, installed by hand with
 * this Node as far as the stamp tells, holds what the lock asks for, and is stamped now.
 */
export function isInstalled() {
  const lock = readText(LOCK);
  const wanted = `${machine}\n${digest(lock)}`;
  const stamp = readText(STAMP);
  if (lock === '' || !existsSync(TREE)) return false;
  if (stamp === wanted) return true;
  if (stamp !== '' && stamp.split('\n')[0] !== machine) return false;
  const [tree, packages] = [readJson(TREE), readJson(LOCK)];
  if (tree === undefined || packages === undefined || !holds(tree, packages)) return false;
  writeStamp(STAMP, wanted);
  return true;
}

/** Runs `npm ci` and leaves the stamp; throws one clear sentence when it fails. */
export async function install() {
  if (!existsSync(LOCK)) throw new Error('package-lock.json is missing: check the clone is whole.');
  console.log('Installing the dependencies (npm ci) …');
  const { code } = await runNpm(['ci', '--no-audit', '--no-fund', '--include=dev']);
  if (code !== 0) {
    throw new Error(
      'npm ci failed: read its first lines above, see that npm reaches its registry (npm ping), ' +
        'and try again; where it says that package-lock.json is out of step, run npm run lock.',
    );
  }
  writeStamp(STAMP, `${machine}\n${digest(readText(LOCK))}`);
}
