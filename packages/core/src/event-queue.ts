/**
 * A bounded queue between a producer that pushes and a consumer that reads batches. It is a {@link
 * Source}. At its limit an event is dropped, counted, and a `gap` stands in its place: loss is
 * data, never silence. `choice-end`, `stream-failure` and `stream-end` are not dropped at the
 * limit, each choice's first at least.
 */
import { MidstreamError } from './errors.ts';
import type { Gap, StreamEvent } from './events.ts';
import { LIMITS } from './limits.ts';
import type { Source } from './seams/source.ts';

/** How large a queue may grow. */
export interface EventQueueOptions {
  /** Default `LIMITS.queueEvents`. */
  readonly maxEvents?: number;
  /** Default `LIMITS.queueBytes`. */
  readonly maxBytes?: number;
  /** Called once when the consumer stops early or disposes the queue. */
  readonly onStop?: () => void;
}

/** A source that is pushed to. */
export class EventQueue implements Source {
  readonly #maxEvents: number;
  readonly #maxBytes: number;
  readonly #onStop: (() => void) | undefined;
  #events: StreamEvent[] = [];
  #bytes = 0;
  #lost: Gap | null = null;
  #ended = false;
  #stopped = false;
  #iterated = false;
  /** The ends that were let in over the limit, each at most once. */
  readonly #ends: Set<string> = new Set();
  #wake: (() => void) | null = null;

  constructor(options: EventQueueOptions = {}) {
    this.#maxEvents = positive(options.maxEvents ?? LIMITS.queueEvents.value, 'maxEvents');
    this.#maxBytes = positive(options.maxBytes ?? LIMITS.queueBytes.value, 'maxBytes');
    this.#onStop = options.onStop;
  }

  /** How many events wait. */
  get size(): number {
    return this.#events.length;
  }

  /**
   * Offers an event. `false` means that the queue is full and the event was dropped, or that the
   * consumer has gone: a producer that can wait should. Throws `queue/closed` after `end()`.
   */
  push(event: StreamEvent): boolean {
    if (this.#ended) {
      throw new MidstreamError('queue/closed', 'Cannot push to an event queue that was ended');
    }
    if (this.#stopped) return false;
    const bytes = sizeOf(event);
    const full = this.#events.length >= this.#maxEvents || this.#bytes + bytes > this.#maxBytes;
    if (full && !this.#isEnd(event)) {
      this.#lose(event);
      return false;
    }
    this.#flushGap();
    this.#events.push(event);
    this.#bytes += bytes;
    this.#signal();
    return true;
  }

  /** No more will be pushed; what waits is still read. Idempotent. */
  end(): void {
    this.#ended = true;
    this.#signal();
  }

  /** Throws when called again: the events would be dealt out between the readers. */
  [Symbol.asyncIterator](): AsyncGenerator<readonly StreamEvent[], void, undefined> {
    if (this.#iterated) {
      throw new MidstreamError('argument/invalid', 'Cannot iterate an event queue a second time');
    }
    this.#iterated = true;
    const batches = this.#batches();
    const finish = batches.return.bind(batches);
    // A generator's own return() waits for the next() that waits for an event that may never come.
    batches.return = (value) => {
      this.#stop();
      return finish(value);
    };
    return batches;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop();
  }

  async *#batches(): AsyncGenerator<readonly StreamEvent[], void, undefined> {
    try {
      while (!this.#stopped) {
        const batch = this.#take();
        if (batch.length > 0) yield batch;
        else if (this.#ended) return;
        else await new Promise<void>((resolve) => this.#wait(resolve));
      }
    } finally {
      this.#stop();
    }
  }

  #wait(resolve: () => void): void {
    this.#wake = resolve;
  }

  #signal(): void {
    const wake = this.#wake;
    this.#wake = null;
    wake?.();
  }

  #stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#events = [];
    this.#signal();
    this.#onStop?.();
  }

  #take(): readonly StreamEvent[] {
    this.#flushGap();
    const batch =
      this.#events.length <= LIMITS.batchEvents.value
        ? this.#events
        : this.#events.slice(0, LIMITS.batchEvents.value);
    this.#events = this.#events.slice(batch.length);
    for (const event of batch) this.#bytes -= sizeOf(event);
    return batch;
  }

  /** Whether an event is let in over the limit: the first end of each choice, and of the stream. */
  #isEnd({ type, choice }: StreamEvent): boolean {
    if (!ENDS.has(type) || choice >= LIMITS.choices.value) return false;
    const end = `${type}/${choice}`;
    if (this.#ends.has(end)) return false;
    this.#ends.add(end);
    return true;
  }

  #lose(event: StreamEvent): void {
    const lost = event.type === 'gap' ? event.lost : 1;
    const { sequence, time, channel, choice } = this.#lost ?? event;
    this.#lost = {
      type: 'gap',
      sequence,
      time,
      choice,
      channel: channel === event.channel ? channel : 'control',
      lost: (this.#lost?.lost ?? 0) + lost,
      reason: `The queue was full at ${this.#maxEvents} events or ${this.#maxBytes} bytes`,
    };
  }

  #flushGap(): void {
    if (this.#lost === null) return;
    this.#events.push(this.#lost);
    this.#lost = null;
  }
}

const ENDS: ReadonlySet<StreamEvent['type']> = new Set([
  'choice-end',
  'stream-failure',
  'stream-end',
]);

function sizeOf(event: StreamEvent): number {
  if (event.type === 'text-delta') return 2 * event.text.length;
  return event.type === 'audio-delta' ? event.data.byteLength : 0;
}

function positive(value: number, name: string): number {
  if (value >= 1) return value;
  throw new MidstreamError('argument/range', `Cannot use ${name} ${value}: at least 1 is wanted`);
}
