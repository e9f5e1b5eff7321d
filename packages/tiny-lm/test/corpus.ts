/** Small models made for tests: a whole GGUF file from plain values. */

type Meta = readonly [key: string, type: number, value: unknown];

const UTF8 = new TextEncoder();

/** Collects little-endian bytes. */
class Writer {
  readonly parts: number[] = [];

  number(kind: 'u32' | 'u64' | 'f32' | 'f64' | 'u16', value: number): this {
    const view = new DataView(new ArrayBuffer(8));
    const size = { u16: 2, u32: 4, f32: 4, u64: 8, f64: 8 }[kind];
    if (kind === 'u16') view.setUint16(0, value, true);
    else if (kind === 'u32') view.setUint32(0, value, true);
    else if (kind === 'u64') view.setBigUint64(0, BigInt(value), true);
    else if (kind === 'f32') view.setFloat32(0, value, true);
    else view.setFloat64(0, value, true);
    this.parts.push(...new Uint8Array(view.buffer, 0, size));
    return this;
  }

  text(value: string): this {
    const bytes = UTF8.encode(value);
    this.number('u64', bytes.length).parts.push(...bytes);
    return this;
  }

  value(type: number, value: unknown): this {
    if (type === 8) return this.text(value as string);
    if (type === 4 || type === 5) return this.number('u32', value as number);
    if (type === 6) return this.number('f32', value as number);
    if (type === 12) return this.number('f64', value as number);
    if (type === 10 || type === 11) return this.number('u64', value as number);
    if (type === 2 || type === 3) return this.number('u16', value as number);
    if (type === 9) {
      const [inner, values] = value as [number, readonly unknown[]];
      this.number('u32', inner).number('u64', values.length);
      for (const each of values) this.value(inner, each);
      return this;
    }
    this.parts.push(Number(value));
    return this;
  }
}

export interface TensorSpec {
  readonly name: string;
  readonly shape: readonly number[];
  /** 0 is F32, 1 is F16 (values are then raw bits). */
  readonly type?: number;
  readonly values: readonly number[];
}

/** The bytes of a GGUF file with these metadata and tensors. */
export function makeGguf(metadata: readonly Meta[], tensors: readonly TensorSpec[]): Uint8Array {
  const head = new Writer();
  head.parts.push(...UTF8.encode('GGUF'));
  head.number('u32', 3).number('u64', tensors.length).number('u64', metadata.length);
  for (const [key, type, value] of metadata) head.text(key).number('u32', type).value(type, value);
  const data = new Writer();
  for (const { name, shape, type = 0, values } of tensors) {
    while (data.parts.length % 32 !== 0) data.parts.push(0);
    head.text(name).number('u32', shape.length);
    for (const size of shape) head.number('u64', size);
    head.number('u32', type).number('u64', data.parts.length);
    for (const value of values) data.number(type === 1 ? 'u16' : 'f32', value);
  }
  while (head.parts.length % 32 !== 0) head.parts.push(0);
  return Uint8Array.from([...head.parts, ...data.parts]);
}

export const EXTRA_TOKENS: readonly (readonly [string, number])[] = [
  ['\u2581', -1000],
  ['a', -1001],
  ['b', -1002],
  ['c', -1003],
  ['\u2581a', -2],
  ['ab', -1],
  ['bc', -3],
  ['\u2581ab', -4],
];

/**
 * The metadata of a model with two layers of width 8 and a vocabulary of bytes and a few letters.
 */
export function smallMetadata(overrides: Readonly<Record<string, Meta>> = {}): Meta[] {
  const bytes = Array.from({ length: 256 }, (_, byte) => {
    return `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`;
  });
  const tokens = ['<unk>', '<s>', '</s>', ...bytes, ...EXTRA_TOKENS.map(([token]) => token)];
  const scores = [...Array(259).fill(0), ...EXTRA_TOKENS.map(([, score]) => score)];
  const types = [2, 3, 3, ...bytes.map(() => 6), ...EXTRA_TOKENS.map(() => 1)];
  const metadata: Meta[] = [
    ['general.architecture', 8, 'llama'],
    ['llama.embedding_length', 4, 8],
    ['llama.block_count', 4, 2],
    ['llama.attention.head_count', 4, 2],
    ['llama.feed_forward_length', 4, 10],
    ['llama.context_length', 4, 24],
    ['llama.attention.sliding_window', 4, 6],
    ['llama.attention.layer_norm_rms_epsilon', 6, 1e-5],
    ['tokenizer.ggml.tokens', 9, [8, tokens]],
    ['tokenizer.ggml.scores', 9, [6, scores]],
    ['tokenizer.ggml.token_type', 9, [5, types]],
    ['tokenizer.ggml.bos_token_id', 4, 1],
    ['tokenizer.ggml.eos_token_id', 4, 2],
  ];
  const replaced = metadata.map((entry) => overrides[entry[0]] ?? entry);
  const names = new Set(metadata.map(([key]) => key));
  return [...replaced, ...Object.values(overrides).filter(([key]) => !names.has(key))];
}

/** The tensors of that model with small repeatable weights. */
export function smallTensors(): TensorSpec[] {
  let state = 12345;
  const spec = (name: string, ...shape: number[]): TensorSpec => ({
    name: `${name}.weight`,
    shape,
    values: Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => {
      state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
      return state / 0x7fffffff - 0.5;
    }),
  });
  const layer = (index: number): TensorSpec[] => [
    spec(`blk.${index}.attn_norm`, 8),
    spec(`blk.${index}.attn_q`, 8, 8),
    spec(`blk.${index}.attn_k`, 8, 8),
    spec(`blk.${index}.attn_v`, 8, 8),
    spec(`blk.${index}.attn_output`, 8, 8),
    spec(`blk.${index}.ffn_norm`, 8),
    spec(`blk.${index}.ffn_gate`, 8, 10),
    spec(`blk.${index}.ffn_up`, 8, 10),
    spec(`blk.${index}.ffn_down`, 10, 8),
  ];
  const vocabulary = 259 + EXTRA_TOKENS.length;
  return [spec('token_embd', 8, vocabulary), spec('output_norm', 8), ...layer(0), ...layer(1)];
}

/** The whole small model. */
export function smallModel(overrides: Readonly<Record<string, Meta>> = {}): Uint8Array {
  return makeGguf(smallMetadata(overrides), smallTensors());
}
