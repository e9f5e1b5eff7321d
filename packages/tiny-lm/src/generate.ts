/**
 * One completion: takes the prompt, then chooses token after token until the model ends the text, a
 * stop string appears, the token limit or the end of the context is reached.
 *
 * Synchronous and in small steps, so that the caller decides what happens between two tokens: yield
 * to others, pace, or stop by not calling again. A step costs one forward pass, or up to
 * `PROMPT_TOKENS_PER_STEP` cheaper ones while the prompt is read.
 */
import { MidstreamError } from '@midstream/core';
import { type Choice, Sampler, type SamplingOptions, type ScoredToken } from './sampler.ts';
import { StopMatcher } from './stop.ts';
import { StreamDecoder } from './stream-decoder.ts';
import type { Tokenizer } from './tokenizer.ts';
import { Transformer } from './transformer.ts';
import type { ModelWeights } from './weights.ts';

/** Prompt tokens read in one step: bounds how long a step keeps others waiting. */
export const PROMPT_TOKENS_PER_STEP = 8;
/** The completion tokens given when no limit is named. */
export const DEFAULT_MAX_TOKENS = 256;
/** A request may name this many stop strings; more are refused. */
export const MAX_STOPS = 4;
/** A stop string has at most this many UTF-16 units; a longer one is refused. */
export const MAX_STOP_LENGTH = 512;

/** What to complete and how. */
export interface GenerateOptions extends SamplingOptions {
  readonly prompt: string;
  /** Fixes every random choice: the same options and seed give the same text. Default 0. */
  readonly seed?: number;
  /** Tokens to generate at most; the context may end the completion before. Default 256. */
  readonly maxTokens?: number;
  /** The completion ends before the first of these strings. */
  readonly stop?: readonly string[];
}

/** Why a completion ended: the model or a stop string ended it, or there was no room for more. */
export type FinishReason = 'stop' | 'length';

/** A token as text and bytes, with the model's log-probability of it. */
export interface TokenDetail {
  readonly id: number;
  /** The token's own text; U+FFFD stands for bytes that are only part of a letter. */
  readonly text: string;
  readonly bytes: Uint8Array;
  readonly logprob: number;
}

/** A token of the completion with the most likely tokens of its place. */
export interface GeneratedToken extends TokenDetail {
  readonly topLogprobs: readonly TokenDetail[];
}

/** What one step gave. Held text comes with a later step, together with its tokens. */
export interface GenerationStep {
  /** Text released now: never part of a stop string, never half a letter. */
  readonly text: string;
  /** Tokens whose text has been released whole by now. */
  readonly tokens: readonly GeneratedToken[];
  /** Whether a token was chosen in this step: false while the prompt is being read. */
  readonly chose: boolean;
  readonly finishReason: FinishReason | null;
}

interface WaitingToken {
  readonly token: GeneratedToken;
  /** Where its text ends in the completion; unknown while its letter is unfinished. */
  end: number | null;
}

const PROMPT_STEP: GenerationStep = { text: '', tokens: [], chose: false, finishReason: null };

/** A completion in progress over shared weights. */
export class Generation implements Iterable<GenerationStep> {
  readonly promptTokens: number;
  readonly #tokenizer: Tokenizer;
  readonly #transformer: Transformer;
  readonly #sampler: Sampler;
  readonly #decoder: StreamDecoder;
  readonly #stops: StopMatcher;
  readonly #limit: number;
  #unread: readonly number[];
  #waiting: WaitingToken[] = [];
  #decoded = 0;
  #released = 0;
  #completionTokens = 0;
  #finishReason: FinishReason | null = null;

  constructor(model: { weights: ModelWeights; tokenizer: Tokenizer }, options: GenerateOptions) {
    const { tokenizer, weights } = model;
    const { context } = weights.shape;
    checkOptions(options);
    this.#tokenizer = tokenizer;
    this.#unread = promptIds(options.prompt, { tokenizer, context });
    this.promptTokens = this.#unread.length;
    this.#limit = Math.min(options.maxTokens ?? DEFAULT_MAX_TOKENS, context - this.promptTokens);
    this.#transformer = new Transformer(weights);
    this.#sampler = new Sampler(options, options.seed ?? 0);
    this.#stops = new StopMatcher(options.stop ?? []);
    // The prompt decides whether the first token stands at the start of a line.
    this.#decoder = new StreamDecoder(tokenizer);
    for (const id of this.#unread) this.#decoder.push(id);
  }

  /** Tokens chosen so far, the one that ends the text not counted. */
  get completionTokens(): number {
    return this.#completionTokens;
  }

  /** Why the completion ended, or null while it goes on. */
  get finishReason(): FinishReason | null {
    return this.#finishReason;
  }

  /** Does the next piece of work; null when the completion has ended. */
  step(): GenerationStep | null {
    if (this.#finishReason !== null) return null;
    const unread = this.#unread;
    if (unread.length > 1) {
      const count = Math.min(unread.length - 1, PROMPT_TOKENS_PER_STEP);
      for (const id of unread.slice(0, count)) this.#transformer.step(id, false);
      this.#unread = unread.slice(count);
      return PROMPT_STEP;
    }
    this.#transformer.step(unread[0] ?? this.#tokenizer.begin);
    const choice = this.#sampler.choose(this.#transformer.logits);
    if (choice.id === this.#tokenizer.end) return this.#finish('stop', '');
    this.#unread = [choice.id];
    return this.#accept(choice);
  }

  *[Symbol.iterator](): Generator<GenerationStep, void, undefined> {
    for (let step = this.step(); step !== null; step = this.step()) yield step;
  }

  #accept(choice: Choice): GenerationStep {
    this.#completionTokens++;
    const token: GeneratedToken = {
      ...this.#describe(choice),
      topLogprobs: choice.alternatives.map((alternative) => this.#describe(alternative)),
    };
    const text = this.#decoder.push(choice.id);
    this.#waiting.push({ token, end: null });
    this.#decoded += text.length;
    // A token without text is the first part of a letter: its end is known when the letter is.
    if (text !== '' || token.bytes.length === 0) this.#settle();
    const released = this.#stops.push(text);
    if (this.#stops.stopped) return this.#finish('stop', released);
    if (this.#completionTokens >= this.#limit) return this.#finish('length', released);
    return this.#release(released);
  }

  #describe({ id, logprob }: ScoredToken): TokenDetail {
    const bytes = this.#decoder.bytesHere(id);
    return {
      id,
      text: new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes),
      bytes,
      logprob,
    };
  }

  #settle(): void {
    for (const waiting of this.#waiting) waiting.end ??= this.#decoded;
  }

  #finish(reason: FinishReason, released: string): GenerationStep {
    this.#finishReason = reason;
    let text = released;
    if (!this.#stops.stopped) {
      const rest = this.#decoder.flush();
      this.#decoded += rest.length;
      this.#settle();
      text += this.#stops.push(rest) + this.#stops.flush();
    }
    return this.#release(text);
  }

  #release(text: string): GenerationStep {
    this.#released += text.length;
    let whole = 0;
    const endOf = (index: number): number => this.#waiting[index]?.end ?? Number.POSITIVE_INFINITY;
    while (endOf(whole) <= this.#released) whole++;
    const tokens = this.#waiting.slice(0, whole).map(({ token }) => token);
    this.#waiting = this.#waiting.slice(whole);
    return { text, tokens, chose: true, finishReason: this.#finishReason };
  }
}

/** Whether a stop string fits; half a letter (a lone surrogate) would cut a letter of the text. */
export function isStop(text: string): boolean {
  return text.length >= 1 && text.length <= MAX_STOP_LENGTH && !/\p{Surrogate}/u.test(text);
}

function promptIds(
  prompt: string,
  { tokenizer, context }: { tokenizer: Tokenizer; context: number },
): number[] {
  // A text this long has more tokens than fit, whatever they are: no need to count them.
  const atLeast = Math.ceil(prompt.length / tokenizer.longest);
  const ids = atLeast > context ? null : tokenizer.encode(prompt);
  if (ids !== null && ids.length < context) return ids;
  const count = ids === null ? `at least ${atLeast}` : `${ids.length}`;
  throw new MidstreamError(
    'model/context-full',
    `Prompt has ${count} tokens: fewer than ${context}, the context of this model, wanted`,
    { details: { tokens: ids?.length ?? atLeast, context } },
  );
}

function checkOptions({ maxTokens, seed, stop }: GenerateOptions): void {
  if (maxTokens !== undefined && !(Number.isSafeInteger(maxTokens) && maxTokens >= 1)) {
    throw new MidstreamError('argument/range', `maxTokens is ${maxTokens}: 1 or more wanted`);
  }
  if (seed !== undefined && !Number.isSafeInteger(seed)) {
    throw new MidstreamError('argument/range', `Seed is ${seed}: a safe integer wanted`);
  }
  if (stop === undefined) return;
  if (stop.length <= MAX_STOPS && stop.every(isStop)) return;
  throw new MidstreamError(
    'argument/range',
    `Stop is ${JSON.stringify(stop).slice(0, 200)}: at most ${MAX_STOPS} well-formed strings of 1 to ` +
      `${MAX_STOP_LENGTH} characters wanted`,
  );
}
