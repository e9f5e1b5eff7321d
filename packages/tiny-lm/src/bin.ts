#!/usr/bin/env node
/** Runs {@link runCli} on this process. */
import { messageOf } from '@midstream/core';
import { runCli } from './cli.ts';

try {
  await runCli({
    args: process.argv.slice(2),
    pid: process.pid,
    stdin: process.stdin,
    writeLine: (line) => process.stdout.write(`${line}\n`),
    onSignal: (end) => process.once('SIGTERM', end).once('SIGINT', end),
  });
  process.exit(0);
} catch (thrown) {
  process.stderr.write(`tiny-lm: ${messageOf(thrown)}\n`, () => process.exit(1));
}
