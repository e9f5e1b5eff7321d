/**
 * `npm run bench [-- <suite> … --json]`: runs bench/<suite>.bench.ts, every one without a name,
 * against the built packages. `--json` prints nothing but JSON lines; `ratio` is bigger where ours
 * is better.
 */
import { existsSync, readdirSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runCase } from './lib/bench-case.mjs';
import { main, ready } from './lib/ready.mjs';
import { root } from './lib/root.mjs';
import { transpileFolder } from './lib/transpile.mjs';

const ENDING = '.bench.ts';
const folder = join(root, 'bench');

function suitesFor(names) {
  const files = existsSync(folder) ? readdirSync(folder) : [];
  const all = files.filter((name) => name.endsWith(ENDING)).map((name) => name.slice(0, -9));
  const unknown = names.find((name) => !all.includes(name));
  if (unknown !== undefined) {
    throw new Error(
      `There is no suite "${unknown}"; the suites are ${all.join(', ') || 'none yet'}.`,
    );
  }
  return names.length > 0 ? names : all.sort();
}

function print({ line, measure, min }) {
  const spread = `±${Math.round((line.spread ?? 0) * 100)} %`;
  console.log(`${line.suite} ${line.case} (${line.unit}, ${measure} time)`);
  console.log(`  ours    median ${line.ours}, min ${min.ours}, spread ${spread}`);
  if (line.theirs !== null) {
    console.log(`  theirs  median ${line.theirs}, min ${min.theirs} (${line.peer})`);
    console.log(`  ratio   ${line.ratio}`);
  }
}

main(async () => {
  const parameters = process.argv.slice(2);
  const json = parameters.includes('--json');
  const log = console.log;
  if (json) console.log = console.error;
  await ready();
  const suites = suitesFor(parameters.filter((name) => !name.startsWith('--')));
  const copy = join(root, '.cache/midstream/bench');
  await transpileFolder(folder, copy);
  console.log(`${cpus()[0]?.model}, ${cpus().length} cores, Node ${process.versions.node}`);
  for (const suite of suites) {
    const { cases } = await import(pathToFileURL(join(copy, `${suite}.bench.mjs`)).href);
    for (const entry of cases) {
      const result = await runCase(suite, entry);
      if (json) log(JSON.stringify(result.line));
      else print(result);
    }
  }
});
