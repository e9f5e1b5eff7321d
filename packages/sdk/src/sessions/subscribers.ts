/**
 * Whoever watches: a bounded set of functions that are called in turn. One that throws is dropped,
 * told to `onError`, and harms nobody else. Nothing is queued here for a slow one: a subscriber
 * that cannot take more disposes its subscription and comes back later with the id of the last
 * record it has seen; the ring has the rest.
 */
import { type Limit, MidstreamError } from '@midstream/core';

/** Functions that are told things. */
export class Subscribers<T> {
  readonly #limit: Limit;
  readonly #onError: (error: unknown) => void;
  readonly #functions: Set<(value: T) => void> = new Set();

  constructor(limit: Limit, onError: (error: unknown) => void) {
    this.#limit = limit;
    this.#onError = onError;
  }

  get size(): number {
    return this.#functions.size;
  }

  /** Adds one, first telling it `known`. Throws `budget/exceeded` at the limit. */
  add(subscriber: (value: T) => void, known: readonly T[]): Disposable {
    const { value, name } = this.#limit;
    if (this.#functions.size >= value) {
      throw new MidstreamError(
        'budget/exceeded',
        `Cannot subscribe: there are ${value} subscribers already, the limit ${name}`,
        { details: { limit: name, allowed: value } },
      );
    }
    // Wrapped, so that the same function may subscribe twice.
    const entry = (value: T): void => subscriber(value);
    this.#functions.add(entry);
    for (const value of known) this.#call(entry, value);
    return { [Symbol.dispose]: () => void this.#functions.delete(entry) };
  }

  tell(value: T): void {
    for (const subscriber of [...this.#functions]) this.#call(subscriber, value);
  }

  clear(): void {
    this.#functions.clear();
  }

  #call(subscriber: (value: T) => void, value: T): void {
    if (!this.#functions.has(subscriber)) return;
    try {
      subscriber(value);
    } catch (thrown) {
      this.#functions.delete(subscriber);
      this.#onError(thrown);
    }
  }
}
