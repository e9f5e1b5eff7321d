/**
 * Finds all occurrences of many texts in one pass, and knows at every moment how much of the past
 * could still become an occurrence.
 *
 * States are the prefixes of the texts. After reading a text the state is its longest suffix that
 * is such a prefix. `step(s, u)` follows the edge u from s, or from the longest proper suffix of s
 * that has one (failure links). What ends at a state are its own text and those of its suffixes
 * (output links). A suffix can still become a match when it is a *proper* prefix, that is, when its
 * state has an edge:
 *
 *   waiting(s) = |s| if s has an edge, else waiting(failure(s));  waiting(root) = 0
 *
 * Cost: building O(n) expected for n units in all, about 50 bytes each; a unit read O(1) amortised
 * (a read of n units follows at most 2n edges) plus one step for each occurrence. Edges are one
 * open-addressing hash table at most half full, so memory does not depend on the alphabet; a bit
 * map of first units keeps plain text, which mostly stays in the root, out of it.
 *
 * Paper: A. V. Aho, M. J. Corasick: Efficient string matching: an aid to bibliographic search.
 * Communications of the ACM 18(6), 1975. doi:10.1145/360825.360855
 *
 * Edge cases: an empty text is not accepted (it would occur everywhere); equal texts share a state,
 * and the later one's number is the one that is kept, so the caller passes distinct ones.
 *
 * Example: of the texts ab, abc, bcd, after reading "ab" the state has the output ab, and waiting
 * is 2 (abc may come).
 */
import { assert } from '@midstream/core';

/**
 * The compiled machine. Immutable: any number of readers may share it, each with a state of its
 * own.
 */
export class AhoCorasick {
  readonly #keys: Int32Array;
  readonly #units: Uint16Array;
  readonly #targets: Int32Array;
  readonly #mask: number;
  readonly #firsts: Uint32Array = new Uint32Array(2048);
  readonly #failure: Int32Array;
  /** The number of the text that a state is, plus one; 0 when it is none. */
  readonly #own: Int32Array;
  /** The nearest state with an output, itself included; 0 when there is none. */
  readonly #output: Int32Array;
  readonly #waiting: Int32Array;
  readonly #states: number;

  constructor(texts: readonly string[]) {
    const most = texts.reduce((sum, text) => sum + text.length, 1);
    const slots = 2 ** Math.ceil(Math.log2(2 * most + 2));
    this.#mask = slots - 1;
    this.#keys = new Int32Array(slots).fill(-1);
    this.#units = new Uint16Array(slots);
    this.#targets = new Int32Array(slots);
    this.#failure = new Int32Array(most);
    this.#own = new Int32Array(most);
    this.#output = new Int32Array(most);
    this.#waiting = new Int32Array(most);
    const parents = new Int32Array(most);
    const edges = new Uint16Array(most);
    const depths = new Int32Array(most);
    let states = 1;
    texts.forEach((text, number) => {
      assert(text.length > 0, 'An empty text cannot be searched for');
      let state = 0;
      for (let at = 0; at < text.length; at++) {
        const unit = text.charCodeAt(at);
        let next = this.#edge(state, unit);
        if (next === 0) {
          next = states++;
          this.#connect(state, unit, next);
          parents[next] = state;
          edges[next] = unit;
          depths[next] = at + 1;
        }
        state = next;
      }
      this.#own[state] = number + 1;
    });
    this.#states = states;
    this.#link(parents, edges, depths.subarray(0, states));
  }

  /** How many states there are, the root included. */
  get states(): number {
    return this.#states;
  }

  /** The state after one more unit. The first state is 0. */
  step(state: number, unit: number): number {
    let from = state;
    while (from !== 0) {
      const next = this.#edge(from, unit);
      if (next !== 0) return next;
      from = this.#failure[from] ?? 0;
    }
    return ((this.#firsts[unit >> 5] ?? 0) >>> (unit & 31)) & 1 ? this.#edge(0, unit) : 0;
  }

  /** How long the longest suffix is that may still become an occurrence. */
  waiting(state: number): number {
    return this.#waiting[state] ?? 0;
  }

  /**
   * The first state, from this one on, that carries an output; 0 for none. Longest texts come
   * first.
   */
  outputOf(state: number): number {
    return this.#output[state] ?? 0;
  }

  /** The text that a state with an output is. */
  textOf(output: number): number {
    return (this.#own[output] ?? 0) - 1;
  }

  /** The next state with an output that ends at the same place; 0 for none. */
  nextOutput(output: number): number {
    return this.#output[this.#failure[output] ?? 0] ?? 0;
  }

  #slot(state: number, unit: number): number {
    const mixed = Math.imul(state ^ Math.imul(unit, 0x85ebca6b), 0x9e3779b1);
    let slot = (mixed ^ (mixed >>> 15)) & this.#mask;
    while (this.#keys[slot] !== -1) {
      if (this.#keys[slot] === state && this.#units[slot] === unit) return slot;
      slot = (slot + 1) & this.#mask;
    }
    return slot;
  }

  /** Where an edge leads; 0 when there is none, as no edge leads to the root. */
  #edge(state: number, unit: number): number {
    return this.#targets[this.#slot(state, unit)] ?? 0;
  }

  #connect(state: number, unit: number, next: number): void {
    const slot = this.#slot(state, unit);
    this.#keys[slot] = state;
    this.#units[slot] = unit;
    this.#targets[slot] = next;
    this.#waiting[state] = 1;
    if (state === 0) {
      this.#firsts[unit >> 5] = (this.#firsts[unit >> 5] ?? 0) | (1 << (unit & 31));
    }
  }

  /** Failure and output links and waiting lengths, shorter prefixes first. */
  #link(parents: Int32Array, edges: Uint16Array, depths: Int32Array): void {
    this.#waiting[0] = 0;
    for (const state of byDepth(depths)) {
      if (state === 0) continue;
      const parent = parents[state] ?? 0;
      const failure = parent === 0 ? 0 : this.step(this.#failure[parent] ?? 0, edges[state] ?? 0);
      this.#failure[state] = failure;
      this.#output[state] = this.#own[state] === 0 ? (this.#output[failure] ?? 0) : state;
      const hasEdge = this.#waiting[state] === 1;
      this.#waiting[state] = hasEdge ? (depths[state] ?? 0) : (this.#waiting[failure] ?? 0);
    }
  }
}

/** State numbers in the order of their depth: a counting sort. */
function byDepth(depths: Int32Array): Int32Array {
  let deepest = 0;
  for (const depth of depths) deepest = Math.max(deepest, depth);
  const places = new Int32Array(deepest + 2);
  for (const depth of depths) places[depth + 1] = (places[depth + 1] ?? 0) + 1;
  for (let depth = 1; depth < places.length; depth++) {
    places[depth] = (places[depth] ?? 0) + (places[depth - 1] ?? 0);
  }
  const order = new Int32Array(depths.length);
  depths.forEach((depth, state) => {
    const place = places[depth] ?? 0;
    places[depth] = place + 1;
    order[place] = state;
  });
  return order;
}
