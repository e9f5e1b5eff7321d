/** The answers of `POST /v1/chat/completions`, in OpenAI's shape. */
import type { FinishReason, GeneratedToken, Generation, TokenDetail } from './generate.ts';
import { MODEL_ID } from './model.ts';

/** What all parts of one answer share. */
export interface ReplyHead {
  readonly id: string;
  /** Seconds since 1970. */
  readonly created: number;
  /** Names the weights: with the same seed, the same fingerprint gives the same text. */
  readonly fingerprint: string;
}

/** One finished choice of an answer that is not streamed. */
export interface FinishedChoice {
  readonly text: string;
  readonly tokens: readonly GeneratedToken[];
  readonly finishReason: FinishReason | null;
}

/** Token counts of a request: the prompt once, all choices together. */
export function usageOf(generations: readonly Generation[]): Record<string, number> {
  const prompt = generations[0]?.promptTokens ?? 0;
  const completion = generations.reduce((sum, { completionTokens }) => sum + completionTokens, 0);
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
  };
}

/** The answer of a request that is not streamed. */
export function completionBody(
  head: ReplyHead,
  answer: {
    readonly choices: readonly FinishedChoice[];
    readonly usage: Record<string, number>;
    readonly logprobs: boolean;
  },
): Record<string, unknown> {
  return {
    ...common(head, 'chat.completion'),
    choices: answer.choices.map(({ text, tokens, finishReason }, index) => ({
      index,
      message: { role: 'assistant', content: text, refusal: null },
      logprobs: answer.logprobs ? logprobsOf(tokens) : null,
      finish_reason: finishReason,
    })),
    usage: answer.usage,
  };
}

/** One part of a streamed answer: `usage` is absent unless the request asked for it. */
export function chunkBody(
  head: ReplyHead,
  part: {
    readonly choices: readonly Record<string, unknown>[];
    readonly usage?: Record<string, number> | null;
  },
): Record<string, unknown> {
  return { ...common(head, 'chat.completion.chunk'), ...part };
}

/** The choice within a streamed part. */
export function chunkChoice(
  index: number,
  delta: Record<string, unknown>,
  rest: { readonly tokens?: readonly GeneratedToken[]; readonly finishReason?: FinishReason },
): Record<string, unknown> {
  return {
    index,
    delta,
    logprobs: rest.tokens === undefined ? null : logprobsOf(rest.tokens),
    finish_reason: rest.finishReason ?? null,
  };
}

function common({ id, created, fingerprint }: ReplyHead, object: string): Record<string, unknown> {
  return { id, object, created, model: MODEL_ID, system_fingerprint: fingerprint };
}

function logprobsOf(tokens: readonly GeneratedToken[]): Record<string, unknown> {
  const content = tokens.map((token) => ({
    ...detail(token),
    top_logprobs: token.topLogprobs.map(detail),
  }));
  return { content, refusal: null };
}

function detail({ text, bytes, logprob }: TokenDetail): Record<string, unknown> {
  return { token: text, logprob, bytes: [...bytes] };
}
