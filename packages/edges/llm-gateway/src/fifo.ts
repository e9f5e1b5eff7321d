/**
 * A first-in, first-out list. Taking from the front costs O(1) amortised, where `Array.shift` of a
 * long array moves all that is left: what lies before the front is dropped once it is half of all.
 */
export class Fifo<T> {
  #items: T[] = [];
  #front = 0;

  /** The oldest. */
  get first(): T | undefined {
    return this.#items[this.#front];
  }

  push(item: T): void {
    this.#items.push(item);
  }

  /** Takes the oldest away. */
  shift(): void {
    if (this.#front === this.#items.length) return;
    this.#front += 1;
    if (2 * this.#front < this.#items.length) return;
    this.#items = this.#items.slice(this.#front);
    this.#front = 0;
  }

  /** Keeps those with the property. */
  filter(keep: (item: T) => boolean): void {
    this.#items = this.#items.filter((item, index) => index >= this.#front && keep(item));
    this.#front = 0;
  }

  /** All of them, oldest first. */
  toArray(): T[] {
    return this.#items.slice(this.#front);
  }
}
