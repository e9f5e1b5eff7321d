/** Runs the command line in this process and keeps what it prints. */
import { main } from '../src/cli/main.ts';

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a running command has printed so far. */
export class Terminal {
  stdout = '';
  stderr = '';
  readonly done: Promise<Ran>;

  constructor(argv: readonly string[]) {
    const { stdout, stderr } = process;
    const [out, error] = [stdout.write, stderr.write];
    stdout.write = ((text: string) => {
      this.stdout += text;
      return true;
    }) as typeof stdout.write;
    stderr.write = ((text: string) => {
      this.stderr += text;
      return true;
    }) as typeof stderr.write;
    this.done = main(argv)
      .then((code) => ({ code, stdout: this.stdout, stderr: this.stderr }))
      .finally(() => {
        stdout.write = out;
        stderr.write = error;
      });
  }
}

/** Runs a command to its end. */
export const run = (...argv: string[]): Promise<Ran> => new Terminal(argv).done;

/** Presses Ctrl-C for a command, and for nothing else in this process. */
export async function interrupting(
  signal: NodeJS.Signals,
  begin: () => Promise<void>,
): Promise<() => void> {
  const before = process.listeners(signal);
  await begin();
  return () => {
    for (const listener of process.listeners(signal)) {
      if (!before.includes(listener)) (listener as (...told: unknown[]) => void)(signal, 2);
    }
  };
}
