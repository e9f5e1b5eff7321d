import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { run } from '../../scripts/lib/process.mjs';
import { withLock } from '../../scripts/lib/process-lock.mjs';
import { plant } from './planted.ts';

it('withLock() holds the lock during the task, and gives it back when that throws', async () => {
  const path = join(plant({}), 'locks/one');
  const seen = await withLock({ path, wait: 0 }, () => readFileSync(path, 'utf8'));
  expect(seen).toBe(String(process.pid));
  await expect(
    withLock({ path, wait: 0 }, () => Promise.reject(new Error('task'))),
  ).rejects.toThrow('task');
  expect(existsSync(path)).toBe(false);
});

it("withLock() takes over a dead process's lock and an unreadable one", async () => {
  const { output } = await run(process.execPath, ['-p', 'process.pid'], { quiet: true });
  for (const left of [output.trim(), 'nonsense', '']) {
    const path = join(plant({ one: left }), 'one');
    expect(await withLock({ path, wait: 0 }, () => 'done')).toBe('done');
  }
});

it('withLock() takes over its own id left by a process before it, but not its own lock', async () => {
  const path = join(plant({ one: String(process.pid) }), 'one');
  await withLock({ path, wait: 0 }, async () => {
    await expect(withLock({ path, wait: 0 }, () => 'never')).rejects.toThrow('has held');
  });
  expect(existsSync(path)).toBe(false);
  writeFileSync(path, String(process.pid));
  expect(await withLock({ path, wait: 0 }, () => 'done')).toBe('done');
});

it('withLock() waits for a live owner no longer than told, and names it', async () => {
  const path = join(plant({ one: String(process.ppid) }), 'one');
  const waited: number[] = [];
  const onWait = (owner: number): number => waited.push(owner);
  await expect(withLock({ path, wait: 150, onWait }, () => 'never')).rejects.toThrow(
    `Process ${process.ppid} has held`,
  );
  expect(waited).toEqual([process.ppid]);
  expect(readFileSync(path, 'utf8')).toBe(String(process.ppid));
});

it('withLock() lets one process in at a time', async () => {
  const folder = plant({});
  const module = new URL('../../scripts/lib/process-lock.mjs', import.meta.url).href;
  const program = `
    import { withLock } from ${JSON.stringify(module)};
    import { mkdirSync, rmdirSync } from 'node:fs';
    for (let i = 0; i < 5; i += 1) {
      await withLock({ path: 'lock', wait: 20000 }, async () => {
        mkdirSync('inside');
        await new Promise((resolve) => setTimeout(resolve, 2));
        rmdirSync('inside');
      });
    }`;
  const contenders = Array.from({ length: 3 }, () =>
    run(process.execPath, ['--input-type=module', '-e', program], { cwd: folder, quiet: true }),
  );
  const outcomes = await Promise.all(contenders);
  expect(outcomes.map(({ code, output }) => `${code} ${output}`)).toEqual(['0 ', '0 ', '0 ']);
});
