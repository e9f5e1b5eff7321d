/** Streams as providers write them, made by hand in the shapes that are known. */

const chunk = (choices: unknown[], more: object = {}): string =>
  `data: ${JSON.stringify({
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1_760_000_000,
    model: 'gpt-x-2026',
    service_tier: 'default',
    system_fingerprint: 'fp_44',
    choices,
    ...more,
  })}\n\n`;

export const delta = (
  index: number,
  content: unknown,
  reason: string | null = null,
  more: object = {},
): string =>
  chunk([{ index, delta: content, logprobs: null, finish_reason: reason }], {
    usage: null,
    obfuscation: 'kPq81a',
    ...more,
  });

export const role = (index = 0): string =>
  delta(index, { role: 'assistant', content: '', refusal: null });
export const word = (content: string, index = 0): string => delta(index, { content });
export const finish = (reason = 'stop', index = 0): string => delta(index, {}, reason);
export const usage = (input: number, output: number): string =>
  chunk([], {
    usage: { prompt_tokens: input, completion_tokens: output, total_tokens: input + output },
  });
export const DONE = 'data: [DONE]\n\n';

/** The frames of one answer of these words. */
export const answerOf = (words: readonly string[]): string[] => [
  role(),
  ...words.map((text) => word(text)),
  finish(),
  usage(7, words.length),
  DONE,
];

export const WORDS = ['The', ' people', ' of', ' the', ' United', ' States', ' — 🇺🇸 é', '.'];

export const TOOL_CALL: readonly string[] = [
  delta(0, {
    role: 'assistant',
    content: null,
    tool_calls: [
      { index: 0, id: 'call_a', type: 'function', function: { name: 'find', arguments: '' } },
    ],
  }),
  delta(0, { tool_calls: [{ index: 0, function: { arguments: '{"city":' } }] }),
  delta(0, { tool_calls: [{ index: 0, function: { arguments: '"Rome"}' } }] }),
  delta(0, {
    tool_calls: [
      { index: 1, id: 'call_b', type: 'function', function: { name: 'look', arguments: '' } },
    ],
  }),
  delta(0, { tool_calls: [{ index: 1, function: { arguments: '{"at":1}' } }] }),
  finish('tool_calls'),
  DONE,
];

/** Everything that is unusual but allowed. */
export const ODD: readonly string[] = [
  ': OPENROUTER PROCESSING\n\n',
  chunk([], { prompt_filter_results: [{ prompt_index: 0 }] }),
  role(),
  'event: message\nid: 7\ndata: {"id":"x","choices":[{"index":0,\ndata: "delta":{"content":"split"}}]}\n\n',
  delta(0, { reasoning_content: 'I think' }),
  delta(0, { reasoning: ' so', reasoning_content: ' so' }),
  ': ping\n\n',
  delta(0, { content: ' me' }, null, { x_unknown: { deep: [1, 'é'] } }),
  delta(0, { refusal: 'No' }),
  delta(0, { content: '' }, null, { content_filter_results: {} }),
  finish(),
  usage(3, 4),
  DONE,
];

/** The concatenated text of a stream's choice, as an official client would put it together. */
export function textOf(stream: string, index = 0, key = 'content'): string {
  let text = '';
  for (const json of chunksOf(stream)) {
    for (const choice of json.choices ?? []) {
      if ((choice.index ?? 0) === index) text += choice.delta?.[key] ?? '';
    }
  }
  return text;
}

export interface TestChunk {
  id?: string;
  model?: string;
  error?: { message: string; type: string; code: string };
  usage?: { prompt_tokens: number; completion_tokens: number; midstream?: object } | null;
  choices?: {
    index?: number;
    delta?: Record<string, never> & { role?: string; content?: string };
    logprobs?: unknown;
    finish_reason?: string | null;
  }[];
  [key: string]: unknown;
}

/** The JSON of every frame but the last. */
export function chunksOf(stream: string): TestChunk[] {
  return stream
    .split('\n\n')
    .flatMap((frame) => {
      const lines = frame.split('\n').filter((line) => line.startsWith('data: '));
      return lines.length > 0 ? [lines.map((line) => line.slice(6)).join('\n')] : [];
    })
    .filter((data) => data !== '[DONE]')
    .map((data) => JSON.parse(data) as TestChunk);
}

export const reasonOf = (stream: string, index = 0): string | null | undefined =>
  chunksOf(stream)
    .flatMap((json) => json.choices ?? [])
    .filter((choice) => (choice.index ?? 0) === index)
    .map((choice) => choice.finish_reason)
    .find((reason) => reason !== null && reason !== undefined);
