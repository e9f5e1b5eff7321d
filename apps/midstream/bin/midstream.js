#!/usr/bin/env node
// Loads the built product. Committed as plain JavaScript so that npm links it at install, before
// any build.
import { existsSync } from 'node:fs';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`MidStream needs Node 20.19 or later; this is ${process.versions.node}.`);
  process.exit(1);
}
const built = new URL('../dist/cli/main.js', import.meta.url);
if (!existsSync(built)) {
  console.error(
    'MidStream is not built yet. Run `npm run build` (or `npm start`) in its folder first.',
  );
  process.exit(1);
}
const { endWithReader, main } = await import(built.href);
endWithReader(process.stdout, process.stderr, process.exit);
process.exitCode = await main(process.argv.slice(2));
