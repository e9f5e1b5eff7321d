import { millis } from '@midstream/core';
import { SimulatedClock } from '@midstream/core/simulation';
import { afterEach, describe, expect, it } from 'vitest';
import { TinyLmUpstream } from '../src/server/upstream.ts';
import { Spawner } from './spawner.ts';
import {
  ask,
  CHAT,
  call,
  closeAll,
  mute,
  says,
  serverOver,
  until,
  upstreamWith,
} from './support.ts';

afterEach(closeAll);

interface ProviderError {
  readonly error: { readonly message: string; readonly code: string; readonly type: string };
}

describe('the gateway through the server', () => {
  it('streams a completion, names its session and passes the key on', async () => {
    const upstream = await upstreamWith(says(['Once ', 'upon a time']));
    const server = await serverOver(upstream.url, { flags: { 'upstream-api-key': 'sk-1' } });
    const url = `${server.url}/v1/chat/completions`;
    const { status, text, headers } = await ask(url, {
      method: 'POST',
      body: { ...CHAT, stream: true },
    });
    expect([status, text.includes('upon a time'), text.includes('[DONE]')]).toEqual([
      200,
      true,
      true,
    ]);
    expect(server.hub.get(String(headers['x-midstream-session']))?.state).toBe('completed');
    expect(upstream.keys).toEqual(['Bearer sk-1']);
  });

  it('answers 503 while the upstream starts or is down, and goes where it was started again', async () => {
    const clock = new SimulatedClock();
    const spawner = new Spawner();
    const upstream = new TinyLmUpstream({ clock, spawn: spawner.spawn });
    const server = await serverOver('http://127.0.0.1:9/v1', { upstream });
    const chat = () => call<ProviderError>(server, 'POST', '/v1/chat/completions', CHAT);
    const starting = await chat();
    expect(starting.status).toBe(503);
    expect(starting.body.error).toMatchObject({ code: 'upstream_unavailable' });
    expect(starting.body.error.message).toContain('starting');
    expect((await call(server, 'GET', '/readyz')).status).toBe(503);

    const first = await upstreamWith(says(['first']));
    await spawner.next().ready(first.url.replace('/v1', ''));
    await upstream.settled;
    expect(JSON.stringify((await chat()).body)).toContain('first');

    await spawner.current().die();
    await until(() => upstream.status.state === 'down');
    const down = await chat();
    expect(down.status).toBe(503);
    expect(down.body.error.message).toContain('ended by itself');

    clock.advance(millis(1_000));
    const second = await upstreamWith(says(['second']));
    await spawner.next().ready(second.url.replace('/v1', ''));
    await until(() => upstream.status.state === 'ready');
    expect(JSON.stringify((await chat()).body)).toContain('second');
    expect((await call(server, 'GET', '/v1/models')).status).toBe(200);
  });

  it('leaves paths that only look like the provider to the API', async () => {
    const server = await serverOver('http://127.0.0.1:9/v1');
    expect((await call(server, 'GET', '/v1/modelsandmore')).body).toMatchObject({
      error: { code: 'http/not-found' },
    });
  });
});

describe('a server that closes', () => {
  it('ends open streams in good order and leaves no session open', async () => {
    const upstream = await upstreamWith(says(['Once ', 'upon'], { hang: true }));
    const server = await serverOver(upstream.url);
    const url = `${server.url}/v1/chat/completions`;
    const chat = ask(url, { method: 'POST', body: { ...CHAT, stream: true } });
    await until(() => server.hub.list()[0]?.counts.tokens === 2);
    const id = server.hub.list()[0]?.id;
    const records = ask(`${server.url}/v1/sessions/${id}/events`);
    const feed = ask(`${server.url}/v1/feed`);
    await until(async () => (await ask(`${server.url}/metrics`)).status === 200);
    await server[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
    const replies = await Promise.all([chat, records, feed]);
    expect(replies.map(({ complete }) => complete)).toEqual([true, true, true]);
    expect(replies[0]?.text).toContain('closing');
    expect(replies[1]?.text).toContain('event: closed');
    expect(server.hub.list().every(({ state }) => state !== 'open')).toBe(true);
    await until(() => upstream.broken() === 1);
  });

  it('is not held up by a client that does not read its stream', async () => {
    const upstream = await upstreamWith((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const delta = { content: 'word '.repeat(2_000) };
      const frame = `data: ${JSON.stringify({ choices: [{ index: 0, delta }] })}\n\n`;
      const more = (): void => {
        while (!response.destroyed && response.write(frame));
      };
      response.on('drain', more);
      more();
    });
    const policy = new URL('./fixtures/no-rules.yaml', import.meta.url).pathname;
    const server = await serverOver(upstream.url, { flags: { policy } });
    const body = JSON.stringify({ ...CHAT, stream: true });
    const head = `POST /v1/chat/completions HTTP/1.1\r\nHost: HOST\r\nContent-Length: ${body.length}`;
    await mute(server.url, `${head}\r\n\r\n${body}`);
    let seen = -1;
    await until(async () => {
      const before = seen;
      seen = server.hub.list()[0]?.counts.tokens ?? 0;
      await new Promise((resolve) => setTimeout(resolve, 50));
      return seen > 0 && seen === before;
    });
    await server[Symbol.asyncDispose]();
    expect(server.hub.list()[0]?.state).not.toBe('open');
  });
});
