import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { runCompletion } from '../src/api/completion.ts';
import { backoff, type Connection } from '../src/api/event-stream.ts';
import { followFeed } from '../src/api/feed.ts';
import { getJson, HttpError, inWords, isAbort } from '../src/api/http.ts';
import { followSession } from '../src/api/session-stream.ts';
import { SseParser } from '../src/api/sse.ts';

type Answer = (path: string, init: RequestInit) => Response | Promise<Response>;
const answers = (answer: Answer): ReturnType<typeof vi.fn> => {
  const spy = vi.fn(answer);
  vi.stubGlobal('fetch', spy);
  return spy;
};
const { signal } = new AbortController();
beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe('SseParser', () => {
  const stream =
    ': beat\r\nid: 7\nevent: session\ndata: {"a":\ndata: 1}\n\ndata:x\r\rretry: 5\nevent\n\n';

  it('reads messages and comments', () => {
    expect(new SseParser().push(`${stream}\n`)).toEqual([
      { kind: 'comment', event: '', id: '', data: 'beat' },
      { kind: 'message', event: 'session', id: '7', data: '{"a":\n1}' },
      { kind: 'message', event: 'message', id: '7', data: 'x' },
    ]);
  });

  it('reads the same however the stream is cut', () => {
    const whole = new SseParser().push(stream);
    fc.assert(
      fc.property(fc.array(fc.nat(stream.length)), (cuts) => {
        const parser = new SseParser();
        const ends = [...cuts, stream.length].sort((a, b) => a - b);
        let at = 0;
        const read = ends.flatMap((end) => {
          const messages = parser.push(stream.slice(at, end));
          at = end;
          return messages;
        });
        expect(read).toEqual(whole);
      }),
      { numRuns: 40 },
    );
  });
});

describe('getJson()', () => {
  it('gives the document', async () => {
    answers(() => Response.json({ a: 1 }));
    expect(await getJson('/x', signal)).toEqual({ a: 1 });
  });

  it("says the server's own words, or the status", async () => {
    answers(() => Response.json({ error: { message: 'No such model' } }, { status: 404 }));
    await expect(getJson('/x', signal)).rejects.toMatchObject({
      status: 404,
      message: 'No such model',
    });
    answers(() => new Response('<html>', { status: 502, statusText: 'Bad Gateway' }));
    await expect(getJson('/x', signal)).rejects.toThrow('The server answered 502 Bad Gateway.');
    answers(() => Response.json({}, { status: 500 }));
    await expect(getJson('/x', signal)).rejects.toThrow('The server answered 500.');
  });

  it('says when nothing answers and when the answer is not JSON', async () => {
    answers(() => Promise.reject(new TypeError('fetch failed')));
    await expect(getJson('/x', signal)).rejects.toThrow('The server cannot be reached.');
    answers(() => new Response('<html>'));
    await expect(getJson('/x', signal)).rejects.toThrow('was not JSON');
  });

  it('lets an abort through', async () => {
    answers(() => Promise.reject(new DOMException('stop', 'AbortError')));
    await expect(getJson('/x', signal)).rejects.toSatisfy(isAbort);
  });
});

it('inWords() has a sentence for anything thrown', () => {
  expect(inWords(new HttpError(1, 'a'))).toBe('a');
  expect(inWords(new TypeError('network error'))).toBe('The connection to the server was lost.');
  expect(inWords(new Error('b'))).toBe('b');
  expect(inWords('c')).toBe('c');
});

it('backoff() doubles up to ten seconds', () => {
  expect([1, 2, 3, 9, 5000].map(backoff)).toEqual([500, 1000, 2000, 10_000, 10_000]);
});

describe('followFeed()', () => {
  it('hands over summaries, says when it is not live, and comes back', async () => {
    const stop = new AbortController();
    const seen: string[] = [];
    const states: Connection['state'][] = [];
    const bodies = [
      ': beat\n\nevent: session\ndata: {"id":"a"}\n\n',
      'event: other\ndata: 1\n\nevent: session\ndata: {"id":"b"}\n\n',
    ];
    let attempt = 0;
    answers(() => {
      attempt += 1;
      if (attempt === 2) throw new TypeError('refused');
      return new Response(bodies[attempt === 1 ? 0 : 1]);
    });
    const done = followFeed({
      signal: stop.signal,
      onConnection: ({ state }) => states.push(state),
      onSummary: ({ id }) => {
        seen.push(id);
        if (id === 'b') stop.abort();
      },
    });
    await vi.advanceTimersByTimeAsync(5_000);
    await done;
    expect(seen).toEqual(['a', 'b']);
    expect(states).toEqual(['connecting', 'live', 'reconnecting', 'reconnecting', 'live']);
  });

  it('holds a line dead that misses its heartbeats', async () => {
    const stop = new AbortController();
    const connections: Connection[] = [];
    answers((_, { signal: asked }) => {
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          controller.enqueue(new TextEncoder().encode(': beat\n\n'));
          asked?.addEventListener('abort', () => controller.error(asked.reason));
        },
      });
      return new Response(body);
    });
    const done = followFeed({
      signal: stop.signal,
      onConnection: (connection) => connections.push(connection),
      onSummary: () => undefined,
    });
    await vi.advanceTimersByTimeAsync(45_100);
    expect(connections.at(-1)).toEqual({
      state: 'reconnecting',
      attempt: 1,
      reason: 'The server fell silent.',
    });
    stop.abort();
    await done;
  });
});

describe('followSession()', () => {
  const line = (record: object): string => `data: ${JSON.stringify(record)}\n\n`;

  it('goes on after the last record and ends with `closed`', async () => {
    const states: string[] = [];
    const ids: number[] = [];
    const bodies = [
      line({ id: 1, type: 'opened' }) + line({ id: 2, type: 'held' }),
      line({ id: 3, type: 'closed' }),
    ];
    const spy = answers(() => new Response(bodies.shift()));
    const done = followSession({
      id: 'a/b',
      signal,
      onConnection: ({ state }) => states.push(state),
      onRecord: ({ id }) => ids.push(id),
    });
    await vi.advanceTimersByTimeAsync(2_000);
    await done;
    expect(spy.mock.calls.map(([path]) => path)).toEqual([
      '/v1/sessions/a%2Fb/events?after=0',
      '/v1/sessions/a%2Fb/events?after=2',
    ]);
    expect(ids).toEqual([1, 2, 3]);
    expect(states).toEqual(['connecting', 'live', 'reconnecting', 'live', 'ended']);
  });

  it('is refused for good when the session does not exist', async () => {
    const connections: Connection[] = [];
    answers(() => Response.json({ error: { message: 'No session "x"' } }, { status: 404 }));
    await followSession({
      id: 'x',
      signal,
      onConnection: (connection) => connections.push(connection),
      onRecord: () => undefined,
    });
    expect(connections.at(-1)).toEqual({ state: 'refused', reason: 'No session "x"' });
  });
});

describe('runCompletion()', () => {
  const ask = {
    model: 'tiny-lm',
    prompt: 'Hi',
    temperature: 0,
    maxTokens: 400,
    tokensPerSecond: 30,
  };

  it('asks for a paced stream, tells its session and reads to the end', async () => {
    const spy = answers(
      () => new Response('data: [DONE]\n\n', { headers: { 'x-midstream-session': 's9' } }),
    );
    const sessions: string[] = [];
    await runCompletion(ask, { signal, onSession: (id) => sessions.push(id) });
    expect(sessions).toEqual(['s9']);
    expect(JSON.parse(spy.mock.calls[0]?.[1].body)).toEqual({
      model: 'tiny-lm',
      messages: [{ role: 'user', content: 'Hi' }],
      temperature: 0,
      max_tokens: 400,
      tokens_per_second: 30,
      stream: true,
      logprobs: true,
    });
  });

  it('says when the answer has no body', async () => {
    answers(() => new Response(null));
    await expect(runCompletion(ask, { signal, onSession: () => undefined })).rejects.toThrow(
      'no body',
    );
  });
});
