/**
 * A lock between processes: a file that holds the owner's process id. Whoever finds it waits, for
 * at most `wait` ms; a lock whose owner is dead is taken over.
 */
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 100;
/** The locks this process holds. */
const held = new Set();

function ownerOf(path) {
  try {
    return Number(readFileSync(path, 'utf8')) || 0;
  } catch {
    return undefined;
  }
}

/**
 * Whether the owner of the lock at `path` lives. Our own id in a lock that we do not hold was left
 * by a process before us: in a container the ids begin anew.
 */
function isAlive(pid, path) {
  if (pid <= 0) return false;
  if (pid === process.pid) return held.has(path);
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Makes the lock file with our id in it, in one step: a half-written lock is never seen. */
function tryTake(path) {
  const mine = `${path}.${process.pid}`;
  writeFileSync(mine, String(process.pid));
  try {
    linkSync(mine, path);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    return false;
  } finally {
    rmSync(mine, { force: true });
  }
}

/** Sets a dead owner's lock aside, unless somebody else already has and took it since. */
function removeStale(path, deadOwner) {
  const aside = `${path}.stale.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (error.code === 'ENOENT') return;
    throw error;
  }
  if (ownerOf(aside) === deadOwner) rmSync(aside, { force: true });
  else renameSync(aside, path);
}

/**
 * Runs `task` while holding the lock at `path`. Throws when the lock could not be had in `wait` ms.
 *
 * @template T
 * @param {{path: string, wait: number, onWait?: (owner: number) => void}} options
 * @param {() => T | Promise<T>} task
 * @returns {Promise<T>}
 */
export async function withLock({ path, wait, onWait = () => {} }, task) {
  mkdirSync(dirname(path), { recursive: true });
  const end = Date.now() + wait;
  let told = false;
  while (!tryTake(path)) {
    const owner = ownerOf(path);
    if (owner === undefined) continue;
    if (!isAlive(owner, path)) {
      removeStale(path, owner);
      continue;
    }
    if (!told) onWait(owner);
    told = true;
    if (Date.now() >= end) {
      throw new Error(
        `Process ${owner} has held ${path} for over ${wait / 1000} s: end it, or delete the file.`,
      );
    }
    await sleep(POLL_MS);
  }
  held.add(path);
  try {
    return await task();
  } finally {
    held.delete(path);
    if (ownerOf(path) === process.pid) rmSync(path, { force: true });
  }
}
