/**
 * The process `tiny-lm`: serves the bundled model on loopback and says so in one JSON line on
 * stdout. Ends on SIGTERM and SIGINT, and with `--with-parent` when its stdin ends, which happens
 * when the parent goes away, however it goes.
 */
import { parseArgs } from 'node:util';
import { MidstreamError } from '@midstream/core';
import { MODEL_ID } from './model.ts';
import { createTinyLmServer } from './server.ts';

/** What the process is given; tests give their own. */
export interface CliEnvironment {
  readonly args: readonly string[];
  readonly pid: number;
  readonly stdin: NodeJS.ReadableStream;
  readonly writeLine: (line: string) => void;
  /** Calls back on the signals that mean "end". */
  readonly onSignal: (end: () => void) => void;
}

/** Serves until told to end. Throws a typed error for flags that make no sense. */
export async function runCli(environment: CliEnvironment): Promise<void> {
  const { port, host, withParent } = readFlags(environment.args);
  await using server = createTinyLmServer();
  const url = await server.listen({ port, host });
  const ended = new Promise<void>((resolve) => {
    environment.onSignal(resolve);
    if (!withParent) return;
    environment.stdin
      .once('end', resolve)
      .once('close', resolve)
      .once('error', () => resolve());
    environment.stdin.resume();
  });
  const { pid } = environment;
  environment.writeLine(JSON.stringify({ event: 'listening', url, model: MODEL_ID, pid }));
  await ended;
  await server.drain();
}

function readFlags(args: readonly string[]): { port: number; host: string; withParent: boolean } {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        port: { type: 'string', default: '0' },
        host: { type: 'string', default: '127.0.0.1' },
        'with-parent': { type: 'boolean', default: false },
      },
    });
    const port = /^\d{1,5}$/.test(values.port) ? Number(values.port) : Number.NaN;
    if (port <= 65_535) return { port, host: values.host, withParent: values['with-parent'] };
    throw new RangeError(`Flag --port is "${values.port}": a number from 0 to 65535 wanted`);
  } catch (cause) {
    throw new MidstreamError('config/invalid', (cause as Error).message, { cause });
  }
}
