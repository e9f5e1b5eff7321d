/** The two live feeds, as server-sent events: the list of sessions, and the records of one. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  type Clock,
  MidstreamError,
  type SessionRecord,
  type SessionSummary,
} from '@midstream/core';
import type { SessionHub } from '@midstream/sdk';
import { type SseSource, SseStream } from './sse.ts';

const EVENTS = /^\/v1\/sessions\/([\w-]+)\/events$/;
/**
 * So many sessions may wait to be told to a client that reads slowly; at more it is disconnected.
 */
export const MAX_WAITING_SESSIONS = 8_192;

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

  /** Ends every feed, after what there is to say. */
  close(): void {
    for (const stream of [...this.#open]) stream.finish();
  }

  /**
   * A session that is over and has nothing more to tell is answered 204, which ends an
   * `EventSource` for good.
   */
  #session(response: ServerResponse, id: string, after: number): void {
    const summary = this.#hub.get(id);
    if (summary === undefined) {
      throw new MidstreamError('http/not-found', `Cannot follow session "${id}": there is none`);
    }
    if (summary.state !== 'open' && this.#hub.records(id, after).length === 0) {
      response.writeHead(204).end();
      return;
    }
    const stream = new SseStream(response, this.#clock, recordsOf(this.#hub, id, after));
    const wake = (): void => stream.wake();
    this.#begin(stream, this.#hub.subscribe(id, Number.MAX_SAFE_INTEGER, wake));
  }

  #list(response: ServerResponse): void {
    const waiting = new Map<string, SessionSummary>();
    const stream = new SseStream(response, this.#clock, summariesOf(waiting));
    const watch = this.#hub.watch((summary) => {
      waiting.set(summary.id, summary);
      if (waiting.size > MAX_WAITING_SESSIONS) response.destroy();
      stream.wake();
    });
    this.#watchers += 1;
    stream.onClose(() => {
      this.#watchers -= 1;
    });
    this.#begin(stream, watch);
  }

  #begin(stream: SseStream, subscription: Disposable): void {
    this.#open.add(stream);
    stream.onClose(() => {
      this.#open.delete(stream);
      subscription[Symbol.dispose]();
    });
    stream.begin();
  }
}

/** The records after one, as long as the session is kept, to its end. */
function recordsOf(hub: SessionHub, id: string, after: number): SseSource {
  let last = after;
  let at = 0;
  let read: readonly SessionRecord[] = [];
  return () => {
    if (at === read.length) {
      const summary = hub.get(id);
      if (summary === undefined) return 'end';
      at = 0;
      read = hub.records(id, last);
      if (read.length === 0) return summary.state === 'open' ? null : 'end';
    }
    const record = read[at];
    if (record === undefined) return null;
    at += 1;
    last = record.id;
    return { id: record.id, event: record.type, data: record };
  };
}

/**
 * The latest of each session that has changed; what changes again before it is told is told once.
 */
function summariesOf(waiting: Map<string, SessionSummary>): SseSource {
  return () => {
    for (const [id, summary] of waiting) {
      waiting.delete(id);
      return { event: 'session', data: summary };
    }
    return null;
  };
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
