/**
 * Reads server-sent events out of a text stream, whatever pieces it comes in. Unlike `EventSource`
 * it also tells of comments: a server's heartbeat is the only proof that a quiet stream is still
 * alive. Memory: one unfinished message; the server is our own, so it is not bounded here.
 */

/** One message, or a comment. */
export interface SseMessage {
  readonly kind: 'message' | 'comment';
  readonly event: string;
  readonly id: string;
  readonly data: string;
}

/** An incremental parser. */
export class SseParser {
  #rest = '';
  #event = '';
  #id = '';
  #data: string[] = [];

  /** Reads the next piece and returns the messages that it completed. */
  push(piece: string): SseMessage[] {
    const text = this.#rest + piece;
    // A lone CR at the end may be the first half of CRLF.
    const whole = text.endsWith('\r') ? text.length - 1 : text.length;
    const lines = text.slice(0, whole).split(/\r\n|\r|\n/);
    this.#rest = (lines.pop() ?? '') + text.slice(whole);
    const messages: SseMessage[] = [];
    for (const line of lines) this.#line(line, messages);
    return messages;
  }

  #line(line: string, messages: SseMessage[]): void {
    if (line === '') {
      this.#dispatch(messages);
      return;
    }
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === '') messages.push({ kind: 'comment', event: '', id: '', data: value });
    else if (field === 'event') this.#event = value;
    else if (field === 'id') this.#id = value;
    else if (field === 'data') this.#data.push(value);
  }

  #dispatch(messages: SseMessage[]): void {
    if (this.#data.length > 0) {
      const event = this.#event === '' ? 'message' : this.#event;
      messages.push({ kind: 'message', event, id: this.#id, data: this.#data.join('\n') });
    }
    this.#event = '';
    this.#data = [];
  }
}
