/**
 * Chooses the next token from the model's scores.
 *
 * In this order: bias and penalties are applied to the scores (score - frequency * count - presence
 * if count > 0, counting completion tokens only); at temperature 0 the highest wins, the lower id
 * of equals; else the scores are divided by the temperature, the `topK` highest are kept, of those
 * the smallest set whose probability reaches `topP` (the highest always stays), and one is drawn.
 *
 * Log-probabilities are the model's own: the log-softmax of the scores before bias, penalties,
 * temperature and truncation.
 *
 * Cost: O(V) a token, O(V log V) with topK, topP or alternatives. Nucleus sampling after Holtzman
 * and others (2020), "The Curious Case of Neural Text Degeneration". Edge case: scores that are not
 * finite, which only damaged weights give, throw `model/corrupt`.
 */
import { MidstreamError } from '@midstream/core';
import { corruptModel } from './gguf.ts';
import { seededUniform, type Uniform } from './random.ts';

/** How tokens are chosen. Defaults: temperature 1, no truncation, no penalties. */
export interface SamplingOptions {
  /** 0 takes the most likely token always; from 0 to 2. */
  readonly temperature?: number;
  /** Keep the smallest set of tokens with this much probability; over 0, to 1. */
  readonly topP?: number;
  /** Keep this many tokens; 0 keeps all. */
  readonly topK?: number;
  /** From -2 to 2. */
  readonly frequencyPenalty?: number;
  /** From -2 to 2. */
  readonly presencePenalty?: number;
  /** Added to the score of a token, by id; from -100 to 100. */
  readonly logitBias?: ReadonlyMap<number, number>;
  /** How many alternatives to report with each token; 0 to 20. */
  readonly topLogprobs?: number;
}

/** A token with the model's log-probability of it. */
export interface ScoredToken {
  readonly id: number;
  readonly logprob: number;
}

/** A chosen token and, when asked for, the most likely ones. */
export interface Choice extends ScoredToken {
  readonly alternatives: readonly ScoredToken[];
}

/** The ranges of numeric options, ends included, except that topP excludes 0. */
export const SAMPLING_RANGES: Readonly<
  Record<Exclude<keyof SamplingOptions, 'logitBias'>, readonly [number, number]>
> = {
  temperature: [0, 2],
  topP: [0, 1],
  topK: [0, 1_000_000],
  frequencyPenalty: [-2, 2],
  presencePenalty: [-2, 2],
  topLogprobs: [0, 20],
};

/** Chooses the tokens of one completion; keeps their counts and the state of its random numbers. */
export class Sampler {
  readonly #options: Required<SamplingOptions>;
  readonly #uniform: Uniform;
  readonly #counts = new Map<number, number>();
  #scores = new Float64Array(0);

  constructor(options: SamplingOptions, seed: number) {
    for (const [name, [low, high]] of Object.entries(SAMPLING_RANGES)) {
      checkRange(name, options[name as keyof typeof SAMPLING_RANGES], { low, high });
    }
    for (const bias of options.logitBias?.values() ?? []) {
      checkRange('logitBias', bias, { low: -100, high: 100 });
    }
    this.#options = {
      temperature: options.temperature ?? 1,
      topP: options.topP ?? 1,
      topK: options.topK ?? 0,
      frequencyPenalty: options.frequencyPenalty ?? 0,
      presencePenalty: options.presencePenalty ?? 0,
      logitBias: options.logitBias ?? new Map(),
      topLogprobs: options.topLogprobs ?? 0,
    };
    this.#uniform = seededUniform(seed);
  }

  /** Chooses from the scores of all tokens, which stay as they are, and counts the choice. */
  choose(logits: Float64Array): Choice {
    const normaliser = logSumExp(logits);
    if (!Number.isFinite(normaliser))
      throw corruptModel('The model gives scores that are not finite');
    if (this.#scores.length !== logits.length) this.#scores = new Float64Array(logits.length);
    const scores = this.#scores;
    scores.set(logits);
    this.#adjust(scores);
    const id = this.#options.temperature === 0 ? highest(scores) : this.#draw(scores);
    this.#counts.set(id, (this.#counts.get(id) ?? 0) + 1);
    const score = (token: number): ScoredToken => ({
      id: token,
      logprob: (logits[token] as number) - normaliser,
    });
    const { topLogprobs } = this.#options;
    const alternatives = topLogprobs > 0 ? ranked(logits).slice(0, topLogprobs).map(score) : [];
    return { ...score(id), alternatives };
  }

  #adjust(scores: Float64Array): void {
    const { frequencyPenalty, presencePenalty, logitBias } = this.#options;
    for (const [id, bias] of logitBias) {
      if (id in scores) scores[id] = (scores[id] as number) + bias;
    }
    if (frequencyPenalty === 0 && presencePenalty === 0) return;
    for (const [id, count] of this.#counts) {
      scores[id] = (scores[id] as number) - frequencyPenalty * count - presencePenalty;
    }
  }

  #draw(scores: Float64Array): number {
    const { temperature, topK, topP } = this.#options;
    const top = scores[highest(scores)] as number;
    const weigh = (id: number): number => Math.exp(((scores[id] as number) - top) / temperature);
    if (topK === 0 && topP === 1) {
      return pick(
        Array.from(scores, (_, id) => id),
        { weigh, uniform: this.#uniform },
      );
    }
    const order = ranked(scores);
    const kept = topK === 0 ? order : order.slice(0, topK);
    const wanted = topP * kept.reduce((sum, id) => sum + weigh(id), 0);
    let reached = 0;
    let count = 0;
    while (count < kept.length && reached < wanted) {
      reached += weigh(kept[count] as number);
      count++;
    }
    return pick(kept.slice(0, count), { weigh, uniform: this.#uniform });
  }
}

/** Draws one id in proportion to its weight. */
function pick(
  ids: readonly number[],
  { weigh, uniform }: { weigh: (id: number) => number; uniform: Uniform },
): number {
  const weights = ids.map(weigh);
  let left = uniform() * weights.reduce((sum, weight) => sum + weight, 0);
  let last = 0;
  for (const [index, weight] of weights.entries()) {
    if (weight === 0) continue;
    last = index;
    left -= weight;
    if (left < 0) break;
  }
  return ids[last] as number;
}

/** Token ids by falling score, the lower id first among equals. */
function ranked(scores: Float64Array): number[] {
  const ids = Array.from(scores, (_, id) => id);
  return ids.sort((a, b) => (scores[b] as number) - (scores[a] as number) || a - b);
}

function highest(scores: Float64Array): number {
  let best = 0;
  for (let id = 1; id < scores.length; id++) {
    if ((scores[id] as number) > (scores[best] as number)) best = id;
  }
  return best;
}

function logSumExp(scores: Float64Array): number {
  const top = scores[highest(scores)] as number;
  let sum = 0;
  for (const score of scores) sum += Math.exp(score - top);
  return top + Math.log(sum);
}

function checkRange(
  name: string,
  value: number | undefined,
  { low, high }: { low: number; high: number },
): void {
  if (value === undefined) return;
  const isInteger = name !== 'topK' && name !== 'topLogprobs' ? true : Number.isInteger(value);
  if (value >= low && value <= high && isInteger && !(name === 'topP' && value === 0)) return;
  throw new MidstreamError(
    'argument/range',
    `Sampling option ${name} is ${value}: a value from ${low} to ${high} wanted`,
    { details: { argument: name, value, low, high } },
  );
}
