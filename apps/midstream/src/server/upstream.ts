/**
 * The upstream of the gateway: the configured provider, or tiny-lm in a process of its own, which is started
 * again, later each time, when it ends by itself.
 */
import { type Clock, messageOf, millis, type Timer } from '@midstream/core';
import { spawnTinyLm, type TinyLmProcess } from '@midstream/sdk';

/** How the upstream stands. */
export interface UpstreamStatus {
  readonly kind: 'tiny-lm' | 'openai-compatible';
  readonly url: string | null;
  readonly model: string | null;
  readonly state: 'starting' | 'ready' | 'down';
  readonly message?: string;
}

/** How often tiny-lm is started again before the server gives it up. */
export const MAX_RESTARTS = 5;
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

/** tiny-lm, kept running. */
export class TinyLmUpstream implements Upstream {
  readonly #clock: Clock;
  readonly #abort: AbortController = new AbortController();
  readonly #onChange: (status: UpstreamStatus) => void;
  readonly settled: Promise<void>;
  #settle: () => void = () => undefined;
  #process: TinyLmProcess | null = null;
  #restarts = 0;
  #timer: Timer | null = null;
  #status: UpstreamStatus = { kind: 'tiny-lm', url: null, model: 'tiny-lm', state: 'starting' };

  constructor(clock: Clock, onChange: (status: UpstreamStatus) => void = () => undefined) {
    this.#clock = clock;
    this.#onChange = onChange;
    this.settled = new Promise((resolve) => {
      this.#settle = resolve;
    });
    void this.#start();
  }

  get status(): UpstreamStatus {
    return this.#status;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#abort.abort();
    this.#timer?.[Symbol.dispose]();
    this.#settle();
    await this.#process?.close();
  }

  async #start(): Promise<void> {
    try {
      const started = await spawnTinyLm({ signal: this.#abort.signal });
      this.#process = started;
      this.#set({ state: 'ready', url: started.url });
      this.#settle();
      await started.exited;
      this.#process = null;
      if (!this.#abort.signal.aborted) this.#again('The tiny-lm process ended by itself');
    } catch (thrown) {
      if (!this.#abort.signal.aborted) this.#again(messageOf(thrown));
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
    this.#timer = this.#clock.after(delay, () => void this.#start());
  }

  #set(change: Partial<UpstreamStatus>): void {
    const { message: _old, ...rest } = this.#status;
    this.#status = { ...rest, ...change };
    this.#onChange(this.#status);
  }
}
