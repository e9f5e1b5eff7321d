import { createServer, type ServerResponse } from 'node:http';
import { millis } from '@midstream/core';
import { SimulatedClock } from '@midstream/core/simulation';
import { afterEach, describe, expect, it } from 'vitest';
import { HEARTBEAT, type SseEvent, SseStream, UNREAD } from '../src/server/sse.ts';
import { ask, closeAll, listening, mute, until } from './support.ts';

afterEach(closeAll);

/** A server that streams from a queue to each client. */
async function streaming() {
  const clock = new SimulatedClock();
  const queue: (SseEvent | 'end')[] = [];
  const streams: SseStream[] = [];
  const responses: ServerResponse[] = [];
  const server = createServer((_, response) => {
    const stream = new SseStream(response, clock, () => queue.shift() ?? null);
    responses.push(response);
    streams.push(stream);
    stream.begin();
  });
  return { url: await listening(server), clock, queue, streams, responses };
}

const GET = 'GET / HTTP/1.1\r\nHost: HOST\r\n\r\n';

describe('SseStream', () => {
  it('sends what there is at once and what comes at a wake, in order, to the end', async () => {
    const { url, queue, streams } = await streaming();
    queue.push({ event: 'a', data: { n: 1 }, id: 7 });
    const reply = ask(url);
    await until(() => streams.length === 1);
    queue.push({ event: 'b', data: 'two\nlines' }, 'end');
    streams[0]?.wake();
    streams[0]?.wake();
    const { text, headers, complete } = await reply;
    expect(text).toBe(
      ': open\n\nid: 7\nevent: a\ndata: {"n":1}\n\nevent: b\ndata: "two\\nlines"\n\n',
    );
    expect(headers['content-type']).toContain('text/event-stream');
    expect(complete).toBe(true);
    expect(streams[0]?.closed).toBe(true);
  });

  it('beats while nothing is said', async () => {
    const { url, clock, streams } = await streaming();
    const reply = ask(url);
    await until(() => streams.length === 1);
    clock.advance(HEARTBEAT);
    clock.advance(HEARTBEAT);
    streams[0]?.[Symbol.dispose]();
    clock.advance(HEARTBEAT);
    expect((await reply).text).toBe(': open\n\n: alive\n\n: alive\n\n');
  });

  it('takes nothing from its source for a client that does not read, and disconnects it after a while', async () => {
    const { url, clock, queue, streams, responses } = await streaming();
    const many = 4_000;
    for (let n = 0; n < many; n++) queue.push({ event: 'x', data: 'y'.repeat(10_000) });
    await mute(url, GET);
    await until(() => responses[0]?.writableNeedDrain === true);
    const left = queue.length;
    expect(left).toBeGreaterThan(many / 2);
    streams[0]?.wake();
    clock.advance(HEARTBEAT);
    await new Promise((resolve) => setImmediate(resolve));
    expect(queue.length).toBe(left);
    expect(responses[0]?.writableLength).toBeLessThan(100_000);
    let closed = 0;
    streams[0]?.onClose(() => {
      closed += 1;
    });
    clock.advance(UNREAD);
    await until(() => closed === 1);
  });

  it('goes on with a client that reads again in time', async () => {
    const { url, clock, queue, responses } = await streaming();
    for (let n = 0; n < 2_000; n++) queue.push({ event: 'x', data: 'y'.repeat(10_000) });
    queue.push('end');
    const socket = await mute(url, GET);
    await until(() => responses[0]?.writableNeedDrain === true);
    clock.advance(millis(UNREAD - 1));
    let read = 0;
    socket.on('data', (piece) => {
      read += piece.length;
    });
    socket.resume();
    await until(() => queue.length === 0);
    clock.advance(UNREAD);
    await until(() => read > 2_000 * 10_000);
  });

  it('calls back once when the client goes, and at once when asked later', async () => {
    const { url, streams } = await streaming();
    const socket = await mute(url, GET);
    await until(() => streams.length === 1);
    let closed = 0;
    const count = (): void => {
      closed += 1;
    };
    streams[0]?.onClose(count);
    socket.destroy();
    await until(() => closed === 1);
    streams[0]?.[Symbol.dispose]();
    streams[0]?.wake();
    expect(closed).toBe(1);
    streams[0]?.onClose(count);
    expect(closed).toBe(2);
  });

  it('says what is left when it is finished', async () => {
    const { url, queue, streams } = await streaming();
    const reply = ask(url);
    await until(() => streams.length === 1);
    queue.push({ event: 'last', data: 1 });
    streams[0]?.finish();
    expect((await reply).text).toContain('event: last');
  });
});
