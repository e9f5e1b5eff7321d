/** Stamps: a short text kept in a file that says what a result was made from. */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const SKIPPED = new Set(['node_modules', 'dist', 'coverage', '.cache', 'test']);

export function digest(text) {
  return createHash('sha256').update(text).digest('hex');
}

/** Whether the stamp file holds exactly `stamp`. */
export function isStamped(path, stamp) {
  try {
    return readFileSync(path, 'utf8') === stamp;
  } catch {
    return false;
  }
}

export function writeStamp(path, stamp) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, stamp);
}

function visit(path, lines, base) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return;
  if (!stat.isDirectory()) {
    lines.push(`${relative(base, path)}\t${stat.size}\t${stat.mtimeMs}`);
    return;
  }
  for (const name of readdirSync(path).sort()) {
    if (!SKIPPED.has(name)) visit(join(path, name), lines, base);
  }
}

/**
 * A digest of the names, sizes and modification times of everything under `paths`, the folders of
 * dependencies, output and tests left out. It reads no contents, so it takes milliseconds.
 */
export function stampOfFiles(base, paths) {
  const lines = [];
  for (const path of paths) visit(join(base, path), lines, base);
  return digest(lines.join('\n'));
}
