/**
 * A first-in, first-out list. Taking from the front costs O(1) amortised, where `Array.shift` of a
 * long array moves all that is left: the front is an index, and what lies before it is dropped once
 * it is more than half.
 */
export class Fifo<T> {
  #items: T[] = [];
  #front = 0;

  get length(): number {
    return this.#items.length - this.#front;
  }

  /** The oldest. */
  get first(): T | undefined {
    return this.#items[this.#front];
  }

  at(index: number): T | undefined {
    return index < 0 ? undefined : this.#items[this.#front + index];
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

  /** Puts an item before the one at `index`, which may be the length. */
  insert(index: number, item: T): void {
    if (index === this.length) this.#items.push(item);
    else this.#items.splice(this.#front + index, 0, item);
  }

  clear(): void {
    this.#items = [];
    this.#front = 0;
  }

  /**
   * Of a list sorted so that those with the property come last, the index of the first that has it.
   */
  search(has: (item: T) => boolean): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const item = this.at(middle);
      if (item !== undefined && has(item)) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
