/** The two live feeds, as server-sent events: the list of sessions, and the records of one. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Clock, MidstreamError } from '@midstream/core';
import type { SessionHub } from '@midstream/sdk';
import { SseStream } from './sse.ts';

const EVENTS = /^\/v1\/sessions\/([\w-]+)\/events$/;

/** Serves the feeds of a hub. */
export class Feeds {
  readonly #hub: SessionHub;
  readonly #clock: Clock;
  readonly #open: Set<SseStream> = new Set();
  #watchers = 0;

  constructor(hub: SessionHub, clock: Clock) {
    this.#hub = hub;
    this.#clock = clock;
  }

  /** How many pages watch the list of sessions. */
  get watchers(): number {
    return this.#watchers;
  }

  /** Answers `GET /v1/feed` and `GET /v1/sessions/<id>/events`; `false` for anything else. */
  handle(request: IncomingMessage, response: ServerResponse, url: URL): boolean {
    if (request.method !== 'GET') return false;
    if (url.pathname === '/v1/feed') {
      this.#list(response);
      return true;
    }
    const id = EVENTS.exec(url.pathname)?.[1];
    if (id === undefined) return false;
    this.#session(response, id, lastSeen(request, url));
    return true;
  }

  /** Ends every feed. */
  close(): void {
    for (const stream of [...this.#open]) stream[Symbol.dispose]();
  }

  #stream(response: ServerResponse): SseStream {
    const stream = new SseStream(response, this.#clock);
    this.#open.add(stream);
    stream.onClose(() => this.#open.delete(stream));
    return stream;
  }

  #session(response: ServerResponse, id: string, after: number): void {
    if (this.#hub.get(id) === undefined) {
      throw new MidstreamError('http/not-found', `Cannot follow session "${id}": there is none`);
    }
    const stream = this.#stream(response);
    const subscription = this.#hub.subscribe(id, after, (record) => {
      stream.send(record.type, record, record.id);
      if (record.type === 'closed') stream[Symbol.dispose]();
    });
    stream.onClose(() => subscription[Symbol.dispose]());
  }

  #list(response: ServerResponse): void {
    const stream = this.#stream(response);
    this.#watchers += 1;
    const watch = this.#hub.watch((summary) => stream.send('session', summary));
    stream.onClose(() => {
      this.#watchers -= 1;
      watch[Symbol.dispose]();
    });
  }
}

/** The id of the last record that the client has: header first, then `?after=`. */
function lastSeen(request: IncomingMessage, url: URL): number {
  const given = request.headers['last-event-id'] ?? url.searchParams.get('after') ?? '0';
  const id = Number(given);
  if (Number.isSafeInteger(id) && id >= 0) return id;
  throw new MidstreamError(
    'http/bad-request',
    `Cannot resume after ${JSON.stringify(given)}: the id of a record, a whole number, is wanted`,
  );
}
