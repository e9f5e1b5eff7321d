/**
 * A bus in memory: a test double that keeps the contract of `seams/bus.ts` within one process;
 * nothing is durable, and keys are remembered as long as it lives.
 */
import { MidstreamError } from '../errors.ts';
import type { Json } from '../findings.ts';
import type { Bus, BusMessage, ConsumeOptions, Delivery, Published } from '../seams/bus.ts';

interface Group {
  /** The next position never handed out. */
  next: number;
  /** Positions to be handed out again, in order. */
  readonly again: number[];
  readonly attempts: Map<number, number>;
}

interface Topic {
  readonly messages: BusMessage[];
  readonly keys: Map<string, number>;
  readonly groups: Map<string, Group>;
}

const IN_FLIGHT = 64;
const PAGE = 1_000;

/** Logs in a map. */
export class MemoryBus implements Bus {
  readonly #topics: Map<string, Topic> = new Map();
  #waiting: (() => void)[] = [];
  #disposed = false;

  async publish(
    topic: string,
    value: Json,
    options: { readonly key?: string } = {},
  ): Promise<Published> {
    this.#open();
    const { messages, keys } = this.#topic(topic);
    const known = options.key === undefined ? undefined : keys.get(options.key);
    if (known !== undefined) return { position: known, duplicate: true };
    const position = messages.length + 1;
    messages.push({ topic, position, value: structuredClone(value) });
    if (options.key !== undefined) keys.set(options.key, position);
    this.#wake();
    return { position, duplicate: false };
  }

  async *consume(
    topic: string,
    options: ConsumeOptions,
  ): AsyncGenerator<Delivery, void, undefined> {
    this.#open();
    const { group, after = 0, inFlight = IN_FLIGHT, signal } = options;
    const log = this.#topic(topic);
    let shared = log.groups.get(group);
    if (shared === undefined) {
      shared = { next: after + 1, again: [], attempts: new Map() };
      log.groups.set(group, shared);
    }
    const owed = new Set<number>();
    const wake = (): void => this.#wake();
    signal?.addEventListener('abort', wake);
    try {
      while (!this.#disposed && signal?.aborted !== true) {
        const message = owed.size < inFlight ? take(shared, log.messages) : undefined;
        if (message === undefined)
          await new Promise<void>((resolve) => this.#waiting.push(resolve));
        else yield this.#deliver(message, { group: shared, owed });
      }
    } finally {
      signal?.removeEventListener('abort', wake);
      shared.again.push(...owed);
      shared.again.sort((a, b) => a - b);
      owed.clear();
      this.#wake();
    }
  }

  async replay(
    topic: string,
    options: { readonly after?: number; readonly limit?: number } = {},
  ): Promise<readonly BusMessage[]> {
    this.#open();
    const { after = 0, limit = PAGE } = options;
    return structuredClone(this.#topic(topic).messages.slice(after, after + limit));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    this.#wake();
  }

  #deliver(
    message: BusMessage,
    by: { readonly group: Group; readonly owed: Set<number> },
  ): Delivery {
    const { group, owed } = by;
    const { position } = message;
    const attempt = (group.attempts.get(position) ?? 0) + 1;
    group.attempts.set(position, attempt);
    owed.add(position);
    return {
      ...structuredClone(message),
      attempt,
      acknowledge: async () => {
        if (owed.delete(position)) group.attempts.delete(position);
        this.#wake();
      },
      refuse: async () => {
        if (owed.delete(position)) group.again.push(position);
        group.again.sort((a, b) => a - b);
        this.#wake();
      },
    };
  }

  #topic(name: string): Topic {
    let topic = this.#topics.get(name);
    if (topic === undefined) {
      topic = { messages: [], keys: new Map(), groups: new Map() };
      this.#topics.set(name, topic);
    }
    return topic;
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }

  #open(): void {
    if (this.#disposed) {
      throw new MidstreamError('session/closed', 'Cannot use a bus that was disposed of');
    }
  }
}

function take(group: Group, messages: readonly BusMessage[]): BusMessage | undefined {
  const again = group.again.shift();
  if (again !== undefined) return messages[again - 1];
  const message = messages[group.next - 1];
  if (message !== undefined) group.next += 1;
  return message;
}
