/**
 * `npm run tidy`: the rules of the house that the linter does not know, over every file of the
 * tree. `--wrap` first fills anew the comments that are too wide.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { workspaceFiles } from './lib/files.mjs';
import { installed, main } from './lib/ready.mjs';
import { root } from './lib/root.mjs';
import { isCode } from './lib/tidy/project.mjs';
import { rewrapComments } from './lib/tidy/rewrap.mjs';
import { findUntidy, rules } from './lib/tidy/rules.mjs';

function wrap(paths) {
  for (const path of paths.filter(isCode)) {
    const text = readFileSync(join(root, path), 'utf8');
    const wrapped = rewrapComments(text);
    if (wrapped !== text) writeFileSync(join(root, path), wrapped);
  }
}

main(async () => {
  await installed();
  const paths = workspaceFiles();
  if (process.argv.includes('--wrap')) {
    const at = process.argv.slice(process.argv.indexOf('--wrap') + 1);
    wrap(at.length > 0 ? paths.filter((path) => at.some((part) => path.startsWith(part))) : paths);
  }
  const findings = await findUntidy(root, paths);
  for (const { file, line, rule, message, soft } of findings) {
    console.log(`${file}:${line} ${rule} ${message}${soft ? ' (allowed)' : ''}`);
  }
  const hard = findings.filter(({ soft }) => !soft).length;
  if (hard > 0) throw new Error(`${hard} findings`);
  console.log(`${paths.length} files, ${rules.length} rules, nothing untidy`);
});
