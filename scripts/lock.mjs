/**
 * `npm run lock`: completes package-lock.json with the optional packages of other platforms. npm
 * leaves out of the lock an optional package that the registry in use does not hold, and `npm ci`
 * then refuses the lock as out of step. The entry needs only what the parent already states: the
 * name, which tells the platform, and the exact version; npm skips it where the platform is
 * another, and fetches it where it fits.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { completeLock } from './lib/complete-lock.mjs';
import { root } from './lib/root.mjs';

const path = join(root, 'package-lock.json');
const { lock, added, unpinned } = completeLock(JSON.parse(readFileSync(path, 'utf8')));
if (added.length > 0) writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${added.length} optional packages of other platforms added to package-lock.json`);
for (const line of unpinned) console.error(`Not added, its version is a range: ${line}`);
process.exitCode = unpinned.length > 0 ? 1 : 0;
