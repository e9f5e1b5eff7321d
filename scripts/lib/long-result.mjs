/** Writes the result of the long tier, which is committed: what passed, where, and when. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { root } from './root.mjs';

const GIB = 2 ** 30;

export function writeLongResult({ seed, counts, stages }) {
  const machine = {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / GIB),
    platform: `${process.platform} ${process.arch}`,
    node: process.versions.node,
  };
  const result = { date: new Date().toISOString().slice(0, 10), machine, seed, ...counts, stages };
  mkdirSync(join(root, 'test/long'), { recursive: true });
  writeFileSync(join(root, 'test/long/result.json'), `${JSON.stringify(result, null, 2)}\n`);
}
