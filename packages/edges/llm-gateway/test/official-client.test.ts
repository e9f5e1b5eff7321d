import OpenAI from 'openai';
import { afterEach, describe, expect, it } from 'vitest';
import {
  answerOf,
  DONE,
  delta,
  finish,
  role,
  TOOL_CALL,
  usage,
  WORDS,
  word,
} from './support/recordings.ts';
import { closeAll, gatewayOver, until } from './support/servers.ts';

afterEach(closeAll);

const HEAD = { 'content-type': 'text/event-stream' };
const client = (url: string): OpenAI =>
  new OpenAI({ baseURL: `${url}/v1`, apiKey: 'k', maxRetries: 0 });
const messages = [{ role: 'user' as const, content: 'Hi' }];

describe('the official openai client', () => {
  it('streams text, and finds the usage at the end', async () => {
    const { url } = await gatewayOver(
      (_req, res) => void res.writeHead(200, HEAD).end(answerOf(WORDS).join('')),
    );
    const stream = await client(url).chat.completions.create({
      model: 'm',
      messages,
      stream: true,
    });
    let text = '';
    let total = 0;
    for await (const part of stream) {
      text += part.choices[0]?.delta.content ?? '';
      total = part.usage?.total_tokens ?? total;
    }
    expect([text, total]).toEqual([WORDS.join(''), 15]);
  });

  it('gets a completion, a list of models, and two choices', async () => {
    const frames = [
      role(0),
      role(1),
      word('a'),
      word('b', 1),
      finish('stop', 1),
      finish(),
      usage(1, 2),
      DONE,
    ];
    const { url } = await gatewayOver((req, res) => {
      if (req.method === 'GET') res.end('{"object":"list","data":[{"id":"m","object":"model"}]}');
      else res.writeHead(200, HEAD).end(frames.join(''));
    });
    const openai = client(url);
    const completion = await openai.chat.completions.create({ model: 'm', messages, n: 2 });
    expect(completion.choices.map(({ message }) => message.content)).toEqual(['a', 'b']);
    expect((await openai.models.list()).data.map(({ id }) => id)).toEqual(['m']);
  });

  it('accumulates tool calls with its own stream helper', async () => {
    const { url } = await gatewayOver(
      (_req, res) => void res.writeHead(200, HEAD).end(TOOL_CALL.join('')),
      {
        literals: ['Rome'],
        decision: 'redact',
        replacement: 'Oslo',
      },
    );
    const final = await client(url)
      .chat.completions.stream({ model: 'm', messages })
      .finalMessage();
    const calls = (final.tool_calls ?? []).map((call) =>
      call.type === 'function' ? call.function.arguments : '',
    );
    expect(calls).toEqual(['{"city":"Oslo"}', '{"at":1}']);
  });

  it('sees a cut as finish_reason content_filter, in a stream of its helper too', async () => {
    const { url, upstream } = await gatewayOver(
      (_req, res) => void res.writeHead(200, HEAD).write(role() + word('ok ') + word('secret')),
      { literals: ['secret'], decision: 'cut' },
    );
    const stream = await client(url).chat.completions.create({
      model: 'm',
      messages,
      stream: true,
    });
    const reasons: unknown[] = [];
    for await (const part of stream) reasons.push(part.choices[0]?.finish_reason);
    expect(reasons.at(-1)).toBe('content_filter');
    const helper = client(url).chat.completions.stream({ model: 'm', messages });
    expect((await helper.finalChatCompletion()).choices[0]).toMatchObject({
      finish_reason: 'content_filter',
      message: { content: 'ok ', role: 'assistant' },
    });
    await until(() => upstream.broken() === 2);
  });

  it('throws an APIError when upstream dies within the stream, after the text that came', async () => {
    const { url } = await gatewayOver((_req, res) => {
      res
        .writeHead(200, HEAD)
        .write(role() + word('so far'), () => setTimeout(() => res.destroy(), 10));
    });
    const stream = await client(url).chat.completions.create({
      model: 'm',
      messages,
      stream: true,
    });
    let text = '';
    const read = async (): Promise<void> => {
      for await (const part of stream) text += part.choices[0]?.delta.content ?? '';
    };
    const thrown = await read().then(
      () => null,
      (error: unknown) => error,
    );
    expect(thrown).toBeInstanceOf(OpenAI.APIError);
    expect(thrown).toMatchObject({ type: 'upstream_error', code: 'upstream/failed' });
    expect(text).toBe('so far');
  });

  it('throws the class of the status that upstream answered with', async () => {
    const { url } = await gatewayOver(
      (_req, res) => void res.writeHead(404).end('{"error":{"message":"no such model"}}'),
    );
    const asked = client(url).chat.completions.create({ model: 'x', messages });
    await expect(asked).rejects.toBeInstanceOf(OpenAI.NotFoundError);
  });

  it('stops the upstream when it aborts', async () => {
    const { url, upstream, host } = await gatewayOver((_req, res) => {
      res.writeHead(200, HEAD).write(role());
      const timer = setInterval(() => res.write(delta(0, { content: 'a' })), 10);
      res.on('close', () => clearInterval(timer));
    });
    const stream = await client(url).chat.completions.create({
      model: 'm',
      messages,
      stream: true,
    });
    for await (const part of stream) if (part.choices[0]?.delta.content === 'a') break;
    await until(() => upstream.broken() === 1 && host.last.closedAs !== null);
    expect(host.last.closedAs).toBe('disconnected');
  });
});
