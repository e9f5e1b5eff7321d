/** `midstream start` and `midstream serve`. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type Config, loadConfig } from '@midstream/sdk';
import { createLog } from '../../server/log.ts';
import { type MidstreamServer, serve } from '../../server/server.ts';
import type { ExitCode } from '../exit-code.ts';

/** The flags of both commands. */
export interface ServeFlags {
  readonly port?: number;
  readonly host?: string;
  readonly open?: boolean;
  readonly config?: string;
  readonly policy?: string;
  readonly upstreamUrl?: string;
  readonly logLevel?: string;
}

/** Serves until it is told to stop. */
export async function serveCommand(flags: ServeFlags, start: boolean): Promise<ExitCode> {
  const { config: file, logLevel } = flags;
  const config = loadConfig({
    ...(file === undefined ? {} : { file }),
    env: process.env,
    flags: {
      port: flags.port,
      host: flags.host,
      policy: flags.policy,
      'upstream-url': flags.upstreamUrl,
      'log-level': logLevel ?? (start ? 'warn' : undefined),
      open: flags.open === false ? false : undefined,
    },
  });
  const log = createLog(config.logLevel);
  const stopping = stopSignal();
  const server = await serve({ config, demonstration: start, log });
  process.stderr.write(banner(server, modelOf(config)));
  if (start && config.open && process.stdout.isTTY) openBrowser(server.url);
  await stopping;
  process.stderr.write('Stopping…\n');
  await server[Symbol.asyncDispose]();
  return 0;
}

const modelOf = ({ upstream: { model, url } }: Config): string =>
  model ?? (url === undefined ? 'tiny-lm' : '<a model of the upstream>');

function banner({ url, demonstration }: MidstreamServer, model: string): string {
  const lines = [
    `MidStream listens on ${url}`,
    `  dashboard   ${url}/`,
    `  gateway     ${url}/v1  (the base URL for any OpenAI client)`,
    `  try it      curl ${url}/v1/chat/completions -H 'content-type: application/json' \\`,
    `                -d '{"model":"${model}","stream":true,"messages":[{"role":"user","content":"The whale"}]}'`,
    demonstration
      ? '  The demonstration plays while the dashboard is open. Ctrl-C stops.'
      : '  Ctrl-C stops.',
  ];
  return `${lines.join('\n')}\n`;
}

/** Resolves at the first SIGINT or SIGTERM; a second one ends the process at once. */
async function stopSignal(): Promise<void> {
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130));
}

function openBrowser(url: string): void {
  const command = { darwin: 'open', win32: 'explorer' }[process.platform as string] ?? 'xdg-open';
  const child = spawn(command, [url], { stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  child.unref();
}
