/** `node scripts/secrets.mjs`: looks for secrets in every file that git tracks or would track. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { workspaceFiles } from './lib/files.mjs';
import { main } from './lib/ready.mjs';
import { root } from './lib/root.mjs';
import { findSecrets } from './lib/secrets.mjs';

main(() => {
  const paths = workspaceFiles();
  const findings = paths.flatMap((path) =>
    findSecrets(path, readFileSync(join(root, path), 'latin1')),
  );
  for (const { file, line, message } of findings) console.error(`${file}:${line} ${message}`);
  if (findings.length > 0) throw new Error(`${findings.length} findings`);
  console.log(`${paths.length} files, no secret`);
});
