/**
 * The upstream of the gateway: the configured provider, or tiny-lm in a process of its own, which
 * is started again, later each time, when it ends by itself.
 */
import { type Clock, messageOf, millis, type Nanos, type Timer } from '@midstream/core';
import { spawnTinyLm, type TinyLmProcess } from '@midstream/sdk';

/** How the upstream stands. */
export interface UpstreamStatus {
  readonly kind: 'tiny-lm' | 'openai-compatible';
  readonly url: string | null;
  readonly model: string | null;
  readonly state: 'starting' | 'ready' | 'down';
  readonly message?: string;
}

/** How often in a row tiny-lm is started again before the server gives it up. */
export const MAX_RESTARTS = 5;
/** A process that has run for so long has been well: what comes after is no longer in a row. */
export const WELL_AFTER = millis(60_000);
const FIRST_DELAY_MS = 200;

/** Where requests go. */
export interface Upstream extends AsyncDisposable {
  readonly status: UpstreamStatus;
  /** Resolves once it is ready or has been given up. */
  readonly settled: Promise<void>;
}

/** A provider that somebody else runs. */
export function configuredUpstream(url: string, model: string | undefined): Upstream {
  return {
    status: { kind: 'openai-compatible', url, model: model ?? null, state: 'ready' },
    settled: Promise.resolve(),
    [Symbol.asyncDispose]: async () => undefined,
  };
}

/** What keeps tiny-lm running. */
export interface TinyLmUpstreamOptions {
  readonly clock: Clock;
  readonly onChange?: (status: UpstreamStatus) => void;
  /** Starts the process; default `spawnTinyLm`. */
  readonly spawn?: typeof spawnTinyLm;
}

/** tiny-lm, kept running. */
export class TinyLmUpstream implements Upstream {
  readonly #options: TinyLmUpstreamOptions;
  readonly #abort: AbortController = new AbortController();
  readonly settled: Promise<void>;
  #settle: () => void = () => undefined;
  #process: TinyLmProcess | null = null;
  /** The life of the process, from its start to its end. */
  #running: Promise<void>;
  #restarts = 0;
  #timer: Timer | null = null;
  #status: UpstreamStatus = { kind: 'tiny-lm', url: null, model: 'tiny-lm', state: 'starting' };

  constructor(options: TinyLmUpstreamOptions) {
    this.#options = options;
    this.settled = new Promise((resolve) => {
      this.#settle = resolve;
    });
    this.#running = this.#start();
  }

  get status(): UpstreamStatus {
    return this.#status;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#abort.abort();
    this.#timer?.[Symbol.dispose]();
    this.#settle();
    await this.#process?.close();
    await this.#running;
  }

  async #start(): Promise<void> {
    const { clock, spawn = spawnTinyLm } = this.#options;
    const { signal } = this.#abort;
    try {
      const started = await spawn({ signal });
      const since = clock.monotonic();
      this.#process = started;
      this.#set({ state: 'ready', url: started.url });
      this.#settle();
      await started.exited;
      this.#process = null;
      if (wasWell(since, clock.monotonic())) this.#restarts = 0;
      if (!signal.aborted) this.#again('The tiny-lm process ended by itself');
    } catch (thrown) {
      if (!signal.aborted) this.#again(messageOf(thrown));
    }
  }

  #again(message: string): void {
    this.#restarts += 1;
    this.#set({ state: 'down', url: null, message });
    if (this.#restarts > MAX_RESTARTS) {
      this.#set({ message: `${message}; given up after ${MAX_RESTARTS} restarts` });
      this.#settle();
      return;
    }
    const delay = millis(FIRST_DELAY_MS * 2 ** (this.#restarts - 1));
    this.#timer = this.#options.clock.after(delay, () => {
      this.#running = this.#start();
    });
  }

  #set(change: Partial<UpstreamStatus>): void {
    const { message: _old, ...rest } = this.#status;
    this.#status = { ...rest, ...change };
    this.#options.onChange?.(this.#status);
  }
}

const wasWell = (from: Nanos, to: Nanos): boolean => (to - from) / 1e6 >= WELL_AFTER;
