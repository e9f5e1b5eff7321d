/** `node scripts/examples.mjs`: runs every example against the built workspace, offline. */
import { runExamples } from './lib/examples.mjs';
import { main, ready } from './lib/ready.mjs';
import { countResults, sayCounts } from './lib/report.mjs';

main(async () => {
  await ready();
  const counts = countResults(await runExamples());
  console.log(sayCounts(counts));
  if (counts.failed > 0) process.exitCode = 1;
});
