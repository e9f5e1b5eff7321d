/**
 * `node scripts/rows.mjs`: checks test/rows.json against the known rows and the test files. That
 * the tests ran and passed is checked by `npm test`, which has their results.
 */
import { main } from './lib/ready.mjs';
import { checkRows } from './lib/rows-check.mjs';

main(() => {
  const { count, problems } = checkRows(undefined);
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) throw new Error(`${problems.length} problems in test/rows.json`);
  console.log(`${count} rows begun, each with its tests`);
});
