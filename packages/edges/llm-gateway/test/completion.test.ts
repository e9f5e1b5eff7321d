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
import { ask, CHAT, closeAll, gatewayOver, type Script, STREAM, until } from './support/servers.ts';

afterEach(closeAll);

const stream =
  (frames: readonly string[]): Script =>
  (_req, res) =>
    void res.writeHead(200, { 'content-type': 'text/event-stream' }).end(frames.join(''));
const json =
  (body: string): Script =>
  (_req, res) =>
    void res.writeHead(200, { 'content-type': 'application/json; charset=utf-8' }).end(body);

const COMPLETION = {
  id: 'chatcmpl-9',
  object: 'chat.completion',
  created: 5,
  model: 'm',
  x_extra: [1],
  choices: [
    {
      index: 0,
      message: {
        role: 'assistant',
        content: 'a secret',
        refusal: null,
        annotations: [],
        tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }],
      },
      logprobs: null,
      finish_reason: 'stop',
    },
  ],
  usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
};

describe('a request that is not streamed', () => {
  it('asks upstream for a stream with usage and is answered with one completion', async () => {
    const { url, upstream, host } = await gatewayOver(stream(answerOf(WORDS)));
    const reply = await ask(url, { ...CHAT, x_kept: 1 });
    expect(JSON.parse(upstream.requests[0]?.body ?? '')).toEqual({
      ...CHAT,
      x_kept: 1,
      stream: true,
      stream_options: { include_usage: true },
    });
    expect(reply.headers['x-midstream-session']).toBe(host.last.id);
    expect(JSON.parse(reply.text)).toEqual({
      id: 'chatcmpl-1',
      object: 'chat.completion',
      created: 1_760_000_000,
      model: 'gpt-x-2026',
      service_tier: 'default',
      system_fingerprint: 'fp_44',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: WORDS.join(''), refusal: null },
          logprobs: null,
          finish_reason: 'stop',
        },
      ],
      usage: { prompt_tokens: 7, completion_tokens: 8, total_tokens: 15 },
    });
  });

  it('puts together tool calls, reasoning, log-probabilities and several choices', async () => {
    const measured = (token: string): string =>
      `data: ${JSON.stringify({ id: 'x', choices: [{ index: 1, delta: { content: token, reasoning_content: 'r' }, logprobs: { content: [{ token, logprob: -1 }] } }] })}\n\n`;
    const frames = [
      ...TOOL_CALL.slice(0, -1),
      measured('a'),
      measured('b'),
      finish('stop', 1),
      DONE,
    ];
    const { url, host } = await gatewayOver(stream(frames));
    const completion = JSON.parse((await ask(url, { ...CHAT, n: 2 })).text);
    expect(completion.choices[0]).toEqual({
      index: 0,
      message: {
        role: 'assistant',
        content: null,
        refusal: null,
        tool_calls: [
          {
            id: 'call_a',
            type: 'function',
            function: { name: 'find', arguments: '{"city":"Rome"}' },
          },
          { id: 'call_b', type: 'function', function: { name: 'look', arguments: '{"at":1}' } },
        ],
      },
      logprobs: null,
      finish_reason: 'tool_calls',
    });
    expect(completion.choices[1]).toMatchObject({
      message: { content: 'ab', reasoning_content: 'rr' },
      logprobs: {
        content: [
          { token: 'a', logprob: -1 },
          { token: 'b', logprob: -1 },
        ],
      },
      finish_reason: 'stop',
    });
    const types = host.last.events.map(({ type }) => type);
    expect(types.filter((type) => type === 'tool-start')).toHaveLength(2);
    expect(types.filter((type) => type === 'tool-end')).toHaveLength(2);
    expect(host.last.events.find((event) => 'logprob' in event)).toMatchObject({
      tokens: 1,
      logprob: -1,
    });
  });

  it('keeps calls apart that share an index but not an id', async () => {
    const call = (id: string, text: string): string =>
      delta(0, {
        tool_calls: [{ index: 0, id, type: 'function', function: { name: id, arguments: text } }],
      });
    const frames = [
      role(),
      call('a', '1'),
      call('b', '2'),
      call('c', '3'),
      finish('tool_calls'),
      DONE,
    ];
    const { url } = await gatewayOver(stream(frames));
    const { choices } = JSON.parse((await ask(url, CHAT)).text);
    const calls = choices[0].message.tool_calls as {
      id: string;
      function: { arguments: string };
    }[];
    expect(calls.map((one) => one.id + one.function.arguments)).toEqual(['a1', 'b2', 'c3']);
  });

  it('has arguments in every tool call, where a cut took them all', async () => {
    for (const of of ['function', 'custom']) {
      const body = { name: 'f', [of === 'custom' ? 'input' : 'arguments']: 'secret' };
      const call = { index: 0, id: 'a', type: of, [of]: body };
      const frames = [role(), delta(0, { tool_calls: [call] }), finish('tool_calls'), DONE];
      const { url } = await gatewayOver(stream(frames), { literals: ['secret'], decision: 'cut' });
      const { choices } = JSON.parse((await ask(url, CHAT)).text);
      const left = { ...body, [of === 'custom' ? 'input' : 'arguments']: '' };
      expect(choices[0].message.tool_calls).toEqual([{ id: 'a', type: of, [of]: left }]);
    }
  });

  it('is cut while upstream still speaks: content_filter, and counted usage that says so', async () => {
    const { url, upstream } = await gatewayOver(
      (_req, res) =>
        void res
          .writeHead(200, { 'content-type': 'text/event-stream' })
          .write([role(), word('a '), word('secret'), word('never')].join('')),
      { literals: ['secret'], decision: 'cut' },
    );
    const completion = JSON.parse((await ask(url, CHAT)).text);
    expect(completion.choices[0]).toMatchObject({
      message: { role: 'assistant', content: 'a ' },
      finish_reason: 'content_filter',
    });
    expect(completion.usage).toMatchObject({ completion_tokens: 3, midstream: {} });
    await until(() => upstream.broken() === 1);
  });

  it('hears upstream out when it had finished by itself: the usage of a late cut is true', async () => {
    const frames = [role(), word('a '), delta(0, { content: 'secret' }, 'stop'), usage(7, 2), DONE];
    const { url, upstream } = await gatewayOver(
      async (_req, res) => {
        res.writeHead(200, { 'content-type': 'text/event-stream' });
        for (const frame of frames) {
          res.write(frame);
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
        res.end();
      },
      { literals: ['secret'], decision: 'cut' },
    );
    const completion = JSON.parse((await ask(url, CHAT)).text);
    expect(completion.choices[0]).toMatchObject({
      message: { content: 'a ' },
      finish_reason: 'content_filter',
    });
    expect(completion.usage).toEqual({ prompt_tokens: 7, completion_tokens: 2, total_tokens: 9 });
    expect(upstream.broken()).toBe(0);
  });

  it('is answered 502 when the answer is too large, or upstream breaks off', async () => {
    const limits = { answerBytes: 2_000 };
    const large = await gatewayOver(stream(answerOf(Array(50).fill('word '))), {
      gateway: { limits },
    });
    expect((await ask(large.url, CHAT)).status).toBe(502);
    const whole = await gatewayOver(json(`"${'x'.repeat(3_000)}"`), { gateway: { limits } });
    expect((await ask(whole.url, CHAT)).status).toBe(502);
    const broken = await gatewayOver((_req, res) => {
      res
        .writeHead(200, { 'content-type': 'text/event-stream' })
        .write(word('a'), () => res.destroy());
    });
    expect((await ask(broken.url, CHAT)).status).toBe(502);
  });
});

describe('an upstream that answers with JSON', () => {
  const BODY = JSON.stringify(COMPLETION, null, 1);

  it('is passed on byte for byte where nothing is found', async () => {
    const { url, host } = await gatewayOver(json(BODY));
    expect((await ask(url, CHAT)).text).toBe(BODY);
    expect(host.last.closedAs).toBe('completed');
  });

  it('is judged as well: redacted, and as a stream where a stream was asked for', async () => {
    const { url } = await gatewayOver(json(BODY), { literals: ['secret'], decision: 'redact' });
    const completion = JSON.parse((await ask(url, CHAT)).text);
    expect(completion.object).toBe('chat.completion');
    expect(completion.choices[0].message).toEqual({
      role: 'assistant',
      content: 'a [gone]',
      refusal: null,
      tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }],
    });
    expect(completion.usage).toEqual(COMPLETION.usage);
    const { text, headers } = await ask(url, STREAM);
    expect(headers['content-type']).toBe('text/event-stream');
    expect(text).toContain('"content":"a [gone]"');
    expect(text.endsWith(DONE)).toBe(true);
  });

  it('is a stream of one frame where a stream was asked for and nothing is found', async () => {
    const { url } = await gatewayOver(json(BODY));
    const { text } = await ask(url, STREAM);
    expect(text).toContain('"object":"chat.completion.chunk"');
    expect(text).toContain('"delta":{"role":"assistant","content":"a secret"');
    expect(text.endsWith(DONE)).toBe(true);
  });

  it('is cut', async () => {
    const { url } = await gatewayOver(json(BODY), { literals: ['secret'], decision: 'cut' });
    const completion = JSON.parse((await ask(url, CHAT)).text);
    expect(completion.choices[0]).toMatchObject({
      message: { content: 'a ' },
      finish_reason: 'content_filter',
    });
  });

  it('is refused with 502 when it is none, or an error', async () => {
    const garbage = await gatewayOver(json('{"choi'));
    expect((await ask(garbage.url, CHAT)).status).toBe(502);
    const error = await gatewayOver(json('{"error":{"message":"no"}}'));
    const reply = await ask(error.url, CHAT);
    expect([reply.status, reply.text]).toEqual([502, '{"error":{"message":"no"}}']);
  });
});
