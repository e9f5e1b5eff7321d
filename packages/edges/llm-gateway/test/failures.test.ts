import { request } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { GatewayTelemetry } from '../src/index.ts';
import {
  answerOf,
  chunksOf,
  DONE,
  delta,
  finish,
  reasonOf,
  role,
  textOf,
  WORDS,
  word,
} from './support/recordings.ts';
import {
  ask,
  CHAT,
  closeAll,
  gatewayOver,
  type Reply,
  type Script,
  STREAM,
  until,
} from './support/servers.ts';

afterEach(closeAll);

const HEAD = { 'content-type': 'text/event-stream' };
const errorOf = (reply: Reply): { message: string; type: string; param: unknown; code: unknown } =>
  (JSON.parse(reply.text) as { error: ReturnType<typeof errorOf> }).error;

describe('a request that is wrong', () => {
  const never: Script = (_req, res) => void res.end('never');

  it.each([
    ['{"a":', null, 'JSON'],
    [Buffer.from([0x7b, 0xff, 0x7d]), null, 'UTF-8'],
    ['[]', null, 'object'],
    ['{}', 'messages', 'array'],
    [{ ...CHAT, messages: 'hi' }, 'messages', 'array'],
    [{ ...CHAT, messages: ['hi'] }, 'messages[0]', 'object'],
    [{ ...CHAT, n: 0 }, 'n', '1 to 128'],
    [{ ...CHAT, n: 1.5 }, 'n', '1 to 128'],
    [{ ...CHAT, stream: 'yes' }, 'stream', 'boolean'],
    [{ ...CHAT, model: 7 }, 'model', 'string'],
    [{ ...CHAT, max_tokens: -1 }, 'max_tokens', 'whole number'],
  ])('is answered 400 in the shape of the protocol: %j', async (body, param, said) => {
    const { url, upstream, host } = await gatewayOver(never);
    const reply = await ask(url, body);
    expect(reply.status).toBe(400);
    expect(errorOf(reply)).toMatchObject({
      type: 'invalid_request_error',
      param,
      code: 'http/bad-request',
    });
    expect(errorOf(reply).message).toContain(said);
    expect([upstream.requests.length, host.sessions.length]).toEqual([0, 0]);
  });

  it('is answered by what the host says: unknown policy 400, too many sessions 429', async () => {
    const { url } = await gatewayOver(never);
    const asked = (policy: string) =>
      ask(url, STREAM, { headers: { 'x-midstream-policy': policy } });
    expect((await asked('none-such')).status).toBe(400);
    expect((await asked('full')).status).toBe(429);
  });

  it('is answered 400 where it is nested too deeply, and leaves no session', async () => {
    const { url, host } = await gatewayOver(never);
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const reply = await ask(url, `{"messages":[{"role":"user","content":${deep}}]}`);
    expect([reply.status, host.sessions.length]).toEqual([400, 0]);
    expect(errorOf(reply).message).toContain('nested too deeply');
  });

  it('is answered 405 with Allow, 415, and left alone on other paths', async () => {
    const { url } = await gatewayOver(never);
    const wrong = await ask(url, '', { method: 'GET' });
    expect([wrong.status, wrong.headers.allow]).toEqual([405, 'POST']);
    expect((await ask(url, '{}', { path: '/v1/models' })).status).toBe(405);
    expect((await ask(url, 'x', { headers: { 'content-encoding': 'gzip' } })).status).toBe(415);
    expect((await ask(url, '', { method: 'GET', path: '/v1/other' })).text).toBe('not mine');
  });

  it('is answered 413 while 100 MB are still coming, in flat memory, announced or not', async () => {
    for (const announced of [true, false]) {
      const { url, host } = await gatewayOver(never, {
        gateway: { limits: { requestBytes: 1 << 20 } },
      });
      const piece = Buffer.alloc(1 << 20, 97);
      const before = process.memoryUsage().rss;
      const reply = await new Promise<{ status: number; connection: string | undefined }>(
        (resolve, reject) => {
          const headers = announced ? { 'content-length': String(100 << 20) } : {};
          const sent = request(
            `${url}/v1/chat/completions`,
            { method: 'POST', headers, agent: false },
            (res) => {
              res.resume();
              resolve({ status: res.statusCode ?? 0, connection: res.headers.connection });
            },
          );
          sent.on('error', reject);
          let left = 100;
          const more = (): void => {
            if (left-- === 0) sent.end();
            else if (!sent.destroyed) sent.write(piece, more);
          };
          more();
        },
      );
      expect(reply).toEqual({ status: 413, connection: 'close' });
      expect(process.memoryUsage().rss - before).toBeLessThan(60 << 20);
      expect(host.sessions).toHaveLength(0);
    }
  });

  it('does no harm when the upload is broken off', async () => {
    const told: GatewayTelemetry[] = [];
    const { url, host } = await gatewayOver(never, {
      gateway: { onTelemetry: (event) => told.push(event) },
    });
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.write(
      'POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\n{"mess',
    );
    setTimeout(() => socket.destroy(), 20);
    await until(() => told.length > 0);
    expect(told[0]).toMatchObject({ type: 'request-refused', code: 'stream/aborted' });
    expect(host.sessions).toHaveLength(0);
  });
});

describe('an upstream that fails', () => {
  it('cannot be reached: 502 upstream_error before any header of a stream', async () => {
    const { url } = await gatewayOver(() => {}, {
      gateway: { upstream: { url: 'http://127.0.0.1:1' } },
    });
    for (const body of [STREAM, CHAT]) {
      const reply = await ask(url, body);
      expect(reply.status).toBe(502);
      expect(errorOf(reply)).toMatchObject({
        type: 'upstream_error',
        code: 'upstream/unreachable',
      });
    }
    expect((await ask(url, '', { method: 'GET', path: '/v1/models' })).status).toBe(502);
  });

  it('answers with an error: status and body are passed on', async () => {
    const body =
      '{ "error": {"message":"no such model","type":"invalid_request_error","code":"model_not_found"} }';
    const { url, host } = await gatewayOver((_req, res) => {
      res.writeHead(404, { 'content-type': 'application/json', 'retry-after': '7' }).end(body);
    });
    const reply = await ask(url, STREAM);
    expect([reply.status, reply.text, reply.headers['retry-after']]).toEqual([404, body, '7']);
    expect(reply.headers['x-midstream-session']).toBe(host.last.id);
    expect(host.last.closedAs).toBe('failed');
  });

  it.each([
    [500, 'plain words', 500, 'plain words'],
    [400, '{"error":"a string"}', 400, 'a string'],
    [503, '', 503, '503'],
    [302, 'moved', 502, 'redirects are not followed'],
    [204, '', 502, '204'],
  ])(
    'answers with %i and %j: %i in the shape of the protocol',
    async (status, text, seen, said) => {
      const { url, upstream } = await gatewayOver((_req, res) => {
        res.writeHead(status, { location: '/elsewhere' }).end(text);
      });
      const reply = await ask(url, STREAM);
      expect(reply.status).toBe(seen);
      expect(errorOf(reply).type).toBe('upstream_error');
      expect(errorOf(reply).message).toContain(said);
      expect(upstream.requests).toHaveLength(1);
    },
  );

  it('dies in the middle of a frame: what came whole leaves, then an error frame, no finish_reason', async () => {
    const { url, host } = await gatewayOver(
      (_req, res) => {
        res.writeHead(200, HEAD);
        res.write(`${role()}${word('Hello sec')}${word(' world').slice(0, 40)}`, () => {
          setTimeout(() => res.destroy(), 20);
        });
      },
      { literals: ['secret'], decision: 'cut' },
    );
    const { text, complete } = await ask(url, STREAM);
    expect(complete).toBe(true);
    const error = chunksOf(text).at(-1)?.error;
    expect(error).toMatchObject({ type: 'upstream_error', code: 'upstream/failed' });
    expect(textOf(text)).toBe('Hello sec');
    expect(reasonOf(text)).toBeUndefined();
    expect(text).not.toContain('[DONE]');
    expect(host.last.closedAs).toBe('failed');
  });

  it.each([
    ['no JSON', 'data: {"choices": [\n\n'],
    ['no object', 'data: 7\n\n'],
    ['choices of another kind', 'data: {"choices": {}}\n\n'],
    ['a choice of another kind', 'data: {"choices": [7]}\n\n'],
    ['a choice with a strange index', 'data: {"choices": [{"index": -1}]}\n\n'],
    ['a delta of another kind', 'data: {"choices": [{"delta": 7}]}\n\n'],
    ['a finish of another kind', 'data: {"choices": [{"finish_reason": 7}]}\n\n'],
    ['text that is no text', delta(0, { content: [{ text: 'secret' }] })],
    ['tool calls that are none', delta(0, { tool_calls: 'x' })],
    ['a tool call that is none', delta(0, { tool_calls: [1] })],
    ['a function that is none', delta(0, { tool_calls: [{ function: 'x' }] })],
    ['a function_call that is none', delta(0, { function_call: 'x' })],
    ['a frame that is too large', `data: "${'x'.repeat(5_000)}"\n\n`],
    ['too many calls', delta(0, { tool_calls: [0, 1, 2, 3].map((index) => ({ index })) })],
    ['an end that is too early', ''],
    ['an end within a frame', 'data: {"cho'],
  ])('sends garbage: %s', async (_name, garbage) => {
    const limits = { frameBytes: 4_000, toolCalls: 3 };
    const { url, host } = await gatewayOver(
      (_req, res) =>
        void res.writeHead(200, HEAD).end(role() + word('ok') + garbage + word('lost')),
      { gateway: { limits } },
    );
    const whole =
      garbage === '' || garbage.startsWith('data: {"cho') === false || garbage.endsWith('\n\n');
    const { text } = await ask(url, STREAM);
    expect(textOf(text.replace(/data: \{"error.*/s, ''))).toBe(garbage === '' ? 'oklost' : 'ok');
    expect(text).toContain('"type":"upstream_error"');
    expect(text).not.toContain('[DONE]');
    expect([host.last.closedAs, whole]).toEqual(['failed', whole]);
    expect((await ask(url, CHAT)).status).toBe(502);
  });

  it('reports an error within its stream: that frame is passed on, none is added', async () => {
    const frame = 'data: {"error":{"message":"overloaded","type":"server_error"}}\n\n';
    for (const end of ['', DONE]) {
      const sent = role() + word('a') + frame + end;
      const { url, host } = await gatewayOver(
        (_req, res) => void res.writeHead(200, HEAD).end(sent),
      );
      expect((await ask(url, STREAM)).text).toBe(sent);
      expect(host.last.closedAs).toBe('failed');
      const whole = await ask(url, CHAT);
      expect([whole.status, errorOf(whole).message]).toEqual([502, 'overloaded']);
    }
  });

  it.each([
    ['another content type', { 'content-type': 'text/html' }],
    ['an encoding', { ...HEAD, 'content-encoding': 'gzip' }],
  ])('answers with %s: 502', async (_name, head) => {
    const { url } = await gatewayOver((_req, res) => void res.writeHead(200, head).end('x'));
    const reply = await ask(url, STREAM);
    expect([reply.status, errorOf(reply).type]).toEqual([502, 'upstream_error']);
  });

  it('is silent: 504 without headers, an error frame within a stream', async () => {
    const silent = await gatewayOver(() => {}, { gateway: { limits: { firstByteMillis: 30 } } });
    const reply = await ask(silent.url, STREAM);
    expect([reply.status, errorOf(reply).code]).toEqual([504, 'upstream/timeout']);
    const stuck = await gatewayOver((_req, res) => void res.writeHead(200, HEAD).write(word('a')), {
      gateway: { limits: { idleMillis: 40 } },
    });
    const { text } = await ask(stuck.url, STREAM);
    expect(chunksOf(text).at(-1)?.error?.code).toBe('upstream/timeout');
    await until(() => stuck.upstream.broken() === 1 && silent.upstream.broken() === 1);
  });

  it('sends frames for ever that are held: the limit on waiting bytes ends it', async () => {
    const { url, upstream } = await gatewayOver(
      (_req, res) => {
        res.writeHead(200, HEAD).write(role());
        const timer = setInterval(() => res.write(word('s').repeat(20)), 2);
        res.on('close', () => clearInterval(timer));
      },
      { literals: ['s'.repeat(10_000)], gateway: { limits: { waitingBytes: 20_000 } } },
    );
    const { text } = await ask(url, STREAM);
    expect(chunksOf(text).at(-1)?.error?.code).toBe('budget/exceeded');
    await until(() => upstream.broken() === 1);
  });

  it('is held in one choice while another flows: what has left counts no more', async () => {
    const flow = Array.from({ length: 500 }, () => word('free ', 1)).join('');
    const sent = `${word('s')}${flow}${word('t')}${finish()}${finish('stop', 1)}${DONE}`;
    const { url } = await gatewayOver(
      async (_req, res) => {
        res.writeHead(200, HEAD);
        for (let at = 0; at < sent.length; at += 3_000) {
          res.write(sent.slice(at, at + 3_000));
          await new Promise((resolve) => setImmediate(resolve));
        }
        res.end();
      },
      { literals: ['secret'], gateway: { limits: { waitingBytes: 20_000 } } },
    );
    const { text } = await ask(url, { ...STREAM, n: 2 });
    expect(textOf(text, 0)).toBe('st');
    expect(textOf(text, 1)).toBe('free '.repeat(500));
    expect(text.endsWith(DONE)).toBe(true);
  });

  it('stays connected after [DONE]: the client gets its end, upstream is let go', async () => {
    const { url, upstream, host } = await gatewayOver(
      (_req, res) => void res.writeHead(200, HEAD).write(answerOf(WORDS).join('')),
      { gateway: { limits: { trailMillis: 30 } } },
    );
    expect((await ask(url, STREAM)).text).toBe(answerOf(WORDS).join(''));
    await until(() => upstream.broken() === 1);
    expect(host.last.closedAs).toBe('completed');
  });

  it('disturbs no other session', async () => {
    let number = 0;
    const { url } = await gatewayOver(async (_req, res) => {
      const good = number++ % 2 === 0;
      res.writeHead(200, HEAD);
      for (const frame of answerOf(WORDS)) {
        res.write(frame);
        await new Promise((resolve) => setTimeout(resolve, 3));
        if (!good) res.write('data: garbage\n\n');
      }
      res.end();
    });
    const replies = await Promise.all(Array.from({ length: 10 }, () => ask(url, STREAM)));
    const good = replies.filter(({ text }) => text === answerOf(WORDS).join(''));
    expect(good).toHaveLength(5);
    expect(replies.filter(({ text }) => text.includes('upstream_error'))).toHaveLength(5);
  });
});

describe('a client', () => {
  it('that goes stops the upstream within one token and closes the session', async () => {
    let tokens = 0;
    let atClose = 0;
    const { url, host } = await gatewayOver((_req, res) => {
      res.writeHead(200, HEAD).write(role());
      const timer = setInterval(() => {
        tokens += 1;
        res.write(word('a'));
      }, 50);
      res.on('close', () => {
        clearInterval(timer);
        atClose = tokens;
      });
    });
    let atLeaving = 0;
    const sent = request(`${url}/v1/chat/completions`, { method: 'POST', agent: false }, (res) => {
      res.on('error', () => {});
      res.on('data', () => {
        if (tokens < 3) return;
        atLeaving = tokens;
        res.destroy();
      });
    });
    sent.end(JSON.stringify(STREAM));
    await until(() => atClose > 0);
    expect(atClose - atLeaving).toBeLessThanOrEqual(1);
    await until(() => host.last.closedAs !== null);
    expect(host.last.closedAs).toBe('disconnected');
  });

  it('that goes before upstream answered leaves nothing behind', async () => {
    const { url, host, upstream } = await gatewayOver(() => {});
    const sent = request(`${url}/v1/chat/completions`, { method: 'POST', agent: false });
    sent.on('error', () => {});
    sent.end(JSON.stringify(STREAM));
    await until(() => upstream.requests.length === 1);
    sent.destroy();
    await until(() => upstream.broken() === 1 && host.last.closedAs !== null);
    expect(host.last.closedAs).toBe('disconnected');
  });

  it('that goes while its answers wait for each other leaves nothing behind', async () => {
    const { url, host, upstream, gateway } = await gatewayOver(() => {});
    const { port } = new URL(url);
    const body = JSON.stringify(STREAM);
    const socket = connect(Number(port), '127.0.0.1');
    const head = `POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}`;
    socket.write(`${head}\r\n\r\n${body}`.repeat(3));
    await until(() => upstream.requests.length === 3);
    socket.destroy();
    await until(() => upstream.broken() === 3);
    expect(host.sessions.map(({ closedAs }) => closedAs)).toEqual(Array(3).fill('disconnected'));
    await gateway.close();
  });

  it('that does not read pauses the upstream, and is let go after a while', async () => {
    let written = 0;
    let blocked = false;
    const piece = word('x'.repeat(10_000)).repeat(5);
    const { url, upstream, host } = await gatewayOver(
      (_req, res) => {
        res.writeHead(200, HEAD).write(role());
        const more = (): void => {
          while (!res.destroyed && written < 400 << 20) {
            written += piece.length;
            if (!res.write(piece)) {
              blocked = true;
              res.once('drain', () => {
                blocked = false;
                more();
              });
              return;
            }
          }
        };
        more();
      },
      { gateway: { limits: { drainMillis: 400 } } },
    );
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.on('error', () => {});
    const body = JSON.stringify(STREAM);
    socket.pause();
    socket.write(
      `POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
    await until(() => blocked);
    await until(() => host.last.closedAs !== null && upstream.broken() === 1);
    expect(written).toBeLessThan(40 << 20);
    socket.destroy();
  });

  it('that reads slowly gets everything', async () => {
    const text = [
      role(),
      ...Array.from({ length: 400 }, () => word('y'.repeat(9_000))),
      finish(),
      DONE,
    ].join('');
    const { url } = await gatewayOver((_req, res) => void res.writeHead(200, HEAD).end(text));
    const got = await new Promise<number>((resolve) => {
      const sent = request(
        `${url}/v1/chat/completions`,
        { method: 'POST', agent: false },
        (res) => {
          let length = 0;
          res.on('data', (piece: Buffer) => {
            length += piece.length;
            res.pause();
            setTimeout(() => res.resume(), 1);
          });
          res.on('end', () => resolve(length));
        },
      );
      sent.end(JSON.stringify(STREAM));
    });
    expect(got).toBe(Buffer.byteLength(text));
  });
});
