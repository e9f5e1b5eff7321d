import type { SessionRecord, SessionSummary } from '@midstream/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Product, run, startProduct } from './product.ts';

let product: Product;
beforeAll(async () => {
  product = await startProduct(['serve']);
});
afterAll(async () => {
  await product[Symbol.asyncDispose]();
});

async function call<T>(
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; body: T }> {
  const response = await fetch(`${product.url}${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as T };
}

const open = async (label: string): Promise<SessionSummary> =>
  (await call<SessionSummary>('POST', '/v1/sessions', { label })).body;

interface Sse {
  readonly id: number;
  readonly event: string;
  readonly data: SessionRecord;
}

/** Reads events until the response ends or `count` have come. */
async function events(
  path: string,
  options: { last?: string; count?: number } = {},
): Promise<Sse[]> {
  const abort = new AbortController();
  const response = await fetch(`${product.url}${path}`, {
    headers: options.last === undefined ? {} : { 'last-event-id': options.last },
    signal: abort.signal,
  });
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  const out: Sse[] = [];
  let rest = '';
  for await (const chunk of response.body ?? []) {
    rest += new TextDecoder().decode(chunk);
    const blocks = rest.split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
      const data = field('data');
      if (data === undefined) continue;
      out.push({ id: Number(field('id')), event: field('event') ?? '', data: JSON.parse(data) });
    }
    if (options.count !== undefined && out.length >= options.count) break;
  }
  abort.abort();
  return out;
}

describe('the sessions API', () => {
  it('judges what a client pushes and answers with what may leave', async () => {
    const { id } = await open('pushed');
    const loop = 'and over again '.repeat(12);
    const { status, body } = await call<Record<string, { type: string }[]>>(
      'POST',
      `/v1/sessions/${id}/events`,
      { events: [{ type: 'text-delta', text: `so it goes ${loop}` }] },
    );
    expect(status).toBe(200);
    expect(body.actions?.map(({ type }) => type)).toContain('cut');
    expect(body.released?.map(({ type }) => type)).toContain('choice-end');
    expect((await call<SessionSummary>('GET', `/v1/sessions/${id}`)).body.cut).not.toBeNull();
  });

  it('replays a session from any record with Last-Event-ID, and ends after it closed', async () => {
    const { id } = await open('replayed');
    for (const text of ['one ', 'two ', 'three']) {
      await call('POST', `/v1/sessions/${id}/events`, { events: [{ type: 'text-delta', text }] });
    }
    await call('DELETE', `/v1/sessions/${id}`);
    const all = await events(`/v1/sessions/${id}/events`);
    expect(all[0]?.event).toBe('opened');
    expect(all.at(-1)?.event).toBe('closed');
    expect(all.map((event) => event.id)).toEqual(all.map((event) => event.data.id));
    const text = all.flatMap(({ data }) =>
      data.type === 'released' && data.event.type === 'text-delta' ? [data.event.text] : [],
    );
    expect(text.join('')).toBe('one two three');
    const middle = all[3];
    const rest = await events(`/v1/sessions/${id}/events`, { last: String(middle?.id) });
    expect(rest).toEqual(all.slice(4));
    expect(await events(`/v1/sessions/${id}/events?after=${middle?.id}`)).toEqual(rest);
  });

  it('tells of new sessions on the feed', async () => {
    const abort = new AbortController();
    const feed = await fetch(`${product.url}/v1/feed`, { signal: abort.signal });
    const { id } = await open('fed');
    await call('DELETE', `/v1/sessions/${id}`);
    const states: string[] = [];
    let rest = '';
    for await (const chunk of feed.body ?? []) {
      rest += new TextDecoder().decode(chunk);
      const lines = rest.split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (!line.startsWith('data: ')) continue;
        const summary = JSON.parse(line.slice('data: '.length)) as SessionSummary;
        if (summary.id === id) states.push(summary.state);
      }
      if (states.includes('completed')) break;
    }
    abort.abort();
    expect(states.at(-1)).toBe('completed');
    expect(
      (await call<{ sessions: SessionSummary[] }>('GET', '/v1/sessions')).body.sessions[0]?.id,
    ).toBe(id);
  });

  it.each([
    ['GET', '/v1/sessions/none', undefined, 404, 'http/not-found'],
    ['GET', '/v1/sessions/none/events', undefined, 404, 'http/not-found'],
    ['POST', '/v1/sessions', { labell: 'x' }, 400, 'argument/invalid'],
    ['POST', '/v1/sessions', '{"label":', 400, 'http/bad-request'],
    ['POST', '/v1/sessions', { policy: 'no-such' }, 422, 'policy/invalid'],
    ['POST', '/v1/sessions/none/events', { events: [] }, 404, 'http/not-found'],
    ['POST', '/v1/operations/no.such', {}, 404, 'operation/unknown'],
    ['POST', '/v1/operations/compare.distance', { metric: 'dtw', x: [1], y: [] }, 400, undefined],
    ['POST', '/v1/policies/check', { source: 'rules: [' }, 422, 'policy/invalid'],
    ['GET', '/v1/nowhere', undefined, 404, 'http/not-found'],
    ['GET', '/../../package.json', undefined, 404, 'http/not-found'],
    ['GET', '//evil', undefined, 404, 'http/not-found'],
    ['DELETE', '/v1/sessions', undefined, 404, 'http/not-found'],
  ] as const)('answers %s %s %j with %i and a code', async (method, path, body, status, code) => {
    const reply = await call<{ error: { code: string; message: string } }>(method, path, body);
    expect(reply.status).toBe(status);
    if (code !== undefined) expect(reply.body.error.code).toBe(code);
    expect(reply.body.error.message.length).toBeGreaterThan(10);
  });

  it('refuses an event draft of an unknown type and keeps the session', async () => {
    const { id } = await open('drafts');
    const bad = await call('POST', `/v1/sessions/${id}/events`, { events: [{ type: 'tick' }] });
    expect(bad.status).toBe(400);
    const good = await call('POST', `/v1/sessions/${id}/events`, {
      events: [{ type: 'text-delta', text: 'fine' }],
    });
    expect(good.status).toBe(200);
    await call('DELETE', `/v1/sessions/${id}`);
    const late = await call('POST', `/v1/sessions/${id}/events`, { events: [] });
    expect(late.status).toBe(409);
  });
});

describe('the limits of the API', () => {
  it('opens sessions up to a limit, answers the rest with 429, and has room again', async () => {
    const ids: string[] = [];
    let refused = 0;
    for (let n = 0; n < 1_100; n++) {
      const { status, body } = await call<SessionSummary>('POST', '/v1/sessions', {});
      if (status === 201) ids.push(body.id);
      else {
        expect(status).toBe(429);
        refused += 1;
      }
    }
    expect(refused).toBeGreaterThan(50);
    const label = 'one too many';
    const one = await call<{ error: { code: string } }>('POST', '/v1/sessions', { label });
    expect(one.body.error.code).toBe('session/limit');
    for (const id of ids) await call('DELETE', `/v1/sessions/${id}`);
    const { id } = await open('room again');
    await call('DELETE', `/v1/sessions/${id}`);
  });

  it('lets nobody put words into a stream of the gateway, or end it', async () => {
    const abort = new AbortController();
    const chat = await fetch(`${product.url}/v1/chat/completions`, {
      method: 'POST',
      signal: abort.signal,
      body: JSON.stringify({
        model: 'tiny-lm',
        messages: [{ role: 'user', content: 'The whale' }],
        stream: true,
        tokens_per_second: 5,
      }),
    });
    const path = `/v1/sessions/${chat.headers.get('x-midstream-session')}`;
    const events = [{ type: 'text-delta', text: 'injected' }];
    expect((await call('POST', `${path}/events`, { events })).status).toBe(403);
    expect((await call('DELETE', path)).status).toBe(403);
    expect((await call<SessionSummary>('GET', path)).body.state).toBe('open');
    abort.abort();
    await chat.text().catch(() => '');
  });
});

describe('the other paths', () => {
  it('answer operations, health, status, metrics, policies and the API document', async () => {
    const distance = await call('POST', '/v1/operations/compare.distance', {
      metric: 'dtw',
      cost: 'absolute',
      x: [0, 1, 2],
      y: [0, 2],
    });
    expect(distance).toEqual({ status: 200, body: { distance: 1 } });
    expect((await call<{ status: string }>('GET', '/healthz')).body.status).toBe('ok');
    const metrics = await (await fetch(`${product.url}/metrics`)).text();
    expect(metrics).toMatch(/midstreamer_dtw_latency_ms_bucket\{[^}]*le="0.05"\}/);
    expect(metrics).toMatch(/midstreamer_pattern_matches_total\{[^}]*proposition="loop"/);
    const status = await call<{ upstream: { kind: string; state: string } }>('GET', '/v1/status');
    expect(status.body.upstream).toMatchObject({ kind: 'tiny-lm', state: 'ready' });
    const policies = await call<{ policies: { default: boolean; report: { rules: unknown[] } }[] }>(
      'GET',
      '/v1/policies',
    );
    expect(policies.body.policies.filter((policy) => policy.default)).toHaveLength(1);
    const document = await call<{ openapi: string; paths: object }>('GET', '/openapi.json');
    expect(document.body.openapi).toMatch(/^3\.1/);
    expect(Object.keys(document.body.paths)).toEqual(
      expect.arrayContaining(['/v1/sessions', '/v1/operations/compare.distance']),
    );
  });

  it('serve the dashboard with a policy against foreign code', async () => {
    const page = await fetch(`${product.url}/`);
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
  });
});

describe('the process', () => {
  it('ends within its grace on SIGTERM while streams are open', async () => {
    const other = await startProduct(['serve']);
    const reading = fetch(`${other.url}/v1/feed`).then((response) => response.text());
    const body = { model: 'tiny-lm', max_tokens: 480, stream: true, tokens_per_second: 5 };
    const chat = await fetch(`${other.url}/v1/chat/completions`, {
      method: 'POST',
      body: JSON.stringify({ ...body, messages: [{ role: 'user', content: 'The whale' }] }),
    });
    expect(chat.status).toBe(200);
    const said = chat.text();
    await other[Symbol.asyncDispose]();
    expect(await reading).toContain('event: session');
    expect(await said).toContain('closing');
    expect(other.process.exitCode).toBe(0);
  });

  it('ends at once at a second SIGTERM', async () => {
    const other = await startProduct(['serve']);
    const { connect } = await import('node:net');
    const { hostname, port } = new URL(other.url);
    // A request whose body never comes holds the server up.
    const socket = connect(Number(port), hostname).on('error', () => undefined);
    socket.write(`POST /v1/sessions HTTP/1.1\r\nHost: ${hostname}\r\nContent-Length: 9\r\n\r\n`);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const exit = new Promise((resolve) => other.process.once('exit', resolve));
    other.process.kill('SIGTERM');
    await expect.poll(() => other.stderr()).toContain('Stopping');
    other.process.kill('SIGTERM');
    expect(await exit).toBe(130);
    socket.destroy();
  });

  it('says what to do when its port is taken, and ends', async () => {
    const { port } = new URL(product.url);
    const { code, stderr } = await run(['serve', '--port', port]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/port \d+ is taken.*--port/s);
  });
});
