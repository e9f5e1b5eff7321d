/** A double for the process of tiny-lm: the test says when it listens, fails, and ends. */
import { MidstreamError } from '@midstream/core';
import type { TinyLmProcess } from '@midstream/sdk';

/** One process that was asked for. */
export class Spawned {
  readonly promise: Promise<TinyLmProcess>;
  #resolve: (started: TinyLmProcess) => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;
  #end: (how: string) => void = () => undefined;
  closed = 0;

  constructor(signal: AbortSignal | undefined) {
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    signal?.addEventListener('abort', () => this.fail('aborted'));
  }

  async ready(url: string): Promise<void> {
    const exited = new Promise<string>((resolve) => {
      this.#end = resolve;
    });
    const close = async (): Promise<void> => {
      this.closed += 1;
      this.#end('SIGTERM');
    };
    this.#resolve({ url: `${url}/v1`, pid: 1, exited, close, [Symbol.asyncDispose]: close });
    await this.promise;
  }

  fail(message: string): void {
    this.#reject(new MidstreamError('process/failed', message));
  }

  async die(): Promise<void> {
    this.#end('SIGKILL');
    await this.promise;
  }
}

/** Hands out processes. */
export class Spawner {
  readonly all: Spawned[] = [];
  #taken = 0;

  readonly spawn = (options: { readonly signal?: AbortSignal } = {}): Promise<TinyLmProcess> => {
    const spawned = new Spawned(options.signal);
    this.all.push(spawned);
    return spawned.promise;
  };

  /** The next that was asked for. */
  next(): Spawned {
    this.#taken += 1;
    return this.current();
  }

  /** The last that `next` gave. */
  current(): Spawned {
    const spawned = this.all[this.#taken - 1];
    if (spawned === undefined) throw new Error('no process was asked for');
    return spawned;
  }
}
