import OpenAI from 'openai';
import { afterEach, describe, expect, it } from 'vitest';
import { repeatsKey } from '../src/json.ts';
import type { TestHostOptions } from './support/host.ts';
import { chunksOf, DONE, delta, finish, role, textOf, word } from './support/recordings.ts';
import { ask, CHAT, closeAll, gatewayOver, STREAM } from './support/servers.ts';

afterEach(closeAll);

const REDACT: TestHostOptions = { literals: ['secret'], decision: 'redact' };

async function through(frames: readonly string[], options = REDACT): Promise<string> {
  const { url } = await gatewayOver(
    (_req, res) =>
      void res
        .writeHead(200, { 'content-type': 'text/event-stream' })
        .end([role(), ...frames, finish(), DONE].join('')),
    options,
  );
  return (await ask(url, STREAM)).text;
}

const choice = (fields: object): string =>
  `data: ${JSON.stringify({ id: 'x', choices: [{ index: 0, finish_reason: null, ...fields }] })}\n\n`;
const tool = (piece: object): string => delta(0, { tool_calls: [piece] });
const tokens = (...list: string[]): object => ({
  content: list.map((token) => ({ token, logprob: -1, bytes: null, top_logprobs: [] })),
  refusal: null,
});

describe('repeatsKey()', () => {
  it.each([
    ['{"a":1,"a":2}', true],
    ['{"a":1,"\\u0061":2}', true],
    ['{"x":[{"b":{"c":1 ,"c"\t:\n2}}]}', true],
    ['{"__proto__":{"a":1},"__proto__":1}', true],
    ['{"a":{"a":["a","a"]},"b":"\\"a\\":","c":"\\\\","d":":"}', false],
    ['{"__proto__":{"constructor":1}}', false],
    ['{"b":"\\":"}', false],
    ['[{"a":1},{"a":1}]', false],
    ['"a"', false],
  ])('tells whether a key comes twice in one object: %s', (text, twice) => {
    expect(repeatsKey(text, JSON.parse(text))).toBe(twice);
  });

  it('is not stopped by depth', () => {
    const text = `${'['.repeat(100_000)}{"a":1}${']'.repeat(100_000)}`;
    expect(repeatsKey(text, JSON.parse(text))).toBe(false);
  });
});

describe('text that is not judged', () => {
  it.each([
    [
      'a key that comes twice',
      'data: {"choices":[{"delta":{"content":"secret","content":"ok"}}]}\n\n',
    ],
    [
      'choices that come twice',
      'data: {"choices":[{"delta":{"content":"secret"}}],"choices":[{"delta":{"content":"ok"}}]}\n\n',
    ],
    [
      'log-probabilities of other text',
      choice({ delta: { content: 'ok' }, logprobs: tokens('secret') }),
    ],
    [
      'log-probabilities ahead of their text',
      choice({ delta: { content: '' }, logprobs: tokens('sec', 'ret') }) + word('ok'),
    ],
    [
      'log-probabilities of no list',
      choice({ delta: { content: 'ok' }, logprobs: { content: 'secret' } }),
    ],
    [
      'details of the reasoning without it',
      delta(0, { reasoning_details: [{ text: '', summary: 'secret' }] }) + word('ok'),
    ],
    ['details that are no list', delta(0, { content: 'ok', reasoning_details: 'secret' })],
    [
      'details that are a list of texts',
      delta(0, { content: 'ok', reasoning_details: ['secret'] }),
    ],
    ['a second text', choice({ delta: { content: 'ok' }, text: 'secret' })],
  ])('never leaves: %s', async (_name, frame) => {
    const text = await through([frame]);
    expect(text).not.toContain('secret');
    expect(textOf(text)).toBe('ok');
  });

  it.each([
    ['tokens', tokens('o', 'k')],
    ['tokens with marks for space', tokens('\u2581o', '\u0120k')],
    [
      'the bytes of tokens that are parts of a character',
      {
        content: [
          { token: 'o', logprob: -1, bytes: [111] },
          { token: '\\x6b', logprob: -1, bytes: [107] },
        ],
      },
    ],
    ['nothing', { content: null, refusal: [] }],
  ])('does not take log-probabilities for it that spell their text: %s', async (name, logprobs) => {
    const content = name === 'nothing' ? '' : 'ok';
    const frame = choice({ delta: { content }, logprobs });
    expect(await through([frame])).toContain(frame);
  });

  it('does not take details for it that say what the reasoning says, or nothing', async () => {
    for (const details of [[{ text: 'a' }, { summary: 'b' }], [{ type: 'encrypted', data: 'x' }]]) {
      const frame = delta(0, { reasoning: 'ab', reasoning_details: details });
      expect(await through([frame])).toContain(frame);
    }
  });

  it('is refused where it may be the answer itself', async () => {
    for (const frame of [
      'data: {"type":"content_block_delta","delta":{"text":"secret"}}\n\n',
      delta(0, { audio: 'secret' }),
      tool({ index: 0, custom: { input: 'ok' }, function: { arguments: 'secret' } }),
      tool({ index: 0, function: { arguments: 'ok' } }) +
        tool({ index: 0, custom: { input: 'secret' } }),
      tool({ index: 0, custom: 'secret' }),
      [
        tool({ index: 0 }),
        tool({ index: 0, custom: { input: 'ok' } }),
        tool({ index: 0, function: { arguments: 'secret' } }),
      ].join(''),
    ]) {
      const text = await through([frame]);
      expect(text).not.toContain('secret');
      expect(text).toContain('"code":"upstream/failed"');
    }
  });

  it('may come without choices as the usage or an error only', async () => {
    const usage = 'data: {"usage":{"prompt_tokens":1,"completion_tokens":2}}\n\n';
    expect(await through([usage])).toContain(usage);
  });

  it('is refused in an answer of one piece', async () => {
    for (const [body, status] of [
      ['{"output_text":"secret"}', 502],
      ['{"choices":[{"message":{"content":"ok"},"delta":{"content":"secret"}}]}', 502],
      ['{"choices":[{"message":{"content":"secret","content":"ok"},"finish_reason":"stop"}]}', 200],
    ] as const) {
      const { url } = await gatewayOver(
        (_req, res) => void res.writeHead(200, { 'content-type': 'application/json' }).end(body),
        REDACT,
      );
      const reply = await ask(url, CHAT);
      expect(reply.status).toBe(status);
      expect(reply.text).not.toContain('secret');
    }
  });

  it('is not in an answer of one piece as bytes that readers read in different ways', async () => {
    const body = Buffer.from('{"choices":[{"message":{"content":"a?b"},"finish_reason":"stop"}]}');
    body[body.indexOf('?')] = 0xff;
    const { url } = await gatewayOver(
      (_req, res) => void res.writeHead(200, { 'content-type': 'application/json' }).end(body),
    );
    const { bytes } = await ask(url, CHAT);
    expect(bytes.includes(0xff)).toBe(false);
    expect(bytes.toString('utf8')).toContain('a\ufffdb');
  });

  it('is not shown of a success that is not 200', async () => {
    const { url } = await gatewayOver((_req, res) => void res.writeHead(206).end('a secret'));
    const reply = await ask(url, STREAM);
    expect(reply.status).toBe(502);
    expect(reply.text).not.toContain('secret');
  });
});

describe('a byte-order mark within the stream', () => {
  it('does not hide a line from the judge that the official client would read', async () => {
    for (const hidden of [
      `\ufeff${word('a secret')}`,
      `: c\n\ufeff${word('a secret')}`,
      `event: x\n\ufeff${word('a secret')}`,
      `${finish()}${DONE}\ufeff${word('a secret')}`,
    ]) {
      const { url } = await gatewayOver(
        (_req, res) =>
          void res
            .writeHead(200, { 'content-type': 'text/event-stream' })
            .end(role() + word('ok') + hidden + finish() + DONE),
        REDACT,
      );
      const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'k', maxRetries: 0 });
      const stream = await client.chat.completions.create({
        ...STREAM,
        messages: [],
        stream: true,
      });
      let text = '';
      for await (const part of stream) text += part.choices[0]?.delta.content ?? '';
      expect(text).toBe('ok');
      expect((await ask(url, STREAM)).text).not.toContain('secret');
    }
  });
});

describe('text that readers join', () => {
  const argumentsOf = (text: string, index: number): string =>
    chunksOf(text)
      .flatMap((json) => json.choices ?? [])
      .flatMap((each) => (each.delta as { tool_calls?: unknown[] }).tool_calls ?? [])
      .map((call) => call as { index: number; function?: { arguments?: string } })
      .filter((call) => call.index === index)
      .map((call) => call.function?.arguments ?? '')
      .join('');

  const functionsOf = (text: string): unknown[] =>
    chunksOf(text)
      .flatMap((json) => json.choices ?? [])
      .map((each) => (each.delta as { function_call?: object }).function_call);

  it('is judged as one where two indices share an id', async () => {
    const text = await through([
      tool({ index: 0, id: 'a', function: { name: 'f', arguments: 'sec' } }),
      tool({ index: 1, id: 'a', function: { name: 'f', arguments: 'x' } }),
      tool({ index: 0, function: { arguments: 'ret' } }),
    ]);
    expect([argumentsOf(text, 0), argumentsOf(text, 1)]).toEqual(['[gone]', 'x']);
  });

  it('has an index of its own where two calls share one, and keeps it', async () => {
    const text = await through([
      tool({ index: 0, id: 'a', function: { name: 'f', arguments: 'sec' } }),
      tool({ index: 0, id: 'b', function: { name: 'g', arguments: 'ret' } }),
      tool({ index: 1, id: 'c', function: { name: 'h', arguments: '3' } }),
      tool({ index: 0, function: { arguments: '2' } }),
      tool({ index: 0, id: 'a', function: { arguments: 'ond' } }),
    ]);
    expect([0, 1, 2].map((index) => argumentsOf(text, index))).toEqual(['second', 'ret2', '3']);
  });

  it('is refused where the index of a call is none', async () => {
    for (const index of ['0', -1, 1.5]) {
      expect(await through([tool({ index, function: { arguments: 'x' } })])).toContain('"error"');
    }
  });

  it('takes an id, or a kind, that comes late for the same call', async () => {
    const frames = [
      tool({ index: 0 }),
      tool({ index: 0, function: { name: 'f', arguments: 'sec' } }),
      tool({ index: 0, id: 'a', type: 'function' }),
      tool({ index: 0, id: 'a', function: { arguments: 'ret' } }),
    ];
    expect(argumentsOf(await through(frames), 0)).toBe('[gone]');
    expect(await through(frames, {})).toContain(frames.join(''));
    const custom = tool({ index: 0, id: 'a' }) + tool({ index: 0, custom: { input: 'x' } });
    expect(await through([custom], {})).toContain(custom);
    const other = tool({ index: 0, id: 'b', function: { arguments: 'x' } });
    expect(argumentsOf(await through([...frames, other]), 1)).toBe('x');
  });

  it('stays in order when a call waits behind one that ended', async () => {
    const text = await through([
      tool({ index: 0, id: 'a', function: { name: 'f', arguments: 'sec' } }),
      tool({ index: 0, id: 'b', function: { name: 'g', arguments: '1' } }),
      tool({ index: 0, function: { arguments: '2' } }),
    ]);
    expect(argumentsOf(text, 1)).toBe('12');
  });

  it('loses nothing of a function_call whose name comes late', async () => {
    const both = `data: ${JSON.stringify({
      id: 'x',
      choices: [
        { index: 0, delta: { function_call: { arguments: 'a' } } },
        { index: 0, delta: { content: 's', function_call: { name: 'f', arguments: 'b' } } },
      ],
    })}\n\n`;
    const text = await through([both, word('ecret')]);
    expect(functionsOf(text)).toContainEqual({ name: 'f', arguments: 'ab' });
    const nameless = delta(0, { function_call: { arguments: 'my secret' } });
    expect(functionsOf(await through([nameless]))).toContainEqual({ arguments: 'my [gone]' });
  });

  it('stands in one field, where reasoning goes from one to the other and back', async () => {
    const text = await through([
      delta(0, { reasoning_content: 'sec', reasoning: 'sec' }),
      delta(0, { reasoning: 'x' }),
      delta(0, { reasoning_content: 'ret', reasoning: 'ret' }),
      delta(0, { reasoning_content: '!' }),
    ]);
    expect(textOf(text, 0, 'reasoning_content')).toBe('sec');
    expect(textOf(text, 0, 'reasoning')).toBe('secxret!');
  });

  it('tells of every name that a call is given', async () => {
    const { url, host } = await gatewayOver((_req, res) => {
      const frames = [
        tool({ index: 0, id: 'a', function: { name: 'safe', arguments: '{' } }),
        tool({ index: 0, function: { name: 'safe', arguments: ':' } }),
        tool({ index: 0, function: { name: 'other', arguments: '}' } }),
        delta(0, { function_call: { name: 'old', arguments: '1' } }),
        delta(0, { function_call: { name: 'old', arguments: '2' } }),
        delta(0, { function_call: { name: 'new' } }),
      ];
      res.writeHead(200, { 'content-type': 'text/event-stream' });
      res.end([role(), ...frames, finish(), DONE].join(''));
    });
    await ask(url, STREAM);
    const names = host.last.events.flatMap((e) => (e.type === 'tool-start' ? [e.name] : []));
    expect(names).toEqual(['safe', 'other', 'old', 'new']);
  });
});
