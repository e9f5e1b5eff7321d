import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import OpenAI from 'openai';
import { afterEach, describe, expect, it } from 'vitest';
import { toApiError } from '../src/api-error.ts';
import type { GenerateOptions, Generation } from '../src/generate.ts';
import { loadModel, TinyLM } from '../src/model.ts';
import { createTinyLmServer, type TinyLmServer, type TinyLmServerOptions } from '../src/server.ts';
import { smallModel } from './corpus.ts';

const model = loadModel();
const PROMPT = 'The people of the United States';
const servers: TinyLmServer[] = [];

async function start(
  options: TinyLmServerOptions = {},
): Promise<{ server: TinyLmServer; url: string }> {
  const server = createTinyLmServer({ model, ...options });
  servers.push(server);
  return { server, url: await server.listen() };
}

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const chat = (fields: Record<string, unknown> = {}) => ({
  model: 'tiny-lm',
  messages: [{ role: 'user', content: PROMPT }],
  temperature: 0,
  max_tokens: 8,
  ...fields,
});

async function post(url: string, body: unknown, signal?: AbortSignal): Promise<Response> {
  return await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body:
      typeof body === 'string' || body instanceof Uint8Array
        ? (body as BodyInit)
        : JSON.stringify(body),
    ...(signal === undefined ? {} : { signal }),
  });
}

/** What the tests look at in a part of an answer. */
interface Part {
  readonly usage?: unknown;
  readonly choices: readonly {
    readonly delta: { readonly content?: string };
    readonly logprobs: { readonly content: readonly { readonly logprob: number }[] } | null;
  }[];
}

/** The parsed parts of a streamed answer; the last must be [DONE]. */
async function parts(response: Response): Promise<Part[]> {
  const lines = (await response.text()).split('\n\n').filter((line) => line !== '');
  expect(lines.pop()).toBe('data: [DONE]');
  return lines.map((line) => JSON.parse(line.replace(/^data: /, '')));
}

/** A model that fails in its first step. */
class BrokenModel extends TinyLM {
  override generate(options: GenerateOptions): Generation {
    const generation = super.generate(options);
    generation.step = () => {
      throw new Error('Weights went bad');
    };
    return generation;
  }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('POST /v1/chat/completions', () => {
  it('answers whole in the shape of OpenAI', async () => {
    const { url } = await start({ now: () => 1_700_000_000_999 });
    const answer = await (await post(url, chat())).json();
    expect(answer).toEqual({
      id: expect.stringMatching(/^chatcmpl-/),
      object: 'chat.completion',
      created: 1_700_000_000,
      model: 'tiny-lm',
      system_fingerprint: model.fingerprint,
      choices: [
        {
          index: 0,
          message: {
            role: 'assistant',
            content: model.complete({ prompt: PROMPT, temperature: 0, maxTokens: 8 }),
            refusal: null,
          },
          logprobs: null,
          finish_reason: 'length',
        },
      ],
      usage: { prompt_tokens: 7, completion_tokens: 8, total_tokens: 15 },
    });
  });

  it('streams the same text, role first, finish reason last, usage when asked', async () => {
    const { url } = await start();
    const response = await post(
      url,
      chat({ stream: true, stream_options: { include_usage: true } }),
    );
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    const chunks = await parts(response);
    expect(chunks[0]?.choices[0]?.delta).toEqual({ role: 'assistant', content: '', refusal: null });
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { total_tokens: 15 } });
    expect(chunks.at(-2)?.choices[0]).toMatchObject({ delta: {}, finish_reason: 'length' });
    expect(chunks.slice(0, -1).every((chunk) => chunk.usage === null)).toBe(true);
    const text = chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('');
    expect(text).toBe(model.complete({ prompt: PROMPT, temperature: 0, maxTokens: 8 }));
  });

  it('sends no usage unasked', async () => {
    const { url } = await start();
    const chunks = await parts(await post(url, chat({ stream: true })));
    expect(chunks.some((chunk) => 'usage' in chunk)).toBe(false);
  });

  it('streams through the official client, several choices at once', async () => {
    const { url } = await start();
    const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'none' });
    const stream = await client.chat.completions.create({
      model: 'tiny-lm',
      messages: [{ role: 'user', content: PROMPT }],
      stream: true,
      n: 3,
      seed: 5,
      max_completion_tokens: 6,
    });
    const texts = ['', '', ''];
    for await (const { choices } of stream) {
      for (const { index, delta } of choices) texts[index] += delta.content ?? '';
    }
    expect(texts).toEqual(
      [5, 6, 7].map((seed) => model.complete({ prompt: PROMPT, seed, maxTokens: 6 })),
    );
    expect((await client.models.list()).data.map(({ id }) => id)).toEqual(['tiny-lm']);
    expect((await client.models.retrieve('tiny-lm')).object).toBe('model');
  });

  it('counts the prompt once and the tokens of all choices', async () => {
    const { url } = await start();
    const { usage, choices } = await (await post(url, chat({ n: 2 }))).json();
    expect(choices).toHaveLength(2);
    expect(usage).toEqual({ prompt_tokens: 7, completion_tokens: 16, total_tokens: 23 });
  });

  it.each([false, true])('gives logprobs with alternatives (stream: %s)', async (stream) => {
    const { url } = await start();
    const response = await post(
      url,
      chat({ stream, logprobs: true, top_logprobs: 2, max_tokens: 3 }),
    );
    const answers: Part[] = stream ? await parts(response) : [await response.json()];
    const content = answers.flatMap((answer) => answer.choices[0]?.logprobs?.content ?? []);
    expect(content).toHaveLength(3);
    expect(content[0]).toEqual({
      token: ',',
      logprob: expect.any(Number),
      bytes: [44],
      top_logprobs: [
        { token: ',', logprob: content[0]?.logprob, bytes: [44] },
        { token: expect.any(String), logprob: expect.any(Number), bytes: expect.any(Array) },
      ],
    });
  });

  it('stops before a stop string, given as a string or a list', async () => {
    const { url } = await start();
    for (const stop of ['Speaker', ['Speaker', 'zzz']]) {
      const { choices } = await (await post(url, chat({ stop }))).json();
      expect(choices[0]).toMatchObject({ message: { content: ', Mr. ' }, finish_reason: 'stop' });
    }
  });

  it('continues the last user message and reads nothing else', async () => {
    const { url } = await start();
    const messages = [
      { role: 'system', content: 'Answer in French' },
      { role: 'user', content: 'The whale' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'The people of ' },
          { type: 'text', text: 'the United States' },
        ],
      },
      { role: 'assistant', content: null },
    ];
    const [a, b] = await Promise.all([post(url, chat({ messages })), post(url, chat())]);
    expect((await a.json()).choices).toEqual((await b.json()).choices);
  });

  it('takes null and unknown fields as absent, and 256 tokens as the default', async () => {
    const { url } = await start();
    const body = chat({ max_tokens: null, stop: null, n: null, user: 'x', tools: [], seed: null });
    expect((await (await post(url, body)).json()).usage.completion_tokens).toBe(256);
  });

  it('draws a seed where none is given', async () => {
    const { url } = await start({ drawSeed: () => 11 });
    const { choices } = await (await post(url, chat({ temperature: 1 }))).json();
    expect(choices[0].message.content).toBe(
      model.complete({ prompt: PROMPT, seed: 11, maxTokens: 8 }),
    );
    const real = await start();
    const texts = await Promise.all(
      [1, 2, 3].map(
        async () =>
          (await (await post(real.url, chat({ temperature: 2 }))).json()).choices[0].message
            .content,
      ),
    );
    expect(new Set(texts).size).toBeGreaterThan(1);
  });

  it('paces the tokens of each choice', async () => {
    let time = 0;
    const waits: number[] = [];
    const sleep = async (milliseconds: number) => {
      waits.push(milliseconds);
      time += milliseconds;
    };
    const { url } = await start({ now: () => time, sleep });
    await (await post(url, chat({ n: 2, max_tokens: 5, tokens_per_second: 4 }))).json();
    expect(waits).toEqual([250, 250, 250, 250, 250]);
  });

  it('takes the time that a token took off the wait before the next', async () => {
    let time = 0;
    const waits: number[] = [];
    const sleep = async (milliseconds: number) => {
      waits.push(milliseconds);
      time += milliseconds;
    };
    const now = () => {
      time += 10;
      return time;
    };
    const { url } = await start({ now, sleep });
    await (await post(url, chat({ max_tokens: 3, tokens_per_second: 4 }))).json();
    expect(waits).toEqual([240, 240, 240]);
  });

  it('never waits longer than the pace asks, even where the clock is set back', async () => {
    let time = 1e9;
    const waits: number[] = [];
    const sleep = async (milliseconds: number) => {
      waits.push(milliseconds);
      time = waits.length;
    };
    const { url } = await start({ now: () => time, sleep });
    await (await post(url, chat({ max_tokens: 3, tokens_per_second: 4 }))).json();
    expect(waits).toEqual([250, 250, 250]);
  });

  it.each([
    [{ model: 'gpt-4' }, 404, 'model', 'model_not_found'],
    [{ model: 7 }, 400, 'model', 'invalid_value'],
    [{ messages: [] }, 400, 'messages', 'invalid_value'],
    [{ messages: ['hi'] }, 400, 'messages[0]', 'invalid_value'],
    [{ messages: [{ content: 'x' }] }, 400, 'messages[0].role', 'invalid_value'],
    [{ messages: [{ role: 'system', content: 'x' }] }, 400, 'messages', 'invalid_value'],
    [{ messages: [{ role: 'user', content: 5 }] }, 400, 'messages[0].content', 'invalid_value'],
    [
      { messages: [{ role: 'user', content: [{ type: 'image_url' }] }] },
      400,
      'messages[0].content[0]',
      'invalid_value',
    ],
    [
      { messages: [{ role: 'user', content: 'a '.repeat(600) }] },
      400,
      'messages',
      'context_length_exceeded',
    ],
    [{ temperature: 2.1 }, 400, 'temperature', 'invalid_value'],
    [{ temperature: 'hot' }, 400, 'temperature', 'invalid_value'],
    [{ top_p: 0 }, 400, 'top_p', 'invalid_value'],
    [{ n: 17 }, 400, 'n', 'invalid_value'],
    [{ n: 1.5 }, 400, 'n', 'invalid_value'],
    [{ max_tokens: 0 }, 400, 'max_tokens', 'invalid_value'],
    [{ max_completion_tokens: -1 }, 400, 'max_completion_tokens', 'invalid_value'],
    [{ stop: ['a', 'b', 'c', 'd', 'e'] }, 400, 'stop', 'invalid_value'],
    [{ stop: [1] }, 400, 'stop', 'invalid_value'],
    [{ stop: 'x\ud83d' }, 400, 'stop', 'invalid_value'],
    [{ stream: 'yes' }, 400, 'stream', 'invalid_value'],
    [{ stream_options: 1 }, 400, 'stream_options', 'invalid_value'],
    [{ top_logprobs: 2 }, 400, 'top_logprobs', 'invalid_value'],
    [{ logit_bias: { 99999: 1 } }, 400, 'logit_bias.99999', 'invalid_value'],
    [{ logit_bias: [] }, 400, 'logit_bias', 'invalid_value'],
    [{ tokens_per_second: 0 }, 400, 'tokens_per_second', 'invalid_value'],
    [{ tokens_per_second: 1e-9 }, 400, 'tokens_per_second', 'invalid_value'],
    [{ response_format: { type: 'json_object' } }, 400, 'response_format', 'unsupported_value'],
    [{ tool_choice: 'required' }, 400, 'tool_choice', 'unsupported_value'],
  ])('refuses %j', async (fields, status, param, code) => {
    const { url } = await start();
    const response = await post(url, chat(fields));
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({
      error: { message: expect.any(String), type: 'invalid_request_error', param, code },
    });
  });

  it.each([
    ['half of JSON', '{"model": '],
    ['no JSON', 'hello'],
    ['nothing', ''],
    ['bytes that are not UTF-8', Uint8Array.of(0x22, 0xff, 0x22)],
  ])('refuses a body of %s', async (_, body) => {
    const { url } = await start();
    const response = await post(url, body);
    expect([response.status, (await response.json()).error.code]).toEqual([400, 'invalid_json']);
  });

  it('refuses a body that is no object, however deep', async () => {
    const { url } = await start();
    const deep = '['.repeat(100_000) + ']'.repeat(100_000);
    expect((await post(url, deep)).status).toBe(400);
    expect((await post(url, `{"model":"tiny-lm","messages":${deep}}`)).status).toBe(400);
  });

  it('accepts a logit bias and tokens limited by it', async () => {
    const { url } = await start();
    const { choices } = await (await post(url, chat({ logit_bias: { 2: 100 } }))).json();
    expect(choices[0]).toMatchObject({ message: { content: '' }, finish_reason: 'stop' });
  });

  it('refuses a body over the cap by its declared length', async () => {
    const { url } = await start();
    const response = await post(url, 'x'.repeat(1_048_577));
    expect([response.status, (await response.json()).error.code]).toEqual([413, 'body_too_large']);
    expect((await post(url, chat())).status).toBe(200);
  });

  it('refuses a body over the cap that comes in chunks', async () => {
    const { url } = await start();
    const outgoing = httpRequest(`${url}/v1/chat/completions`, { method: 'POST' });
    for (let i = 0; i < 40; i++) outgoing.write(Buffer.alloc(65_536, 32));
    outgoing.end();
    const [response] = await once(outgoing, 'response');
    response.resume();
    expect(response.statusCode).toBe(413);
  });

  it('refuses more completions than may run at once', async () => {
    const { url } = await start({ maxActiveGenerations: 2 });
    const response = await post(url, chat({ n: 3 }));
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1']);
    expect((await response.json()).error).toMatchObject({
      type: 'server_error',
      code: 'overloaded',
    });
    expect((await post(url, chat({ n: 2 }))).status).toBe(200);
  });

  it.each([true, false])(
    'stops within one token when the client leaves (stream: %s)',
    async (stream) => {
      const { server, url } = await start();
      const controller = new AbortController();
      const gone = post(
        url,
        chat({ stream, max_tokens: 400, tokens_per_second: 20 }),
        controller.signal,
      )
        .then((response) => response.text())
        .catch(() => 'gone');
      await until(() => server.stats.tokensGenerated >= 2);
      const before = server.stats.tokensGenerated;
      controller.abort();
      expect(await gone).toBe('gone');
      await until(() => server.stats.activeGenerations === 0);
      expect(server.stats.tokensGenerated - before).toBeLessThanOrEqual(1);
    },
  );

  it('answers others between two tokens of a completion at full speed', async () => {
    const { url } = await start();
    let isDone = false;
    const whole = post(url, chat({ max_tokens: 400 })).then(() => {
      isDone = true;
    });
    let active = 0;
    while (!isDone && active === 0) {
      active = (await (await fetch(`${url}/healthz`)).json()).active_generations;
    }
    await whole;
    expect(active).toBe(1);
  });

  it('lets requests interleave', async () => {
    const { server, url } = await start();
    const slow = post(url, chat({ stream: true, max_tokens: 300, tokens_per_second: 30 }));
    await until(() => server.stats.tokensGenerated > 0);
    expect((await (await post(url, chat())).json()).usage.completion_tokens).toBe(8);
    expect(server.stats.activeGenerations).toBe(1);
    await (await slow).body?.cancel();
    await until(() => server.stats.activeGenerations === 0);
  });

  it.each([true, false])('tells a fault of the model (stream: %s)', async (stream) => {
    const { url } = await start({ model: new BrokenModel(smallModel()) });
    const response = await post(url, chat({ stream, messages: [{ role: 'user', content: 'ab' }] }));
    const text = await response.text();
    expect(response.status).toBe(stream ? 200 : 500);
    expect(text).toContain('"message":"Weights went bad","type":"server_error"');
    expect(text).not.toContain('[DONE]');
  });
});

describe('other paths', () => {
  it('GET /healthz tells counters', async () => {
    const { url } = await start();
    await (await post(url, chat())).json();
    expect(await (await fetch(`${url}/healthz?x=1`)).json()).toEqual({
      status: 'ok',
      model: 'tiny-lm',
      active_generations: 0,
      tokens_generated: 8,
    });
  });

  it.each([
    ['GET', '/v1/chat/completions', 405, 'POST'],
    ['POST', '/v1/models', 405, 'GET'],
    ['DELETE', '/v1/models/tiny-lm', 405, 'GET'],
    ['POST', '/healthz', 405, 'GET'],
    ['GET', '/nothing', 404, null],
    ['GET', '/v1/models/gpt-4', 404, null],
  ])('%s %s is %d', async (method, path, status, allowed) => {
    const { url } = await start();
    const response = await fetch(url + path, { method });
    expect([response.status, response.headers.get('allow')]).toEqual([status, allowed]);
    expect((await response.json()).error.type).toBe('invalid_request_error');
  });
});

describe('TinyLmServer', () => {
  it('refuses to listen off loopback', async () => {
    await expect(createTinyLmServer({ model }).listen({ host: '0.0.0.0' })).rejects.toMatchObject({
      code: 'argument/range',
    });
  });

  it('says when the port is taken', async () => {
    const { url } = await start();
    const port = Number(new URL(url).port);
    await expect(createTinyLmServer({ model }).listen({ port })).rejects.toThrow(/EADDRINUSE/);
  });

  it('listens on IPv6 loopback and names it so', async () => {
    const server = createTinyLmServer({ model });
    servers.push(server);
    const url = await server.listen({ host: '::1' }).catch((error) => error.code);
    expect(url).toMatch(/^http:\/\/\[::1\]:\d+$|EADDRNOTAVAIL|EAFNOSUPPORT/);
  });

  it('drain() lets a running completion end', async () => {
    const { server, url } = await start();
    const answer = post(url, chat({ max_tokens: 40, tokens_per_second: 200 }));
    await until(() => server.stats.tokensGenerated > 0);
    await server.drain(10_000);
    expect((await (await answer).json()).usage.completion_tokens).toBe(40);
    await server.drain();
  });

  it('close() cuts a completion off', async () => {
    const { server, url } = await start();
    const answer = post(url, chat({ stream: true, max_tokens: 400, tokens_per_second: 5 })).then(
      (r) => r.text(),
    );
    const failed = answer.then(
      () => 'whole',
      () => 'cut',
    );
    await until(() => server.stats.tokensGenerated > 0);
    await server[Symbol.asyncDispose]();
    expect(await failed).toBe('cut');
    await until(() => server.stats.activeGenerations === 0);
  });
});

describe('toApiError()', () => {
  it('makes a 500 of what nobody expected', () => {
    expect(toApiError(new Error('oops')).toJSON()).toEqual({
      error: { message: 'oops', type: 'server_error', param: null, code: 'internal_error' },
    });
  });
});
