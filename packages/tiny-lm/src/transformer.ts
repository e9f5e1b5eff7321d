/**
 * The forward pass of a Llama-architecture decoder, one token at a time.
 *
 *   x = embedding[token]
 *   per layer:  h = rmsnorm(x);  q, k, v = Wq h, Wk h, Wv h;  q, k rotated by position (RoPE)
 *               x += Wo concat_head softmax(q k_past / sqrt(head width)) v_past
 *               h = rmsnorm(x);  x += Wdown (silu(Wgate h) * (Wup h))
 *   logits = embedding rmsnorm(x)
 *
 * Attention sees the last `window` positions. The model was trained on pieces of that length and
 * speaks gibberish at distances it has never met, so the window is what keeps long texts sound.
 * Keys and values within the window are kept in a ring (the "KV cache"), so a step costs one
 * multiply-add a weight plus O(layers * window * width) for attention. Everything is allocated in
 * the constructor: a step allocates nothing. Memory: 2 * layers * window * width doubles.
 *
 * Touvron and others (2023), "LLaMA: Open and Efficient Foundation Language Models"; RoPE after Su
 * and others (2021), "RoFormer", with adjacent dimensions rotated together; RMSNorm after Zhang and
 * Sennrich (2019); SwiGLU after Shazeer (2020), "GLU Variants Improve Transformer"; the window
 * after Beltagy and others (2020), "Longformer".
 *
 * Edge case: stepping when the context is full throws; `full` says so before.
 * Example: after step(1), step(357), step(808) `logits` has one score for each of 1,024 tokens.
 */
import { assert } from '@midstream/core';
import { copyRow, multiply } from './matrix.ts';
import { add, exponentials, rmsNorm, rotate } from './vector.ts';
import type { LayerWeights, ModelWeights } from './weights.ts';

/** The mutable state of one generation over shared weights. */
export class Transformer {
  /** Scores of every token as the next one; overwritten by each step that asks for them. */
  readonly logits: Float64Array;
  readonly #weights: ModelWeights;
  readonly #keys: readonly Float64Array[];
  readonly #values: readonly Float64Array[];
  readonly #rotation: Float64Array;
  readonly #x: Float64Array;
  readonly #normed: Float64Array;
  readonly #query: Float64Array;
  readonly #key: Float64Array;
  readonly #value: Float64Array;
  readonly #mixed: Float64Array;
  readonly #delta: Float64Array;
  readonly #gate: Float64Array;
  readonly #up: Float64Array;
  readonly #scores: Float64Array;
  #position = 0;

  constructor(weights: ModelWeights) {
    const { width, hidden, window, layers, vocabulary, headWidth } = weights.shape;
    this.#weights = weights;
    const cache = (): Float64Array => new Float64Array(window * width);
    this.#keys = Array.from({ length: layers }, cache);
    this.#values = Array.from({ length: layers }, cache);
    this.#rotation = new Float64Array(headWidth);
    this.#x = new Float64Array(width);
    this.#normed = new Float64Array(width);
    this.#query = new Float64Array(width);
    this.#key = new Float64Array(width);
    this.#value = new Float64Array(width);
    this.#mixed = new Float64Array(width);
    this.#delta = new Float64Array(width);
    this.#gate = new Float64Array(hidden);
    this.#up = new Float64Array(hidden);
    this.#scores = new Float64Array(window);
    this.logits = new Float64Array(vocabulary);
  }

  /** Tokens taken so far. */
  get position(): number {
    return this.#position;
  }

  /** Whether no further token can be taken. */
  get full(): boolean {
    return this.#position >= this.#weights.shape.context;
  }

  /** Takes one token. Without `wantLogits`, as within a prompt, the output matrix is skipped. */
  step(token: number, wantLogits = true): void {
    const { shape, embedding, layers, outputNorm } = this.#weights;
    assert(!this.full, 'A full context takes no further token');
    assert(token >= 0 && token < shape.vocabulary, `Token ${token} is not in the vocabulary`);
    const { epsilon } = shape;
    const x = this.#x;
    copyRow(embedding, token, x);
    this.#prepareRotation();
    for (let index = 0; index < layers.length; index++) {
      const layer = layers[index] as LayerWeights;
      rmsNorm(x, layer.attentionNorm, { epsilon, out: this.#normed });
      this.#attend(layer, index);
      rmsNorm(x, layer.feedNorm, { epsilon, out: this.#normed });
      this.#feed(layer);
    }
    this.#position++;
    if (!wantLogits) return;
    rmsNorm(x, outputNorm, { epsilon, out: this.#normed });
    multiply(embedding, this.#normed, this.logits);
  }

  /** Cosine and sine of this position for each pair of dimensions of a head. */
  #prepareRotation(): void {
    const { headWidth, ropeBase } = this.#weights.shape;
    for (let i = 0; i < headWidth; i += 2) {
      const angle = this.#position / ropeBase ** (i / headWidth);
      this.#rotation[i] = Math.cos(angle);
      this.#rotation[i + 1] = Math.sin(angle);
    }
  }

  #attend(layer: LayerWeights, index: number): void {
    const { width, heads, headWidth, window } = this.#weights.shape;
    const slot = (this.#position % window) * width;
    multiply(layer.query, this.#normed, this.#query);
    multiply(layer.key, this.#normed, this.#key);
    multiply(layer.value, this.#normed, this.#value);
    rotate(this.#query, this.#rotation);
    rotate(this.#key, this.#rotation);
    (this.#keys[index] as Float64Array).set(this.#key, slot);
    (this.#values[index] as Float64Array).set(this.#value, slot);
    for (let head = 0; head < heads; head++) this.#attendHead(index, head * headWidth);
    multiply(layer.output, this.#mixed, this.#delta);
    add(this.#x, this.#delta);
  }

  /** One head: weights past values by how well their keys match the query. */
  #attendHead(index: number, start: number): void {
    const { width, headWidth, window } = this.#weights.shape;
    const seen = Math.min(this.#position + 1, window);
    const keys = this.#keys[index] as Float64Array;
    const values = this.#values[index] as Float64Array;
    const query = this.#query;
    const scores = this.#scores;
    const mixed = this.#mixed;
    const end = start + headWidth;
    const scale = 1 / Math.sqrt(headWidth);
    for (let past = 0, row = 0; past < seen; past++, row += width) {
      let even = 0;
      let odd = 0;
      for (let i = start; i < end; i += 2) {
        even += (query[i] as number) * (keys[row + i] as number);
        odd += (query[i + 1] as number) * (keys[row + i + 1] as number);
      }
      scores[past] = (even + odd) * scale;
    }
    const sum = exponentials(scores, seen);
    mixed.fill(0, start, end);
    for (let past = 0, row = 0; past < seen; past++, row += width) {
      const share = (scores[past] as number) / sum;
      for (let i = start; i < end; i++) {
        mixed[i] = (mixed[i] as number) + share * (values[row + i] as number);
      }
    }
  }

  #feed(layer: LayerWeights): void {
    const gate = this.#gate;
    const up = this.#up;
    multiply(layer.gate, this.#normed, gate);
    multiply(layer.up, this.#normed, up);
    for (let i = 0; i < gate.length; i++) {
      const g = gate[i] as number;
      gate[i] = (g / (1 + Math.exp(-g))) * (up[i] as number);
    }
    multiply(layer.down, gate, this.#delta);
    add(this.#x, this.#delta);
  }
}
