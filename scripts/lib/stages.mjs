/**
 * The stages of `npm test`, in order. Each is `{name, summary, needsBuild?, run(context)}`; `run`
 * resolves with counts, and a short note for the stage's line. A stage that is no list of tests
 * counts as one.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRunDocument, runDocuments } from './docs.mjs';
import { runExamples } from './examples.mjs';
import { workspaceFiles } from './files.mjs';
import { node24 } from './node24.mjs';
import { commandOf, runNode } from './process.mjs';
import { countResults } from './report.mjs';
import { root } from './root.mjs';
import { checkRows } from './rows-check.mjs';
import { runProject } from './vitest.mjs';

/** @typedef {{counts: import('./report.mjs').Counts, note?: string}} StageResult */

const one = (ok, note = '') => ({
  counts: { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 },
  note,
});

/** Runs one of our scripts as a stage of its own. */
const script =
  (name, parameters = []) =>
  async () =>
    one((await runNode(join(root, 'scripts', name), parameters)).code === 0);

async function checkTypes(context) {
  if (context.buildProblem !== undefined) return one(false, context.buildProblem);
  const tsc = commandOf('typescript', 'tsc');
  const sources = await runNode(tsc, ['-b']);
  const tests = await runNode(tsc, ['-p', 'test/tsconfig.json']);
  const page = await runNode(tsc, ['-p', 'apps/dashboard', '--noEmit']);
  return one([sources, tests, page].every(({ code }) => code === 0));
}

async function checkLint() {
  return one((await runNode(commandOf('@biomejs/biome', 'biome'), ['check', '.'])).code === 0);
}

/** Runs a vitest project and keeps its results for the check of rows. */
async function runTests(project, context, parameters = []) {
  const { counts, tests, note } = await runProject(project, { parameters, env: context.env });
  context.results.push(...tests);
  context.ran.add(project);
  return { counts, note };
}

async function checkDocuments() {
  const paths = workspaceFiles().filter(isRunDocument);
  const documents = paths.map((path) => ({ path, file: join(root, path) }));
  return { counts: countResults(await runDocuments(documents)) };
}

function checkTheRows(context) {
  const whole = context.ran.has('unit') && context.ran.has('system');
  const { count, problems } = checkRows(whole ? context.results : undefined);
  for (const problem of problems) console.error(problem);
  return one(problems.length === 0, `${count} rows begun`);
}

const longTests = () => existsSync(join(root, 'test/long')) && hasLongProject();
const hasLongProject = () =>
  readFileSync(join(root, 'vitest.config.ts'), 'utf8').includes("name: 'long'");

export const stages = [
  { name: 'types', summary: 'sources, tests, bench and examples', run: checkTypes },
  { name: 'lint', summary: 'biome', run: checkLint },
  { name: 'layers', summary: 'imports', run: script('layers.mjs') },
  { name: 'tidy', summary: 'rules of the house', run: script('tidy.mjs') },
  {
    name: 'unit',
    summary: 'tests of the sources, with coverage',
    run: (context) => runTests('unit', context, ['--coverage']),
  },
  { name: 'docs', summary: 'programs in documents', needsBuild: true, run: checkDocuments },
  {
    name: 'pages',
    summary: 'reference pages are what the code says',
    needsBuild: true,
    run: script('docs-generate.mjs', ['--check']),
  },
  {
    name: 'examples',
    summary: 'examples',
    needsBuild: true,
    run: async () => ({ counts: countResults(await runExamples()) }),
  },
  {
    name: 'system',
    summary: 'the built product',
    needsBuild: true,
    run: (context) => runTests('system', context),
  },
  {
    name: 'long',
    summary: 'full counts',
    needsBuild: true,
    when: ({ long }) => long && longTests(),
    run: (context) => runTests('long', context),
  },
  { name: 'rows', summary: 'requirements and their tests', run: checkTheRows },
  { name: 'node24', summary: 'unit tests again on Node 24', run: node24 },
  { name: 'secrets', summary: 'secrets in the tree', run: script('secrets.mjs') },
];
