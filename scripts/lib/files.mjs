/** The files of the workspace as git sees them: tracked, and new ones that are not ignored. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.mjs';

const LISTING_LIMIT = 64 * 1024 * 1024;

/** Paths relative to `base`, with forward slashes, sorted. */
export function workspaceFiles(base = root) {
  const parameters = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const listing = execFileSync('git', parameters, {
    cwd: base,
    encoding: 'utf8',
    maxBuffer: LISTING_LIMIT,
  });
  return [...new Set(listing.split('\0'))]
    .filter((path) => path !== '' && existsSync(join(base, path)))
    .sort();
}
