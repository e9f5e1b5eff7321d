/** Starts tiny-lm in a process of its own and waits until it listens. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { MidstreamError } from '@midstream/core';

/** A process that does not listen after this long is killed, and starting it fails. */
export const START_TIMEOUT_MS = 15_000;
/** A process that is told to end and still runs after this long is killed. */
export const CLOSE_TIMEOUT_MS = 3000;
/** Characters of the process's stderr that are kept for the error that says why it failed. */
export const MAX_STDERR_KEPT = 4096;

/** How to start the process. */
export interface SpawnOptions {
  /** Aborting ends the process, also while it starts. */
  readonly signal?: AbortSignal;
  readonly startTimeoutMs?: number;
  /** The program, where it is not the one built beside this file. */
  readonly program?: string;
}

/** A running tiny-lm. */
export interface TinyLmProcess extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
  /** Resolves when the process has ended, for whatever reason, with its exit code or signal. */
  readonly exited: Promise<number | string>;
  /** Ends the process; calling it again waits for the same end. */
  close(): Promise<void>;
}

// The path is right from `src` and from `dist`.
const PROGRAM: string = fileURLToPath(new URL('../dist/bin.js', import.meta.url));

/** Starts the process; throws `process/failed` when it cannot start or does not listen in time. */
export async function spawnTinyLm(options: SpawnOptions = {}): Promise<TinyLmProcess> {
  const { signal } = options;
  if (signal?.aborted) throw aborted(signal);
  const program = options.program ?? PROGRAM;
  const child = spawn(process.execPath, [program, '--with-parent'], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const exited = new Promise<number | string>((resolve) => {
    child.once('exit', (code, reason) => resolve(code ?? reason ?? 'unknown'));
    child.once('error', (error) => resolve(error.message));
  });
  let ending: Promise<void> | undefined;
  const close = (): Promise<void> => {
    // Once only: a second SIGTERM would cut the drain short.
    ending ??= end(child, exited);
    return ending;
  };
  const onAbort = (): void => void close();
  signal?.addEventListener('abort', onAbort, { once: true });
  void exited.then(() => signal?.removeEventListener('abort', onAbort));
  try {
    const { url, pid } = await listening(child, { ...options, exited });
    return { url, pid, exited, close, [Symbol.asyncDispose]: close };
  } catch (thrown) {
    await close();
    throw signal?.aborted ? aborted(signal) : thrown;
  }
}

function aborted(signal: AbortSignal): MidstreamError {
  return new MidstreamError('stream/aborted', 'Starting tiny-lm was aborted by its signal', {
    cause: signal.reason,
  });
}

async function listening(
  child: ChildProcess,
  {
    exited,
    startTimeoutMs = START_TIMEOUT_MS,
  }: SpawnOptions & { exited: Promise<number | string> },
): Promise<{ url: string; pid: number }> {
  const { stdin, stdout, stderr } = child;
  if (stdin === null || stdout === null || stderr === null) throw failed('has no pipes', '');
  let said = '';
  stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-MAX_STDERR_KEPT);
  });
  // Writing to a process that is gone is no fault of its own: `exited` tells it.
  stdin.on('error', () => undefined);
  const lines = createInterface({ input: stdout });
  let timer: NodeJS.Timeout | undefined;
  try {
    return await Promise.race([
      new Promise<{ url: string; pid: number }>((resolve, reject) => {
        lines.once('line', (line) => {
          const answer = readListening(line);
          if (answer === null) reject(failed(`said ${JSON.stringify(line.slice(0, 200))}`, said));
          else resolve(answer);
        });
      }),
      exited.then((reason) => Promise.reject(failed(`ended with ${reason}`, said))),
      new Promise<never>((_, reject) => {
        const late = `did not listen within ${startTimeoutMs} ms`;
        timer = setTimeout(() => reject(failed(late, said)), startTimeoutMs);
      }),
    ]);
  } finally {
    clearTimeout(timer);
    lines.close();
    // What comes later is not read, but must not fill the pipe.
    stdout.resume();
  }
}

function readListening(line: string): { url: string; pid: number } | null {
  try {
    const { event, url, pid } = JSON.parse(line);
    const isListening = event === 'listening' && typeof url === 'string' && typeof pid === 'number';
    return isListening ? { url, pid } : null;
  } catch {
    return null;
  }
}

function failed(what: string, stderr: string): MidstreamError {
  const reason = stderr.trim() === '' ? '' : `: ${stderr.trim()}`;
  return new MidstreamError('process/failed', `Process tiny-lm ${what}${reason}`, {
    details: { stderr },
  });
}

async function end(child: ChildProcess, exited: Promise<number | string>): Promise<void> {
  child.stdin?.end();
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), CLOSE_TIMEOUT_MS);
  await exited;
  clearTimeout(timer);
}
