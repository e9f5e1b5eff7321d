/**
 * Turns token ids into text as they come. Bytes of an unfinished UTF-8 sequence wait until it is
 * whole or broken, so half a letter is never emitted; what is broken becomes U+FFFD. The space a
 * token begins with is dropped at the start of a line, where it only marks a word, and kept
 * elsewhere.
 *
 * Cost: O(bytes of the token) a push; at most three bytes wait.
 */

/** What the decoder needs to know of a vocabulary. */
export interface TokenBytes {
  /** The bytes a token stands for in the middle of a line. */
  bytesOf(id: number): Uint8Array;
  /** Whether the token begins with the mark of a space. */
  isMarked(id: number): boolean;
}

/** One stream of tokens being decoded. A new one stands at the start of a line. */
export class StreamDecoder {
  readonly #vocabulary: TokenBytes;
  readonly #utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
  #startOfLine = true;

  constructor(vocabulary: TokenBytes) {
    this.#vocabulary = vocabulary;
  }

  /** The bytes of the token at this place in the stream; the state does not change. */
  bytesHere(id: number): Uint8Array {
    const bytes = this.#vocabulary.bytesOf(id);
    return this.#startOfLine && this.#vocabulary.isMarked(id) ? bytes.subarray(1) : bytes;
  }

  /** Takes a token and returns the text that is now certain. */
  push(id: number): string {
    const bytes = this.bytesHere(id);
    if (this.#vocabulary.bytesOf(id).length > 0) this.#startOfLine = bytes.at(-1) === 0x0a;
    return this.#utf8.decode(bytes, { stream: true });
  }

  /** Ends the stream: an unfinished sequence becomes U+FFFD. */
  flush(): string {
    return this.#utf8.decode();
  }
}
