import type { SessionSummary } from '@midstream/core';
import { DEFAULT_POLICY, OPERATIONS } from '@midstream/sdk';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { errorReply } from '../src/server/reply.ts';
import { MAX_BODY_BYTES, MAX_JSON_DEPTH } from '../src/server/request-body.ts';
import type { MidstreamServer } from '../src/server/server.ts';
import {
  ask,
  CHAT,
  call,
  closeAll,
  raw,
  says,
  serverOver,
  until,
  upstreamWith,
} from './support.ts';

let server: MidstreamServer;
beforeEach(async () => {
  server = await serverOver('http://127.0.0.1:9/v1', { flags: { 'upstream-model': 'm' } });
});
afterEach(closeAll);

interface Failure {
  readonly error: { readonly code: string; readonly message: string };
}

describe('the API', () => {
  it('opens, lists, shows, pushes to and ends sessions', async () => {
    const opened = await call<SessionSummary>(server, 'POST', '/v1/sessions', {
      label: 'mine',
      model: 'm',
      choices: 2,
      tokenBudget: 9,
    });
    expect(opened.status).toBe(201);
    expect(opened.body).toMatchObject({ label: 'mine', origin: 'api', choices: 2, tokenBudget: 9 });
    const path = `/v1/sessions/${opened.body.id}`;
    const pushed = await call(server, 'POST', `${path}/events`, {
      events: [{ type: 'text-delta', text: `so ${'and on and on it goes '.repeat(8)}` }],
    });
    expect(pushed.body.actions).toMatchObject([{ type: 'cut', rule: 'no-loop' }]);
    expect((await call(server, 'GET', path)).body).toMatchObject({ counts: { events: 1 } });
    const list = await call<{ sessions: SessionSummary[] }>(server, 'GET', '/v1/sessions');
    expect(list.body.sessions.map(({ id }) => id)).toEqual([opened.body.id]);
    expect((await call(server, 'DELETE', path)).body).toMatchObject({ state: 'cut' });
    expect((await call(server, 'POST', `${path}/events`, { events: [] })).status).toBe(409);
  });

  it('opens a session for a request without a body', async () => {
    const { status, body } = await call(server, 'POST', '/v1/sessions');
    expect([status, body.label]).toEqual([201, 'opened through the API']);
  });

  it.each([
    ['GET', '/v1/sessions/none', undefined, 404, 'http/not-found'],
    ['DELETE', '/v1/sessions/none', undefined, 404, 'http/not-found'],
    ['DELETE', '/v1/sessions', undefined, 404, 'http/not-found'],
    ['POST', '/v1/sessions', { labell: 'x' }, 400, 'argument/invalid'],
    ['POST', '/v1/sessions', { choices: 0 }, 400, 'argument/invalid'],
    ['POST', '/v1/sessions', [], 400, 'argument/invalid'],
    ['POST', '/v1/sessions', '<a/>', 400, 'http/bad-request'],
    ['POST', '/v1/sessions', { policy: 'defualt' }, 422, 'policy/invalid'],
    ['POST', '/v1/sessions/none/events', { events: [] }, 404, 'http/not-found'],
    ['POST', '/v1/sessions/none/events', {}, 400, 'argument/invalid'],
    ['POST', '/v1/operations/no.such', {}, 404, 'operation/unknown'],
    ['POST', '/v1/operations/compare.distance', {}, 400, 'argument/invalid'],
    ['POST', '/v1/policies/check', {}, 400, 'argument/invalid'],
    ['POST', '/v1/policies/check', { source: 'rules: [' }, 422, 'policy/invalid'],
    ['GET', '/v1/nowhere', undefined, 404, 'http/not-found'],
    ['POST', '/metrics', undefined, 404, 'http/not-found'],
    ['GET', '//evil', undefined, 404, 'http/not-found'],
    ['GET', '/v1/sessions/%zz', undefined, 404, 'http/not-found'],
  ] as const)('answers %s %s %j with %i %s', async (method, path, body, status, code) => {
    const reply = await call<Failure>(server, method, path, body);
    expect([reply.status, reply.body.error.code]).toEqual([status, code]);
    expect(reply.body.error.message.length).toBeGreaterThan(10);
  });

  it('answers operations, with numbers that JSON cannot hold as text', async () => {
    const path = '/v1/operations/compare.distance';
    const far = { metric: 'dtw', band: 0, x: [1, 2, 3], y: [1] };
    expect((await call(server, 'POST', path, far)).body).toEqual({ distance: 'Infinity' });
    const { body } = await call<{ operations: { name: string; input: object }[] }>(
      server,
      'GET',
      '/v1/operations',
    );
    expect(body.operations.map(({ name }) => name)).toEqual(OPERATIONS.map(({ name }) => name));
    expect(body.operations[0]?.input).toHaveProperty('type');
  });

  it('shows policies and checks them', async () => {
    const { body } = await call<{ policies: { name: string; default: boolean; source: string }[] }>(
      server,
      'GET',
      '/v1/policies',
    );
    expect(body.policies).toMatchObject([
      { name: 'default', default: true, source: DEFAULT_POLICY },
    ]);
    const checked = await call(server, 'POST', '/v1/policies/check', { source: DEFAULT_POLICY });
    expect(checked.body.report).toMatchObject({ rules: [{ id: 'no-loop' }, { id: 'no-silence' }] });
  });

  it('tells how it is', async () => {
    expect((await call(server, 'GET', '/healthz')).body).toEqual({ status: 'ok' });
    expect((await call(server, 'GET', '/readyz')).body).toEqual({ status: 'ready' });
    const status = (await call(server, 'GET', '/v1/status')).body;
    expect(status).toMatchObject({
      node: process.versions.node,
      demonstration: false,
      upstream: { kind: 'openai-compatible', model: 'm', state: 'ready' },
    });
    const { paths } = (await call<{ paths: object }>(server, 'GET', '/openapi.json')).body;
    expect(paths).toHaveProperty('/v1/sessions');
  });

  it('answers HEAD without a body', async () => {
    const { status, text } = await ask(`${server.url}/v1/sessions`, { method: 'HEAD' });
    expect([status, text]).toEqual([200, '']);
  });
});

describe('the API, called by somebody hostile', () => {
  it('refuses other hosts and origins on every path', async () => {
    for (const path of ['/', '/v1/feed', '/v1/sessions', '/v1/models', '/metrics', '/healthz']) {
      const evil = { headers: { host: 'evil.example' } };
      expect((await ask(`${server.url}${path}`, evil)).status).toBe(403);
      const page = { headers: { origin: 'http://evil.example' } };
      expect((await ask(`${server.url}${path}`, page)).status).toBe(403);
    }
  });

  it('refuses a body that is too large, said beforehand or found out, and goes on', async () => {
    const text = ' '.repeat(MAX_BODY_BYTES + 1);
    const url = `${server.url}/v1/sessions`;
    expect((await ask(url, { method: 'POST', body: text })).status).toBe(413);
    const chunked = { 'transfer-encoding': 'chunked' };
    expect((await ask(url, { method: 'POST', body: text, headers: chunked })).status).toBe(413);
    expect((await ask(url, { method: 'POST', body: '{}', headers: chunked })).status).toBe(201);
  });

  it('refuses JSON that is nested too deep, and counts no bracket in a string', async () => {
    const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;
    for (const [body, code] of [
      [nested(MAX_JSON_DEPTH), 'argument/invalid'],
      [nested(MAX_JSON_DEPTH + 1), 'http/bad-request'],
      [nested(1_000_000), 'http/bad-request'],
      [`{"\\\\":1,"a\\"${'['.repeat(99)}":1}`, 'argument/invalid'],
      [`"${'['.repeat(99)}`, 'http/bad-request'],
    ] as const) {
      const reply = await ask(`${server.url}/v1/sessions`, { method: 'POST', body });
      expect((JSON.parse(reply.text) as Failure).error.code).toBe(code);
    }
  });

  it('outlives a client that leaves in the middle of its body', async () => {
    const { hostname, port } = new URL(server.url);
    const { connect } = await import('node:net');
    const socket = connect(Number(port), hostname);
    socket.write(
      `POST /v1/sessions HTTP/1.1\r\nHost: ${hostname}\r\nContent-Length: 100\r\n\r\n{"label":`,
    );
    await new Promise((resolve) => setTimeout(resolve, 20));
    socket.destroy();
    expect((await call(server, 'GET', '/healthz')).status).toBe(200);
    expect(server.hub.list()).toEqual([]);
  });

  it('answers requests in a pipeline in order, and refuses what is no path', async () => {
    const host = new URL(server.url).host;
    const get = (target: string, more = ''): string =>
      `GET ${target} HTTP/1.1\r\nHost: ${host}\r\n${more}\r\n`;
    const close = 'Connection: close\r\n';
    const said = await raw(server.url, get('/healthz') + get('/nowhere') + get('/readyz', close));
    expect(said.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 404', 'HTTP/1.1 200']);
    expect(await raw(server.url, get('http://evil.example/v1/sessions', close))).toContain(' 403 ');
    expect(await raw(server.url, get(`http://${host}/healthz`, close))).toContain(' 200 ');
    const star = `OPTIONS * HTTP/1.1\r\nHost: ${host}\r\n${close}\r\n`;
    expect(await raw(server.url, star)).toContain(' 400 ');
    const upgrade = 'Connection: Upgrade, close\r\nUpgrade: websocket\r\n';
    expect(await raw(server.url, get('/v1/realtime', upgrade))).toContain(' 404 ');
  });
});

describe('a session of the gateway', () => {
  it('takes neither events nor an end from the API, and its client notices nothing', async () => {
    const upstream = await upstreamWith(says(['Once ', 'upon'], { hang: true }));
    const over = await serverOver(upstream.url);
    const url = `${over.url}/v1/chat/completions`;
    const reading = ask(url, { method: 'POST', body: { ...CHAT, stream: true } });
    await until(() => (over.hub.list()[0]?.counts.tokens ?? 0) === 2);
    const path = `/v1/sessions/${over.hub.list()[0]?.id}`;
    const events = [{ type: 'text-delta', text: 'injected' }];
    for (const [method, below, body] of [
      ['POST', '/events', { events }],
      ['DELETE', '', undefined],
    ] as const) {
      const reply = await call<Failure>(over, method, `${path}${below}`, body);
      expect([reply.status, reply.body.error.code]).toEqual([403, 'http/forbidden']);
    }
    expect(over.hub.list()[0]?.state).toBe('open');
    await over[Symbol.asyncDispose]();
    const { text } = await reading;
    expect(text).toContain('upon');
    expect(text).not.toContain('injected');
  });
});

describe('errorReply()', () => {
  it('keeps the text of what is not ours in the log', () => {
    const { status, body } = errorReply(new Error('password: 1234'));
    expect(status).toBe(500);
    expect(JSON.stringify(body)).not.toContain('1234');
  });
});
