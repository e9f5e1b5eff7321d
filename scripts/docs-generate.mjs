/**
 * Writes the reference pages that are made from the code: limits, error codes, operations.
 * `--check` writes nothing and fails when a page is not what the code says.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { main, ready } from './lib/ready.mjs';
import { errorsPage, limitsPage, operationsPage } from './lib/reference-pages.mjs';
import { root } from './lib/root.mjs';

main(async () => {
  await ready();
  const pages = {
    'docs/errors.md': await errorsPage(),
    'docs/limits.md': await limitsPage(),
    'docs/operations.md': await operationsPage(),
  };
  const check = process.argv.includes('--check');
  for (const [path, text] of Object.entries(pages)) {
    const file = join(root, path);
    const same = existsSync(file) && readFileSync(file, 'utf8') === text;
    if (same) continue;
    if (check) {
      console.error(`${path} is not what the code says: run node scripts/docs-generate.mjs`);
      process.exitCode = 1;
    } else {
      writeFileSync(file, text);
      console.log(`wrote ${path}`);
    }
  }
});
