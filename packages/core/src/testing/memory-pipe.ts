/** One direction of one stream in memory, with credit: writing waits while too much is unread. */
import type {
  ReceiveStream,
  SendStream,
  StreamPriority,
  StreamRead,
} from '../seams/multiplexer.ts';

/** What the session of a pipe is told. */
export interface PipeEvents {
  readonly moved: (bytes: number, where: 'sent' | 'received') => void;
  readonly over: () => void;
}

/** Both ends of one direction. */
export class MemoryPipe implements SendStream, ReceiveStream {
  priority: StreamPriority;
  readonly stopped: Promise<number | null>;
  readonly #window: number;
  readonly #events: PipeEvents;
  #settleStopped: (code: number | null) => void = () => {};
  #chunks: Uint8Array[] = [];
  #unread = 0;
  /** How it ended for the reader, once the chunks are read. */
  #ending: StreamRead | null = null;
  #over = false;
  #wake: (() => void)[] = [];

  constructor(window: number, priority: StreamPriority, events: PipeEvents) {
    this.#window = window;
    this.priority = priority;
    this.#events = events;
    this.stopped = new Promise((resolve) => {
      this.#settleStopped = resolve;
    });
  }

  async write(bytes: Uint8Array): Promise<boolean> {
    if (this.#ending !== null) return false;
    if (bytes.length > 0) this.#chunks.push(bytes.slice());
    this.#unread += bytes.length;
    this.#events.moved(bytes.length, 'sent');
    this.#signal();
    while (this.#unread > this.#window && this.#ending === null) await this.#changed();
    return this.#arrives();
  }

  end(): void {
    this.#finish({ type: 'end' }, null);
  }

  reset(code: number): void {
    if (this.#over) return;
    if (this.#ending?.type === 'end') this.#ending = null;
    this.#discard();
    this.#finish({ type: 'reset', code }, null);
  }

  stop(code: number): void {
    if (this.#over) return;
    this.#discard();
    this.#finish({ type: 'lost' }, code);
    this.#ending = { type: 'lost' };
    this.#settle();
  }

  /** The session is over. */
  lose(): void {
    if (this.#over) return;
    this.#discard();
    if (this.#ending?.type === 'end') this.#ending = null;
    this.#finish({ type: 'lost' }, null);
  }

  async read(): Promise<StreamRead> {
    for (;;) {
      const bytes = this.#chunks.shift();
      if (bytes !== undefined) {
        this.#unread -= bytes.length;
        this.#events.moved(bytes.length, 'received');
        this.#signal();
        return { type: 'data', bytes };
      }
      if (this.#ending !== null) {
        this.#settle();
        return this.#ending;
      }
      await this.#changed();
    }
  }

  #finish(ending: StreamRead, stopped: number | null): void {
    if (this.#ending !== null) return;
    this.#ending = ending;
    this.#settleStopped(stopped);
    if (this.#chunks.length === 0) this.#settle();
    this.#signal();
  }

  #settle(): void {
    if (this.#over) return;
    this.#over = true;
    this.#events.over();
  }

  #arrives(): boolean {
    return this.#ending === null || this.#ending.type === 'end';
  }

  #discard(): void {
    this.#chunks = [];
    this.#unread = 0;
  }

  #changed(): Promise<void> {
    return new Promise((resolve) => this.#wake.push(resolve));
  }

  #signal(): void {
    const waiting = this.#wake;
    this.#wake = [];
    for (const resolve of waiting) resolve();
  }
}
