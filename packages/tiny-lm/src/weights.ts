/**
 * What a Llama-architecture model file holds, checked and laid out for the forward pass: the sizes
 * and every weight in doubles. Shared, read-only, by all generations.
 */
import { corruptModel, type GgufFile, type GgufValue, readTensor } from './gguf.ts';
import { type Matrix, packMatrix } from './matrix.ts';

/** The sizes of the network. */
export interface ModelShape {
  readonly vocabulary: number;
  /** Width of the residual stream. */
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  /** Width of one attention head. */
  readonly headWidth: number;
  /** Width inside the feed-forward part. */
  readonly hidden: number;
  /** Positions the model has: prompt and completion together. */
  readonly context: number;
  /** The last positions attention sees, the current one among them. */
  readonly window: number;
  readonly epsilon: number;
  readonly ropeBase: number;
}

/** The weights of one layer; a row of a matrix is an output. */
export interface LayerWeights {
  readonly attentionNorm: Float64Array;
  readonly query: Matrix;
  readonly key: Matrix;
  readonly value: Matrix;
  readonly output: Matrix;
  readonly feedNorm: Float64Array;
  readonly gate: Matrix;
  readonly up: Matrix;
  readonly down: Matrix;
}

/** A whole model. The embedding is tied: it is the output matrix too. */
export interface ModelWeights {
  readonly shape: ModelShape;
  readonly embedding: Matrix;
  readonly layers: readonly LayerWeights[];
  readonly outputNorm: Float64Array;
}

/**
 * The largest value accepted for any size in a model file. A larger one is refused as corrupt,
 * because the state of one generation is allocated from these numbers.
 */
export const MODEL_MAX_SIZE = 65_536;
/** Numbers of key and value cache a generation may need; a file that asks for more is refused. */
export const MODEL_MAX_CACHE = 2 ** 27;

const WINDOW_KEY = 'llama.attention.sliding_window';

/** Reads and checks shape and weights; throws `model/corrupt` for anything that does not fit. */
export function readWeights(file: GgufFile): ModelWeights {
  const shape = readShape(file.metadata);
  const { width, hidden, vocabulary } = shape;
  const layers = Array.from({ length: shape.layers }, (_, index): LayerWeights => {
    const gain = (name: string): Float64Array =>
      readTensor(file, `blk.${index}.${name}.weight`, [width]);
    const matrix = (name: string, columns: number, rows: number): Matrix =>
      readMatrix(file, `blk.${index}.${name}.weight`, { rows, columns });
    return {
      attentionNorm: gain('attn_norm'),
      query: matrix('attn_q', width, width),
      key: matrix('attn_k', width, width),
      value: matrix('attn_v', width, width),
      output: matrix('attn_output', width, width),
      feedNorm: gain('ffn_norm'),
      gate: matrix('ffn_gate', width, hidden),
      up: matrix('ffn_up', width, hidden),
      down: matrix('ffn_down', hidden, width),
    };
  });
  return {
    shape,
    embedding: readMatrix(file, 'token_embd.weight', { rows: vocabulary, columns: width }),
    layers,
    outputNorm: readTensor(file, 'output_norm.weight', [width]),
  };
}

function readMatrix(
  file: GgufFile,
  name: string,
  size: { readonly rows: number; readonly columns: number },
): Matrix {
  return packMatrix(readTensor(file, name, [size.columns, size.rows]), size);
}

function readShape(metadata: ReadonlyMap<string, GgufValue>): ModelShape {
  const architecture = metadata.get('general.architecture');
  if (architecture !== 'llama') {
    throw corruptModel(`Architecture "${String(architecture)}" given: "llama" wanted`);
  }
  const size = (key: string): number => {
    const value = metadata.get(key);
    if (typeof value === 'number' && Number.isInteger(value) && value >= 1) {
      if (value <= MODEL_MAX_SIZE) return value;
    }
    throw corruptModel(`${key} is ${String(value)}: an integer from 1 to ${MODEL_MAX_SIZE} wanted`);
  };
  const positive = (key: string, fallback: number): number => {
    const value = metadata.get(key) ?? fallback;
    if (typeof value === 'number' && value > 0 && value < Number.POSITIVE_INFINITY) return value;
    throw corruptModel(`${key} is ${String(value)}: a positive number wanted`);
  };
  const context = size('llama.context_length');
  const tokens = metadata.get('tokenizer.ggml.tokens');
  const shape: ModelShape = {
    vocabulary: Array.isArray(tokens) ? tokens.length : 0,
    width: size('llama.embedding_length'),
    layers: size('llama.block_count'),
    heads: size('llama.attention.head_count'),
    headWidth: size('llama.embedding_length') / size('llama.attention.head_count'),
    hidden: size('llama.feed_forward_length'),
    context,
    window: metadata.has(WINDOW_KEY) ? Math.min(size(WINDOW_KEY), context) : context,
    epsilon: positive('llama.attention.layer_norm_rms_epsilon', 1e-5),
    ropeBase: positive('llama.rope.freq_base', 10_000),
  };
  checkSupported(shape, metadata);
  return shape;
}

function checkSupported(shape: ModelShape, metadata: ReadonlyMap<string, GgufValue>): void {
  const keyHeads = metadata.get('llama.attention.head_count_kv') ?? shape.heads;
  const rope = metadata.get('llama.rope.dimension_count') ?? shape.headWidth;
  if (keyHeads !== shape.heads) {
    throw corruptModel(
      `${String(keyHeads)} key heads given: as many as heads, ${shape.heads}, wanted`,
    );
  }
  if (!Number.isInteger(shape.headWidth) || shape.headWidth % 2 !== 0 || rope !== shape.headWidth) {
    throw corruptModel(
      `Heads of width ${shape.headWidth} with ${String(rope)} rotated dimensions given: ` +
        'an even width that is rotated whole wanted',
    );
  }
  if (shape.hidden % 2 !== 0) {
    throw corruptModel(`A hidden width of ${shape.hidden} given: an even one wanted`);
  }
  if (shape.layers * shape.window * shape.width * 2 > MODEL_MAX_CACHE) {
    throw corruptModel(`The model's cache would be over ${MODEL_MAX_CACHE} numbers`);
  }
}
