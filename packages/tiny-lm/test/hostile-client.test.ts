import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { EventEmitter, once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { TinyLM } from '../src/model.ts';
import { readJsonBody } from '../src/request-body.ts';
import { createTinyLmServer, type TinyLmServer, type TinyLmServerOptions } from '../src/server.ts';
import { smallModel } from './corpus.ts';

const model = new TinyLM(smallModel());
const servers: TinyLmServer[] = [];
const sockets: Socket[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function start(
  options: TinyLmServerOptions = {},
): Promise<{ server: TinyLmServer; url: URL; socket: Socket }> {
  const server = createTinyLmServer({ model, ...options });
  servers.push(server);
  const url = new URL(await server.listen());
  const socket = connect(Number(url.port), url.hostname);
  sockets.push(socket);
  await once(socket, 'connect');
  return { server, url, socket };
}

/** A request as it goes over the wire; the completion goes on until the context is full. */
function ask(fields: Record<string, unknown>): string {
  const body = JSON.stringify({
    model: 'tiny-lm',
    messages: [{ role: 'user', content: 'ab' }],
    temperature: 0,
    logit_bias: { 2: -100 },
    stream: true,
    ...fields,
  });
  const length = Buffer.byteLength(body);
  return `POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: ${length}\r\n\r\n${body}`;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await delay(5);
}

/** A request whose body comes in these parts, all at once. */
async function readParts(parts: Iterable<Buffer>): Promise<unknown> {
  const request = Object.assign(new EventEmitter(), { headers: {} });
  const body = readJsonBody(request as unknown as IncomingMessage);
  for (const part of parts) request.emit('data', part);
  request.emit('end');
  return await body;
}

describe('a client that leaves', () => {
  it('stops its pipelined completions too, which wait for the answer before them', async () => {
    const { server, socket } = await start();
    const slow = ask({ tokens_per_second: 0.001 });
    socket.write(slow.repeat(12));
    await until(() => server.stats.activeGenerations === 12);
    socket.destroy();
    await until(() => server.stats.activeGenerations === 0);
    expect(server.stats.tokensGenerated).toBe(12);
  });

  it('warns nobody of many requests on one connection', async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error) => warnings.push(warning);
    process.on('warning', onWarning);
    const { server, socket } = await start();
    socket.write(ask({ tokens_per_second: 0.001 }).repeat(12));
    await until(() => server.stats.activeGenerations === 12);
    await delay(5);
    process.off('warning', onWarning);
    expect(warnings).toEqual([]);
  });
});

describe('a client that sends half a request', () => {
  it.each(['', 'GET /healthz HTTP/1.1\r\nHost:', ask({}).slice(0, -9)])(
    'is told so and let go after the time a request may take (%j)',
    async (sent) => {
      const { socket } = await start({ requestTimeoutMs: 100 });
      socket.write(sent);
      const [answer] = await once(socket, 'data');
      expect(String(answer)).toMatch(/^HTTP\/1.1 408 /);
      await once(socket, 'close');
    },
    10_000,
  );
});

describe('a connection that is kept', () => {
  it('gathers no listeners', async () => {
    const counts: number[] = [];
    const onRequest = (message: unknown) => {
      counts.push((message as { socket: Socket }).socket.listenerCount('close'));
    };
    subscribe('http.server.request.start', onRequest);
    const { socket } = await start();
    for (let i = 0; i < 3; i++) {
      socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
      await once(socket, 'data');
    }
    unsubscribe('http.server.request.start', onRequest);
    expect(counts).toEqual([counts[0], counts[0], counts[0]]);
  });

  it('does not hold up a drain once its answer is given', async () => {
    const { server, socket } = await start();
    socket.write(ask({ tokens_per_second: 50 }));
    socket.resume();
    await until(() => server.stats.tokensGenerated === 1);
    await server.drain(600_000);
    expect(server.stats.tokensGenerated).toBeGreaterThan(20);
  }, 4500); // Node itself closes an idle connection after 5 s.
});

describe('readJsonBody()', () => {
  it('joins the parts of a body, whatever their sizes', async () => {
    const text = JSON.stringify('a'.repeat(70_000));
    for (const size of [1, 7, 16_384, 65_536]) {
      const parts = Array.from({ length: Math.ceil(text.length / size) }, (_, i) =>
        Buffer.from(text.slice(i * size, (i + 1) * size)),
      );
      expect(JSON.stringify(await readParts(parts))).toBe(text);
    }
  });

  it('keeps no part of a body that comes byte by byte', async () => {
    const memory = () => process.memoryUsage().heapUsed / 2 ** 20;
    const before = memory();
    let during = 0;
    function* bytes(): Generator<Buffer> {
      for (let i = 0; i < 1_000_000; i++) yield Buffer.from('1');
      during = memory();
    }
    await expect(readParts(bytes())).resolves.toBe(Number.POSITIVE_INFINITY);
    expect(during - before).toBeLessThan(64);
  });
});

describe('TinyLmServer.close()', () => {
  it('ends a drain that would have gone on', async () => {
    const { server, socket } = await start();
    socket.on('error', () => undefined).resume();
    socket.write(ask({ tokens_per_second: 0.001 }));
    await until(() => server.stats.tokensGenerated === 1);
    const drained = server.drain(600_000);
    await server.close();
    await drained;
    await until(() => server.stats.activeGenerations === 0);
  });

  it('ends a server that listens to nothing, and may be called again', async () => {
    const server = createTinyLmServer({ model });
    await server.close();
    await server.close();
    await expect(server.drain()).resolves.toBeUndefined();
  });
});
