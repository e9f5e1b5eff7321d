/**
 * One server-sent event stream to one client. Events are taken from their source only while the
 * client reads, so nothing piles up here but what the socket holds; a client that does not read for
 * a minute is disconnected. It may come back with `Last-Event-ID` and misses nothing that is still
 * kept.
 */
import type { ServerResponse } from 'node:http';
import { type Clock, millis, type Timer } from '@midstream/core';

/** A comment is sent this often, so that proxies and clients know that the stream lives. */
export const HEARTBEAT = millis(15_000);
/** A client that leaves what was sent unread for so long is disconnected. */
export const UNREAD = millis(60_000);
/** Events are written together, up to about so many characters at once. */
const WRITE_CHARACTERS = 16_384;

/** One event; `id` becomes the client's `Last-Event-ID`. */
export interface SseEvent {
  readonly event: string;
  readonly data: unknown;
  readonly id?: number;
}

/** Gives the next event, `null` while there is none, `'end'` after the last. */
export type SseSource = () => SseEvent | 'end' | null;

/** An event stream. Nothing is sent, and nothing needs to be closed, before `begin`. */
export class SseStream implements Disposable {
  readonly #response: ServerResponse;
  readonly #clock: Clock;
  readonly #source: SseSource;
  #heartbeat: Timer | null = null;
  #unread: Timer | null = null;
  #wakeup: NodeJS.Immediate | null = null;
  #onClose: (() => void)[] = [];
  #begun = false;
  #closed = false;

  constructor(response: ServerResponse, clock: Clock, source: SseSource) {
    this.#response = response;
    this.#clock = clock;
    this.#source = source;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Calls back once, when the stream closes for whatever reason; at once if it has. */
  onClose(done: () => void): void {
    if (this.#closed) done();
    else this.#onClose.push(done);
  }

  /** Sends the head and what there is. The stream closes when the client goes. */
  begin(): void {
    this.#begun = true;
    this.#response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    });
    this.#response.on('close', () => this[Symbol.dispose]());
    this.#response.on('drain', () => this.#drained());
    this.#write(': open\n\n');
    this.#beat();
    this.#pump();
  }

  /** There may be more in the source: it is looked at soon, once however often this is called. */
  wake(): void {
    if (!this.#begun || this.#closed) return;
    this.#wakeup ??= setImmediate(() => {
      this.#wakeup = null;
      this.#pump();
    });
  }

  /** Sends what there is, as far as the client reads, and ends the stream. */
  finish(): void {
    this.#pump();
    this[Symbol.dispose]();
  }

  /** Ends the stream after what was sent. Idempotent. */
  [Symbol.dispose](): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#heartbeat?.[Symbol.dispose]();
    this.#unread?.[Symbol.dispose]();
    if (this.#wakeup !== null) clearImmediate(this.#wakeup);
    this.#response.end();
    for (const done of this.#onClose.splice(0)) done();
  }

  #pump(): void {
    while (!this.#closed && !this.#response.writableNeedDrain) {
      let text = '';
      let next: ReturnType<SseSource> = null;
      while (text.length < WRITE_CHARACTERS) {
        next = this.#source();
        if (next === null || next === 'end') break;
        text += frame(next);
      }
      if (text !== '') this.#write(text);
      if (next === 'end') this[Symbol.dispose]();
      if (next === null) return;
    }
  }

  #write(text: string): void {
    if (this.#response.write(text)) return;
    this.#unread ??= this.#clock.after(UNREAD, () => this.#response.destroy());
  }

  #drained(): void {
    this.#unread?.[Symbol.dispose]();
    this.#unread = null;
    this.#pump();
  }

  #beat(): void {
    this.#heartbeat = this.#clock.after(HEARTBEAT, () => {
      if (!this.#response.writableNeedDrain) this.#write(': alive\n\n');
      this.#beat();
    });
  }
}

const frame = ({ id, event, data }: SseEvent): string =>
  `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
