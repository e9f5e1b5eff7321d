/**
 * `npm run simulate -- --seed N`: replays the seeded property tests of core's sessions, scheduler
 * seams and simulation with the seed that a failed run printed. Further arguments go to vitest (`-t
 * name`).
 */
import { join } from 'node:path';
import { runNode } from './lib/process.mjs';
import { installed, main } from './lib/ready.mjs';
import { root } from './lib/root.mjs';
import { seedFrom } from './lib/seed.mjs';

main(async () => {
  const parameters = process.argv.slice(2);
  const at = parameters.indexOf('--seed');
  const given = at < 0 ? process.env.MIDSTREAM_SEED : parameters.splice(at, 2)[1];
  const seed = seedFrom(given);
  await installed();
  console.log(`Seed ${seed} (again: npm run simulate -- --seed ${seed})`);
  const { code } = await runNode(
    join(root, 'node_modules/vitest/vitest.mjs'),
    ['run', '--project', 'unit', 'packages/core', ...parameters],
    { env: { MIDSTREAM_SEED: String(seed) } },
  );
  process.exitCode = code;
});
