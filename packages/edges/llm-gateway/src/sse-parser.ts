/**
 * Server-sent events, byte by byte. Every byte of the stream belongs to exactly one frame, in
 * order, so that frames can be forwarded as they came; how the bytes were cut into chunks changes
 * no frame's data.
 *
 * - Lines end with LF, CR or CRLF. A frame ends with an empty line. When that line ends with a CR,
 *   the frame is given at once; an LF that comes in a later chunk is a frame of its own, without
 *   data.
 * - A byte-order mark at the very beginning is skipped; comments before any field are frames
 *   without data.
 * - Invalid UTF-8 is read as U+FFFD and the frame is marked `exact: false`: readers disagree about
 *   such bytes, so only what was judged may be sent on, not the bytes. So is a frame with a
 *   byte-order mark before any other line: by the standard that line has an unknown field, yet the
 *   official client skips the mark and reads it.
 * - A frame larger than the limit throws `upstream/failed`; what was complete before it has been
 *   given.
 *
 * Cost: one pass over the bytes; memory, the frame that is not complete yet.
 */
import { isUtf8 } from 'node:buffer';
import { MidstreamError } from '@midstream/core';

/** A stretch of an event stream up to and including an empty line. */
export interface SseFrame {
  readonly bytes: Buffer;
  /** The `data` lines joined with LF; `null` when there are none. */
  readonly data: string | null;
  /** Whether all readers read the bytes alike. */
  readonly exact: boolean;
}

const LF = 10;
const CR = 13;
const COLON = 58;
const SPACE = 32;
const DATA = Buffer.from('data');
const BOM = Buffer.from([0xef, 0xbb, 0xbf]);
const FIRST_STORE = 4_096;

/** An incremental parser. One stream each. */
export class SseParser {
  readonly #maxFrameBytes: number;
  /** Where the bytes being looked at are, and how many of them there are. */
  #bytes: Buffer = Buffer.alloc(0);
  #length = 0;
  #frame = 0;
  #line = 0;
  #at = 0;
  /** Begin and end of each line with content in the open frame, relative to the frame. */
  #lines: number[] = [];
  /** The position behind the last CR that ended a line: an LF there belongs to it. */
  #crAt = -1;
  #beginning = true;

  constructor(options: { readonly maxFrameBytes: number }) {
    this.#maxFrameBytes = options.maxFrameBytes;
  }

  /**
   * Reads a chunk and appends the frames it completes. The chunk must not be changed afterwards.
   */
  push(chunk: Buffer, frames: SseFrame[]): void {
    this.#take(chunk);
    const bytes = this.#bytes;
    const length = this.#length;
    while (this.#at < length) {
      let at = this.#at;
      while (at < length && bytes[at] !== LF && bytes[at] !== CR) at += 1;
      this.#at = at + 1;
      if (at >= length) this.#at = length;
      else if (bytes[at] === LF && at === this.#crAt) this.#endCrLf(frames);
      else this.#endLine(bytes[at] === CR, frames);
    }
    this.#keepRest();
  }

  /** What is left of a frame that was never completed; `null` when nothing is. */
  end(): SseFrame | null {
    if (this.#frame === this.#length) return null;
    if (this.#line < this.#length) this.#noteLine(this.#length);
    const left: SseFrame[] = [];
    this.#at = this.#length;
    this.#emit(left);
    return left[0] ?? null;
  }

  #take(chunk: Buffer): void {
    if (this.#length === 0) {
      this.#bytes = chunk;
      this.#length = chunk.length;
      return;
    }
    const length = this.#length + chunk.length;
    if (length > this.#bytes.length) {
      const store = Buffer.allocUnsafeSlow(Math.max(FIRST_STORE, 2 * length));
      this.#bytes.copy(store, 0, 0, this.#length);
      this.#bytes = store;
    }
    chunk.copy(this.#bytes, this.#length);
    this.#length = length;
  }

  /** The LF of a CRLF whose CR has ended the line already. */
  #endCrLf(frames: SseFrame[]): void {
    this.#line = this.#at;
    if (this.#frame === this.#at - 1) this.#emit(frames);
  }

  #endLine(carriage: boolean, frames: SseFrame[]): void {
    const start = this.#lineStart();
    const empty = start === this.#at - 1;
    const comment = this.#bytes[start] === COLON && this.#lines.length === 0;
    if (carriage) this.#crAt = this.#at;
    if (empty || comment) {
      if (carriage && this.#at < this.#length && this.#bytes[this.#at] === LF) this.#at += 1;
      this.#emit(frames);
    } else {
      this.#noteLine(this.#at - 1);
    }
    this.#line = this.#at;
  }

  /** Where the open line's content begins: after a byte-order mark, on the first line. */
  #lineStart(): number {
    const first = this.#beginning && this.#line === this.#frame;
    const marked = first && this.#bytes.subarray(this.#line, this.#line + 3).equals(BOM);
    return marked ? this.#line + 3 : this.#line;
  }

  #noteLine(end: number): void {
    this.#lines.push(this.#lineStart() - this.#frame, end - this.#frame);
  }

  #emit(frames: SseFrame[]): void {
    this.#limit(this.#at - this.#frame);
    const bytes = this.#bytes.subarray(this.#frame, this.#at);
    const exact = isUtf8(bytes) && !hasMark(bytes, this.#lines);
    frames.push({ bytes, data: dataOf(bytes, this.#lines), exact });
    this.#frame = this.#at;
    this.#line = this.#at;
    this.#lines = [];
    this.#beginning = false;
  }

  /** Lets go of what was given out; later chunks are put behind the open frame elsewhere. */
  #keepRest(): void {
    this.#limit(this.#length - this.#frame);
    if (this.#frame === 0) return;
    this.#bytes = this.#bytes.subarray(this.#frame, this.#length);
    this.#length -= this.#frame;
    this.#at -= this.#frame;
    this.#line -= this.#frame;
    this.#crAt -= this.#frame;
    this.#frame = 0;
  }

  #limit(size: number): void {
    if (size <= this.#maxFrameBytes) return;
    throw new MidstreamError(
      'upstream/failed',
      `Cannot read an SSE frame of more than ${this.#maxFrameBytes} bytes`,
      { details: { limit: this.#maxFrameBytes } },
    );
  }
}

/**
 * Whether a line begins with a byte-order mark; the one at the very beginning is no part of its
 * line.
 */
function hasMark(bytes: Buffer, lines: readonly number[]): boolean {
  for (let i = 0; i < lines.length; i += 2) {
    const start = lines[i] ?? 0;
    if (bytes[start] === BOM[0] && bytes.subarray(start, start + BOM.length).equals(BOM))
      return true;
  }
  return false;
}

function dataOf(bytes: Buffer, lines: readonly number[]): string | null {
  let data: string | null = null;
  for (let i = 0; i < lines.length; i += 2) {
    const value = dataLine(bytes, lines[i] ?? 0, lines[i + 1] ?? 0);
    if (value !== null) data = data === null ? value : `${data}\n${value}`;
  }
  return data;
}

/** The value of one `data` line, `null` for any other field. */
function dataLine(bytes: Buffer, start: number, end: number): string | null {
  const colon = start + DATA.length;
  if (end < colon || bytes.compare(DATA, 0, DATA.length, start, colon) !== 0) return null;
  if (end === colon) return '';
  if (bytes[colon] !== COLON) return null;
  const value = bytes[colon + 1] === SPACE && colon + 1 < end ? colon + 2 : colon + 1;
  return bytes.toString('utf8', value, end);
}
