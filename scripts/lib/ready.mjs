/** Makes a clone ready to run: install when stale, build when stale, quick when neither is. */
import './node-version.mjs';
import { join } from 'node:path';
import { build, isBuilt } from './build.mjs';
import { install, isInstalled } from './install.mjs';
import { withLock } from './process-lock.mjs';
import { root } from './root.mjs';

/** How long one process waits for another's install and build before it gives up. */
const LOCK_WAIT_MS = 600_000;

const lock = {
  path: join(root, '.cache/midstream/ready.lock'),
  wait: LOCK_WAIT_MS,
  onWait: (owner) => console.log(`Waiting for process ${owner}, which installs or builds …`),
};

/** Runs `task` under the lock of install and build when `isDone` says it is needed. */
async function once(isDone, task) {
  if (isDone()) return;
  await withLock(lock, async () => {
    if (!isDone()) await task();
  });
}

export const installed = () => once(isInstalled, install);
export const built = () => once(isBuilt, build);

/** Installs, then builds, each only where needed. */
export async function ready() {
  await installed();
  await built();
}

/** Runs a script's main function; a failure is one sentence on stderr and exit code 1. */
export async function main(body) {
  try {
    await body();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
