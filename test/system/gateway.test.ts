import { readFileSync } from 'node:fs';
import type { SessionSummary } from '@midstream/core';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Product, startProduct } from './product.ts';

const PROMPT = 'The people of the United States';
let product: Product;
let client: OpenAI;

beforeAll(async () => {
  product = await startProduct(['serve']);
  client = new OpenAI({ baseURL: `${product.url}/v1`, apiKey: 'none', maxRetries: 0 });
});
afterAll(async () => {
  await product[Symbol.asyncDispose]();
});

const ask = (options: Partial<OpenAI.Chat.ChatCompletionCreateParamsNonStreaming> = {}) => ({
  model: 'tiny-lm',
  messages: [{ role: 'user' as const, content: PROMPT }],
  temperature: 0,
  max_tokens: 400,
  ...options,
  stream: false as const,
});

async function collect(from: OpenAI, body: OpenAI.Chat.ChatCompletionCreateParamsStreaming) {
  let text = '';
  let reason: string | null = null;
  let chunks = 0;
  for await (const chunk of await from.chat.completions.create(body)) {
    chunks += 1;
    text += chunk.choices[0]?.delta.content ?? '';
    reason = chunk.choices[0]?.finish_reason ?? reason;
  }
  return { text, reason, chunks };
}

const sessions = async (): Promise<SessionSummary[]> =>
  ((await (await fetch(`${product.url}/v1/sessions`)).json()) as { sessions: SessionSummary[] })
    .sessions;

describe('the gateway over tiny-lm, with the official openai SDK', () => {
  it('cuts the loop that the model falls into at temperature 0, and says what that saved', async () => {
    const streamed = await collect(client, { ...ask(), stream: true });
    expect(streamed.reason).toBe('content_filter');
    const [session] = await sessions();
    expect(session).toMatchObject({ state: 'cut', tokenBudget: 400, label: PROMPT });
    expect(session?.cut?.tokensSaved).toBeGreaterThan(50);
    expect(session?.cut?.atToken).toBe(400 - (session?.cut?.tokensSaved ?? 0));
  });

  it('does not cut the same prompt when it is sent straight to tiny-lm, which loops to the end', async () => {
    const status = (await (await fetch(`${product.url}/v1/status`)).json()) as {
      upstream: { url: string };
    };
    const direct = new OpenAI({ baseURL: `${status.upstream.url}/v1`, apiKey: 'none' });
    const straight = await collect(direct, { ...ask(), stream: true });
    const through = await collect(client, { ...ask(), stream: true });
    expect(straight.reason).toBe('length');
    expect(straight.text.startsWith(through.text)).toBe(true);
    expect(straight.text.length).toBeGreaterThan(through.text.length);
    const tail = straight.text.slice(-60);
    expect(straight.text.slice(0, -60)).toContain(tail.slice(0, 30));
  });

  it('answers the same not streamed, with finish_reason and usage', async () => {
    const streamed = await collect(client, { ...ask(), stream: true });
    const whole = await client.chat.completions.create(ask());
    expect(whole.choices[0]?.message.content).toBe(streamed.text);
    expect(whole.choices[0]?.finish_reason).toBe('content_filter');
  });

  it('lets a harmless completion through, byte for byte what the model said', async () => {
    const status = (await (await fetch(`${product.url}/v1/status`)).json()) as {
      upstream: { url: string };
    };
    const direct = new OpenAI({ baseURL: `${status.upstream.url}/v1`, apiKey: 'none' });
    const body = { ...ask({ temperature: 0.9, seed: 5, max_tokens: 60 }), stream: true as const };
    expect(await collect(client, body)).toEqual(await collect(direct, body));
  });

  it('lists the models of the upstream', async () => {
    const models = await client.models.list();
    expect(models.data.map(({ id }) => id)).toContain('tiny-lm');
  });

  it('stops the model when the client goes away', async () => {
    const abort = new AbortController();
    const stream = await client.chat.completions.create(
      { ...ask({ max_tokens: 480 }), stream: true, tokens_per_second: 20 } as never,
      { signal: abort.signal },
    );
    for await (const _ of stream as unknown as AsyncIterable<unknown>) {
      abort.abort();
      break;
    }
    await expect
      .poll(async () => (await sessions())[0]?.state, { timeout: 5_000 })
      .toBe('disconnected');
    expect((await sessions())[0]?.counts.tokens).toBeLessThan(20);
  });
});

describe('the gateway, called wrongly', () => {
  const post = (body: string, headers: Record<string, string> = {}) =>
    fetch(`${product.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });

  it('answers malformed JSON, a missing field and an unknown model in the shape of the protocol', async () => {
    for (const [body, status] of [
      ['{"model": "tiny-lm", ', 400],
      ['{"model": "tiny-lm"}', 400],
      [JSON.stringify({ ...ask(), model: 'no-such-model' }), 404],
    ] as const) {
      const response = await post(body);
      expect(response.status).toBe(status);
      const { error } = (await response.json()) as { error: Record<string, unknown> };
      expect(Object.keys(error)).toEqual(
        expect.arrayContaining(['message', 'type', 'param', 'code']),
      );
      expect(String(error.message).length).toBeGreaterThan(10);
    }
    await expect(client.chat.completions.create(ask({ model: 'nope' }))).rejects.toBeInstanceOf(
      OpenAI.NotFoundError,
    );
  });

  it('refuses a body of 100 MB while it is read, and goes on serving', async () => {
    const chunk = new Uint8Array(1 << 20).fill(32);
    const body = new ReadableStream<Uint8Array>({
      start: () => undefined,
      pull(controller) {
        this.sent = (this.sent ?? 0) + 1;
        if (this.sent > 100) controller.close();
        else controller.enqueue(chunk);
      },
    } as UnderlyingDefaultSource<Uint8Array> & { sent?: number });
    const response = await fetch(`${product.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      duplex: 'half',
    } as RequestInit).catch((error: unknown) => error as Error);
    if (response instanceof Response) expect(response.status).toBe(413);
    expect((await fetch(`${product.url}/healthz`)).ok).toBe(true);
    const status = readFileSync(`/proc/${product.process.pid}/status`, 'utf8');
    const peak = Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024;
    expect(peak).toBeLessThan(400);
  });

  it('refuses a Host that is not this server and an Origin that is not its own', async () => {
    const { request } = await import('node:http');
    const statusOf = (headers: Record<string, string>) =>
      new Promise<number | undefined>((resolve, reject) => {
        const { hostname, port } = new URL(product.url);
        request({ host: hostname, port, path: '/v1/sessions', headers }, (response) => {
          response.resume();
          resolve(response.statusCode);
        })
          .on('error', reject)
          .end();
      });
    expect(await statusOf({ host: 'evil.example' })).toBe(403);
    expect(await statusOf({ origin: 'http://evil.example' })).toBe(403);
    expect(await statusOf({ origin: product.url })).toBe(200);
  });
});
