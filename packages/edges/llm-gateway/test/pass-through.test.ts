import { afterEach, describe, expect, it } from 'vitest';
import { TestHost, type TestHostOptions } from './support/host.ts';
import {
  answerOf,
  chunksOf,
  DONE,
  delta,
  finish,
  ODD,
  reasonOf,
  role,
  TOOL_CALL,
  textOf,
  usage,
  WORDS,
  word,
} from './support/recordings.ts';
import { ask, CHAT, closeAll, gatewayOver, type Script, STREAM, until } from './support/servers.ts';

afterEach(closeAll);

const HEAD = { 'content-type': 'text/event-stream; charset=utf-8' };
const send =
  (text: string | Buffer): Script =>
  (_req, res) => {
    res.writeHead(200, { ...HEAD, 'x-request-id': 'up-1', 'set-cookie': 'a=b', 'x-secret': '1' });
    res.end(text);
  };
const bytewise =
  (text: string): Script =>
  async (_req, res) => {
    res.writeHead(200, HEAD);
    for (const byte of Buffer.from(text)) {
      res.write(Buffer.from([byte]));
      await new Promise((resolve) => setImmediate(resolve));
    }
    res.end();
  };

async function through(
  text: string,
  options: TestHostOptions = {},
  body: unknown = STREAM,
): Promise<string> {
  const { url } = await gatewayOver(send(text), options);
  const reply = await ask(url, body);
  expect(reply.status).toBe(200);
  return reply.text;
}

describe('a stream in which nothing is found', () => {
  const silent = {
    literals: ['zebra', 'The people of Rome', 'Unit!', '"Rome"}x', 'think so not', '"city":0'],
  };

  it.each([
    ['an answer', answerOf(WORDS)],
    ['tool calls', TOOL_CALL],
    ['everything unusual', ODD],
    [
      'two choices',
      [
        role(0),
        role(1),
        word('a'),
        word('Unit', 1),
        word(' b'),
        word('ed', 1),
        finish('stop', 1),
        finish(),
        usage(1, 2),
        DONE,
      ],
    ],
  ])('leaves byte for byte as it came: %s', async (_name, frames) => {
    const text = frames.join('');
    expect(await through(text)).toBe(text);
    if (!frames.includes(word('Unit', 1))) expect(await through(text, silent)).toBe(text);
  });

  it('keeps its bytes with CRLF line ends and when it comes byte by byte', async () => {
    const text = answerOf(WORDS).join('').replaceAll('\n', '\r\n');
    const { url } = await gatewayOver(bytewise(text), silent);
    expect((await ask(url, STREAM)).text).toBe(text);
  });

  it('answers with the headers of a stream and those of upstream that clients act upon', async () => {
    const { url, host } = await gatewayOver(send(answerOf(WORDS).join('')));
    const { headers } = await ask(url, STREAM);
    expect(headers).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache',
      'x-accel-buffering': 'no',
      'x-midstream-session': host.last.id,
      'x-request-id': 'up-1',
    });
    expect(headers).not.toHaveProperty('set-cookie');
    expect(headers).not.toHaveProperty('x-secret');
    expect(host.last.closedAs).toBe('completed');
  });

  it('accepts a last frame without its empty line, and a stream that ends without [DONE]', async () => {
    const short = [role(), word('a'), finish()].join('');
    expect(await through(short)).toBe(short);
    expect(await through(`${short}data: [DONE]`)).toBe(`${short}data: [DONE]`);
    expect(await through(`${short}data: [DONE]\n`)).toBe(`${short}data: [DONE]\n`);
  });
});

describe('a stream in which something is found', () => {
  const HIDDEN = answerOf(['My ', 'sec', 'ret is', ' a secret', '.']).join('');

  it('redacts across frames, keeps id, model and unknown fields, drops padding', async () => {
    const text = await through(HIDDEN, { literals: ['secret'], decision: 'redact' });
    expect(textOf(text)).toBe('My [gone] is a [gone].');
    const made = chunksOf(text).find((json) =>
      json.choices?.[0]?.delta?.content?.includes('[gone]'),
    );
    expect(made).toMatchObject({
      id: 'chatcmpl-1',
      model: 'gpt-x-2026',
      system_fingerprint: 'fp_44',
    });
    expect(made).not.toHaveProperty('obfuscation');
    expect(text).toContain(word('My '));
    expect(text.endsWith(finish() + usage(7, 5) + DONE)).toBe(true);
  });

  it('drops the log-probabilities of altered text and keeps those of text that is whole', async () => {
    const logprobs = (token: string) => ({
      content: [{ token, logprob: -0.5, bytes: null, top_logprobs: [] }],
      refusal: null,
    });
    const measured = (content: string): string =>
      `data: ${JSON.stringify({ id: 'x', choices: [{ index: 0, delta: { content }, logprobs: logprobs(content), finish_reason: null }] })}\n\n`;
    const frames = [role(), measured('a'), measured('xsecret'), finish(), DONE];
    const text = await through(frames.join(''), { literals: ['secret'], decision: 'redact' });
    const choices = chunksOf(text).map((json) => json.choices?.[0]);
    expect(choices[1]?.logprobs).toEqual(logprobs('a'));
    expect(choices[2]).toMatchObject({ delta: { content: 'x[gone]' }, logprobs: null });
  });

  it('cuts: the text before it, the finish content_filter, then [DONE], and upstream is gone', async () => {
    let sent = 0;
    const { url, host, upstream } = await gatewayOver(
      (_req, res) => {
        res.writeHead(200, HEAD);
        res.write(role());
        const timer = setInterval(() => {
          sent += 1;
          res.write(word(sent === 3 ? 'the secret' : 'word '));
        }, 5);
        res.on('close', () => clearInterval(timer));
      },
      { literals: ['secret'], decision: 'cut' },
    );
    const body = { ...STREAM, stream_options: { include_usage: true } };
    const { text, complete } = await ask(url, body);
    expect(complete).toBe(true);
    expect(textOf(text)).toBe('word word the ');
    expect(reasonOf(text)).toBe('content_filter');
    expect(text.endsWith(DONE)).toBe(true);
    const last = chunksOf(text).at(-1);
    expect(last?.choices).toEqual([]);
    expect(last?.usage).toMatchObject({
      completion_tokens: 3,
      prompt_tokens: 0,
      midstream: { completion_tokens: 'counted from deltas', prompt_tokens: 'unknown' },
    });
    await until(() => upstream.broken() === 1);
    expect(sent).toBeLessThanOrEqual(4);
    expect(host.last.closedAs).toBe('completed');
  });

  it('cuts one choice and lets the other go on; the rest of the cut one never leaves', async () => {
    const frames = [
      role(0),
      role(1),
      word('ok '),
      word('a secret', 1),
      word('fine'),
      word('leak', 1),
      delta(1, {}),
      finish('stop', 1),
      finish(),
      usage(2, 5),
      DONE,
    ];
    const text = await through(
      frames.join(''),
      { literals: ['secret'], decision: 'cut' },
      { ...STREAM, n: 2 },
    );
    expect(textOf(text, 0)).toBe('ok fine');
    expect(textOf(text, 1)).toBe('a ');
    expect([reasonOf(text, 0), reasonOf(text, 1)]).toEqual(['stop', 'content_filter']);
    expect(chunksOf(text).filter((json) => json.choices?.[0]?.index === 1)).toHaveLength(3);
    expect(text.endsWith(usage(2, 5) + DONE)).toBe(true);
  });

  it('drops the cut choice from frames that carry another one too', async () => {
    const both = (extra: object): string =>
      `data: ${JSON.stringify({
        id: 'x',
        choices: [
          { index: 0, delta: extra, finish_reason: null },
          { index: 1, delta: {}, finish_reason: null, content_filter_results: { s: 'leak' } },
        ],
      })}\n\n`;
    const frames = [
      role(0),
      role(1),
      word('secret', 1),
      both({}),
      both({ content: 'a' }),
      finish(),
      DONE,
    ];
    const text = await through(
      frames.join(''),
      { literals: ['secret'], decision: 'cut' },
      { ...STREAM, n: 2 },
    );
    expect(textOf(text, 0)).toBe('a');
    expect(reasonOf(text, 1)).toBe('content_filter');
    expect(text).not.toContain('leak');
  });

  it('keeps nothing waiting behind the rest of a cut choice', async () => {
    const frames = [
      role(0),
      role(1),
      word('secret', 1),
      word('leak', 1),
      ': ping\n\n',
      word('a'),
      finish(),
      DONE,
    ];
    const { url } = await gatewayOver(bytewise(frames.join('')), {
      literals: ['secret'],
      decision: 'cut',
    });
    const { text } = await ask(url, { ...STREAM, n: 2 });
    expect(text.endsWith(`: ping\n\n${word('a')}${finish()}${DONE}`)).toBe(true);
    expect(text).not.toContain('leak');
  });

  it('gives held text out before the finish frame, in order', async () => {
    const text = await through(answerOf(['a', 'b s', 'ec']).join(''), {
      literals: ['secret'],
      decision: 'cut',
    });
    expect(text).toBe(answerOf(['a', 'b s', 'ec']).join(''));
  });

  it('judges text and finish in one frame, a frame with several choices, and text after the finish', async () => {
    const both = `data: ${JSON.stringify({
      id: 'x',
      choices: [
        { index: 0, delta: { role: 'assistant', content: 'a secret' }, finish_reason: null },
        { index: 1, delta: { role: 'assistant', content: 'b' }, finish_reason: null },
      ],
    })}\n\n`;
    const frames = [
      both,
      delta(0, { content: '!' }, 'stop'),
      word('late secret'),
      word('c', 1),
      finish('length', 1),
      DONE,
    ];
    const text = await through(
      frames.join(''),
      { literals: ['secret'], decision: 'redact' },
      { ...STREAM, n: 2 },
    );
    expect(textOf(text, 0)).toBe('a [gone]!');
    expect(textOf(text, 1)).toBe('bc');
    expect([reasonOf(text, 0), reasonOf(text, 1)]).toEqual(['stop', 'length']);
  });

  it('judges reasoning, refusal, transcript, tool arguments and function_call as well as content', async () => {
    const frames = [
      role(),
      delta(0, {
        reasoning_content: 'a secret',
        reasoning: 'a secret',
        reasoning_details: [{ text: 'a secret' }],
      }),
      delta(0, { refusal: 'b secret' }),
      delta(0, { audio: { id: 'a', transcript: 'c secret' } }),
      delta(0, {
        tool_calls: [
          { index: 0, id: 'k', type: 'function', function: { name: 'f', arguments: '{"secret":' } },
        ],
      }),
      delta(0, { tool_calls: [{ index: 0, function: { arguments: '1}' } }] }),
      delta(0, {
        tool_calls: [
          { index: 1, id: 'c', type: 'custom', custom: { name: 'g', input: 'my secret' } },
        ],
      }),
      delta(0, { function_call: { name: 'old', arguments: 'secret' } }),
      finish('tool_calls'),
      DONE,
    ];
    const text = await through(frames.join(''), { literals: ['secret'], decision: 'redact' });
    expect(text).not.toContain('secret');
    const deltas = chunksOf(text).map((json) => json.choices?.[0]?.delta);
    expect(deltas[1]).toEqual({ reasoning_content: 'a [gone]', reasoning: 'a [gone]' });
    expect(deltas[2]).toEqual({ refusal: 'b [gone]' });
    expect(deltas[3]).toEqual({ audio: { transcript: 'c [gone]' } });
    expect(deltas[4]).toEqual({
      tool_calls: [
        { index: 0, id: 'k', type: 'function', function: { name: 'f', arguments: '{"[gone]":' } },
      ],
    });
    expect(deltas[6]).toEqual({
      tool_calls: [
        { index: 1, id: 'c', type: 'custom', custom: { name: 'g', input: 'my [gone]' } },
      ],
    });
    expect(deltas[7]).toEqual({ function_call: { name: 'old', arguments: '[gone]' } });
  });

  it('never forwards a choice\'s cumulative "message", nor bytes that are not valid UTF-8', async () => {
    const repeated = `data: ${JSON.stringify({ id: 'x', choices: [{ index: 0, delta: { content: 'b' }, message: { content: 'a secret b' } }] })}\n\n`;
    const invalid = Buffer.concat([
      Buffer.from('data: {"id":"x","choices":[{"index":0,"delta":{"content":"se'),
      Buffer.from([0xff]),
      Buffer.from('cret"}}]}\n\n'),
    ]);
    const { url } = await gatewayOver(
      send(Buffer.concat([Buffer.from(role() + repeated), invalid, Buffer.from(finish() + DONE)])),
    );
    const { text, bytes } = await ask(url, STREAM);
    expect(text).not.toContain('a secret');
    expect(textOf(text)).toBe('bse\ufffdcret');
    expect(bytes.includes(0xff)).toBe(false);
  });

  it('sends parts of a frame at once with splitFrames', async () => {
    const { url } = await gatewayOver(bytewise(answerOf(['Hello sec', 'tor']).join('')), {
      literals: ['secret'],
      gateway: { splitFrames: true },
    });
    const { text } = await ask(url, STREAM);
    const pieces = chunksOf(text).map((json) => json.choices?.[0]?.delta?.content);
    expect(pieces.filter(Boolean)).toEqual(['Hello ', 'sec', 'tor']);
  });

  it('carries out what the session decides by itself, before and after the first byte', async () => {
    for (const early of [true, false]) {
      const host = new TestHost({
        analysers: () => [
          {
            name: 'stall',
            propositions: ['stall'],
            reset: () => {},
            push: (events, findings) => {
              for (const { type, sequence, time } of events) {
                if (type !== 'tick') continue;
                findings.push({
                  id: `${sequence}`,
                  proposition: 'stall',
                  analyser: 'stall',
                  choice: 0,
                  span: null,
                  events: { first: sequence, last: sequence },
                  time,
                  held: false,
                  message: 'Silence',
                });
              }
            },
          },
        ],
        policy: {
          name: 'stall',
          start: () => ({
            step: ([finding]) => [
              {
                type: 'cut',
                rule: 'stall',
                finding: finding ?? null,
                choice: 0,
                time: finding!.time,
                message: 'Silence',
                position: null,
              },
            ],
            end: () => [],
            snapshot: () => null,
            restore: () => {},
          }),
        },
      });
      const { url, upstream } = await gatewayOver(
        (_req, res) => {
          if (!early) res.writeHead(200, HEAD).write(role() + word('so far'));
          setTimeout(() => host.last.tick(), 40);
        },
        { gateway: { host } },
      );
      const { text } = await ask(url, STREAM);
      expect(textOf(text)).toBe(early ? '' : 'so far');
      expect(reasonOf(text)).toBe('content_filter');
      expect(text.endsWith(DONE)).toBe(true);
      await until(() => upstream.broken() === 1);
    }
  });
});

describe('what reaches upstream', () => {
  it('is the body as it came, our key, and no credential of the client', async () => {
    const { url, upstream } = await gatewayOver(send(answerOf(['a']).join('')));
    const body =
      '{ "model":"m", "x_future":  {"a":[1.50]}, "stream":true,"messages":[{"role":"user","content":"é"}] }';
    await ask(url, body, {
      headers: {
        authorization: 'Bearer client',
        cookie: 'a=b',
        forwarded: 'for=1.2.3.4',
        'x-real-ip': '1.2.3.4',
        'x-api-key': 'k',
        'x-hop': '1',
        connection: 'close, x-hop',
        'openai-beta': 'v2',
        'x-midstream-policy': 'p',
      },
    });
    const [request] = upstream.requests;
    expect(request?.body).toBe(body);
    expect(request?.url).toBe('/v1/chat/completions');
    expect(request?.headers.authorization).toBe('Bearer upstream-key');
    expect(request?.headers['openai-beta']).toBe('v2');
    expect(request?.headers['accept-encoding']).toBe('identity');
    for (const name of [
      'cookie',
      'forwarded',
      'x-real-ip',
      'x-api-key',
      'x-hop',
      'x-midstream-policy',
    ]) {
      expect(request?.headers).not.toHaveProperty(name);
    }
  });

  it("has the client's authorization only where that is configured", async () => {
    for (const forwardAuthorization of [true, false]) {
      const { upstream, host } = await gatewayOver(send(answerOf(['a']).join('')));
      const url = `${upstream.url}/openai/v1`;
      const second = await gatewayOver(send(''), {
        gateway: { host, upstream: { url, forwardAuthorization } },
      });
      await ask(second.url, STREAM, { headers: { authorization: 'Bearer client' } });
      expect(upstream.requests[0]?.url).toBe('/openai/v1/chat/completions');
      expect(upstream.requests[0]?.headers.authorization).toBe(
        forwardAuthorization ? 'Bearer client' : undefined,
      );
    }
  });

  it('is told to the host: label, model, choices, budget, policy', async () => {
    const { url, host } = await gatewayOver(send(answerOf(['a']).join('')));
    const messages = [
      {
        role: 'user',
        content: [
          { type: 'text', text: `  Hi\n\tthere ${'🇺🇸'.repeat(80)}` },
          { type: 'image_url' },
        ],
      },
      { role: 'assistant', content: 'x' },
    ];
    await ask(
      url,
      { ...STREAM, n: 2, max_tokens: 9, max_completion_tokens: 12, messages },
      { headers: { 'x-midstream-policy': 'strict' } },
    );
    const { options } = host.last;
    expect(options).toMatchObject({
      origin: 'gateway',
      model: 'm',
      choices: 2,
      tokenBudget: 12,
      policy: 'strict',
    });
    expect([...options.label]).toHaveLength(80);
    expect(options.label.startsWith('Hi there 🇺🇸')).toBe(true);
    await ask(url, CHAT);
    expect(host.last.options).not.toHaveProperty('tokenBudget');
    expect(host.last.options.label).toBe('Tell me');
  });
});
