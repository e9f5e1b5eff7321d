import { Agent, createServer, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { realClock } from '@midstream/core';
import { afterEach, describe, expect, it } from 'vitest';
import { createGateway, type GatewayTelemetry } from '../src/index.ts';
import { TestHost } from './support/host.ts';
import { answerOf, chunksOf, WORDS, word } from './support/recordings.ts';
import {
  ask,
  CHAT,
  closeAll,
  gatewayOver,
  listen,
  type Reply,
  type Script,
  STREAM,
  scripted,
  until,
} from './support/servers.ts';

afterEach(closeAll);

const HEAD = { 'content-type': 'text/event-stream' };
const errorOf = (reply: Reply): { code: unknown } =>
  (JSON.parse(reply.text) as { error: { code: unknown } }).error;

describe('createGateway()', () => {
  it('close() ends every exchange with an error, and answers 503 afterwards', async () => {
    const { url, gateway, host } = await gatewayOver(
      (_req, res) => void res.writeHead(200, HEAD).write(word('a')),
    );
    const pending = ask(url, STREAM);
    await until(() => host.sessions.length === 1 && host.last.events.length > 0);
    await gateway.close();
    const { text } = await pending;
    expect(chunksOf(text).at(-1)?.error?.code).toBe('stream/aborted');
    expect((await ask(url, STREAM)).status).toBe(503);
  });

  it('close() waits for no client that does not send, does not read, or waits itself', async () => {
    const { url, gateway, host, upstream } = await gatewayOver(
      (_req, res) => {
        if (upstream.requests.at(-1)?.method === 'GET') return;
        res.writeHead(200, HEAD);
        const fill = (): void => {
          while (!res.destroyed && res.write(word('word '.repeat(1_000))));
          res.once('drain', fill);
        };
        fill();
      },
      { gateway: { limits: { closeMillis: 50 } } },
    );
    const { port } = new URL(url);
    const body = JSON.stringify(STREAM);
    const post = `POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}`;
    const closed: string[] = [];
    const say = (name: string, text: string): Promise<void> =>
      new Promise((resolve) => {
        const socket = connect(Number(port), '127.0.0.1', () =>
          socket.write(text, () => resolve()),
        );
        socket.on('error', () => {}).on('close', () => closed.push(name));
        if (name !== 'reads') socket.resume();
      });
    await say('sends', `${post}\r\n\r\n{`);
    await say('reads', `${post}\r\n\r\n${body}`);
    await until(() => upstream.requests.length === 1 && host.last.events.length > 0);
    await say('waits', 'GET /v1/models HTTP/1.1\r\nHost: a\r\n\r\n');
    await until(() => upstream.requests.length === 2);
    await gateway.close();
    await until(() => closed.includes('sends') && closed.includes('waits'));
    expect(host.last.closedAs).toBe('failed');
  });

  it('leaves nothing on a connection that is used again', async () => {
    const { gateway } = await gatewayOver((_req, res) => {
      res.writeHead(200, HEAD).end(answerOf(['a']).join(''));
    });
    const sockets: Socket[] = [];
    const listeners: number[] = [];
    const server = createServer((req, res) => {
      sockets.push(req.socket);
      listeners.push(req.socket.listenerCount('close'));
      void gateway.handle(req, res);
    });
    const url = await listen(server);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let i = 0; i < 3; i++) {
      await new Promise<void>((resolve) => {
        request(`${url}/v1/chat/completions`, { method: 'POST', agent }, (res) => {
          res.on('end', resolve).resume();
        }).end(JSON.stringify(STREAM));
      });
    }
    agent.destroy();
    expect(new Set(sockets).size).toBe(1);
    expect(new Set(listeners).size).toBe(1);
  });

  it('ends an answer that cannot be written', async () => {
    const deep = `data: {"choices":[],"x":${'['.repeat(100_000)}${']'.repeat(100_000)}}\n\n`;
    const script: Script = (_req, res) =>
      void res.writeHead(200, HEAD).end(deep + answerOf(['a']).join(''));
    const told: GatewayTelemetry[] = [];
    const { url } = await gatewayOver(script, {
      gateway: { onTelemetry: (event) => told.push(event) },
    });
    const reply = await ask(url, CHAT);
    expect([reply.status, errorOf(reply).code]).toEqual([500, 'session/failed']);
    expect(told.at(-1)).toMatchObject({ type: 'request-ended', outcome: 'failed', status: 500 });
  });

  it('closes the connection where not even an error can be written', async () => {
    const host = new TestHost();
    const open = host.open.bind(host);
    host.open = (options) => Object.assign(open(options), { id: 'no\nheader' });
    const { url } = await gatewayOver(
      (_req, res) => void res.writeHead(200, HEAD).end(answerOf(['a']).join('')),
      { gateway: { host } },
    );
    await expect(ask(url, STREAM)).rejects.toThrow('socket hang up');
  });

  it('refuses an upstream that is no http URL', () => {
    for (const url of ['nowhere', 'ftp://a/']) {
      const make = () =>
        createGateway({ host: new TestHost(), upstream: { url }, clock: realClock });
      expect(make).toThrowError(expect.objectContaining({ code: 'argument/invalid' }));
    }
  });

  it('tells what it measures', async () => {
    const told: GatewayTelemetry[] = [];
    const { url } = await gatewayOver(
      (_req, res) => void res.writeHead(200, HEAD).end(answerOf(WORDS).join('')),
      {
        gateway: { onTelemetry: (event) => told.push(event) },
      },
    );
    await ask(url, STREAM);
    await until(() => told.at(-1)?.type === 'request-ended');
    expect(told.map(({ type }) => type)).toEqual([
      'request-started',
      'first-delta',
      'deltas',
      'request-ended',
    ]);
    expect(told[2]).toMatchObject({ count: WORDS.length });
    expect(told[3]).toMatchObject({ status: 200, outcome: 'completed', tokens: WORDS.length });
  });

  it('survives a kept connection that upstream has closed', async () => {
    const used = new WeakSet<object>();
    const upstream = await scripted((req, res) => {
      if (used.has(req.socket)) {
        req.socket.resetAndDestroy();
        return;
      }
      used.add(req.socket);
      res.writeHead(200, HEAD).end(answerOf(['a']).join(''));
    });
    const { url } = await gatewayOver(() => {}, { gateway: { upstream: { url: upstream.url } } });
    for (let i = 0; i < 4; i++) expect((await ask(url, STREAM)).status).toBe(200);
  });
});
