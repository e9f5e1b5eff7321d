/**
 * Finds stop strings in text that comes in pieces, and holds back exactly what could still become
 * one.
 *
 * Held is the longest end of the text so far that is a proper beginning of a stop string; all
 * before it is released at once. The match that is complete first wins, the longer of two that end
 * together, so the outcome does not depend on how the text was cut.
 *
 * Cost: O(stops * their length) a character. Example: with stop "END", push("the E") releases
 * "the ", push("ND of") releases nothing and says stopped.
 */
export class StopMatcher {
  readonly #stops: readonly string[];
  #pending = '';
  #stopped = false;

  constructor(stops: readonly string[]) {
    this.#stops = stops;
  }

  /** Whether a stop string has been found; nothing is released from then on. */
  get stopped(): boolean {
    return this.#stopped;
  }

  /** Takes text and returns what can no longer be part of a stop string. */
  push(text: string): string {
    if (this.#stops.length === 0) return text;
    let released = '';
    for (let i = 0; i < text.length && !this.#stopped; i++) {
      this.#pending += text[i];
      const found = this.#completed();
      this.#stopped = found > 0;
      const kept = found > 0 ? found : this.#held();
      released += this.#pending.slice(0, this.#pending.length - kept);
      this.#pending = this.#stopped ? '' : this.#pending.slice(this.#pending.length - kept);
    }
    return released;
  }

  /** Ends the text: what was held is no stop string after all. */
  flush(): string {
    const held = this.#pending;
    this.#pending = '';
    return held;
  }

  /** The length of the longest stop string the pending text ends with. */
  #completed(): number {
    let longest = 0;
    for (const stop of this.#stops) {
      if (this.#pending.endsWith(stop)) longest = Math.max(longest, stop.length);
    }
    return longest;
  }

  /** The length of the longest proper beginning of a stop string the pending text ends with. */
  #held(): number {
    let longest = 0;
    for (const stop of this.#stops) {
      const most = Math.min(stop.length - 1, this.#pending.length);
      for (let length = most; length > longest; length--) {
        if (this.#pending.endsWith(stop.slice(0, length))) longest = length;
      }
    }
    return longest;
  }
}
