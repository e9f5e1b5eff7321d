import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseGguf } from '../src/gguf.ts';
import { copyRow, type Matrix } from '../src/matrix.ts';
import { Transformer } from '../src/transformer.ts';
import { type ModelWeights, readWeights } from '../src/weights.ts';
import { smallModel } from './corpus.ts';

const dot = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, x, i) => sum + x * b[i]!, 0);
const rowOf = (matrix: Matrix, row: number) => {
  const out = new Float64Array(matrix.columns);
  copyRow(matrix, row, out);
  return [...out];
};
const apply = (matrix: Matrix, x: readonly number[]) =>
  Array.from({ length: matrix.rows }, (_, row) => dot(x, rowOf(matrix, row)));
const norm = (x: readonly number[], gain: Float64Array, epsilon: number) => {
  const scale = Math.sqrt(dot(x, x) / x.length + epsilon);
  return x.map((value, i) => (value / scale) * gain[i]!);
};
/** Rotates each pair as a complex number by position * base^(-2 pair / head width). */
const turn = (
  x: readonly number[],
  position: number,
  { headWidth, ropeBase }: ModelWeights['shape'],
) =>
  x.map((value, i) => {
    const within = i % headWidth;
    const angle = position * ropeBase ** (-(within - (within % 2)) / headWidth);
    const other = x[i % 2 === 0 ? i + 1 : i - 1]!;
    return value * Math.cos(angle) + (i % 2 === 0 ? -other : other) * Math.sin(angle);
  });

/** The whole network over all tokens at once, without caches: the readable twin. */
function readableForward(weights: ModelWeights, tokens: readonly number[]): number[] {
  const { shape, embedding } = weights;
  const { heads, headWidth, epsilon, window } = shape;
  let xs = tokens.map((token) => rowOf(embedding, token));
  for (const layer of weights.layers) {
    const inputs = xs.map((x) => norm(x, layer.attentionNorm, epsilon));
    const queries = inputs.map((x, at) => turn(apply(layer.query, x), at, shape));
    const keys = inputs.map((x, at) => turn(apply(layer.key, x), at, shape));
    const values = inputs.map((x) => apply(layer.value, x));
    xs = xs.map((x, at) => {
      const mixed = Array.from({ length: heads }, (_, head) => {
        const part = (v: readonly number[]) => v.slice(head * headWidth, (head + 1) * headWidth);
        const from = Math.max(0, at - window + 1);
        const seen = keys.slice(from, at + 1);
        const weigh = seen.map((k) =>
          Math.exp(dot(part(queries[at]!), part(k)) / Math.sqrt(headWidth)),
        );
        const total = weigh.reduce((a, b) => a + b);
        return part(x).map(
          (_, i) =>
            dot(
              weigh,
              values.slice(from, at + 1).map((v) => part(v)[i]!),
            ) / total,
        );
      }).flat();
      const attended = apply(layer.output, mixed).map((value, i) => value + x[i]!);
      const h = norm(attended, layer.feedNorm, epsilon);
      const up = apply(layer.up, h);
      const gated = apply(layer.gate, h).map((g, i) => (g / (1 + Math.exp(-g))) * up[i]!);
      return apply(layer.down, gated).map((value, i) => value + attended[i]!);
    });
  }
  return apply(embedding, norm(xs.at(-1)!, weights.outputNorm, epsilon));
}

const bundled = readWeights(
  parseGguf(readFileSync(new URL('../model/tiny.gguf', import.meta.url))),
);
const small = readWeights(parseGguf(smallModel()));

function run(weights: ModelWeights, tokens: readonly number[]): number[] {
  const transformer = new Transformer(weights);
  for (const [i, token] of tokens.entries()) transformer.step(token, i === tokens.length - 1);
  return [...transformer.logits];
}

function furthest(a: readonly number[], b: readonly number[]): number {
  return a.reduce((most, x, i) => Math.max(most, Math.abs(x - b[i]!)), 0);
}

describe('Transformer.step()', () => {
  it('agrees with the readable twin on the bundled model', () => {
    const tokens = [1, 357, 808, 300, 13, 500];
    expect(furthest(run(bundled, tokens), readableForward(bundled, tokens))).toBeLessThan(1e-9);
  });

  it('agrees with the readable twin beyond the window, where the ring has turned', () => {
    const tokens = Array.from({ length: 20 }, (_, i) => (i * 37) % 267);
    expect(tokens.length).toBeGreaterThan(3 * small.shape.window);
    expect(furthest(run(small, tokens), readableForward(small, tokens))).toBeLessThan(1e-9);
  });

  it('leaves logits as they were when they are not wanted', () => {
    const transformer = new Transformer(small);
    transformer.step(1);
    const before = [...transformer.logits];
    transformer.step(2, false);
    expect([...transformer.logits]).toEqual(before);
    expect(transformer.position).toBe(2);
  });

  it('keeps generations over shared weights apart', () => {
    const [a, b] = [new Transformer(small), new Transformer(small)];
    for (const token of [5, 6, 7]) {
      a.step(token);
      b.step(token + 100);
    }
    expect([...a.logits]).toEqual(run(small, [5, 6, 7]));
    expect([...b.logits]).toEqual(run(small, [105, 106, 107]));
  });

  it('takes exactly as many tokens as the context has', () => {
    const transformer = new Transformer(small);
    for (let i = 0; i < small.shape.context; i++) transformer.step(3);
    expect(transformer.full).toBe(true);
    expect(() => transformer.step(3)).toThrow(
      expect.objectContaining({ code: 'internal/assertion' }),
    );
  });

  it.each([-1, 267])('refuses token %d, which is not in the vocabulary', (token) => {
    expect(() => new Transformer(small).step(token)).toThrow(/not in the vocabulary/);
  });
});
