/**
 * One server-sent event stream to one client, bounded: a client that does not read is disconnected when
 * more than a megabyte waits for it; it may come back with `Last-Event-ID` and misses nothing that is still kept.
 */
import type { ServerResponse } from 'node:http';
import { type Clock, millis, type Timer } from '@midstream/core';

/** How much may wait for a client that does not read, in bytes; beyond it the client is disconnected. */
export const MAX_WAITING_BYTES = 1_048_576;
/** A comment is sent this often, so that proxies and clients know that the stream lives. */
export const HEARTBEAT = millis(15_000);

/** An open event stream. */
export class SseStream implements Disposable {
  readonly #response: ServerResponse;
  readonly #clock: Clock;
  #heartbeat: Timer | null = null;
  #onClose: (() => void)[] = [];
  #closed = false;

  /** Sends the head. The stream closes when the client goes. */
  constructor(response: ServerResponse, clock: Clock) {
    this.#response = response;
    this.#clock = clock;
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    });
    response.write(': open\n\n');
    response.on('close', () => this[Symbol.dispose]());
    this.#beat();
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Calls back once, when the stream closes for whatever reason; at once if it has. */
  onClose(done: () => void): void {
    if (this.#closed) done();
    else this.#onClose.push(done);
  }

  /** Sends one event; `id` becomes the client's `Last-Event-ID`. */
  send(event: string, data: unknown, id?: number): void {
    if (this.#closed) return;
    const head = id === undefined ? '' : `id: ${id}\n`;
    this.#response.write(`${head}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    if (this.#response.writableLength > MAX_WAITING_BYTES) this.#response.destroy();
  }

  /** Ends the stream after what was sent. Idempotent. */
  [Symbol.dispose](): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#heartbeat?.[Symbol.dispose]();
    this.#response.end();
    for (const done of this.#onClose.splice(0)) done();
  }

  #beat(): void {
    this.#heartbeat = this.#clock.after(HEARTBEAT, () => {
      if (this.#closed) return;
      this.#response.write(': alive\n\n');
      this.#beat();
    });
  }
}
