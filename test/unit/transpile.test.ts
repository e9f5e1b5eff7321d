import { join } from 'node:path';
import { expect, it } from 'vitest';
import { inParallel } from '../../scripts/lib/in-parallel.mjs';
import { run } from '../../scripts/lib/process.mjs';
import { transpileFolder } from '../../scripts/lib/transpile.mjs';
import { plant } from './planted.ts';

it('transpileFolder() makes a folder of programs that plain Node runs', async () => {
  const folder = plant({
    'from/main.ts': "import { n } from './in/n.ts';\nconst m: number = n;\nconsole.log(m);\n",
    'from/in/n.ts': 'export const n: number = 7;\n',
  });
  await transpileFolder(join(folder, 'from'), join(folder, 'to'));
  const { output } = await run(process.execPath, [join(folder, 'to/main.mjs')], { quiet: true });
  expect(output).toBe('7\n');
});

it('inParallel() keeps the order of items and never exceeds its width', async () => {
  let running = 0;
  let most = 0;
  const results = await inParallel([3, 1, 2, 0], 2, async (ms: number) => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setTimeout(resolve, ms));
    running -= 1;
    return ms * 10;
  });
  expect([results, most]).toEqual([[30, 10, 20, 0], 2]);
});
