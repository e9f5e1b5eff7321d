/** A loaded model: shared weights and vocabulary, from which any number of completions run. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { MidstreamError } from '@midstream/core';
import { type GenerateOptions, Generation } from './generate.ts';
import { parseGguf } from './gguf.ts';
import { Tokenizer } from './tokenizer.ts';
import { type ModelShape, type ModelWeights, readWeights } from './weights.ts';

/** The name under which the bundled model is served. */
export const MODEL_ID = 'tiny-lm';

const BUNDLED: URL = new URL('../model/tiny.gguf', import.meta.url);

/** A language model that completes text. Immutable; completions have their own state. */
export class TinyLM {
  readonly tokenizer: Tokenizer;
  /** Names the file: equal for equal bytes. */
  readonly fingerprint: string;
  readonly #weights: ModelWeights;

  constructor(bytes: Uint8Array) {
    const file = parseGguf(bytes);
    this.#weights = readWeights(file);
    this.tokenizer = new Tokenizer(file);
    const hash = createHash('sha256').update(bytes).digest('hex');
    this.fingerprint = `fp_${hash.slice(0, 12)}`;
  }

  get shape(): ModelShape {
    return this.#weights.shape;
  }

  /** Begins a completion; nothing is computed before its first step. */
  generate(options: GenerateOptions): Generation {
    return new Generation({ weights: this.#weights, tokenizer: this.tokenizer }, options);
  }

  /** The whole completion at once. */
  complete(options: GenerateOptions): string {
    let text = '';
    for (const step of this.generate(options)) text += step.text;
    return text;
  }
}

/** Loads the bundled model, or another GGUF file of the Llama architecture. */
export function loadModel(source: string | URL = BUNDLED): TinyLM {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(source);
  } catch (cause) {
    throw new MidstreamError('argument/invalid', `Model file "${String(source)}" cannot be read`, {
      cause,
    });
  }
  return new TinyLM(bytes);
}
