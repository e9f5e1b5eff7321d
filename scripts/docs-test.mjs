/**
 * `node scripts/docs-test.mjs [file …]`: runs every `ts` block (and every `bash run` block) of the
 * README files and docs/, or of the files named, and compares their output with their comments.
 */
import { resolve } from 'node:path';
import { isRunDocument, runDocuments } from './lib/docs.mjs';
import { workspaceFiles } from './lib/files.mjs';
import { main, ready } from './lib/ready.mjs';
import { countResults, sayCounts } from './lib/report.mjs';
import { root } from './lib/root.mjs';

main(async () => {
  await ready();
  const named = process.argv.slice(2);
  const documents =
    named.length > 0
      ? named.map((path) => ({ path, file: resolve(path) }))
      : workspaceFiles()
          .filter(isRunDocument)
          .map((path) => ({ path, file: resolve(root, path) }));
  const counts = countResults(await runDocuments(documents));
  console.log(sayCounts(counts));
  if (counts.failed > 0) process.exitCode = 1;
});
