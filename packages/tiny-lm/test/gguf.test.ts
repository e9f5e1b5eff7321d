import { readFileSync } from 'node:fs';
import { MidstreamError } from '@midstream/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseGguf, readTensor } from '../src/gguf.ts';
import { halfToFloat } from '../src/half.ts';
import { loadModel, TinyLM } from '../src/model.ts';
import { makeGguf, smallMetadata, smallModel, smallTensors } from './corpus.ts';

const LONG = process.env.MIDSTREAM_LONG === '1' ? 10 : 1;
const corrupt = (message: RegExp) =>
  expect.objectContaining({ code: 'model/corrupt', message: expect.stringMatching(message) });
const tensor = { name: 't', shape: [2], values: [1.5, -2] };

/** Loading either works or ends in a MidstreamError. */
function loadOrRefuse(bytes: Uint8Array): 'loaded' | 'refused' {
  try {
    const model = new TinyLM(bytes);
    model.complete({ prompt: 'ab', temperature: 0, maxTokens: 1 });
    return 'loaded';
  } catch (thrown) {
    if (!(thrown instanceof MidstreamError)) throw thrown;
    return 'refused';
  }
}

describe('halfToFloat()', () => {
  it.each([
    [0x3c00, 1],
    [0xc000, -2],
    [0x3555, 0.333251953125],
    [0x0001, 2 ** -24],
    [0x7bff, 65504],
    [0x7c00, Number.POSITIVE_INFINITY],
    [0xfc00, Number.NEGATIVE_INFINITY],
    [0x7e00, Number.NaN],
    [0x8000, -0],
  ])('of 0x%s is the IEEE value', (bits, value) => {
    expect(halfToFloat(bits)).toBe(value);
  });
});

describe('parseGguf()', () => {
  it('reads every kind of metadata', () => {
    const file = parseGguf(
      makeGguf(
        [
          ['u8', 0, 200],
          ['i8', 1, 255],
          ['u16', 2, 60000],
          ['i16', 3, 65535],
          ['u32', 4, 4_000_000_000],
          ['i32', 5, 4_294_967_295],
          ['f32', 6, 0.5],
          ['bool', 7, 1],
          ['string', 8, 'héllo'],
          [
            'array',
            9,
            [
              9,
              [
                [4, [1, 2]],
                [8, ['x']],
              ],
            ],
          ],
          ['u64', 10, 2 ** 40],
          ['i64', 11, 7],
          ['f64', 12, 0.1],
        ],
        [],
      ),
    );
    expect(Object.fromEntries(file.metadata)).toEqual({
      u8: 200,
      i8: -1,
      u16: 60000,
      i16: -1,
      u32: 4_000_000_000,
      i32: -1,
      f32: 0.5,
      bool: true,
      string: 'héllo',
      array: [[1, 2], ['x']],
      u64: 2 ** 40,
      i64: 7,
      f64: 0.1,
    });
  });

  it('reads F32 and F16 tensors', () => {
    const half = { name: 'h', shape: [2], type: 1, values: [0x3c00, 0xc000] };
    const file = parseGguf(makeGguf([], [tensor, half]));
    expect([...readTensor(file, 't', [2])]).toEqual([1.5, -2]);
    expect([...readTensor(file, 'h', [2])]).toEqual([1, -2]);
  });

  it.each([
    ['no magic', Uint8Array.from([71, 71, 77, 76, 3, 0, 0, 0]), /begins with/],
    ['another version', Uint8Array.from([71, 71, 85, 70, 2, 0, 0, 0]), /version 2/],
    ['no bytes', new Uint8Array(), /stopped at byte 0/],
    [
      'a key twice',
      makeGguf(
        [
          ['a', 4, 1],
          ['a', 4, 2],
        ],
        [],
      ),
      /"a" occurs twice/,
    ],
    ['an unknown type', makeGguf([['a', 13, 1]], []), /type 13/],
    ['an alignment of 5', makeGguf([['general.alignment', 4, 5]], []), /Alignment 5/],
    ['a number too large', makeGguf([['a', 10, 2 ** 60]], []), /too large/],
    [
      'an array longer than the file',
      makeGguf([['a', 9, [4, []]]], []).map((b, i) => (i === 24 + 9 + 4 + 4 + 3 ? 1 : b)),
      /does not fit|stopped/,
    ],
    ['deep arrays', makeGguf([['a', 9, [9, [[9, [[9, [[9, [[9, []]]]]]]]]]]], []), /nest deeper/],
    ['a tensor twice', makeGguf([], [tensor, tensor]), /"t" occurs twice/],
    ['a quantised tensor', makeGguf([], [{ ...tensor, type: 2 }]), /type 2: F32/],
    ['five dimensions', makeGguf([], [{ ...tensor, shape: [1, 1, 1, 1, 2] }]), /5 dimensions/],
    ['a tensor over the end', makeGguf([], [{ ...tensor, shape: [2000] }]), /within/],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => parseGguf(bytes)).toThrow(corrupt(message));
  });

  it('refuses a string that is not UTF-8', () => {
    const bytes = makeGguf([['k', 8, 'abc']], []);
    bytes[bytes.lastIndexOf(0x62)] = 0xff;
    expect(() => parseGguf(bytes)).toThrow(corrupt(/not valid UTF-8/));
  });

  it('refuses the bundled model cut at any byte of its header, and at the start of any tensor', () => {
    const bytes = readFileSync(new URL('../model/tiny.gguf', import.meta.url));
    const file = parseGguf(bytes);
    const starts = [...file.tensors.values()].map(({ start }) => start);
    const header = Math.min(...starts);
    const step = LONG > 1 ? 1 : 7;
    for (let end = 0; end <= header; end += step) {
      expect(() => parseGguf(bytes.subarray(0, end))).toThrow(MidstreamError);
    }
    for (const end of starts) {
      expect(() => parseGguf(bytes.subarray(0, end))).toThrow(corrupt(/within/));
    }
  });
});

describe('readTensor()', () => {
  const file = parseGguf(makeGguf([], [{ ...tensor, values: [1, Number.NaN] }]));
  it('refuses a missing tensor, another shape and values that are not finite', () => {
    expect(() => readTensor(file, 'u', [2])).toThrow(corrupt(/"u" is missing/));
    expect(() => readTensor(file, 't', [1, 2])).toThrow(corrupt(/\[1,2\] wanted/));
    expect(() => readTensor(file, 't', [3])).toThrow(corrupt(/\[3\] wanted/));
    expect(() => readTensor(file, 't', [2])).toThrow(corrupt(/not finite/));
  });
});

describe('new TinyLM()', () => {
  const tokens = (list: readonly unknown[], type = 8) => ({
    'tokenizer.ggml.tokens': ['tokenizer.ggml.tokens', 9, [type, list]] as const,
  });
  it('loads a small model with every default', () => {
    const model = new TinyLM(smallModel());
    expect(model.shape).toMatchObject({
      width: 8,
      layers: 2,
      headWidth: 4,
      context: 24,
      window: 6,
    });
    expect(model.shape.ropeBase).toBe(10_000);
  });

  it('takes the whole context as the window when the file names none', () => {
    const metadata = smallMetadata().filter(([key]) => !key.includes('sliding'));
    expect(new TinyLM(makeGguf(metadata, smallTensors())).shape.window).toBe(24);
  });

  it.each([
    [
      'another architecture',
      { 'general.architecture': ['general.architecture', 8, 'gpt2'] as const },
      /"gpt2"/,
    ],
    [
      'no layers',
      { 'llama.block_count': ['llama.block_count', 4, 0] as const },
      /block_count is 0/,
    ],
    [
      'too large a context',
      { 'llama.context_length': ['llama.context_length', 4, 70_000] as const },
      /context_length/,
    ],
    ['grouped heads', { kv: ['llama.attention.head_count_kv', 4, 1] as const }, /key heads/],
    ['half-rotated heads', { rope: ['llama.rope.dimension_count', 4, 2] as const }, /rotated/],
    [
      'heads that do not divide',
      { 'llama.attention.head_count': ['llama.attention.head_count', 4, 3] as const },
      /Heads of width/,
    ],
    [
      'an odd hidden width',
      { 'llama.feed_forward_length': ['llama.feed_forward_length', 4, 9] as const },
      /hidden width of 9/,
    ],
    [
      'a negative epsilon',
      {
        'llama.attention.layer_norm_rms_epsilon': [
          'llama.attention.layer_norm_rms_epsilon',
          6,
          -1,
        ] as const,
      },
      /positive/,
    ],
    ['no vocabulary', tokens([]), /token_embd/],
    ['a vocabulary of numbers', tokens([1], 4), /token_embd/],
    [
      'scores of another count',
      { 'tokenizer.ggml.scores': ['tokenizer.ggml.scores', 9, [6, [0]]] as const },
      /1 scores/,
    ],
    [
      'scores of strings',
      { 'tokenizer.ggml.scores': ['tokenizer.ggml.scores', 9, [8, ['x']]] as const },
      /list of numbers/,
    ],
    [
      'a beginning token that is none',
      { 'tokenizer.ggml.bos_token_id': ['tokenizer.ggml.bos_token_id', 4, 999] as const },
      /bos_token_id is 999/,
    ],
    [
      'a cache that is too large',
      {
        'llama.attention.sliding_window': ['llama.attention.sliding_window', 4, 60_000] as const,
        'llama.context_length': ['llama.context_length', 4, 60_000] as const,
        'llama.block_count': ['llama.block_count', 4, 60_000] as const,
      },
      /cache would be/,
    ],
  ])('refuses %s', (_, overrides, message) => {
    expect(() => new TinyLM(smallModel(overrides as never))).toThrow(corrupt(message));
  });

  it.each([
    ['<0x41>', /byte token <0x41>/],
    ['\u2581', /token "\u2581"/],
  ])('refuses a vocabulary without %s', (missing, message) => {
    const metadata = smallMetadata().map(([key, type, value]) => {
      if (key !== 'tokenizer.ggml.tokens') return [key, type, value] as const;
      const [inner, list] = value as [number, string[]];
      return [
        key,
        type,
        [inner, list.map((token) => (token === missing ? 'zzz' : token))],
      ] as const;
    });
    expect(() => new TinyLM(makeGguf(metadata, smallTensors()))).toThrow(corrupt(message));
  });

  it('never hangs and throws nothing but MidstreamError for a cut file', () => {
    const bytes = smallModel();
    for (let end = 0; end < bytes.length; end += LONG > 1 ? 1 : 37) {
      expect(loadOrRefuse(bytes.subarray(0, end))).toBe('refused');
    }
    expect(loadOrRefuse(bytes)).toBe('loaded');
  });

  it('never hangs and throws nothing but MidstreamError when bytes are changed', () => {
    const bytes = smallModel();
    const place = fc.record({ at: fc.nat(bytes.length - 1), to: fc.integer({ min: 0, max: 255 }) });
    fc.assert(
      fc.property(fc.array(place, { minLength: 1, maxLength: 6 }), (changes) => {
        const changed = Uint8Array.from(bytes);
        for (const { at, to } of changes) changed[at] = to;
        expect(['loaded', 'refused']).toContain(loadOrRefuse(changed));
      }),
      { numRuns: 300 * LONG },
    );
  });
});

describe('loadModel()', () => {
  it('loads the bundled model from source', () => {
    expect(loadModel().shape).toMatchObject({ vocabulary: 1024, layers: 4, context: 512 });
  });

  it('says which file cannot be read', () => {
    expect(() => loadModel('no-such-file.gguf')).toThrow(
      expect.objectContaining({
        code: 'argument/invalid',
        message: expect.stringContaining('no-such-file'),
      }),
    );
  });
});
