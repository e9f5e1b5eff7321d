/**
 * Lines out of chunks, whatever the chunks are. Cost: O(1) for each character; memory, the line
 * that is being read, up to its limit: a longer one is not kept, and comes out as `null`.
 */

/** One line; `complete` is false for what the input ended with, when no line end followed. */
export interface Line {
  readonly text: string | null;
  readonly complete: boolean;
}

/** Lines end in `\n` or `\r\n`. Bytes are UTF-8; what is none becomes U+FFFD. */
export async function* linesOf(
  input: AsyncIterable<string | Uint8Array>,
  longest: number,
): AsyncGenerator<Line, void, undefined> {
  const decoder = new TextDecoder();
  const pending = new PendingLine(longest);
  for await (const chunk of input) {
    const text = typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    let from = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
      pending.add(text.slice(from, end));
      from = end + 1;
      yield { text: pending.take(), complete: true };
    }
    pending.add(text.slice(from));
  }
  pending.add(decoder.decode());
  if (!pending.empty) yield { text: pending.take(), complete: false };
}

/** The beginning of a line, in the pieces it came in. */
class PendingLine {
  readonly #longest: number;
  #pieces: string[] = [];
  #length = 0;

  constructor(longest: number) {
    this.#longest = longest;
  }

  get empty(): boolean {
    return this.#length === 0;
  }

  add(piece: string): void {
    if (piece === '') return;
    this.#length += piece.length;
    if (this.#length <= this.#longest) this.#pieces.push(piece);
    else this.#pieces = [];
  }

  take(): string | null {
    const line = this.#length > this.#longest ? null : this.#pieces.join('');
    this.#pieces = [];
    this.#length = 0;
    return line?.endsWith('\r') ? line.slice(0, -1) : line;
  }
}
