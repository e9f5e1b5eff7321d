/**
 * `npm run layers`: checks that every import obeys the law of the house (layers.json and
 * .dependency-cruiser.cjs). `--self-test` proves instead that the law bites on planted imports.
 */
import { cruise } from './lib/layers.mjs';
import { selfTest } from './lib/layers-self-test.mjs';
import { installed, main } from './lib/ready.mjs';
import { root } from './lib/root.mjs';

/** The smallest number of modules a real workspace has: fewer means nothing was looked at. */
const LEAST_MODULES = 9;

async function checkWorkspace() {
  const { modules, violations } = await cruise(root);
  for (const { rule, from, to } of violations) console.error(`${from} -> ${to}: ${rule}`);
  if (violations.length > 0) throw new Error(`${violations.length} forbidden imports`);
  if (modules < LEAST_MODULES) throw new Error(`Only ${modules} modules found: wrong folder?`);
  console.log(`${modules} modules, no forbidden import`);
}

main(async () => {
  await installed();
  if (!process.argv.includes('--self-test')) return checkWorkspace();
  const { checked, problems } = await selfTest();
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) throw new Error(`${problems.length} of ${checked} planted imports`);
  console.log(`${checked} planted imports: each forbidden one refused, each permitted one not`);
});
