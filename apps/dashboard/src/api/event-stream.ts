/**
 * A stream of server-sent events that reconnects by itself and says honestly how it stands: it is
 * `live` only while an open response has been heard from within the time its heartbeats promise.
 */
import { HttpError, inWords, isAbort, request } from './http.ts';
import { type SseMessage, SseParser } from './sse.ts';

/** How a connection stands. */
export type Connection =
  | { readonly state: 'connecting' }
  | { readonly state: 'live' }
  | { readonly state: 'reconnecting'; readonly attempt: number; readonly reason: string }
  | { readonly state: 'ended' }
  | { readonly state: 'refused'; readonly reason: string };

/** What a stream is made of. */
export interface EventStreamOptions {
  /** The path to ask for now; asked for again at each attempt, so it can say where to go on. */
  readonly path: () => string;
  readonly signal: AbortSignal;
  readonly onConnection: (connection: Connection) => void;
  /** `true` ends the stream for good. */
  readonly onMessage: (message: SseMessage) => boolean;
}

/** The server sends a comment every 15 s; after three have failed to come, the line is dead. */
const SILENCE_LIMIT = 45_000;
const FIRST_DELAY = 500;
const LONGEST_DELAY = 10_000;

/** How long to wait before attempt `attempt` (1 is the first repetition). */
export const backoff = (attempt: number): number =>
  Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** Math.min(attempt - 1, 10));

/** Reads until the stream is finished, refused (a 4xx answer) or aborted. */
export async function readEventStream(options: EventStreamOptions): Promise<void> {
  const { signal, onConnection } = options;
  onConnection({ state: 'connecting' });
  let attempt = 0;
  while (!signal.aborted) {
    try {
      const finished = await readOnce(options, () => {
        attempt = 0;
      });
      if (signal.aborted) return;
      if (finished) {
        onConnection({ state: 'ended' });
        return;
      }
      throw new HttpError(0, 'The server ended the connection.');
    } catch (thrown) {
      if (signal.aborted) return;
      if (thrown instanceof HttpError && thrown.status >= 400 && thrown.status < 500) {
        onConnection({ state: 'refused', reason: thrown.message });
        return;
      }
      attempt += 1;
      const reason = isAbort(thrown) ? 'The server fell silent.' : inWords(thrown);
      onConnection({ state: 'reconnecting', attempt, reason });
      await pause(backoff(attempt), signal);
    }
  }
}

async function readOnce(options: EventStreamOptions, onAlive: () => void): Promise<boolean> {
  const silence = new AbortController();
  const signal = AbortSignal.any([options.signal, silence.signal]);
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    const headers = { accept: 'text/event-stream' };
    const response = await request(options.path(), { signal, headers, cache: 'no-store' });
    if (response.body === null) return false;
    onAlive();
    options.onConnection({ state: 'live' });
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    const parser = new SseParser();
    let beats = false;
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return false;
      for (const message of parser.push(value)) {
        beats ||= message.kind === 'comment';
        if (message.kind === 'message' && options.onMessage(message)) {
          silence.abort();
          return true;
        }
      }
      clearTimeout(timer);
      if (beats) timer = setTimeout(() => silence.abort(), SILENCE_LIMIT);
    }
  } finally {
    clearTimeout(timer);
  }
}

const pause = (delay: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, delay);
    signal.addEventListener('abort', done);
  });
