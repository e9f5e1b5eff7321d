/** `midstream batch`: operations as JSON lines. */
import { once } from 'node:events';
import { runBatch } from '@midstream/sdk/operations';
import type { ExitCode } from '../exit-code.ts';

/** Answers standard input on standard output; 1 when the input ended in the middle of a line. */
export async function batchCommand(): Promise<ExitCode> {
  const { stdin, stdout } = process;
  const { complete } = await runBatch({
    input: stdin,
    output: async (line) => {
      if (!stdout.write(`${line}\n`)) await once(stdout, 'drain');
    },
  });
  return complete ? 0 : 1;
}
