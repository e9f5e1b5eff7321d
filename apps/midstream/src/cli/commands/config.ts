/** `midstream config print`. */
import { describeConfig, loadConfig, printConfig } from '@midstream/sdk';
import type { ExitCode } from '../exit-code.ts';

/** Prints each setting, its value and where it came from; secrets are never shown. */
export async function configPrintCommand(flags: {
  readonly config?: string;
  readonly json?: boolean;
}): Promise<ExitCode> {
  const { config: file, json } = flags;
  const config = loadConfig({ ...(file === undefined ? {} : { file }), env: process.env });
  const text = json ? JSON.stringify(describeConfig(config)) : printConfig(config);
  process.stdout.write(`${text}\n`);
  return 0;
}
