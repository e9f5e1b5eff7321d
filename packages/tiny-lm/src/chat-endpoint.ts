/**
 * Answers one chat request: runs its choices side by side, one token each in turn, and gives the
 * event loop a turn after every step, so that requests interleave and a client that leaves stops
 * its choices within one token.
 */
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { toApiError } from './api-error.ts';
import { chunkBody, chunkChoice, completionBody, type ReplyHead, usageOf } from './chat-reply.ts';
import type { ChatRequest } from './chat-request.ts';
import type { GeneratedToken, Generation, GenerationStep } from './generate.ts';

/** What the endpoint needs from the server around it. */
export interface ChatContext {
  readonly head: ReplyHead;
  readonly signal: AbortSignal;
  /** Milliseconds, for pacing. */
  readonly now: () => number;
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** Called for every token that is generated. */
  readonly onToken: () => void;
}

interface ChoiceStep {
  readonly index: number;
  readonly step: GenerationStep;
}

/** The steps of all choices in turn, at the wanted pace; ends early when the signal aborts. */
async function* runChoices(
  generations: readonly Generation[],
  tokensPerSecond: number | undefined,
  context: ChatContext,
): AsyncGenerator<ChoiceStep, void, undefined> {
  const interval = tokensPerSecond === undefined ? 0 : 1000 / tokensPerSecond;
  let due = context.now();
  for (;;) {
    let chose = false;
    let active = 0;
    for (const [index, generation] of generations.entries()) {
      const step = generation.step();
      if (step === null) continue;
      active++;
      if (step.chose) context.onToken();
      chose ||= step.chose;
      yield { index, step };
      await nextTurn();
      if (context.signal.aborted) return;
    }
    if (active === 0) return;
    if (interval === 0 || !chose) continue;
    const now = context.now();
    // Never more than one interval ahead, even where the clock is set back.
    due = Math.min(Math.max(due + interval, now), now + interval);
    const wait = due - now;
    if (wait > 0) await context.sleep(wait, context.signal);
    if (context.signal.aborted) return;
  }
}

/** Runs the choices to their end and sends one JSON body. */
export async function answerWhole(
  response: ServerResponse,
  { request, generations }: { request: ChatRequest; generations: readonly Generation[] },
  context: ChatContext,
): Promise<void> {
  const texts = generations.map(() => '');
  const tokens: GeneratedToken[][] = generations.map(() => []);
  for await (const { index, step } of runChoices(generations, request.tokensPerSecond, context)) {
    texts[index] += step.text;
    tokens[index]?.push(...step.tokens);
  }
  if (context.signal.aborted) return;
  const choices = generations.map(({ finishReason }, index) => ({
    text: texts[index] ?? '',
    tokens: tokens[index] ?? [],
    finishReason,
  }));
  const usage = usageOf(generations);
  const body = completionBody(context.head, { choices, usage, logprobs: request.logprobs });
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

/** Sends the choices as server-sent events while they grow. */
export async function answerStream(
  response: ServerResponse,
  { request, generations }: { request: ChatRequest; generations: readonly Generation[] },
  context: ChatContext,
): Promise<void> {
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
  });
  const send = async (data: string): Promise<void> => {
    if (response.write(`data: ${data}\n\n`) || context.signal.aborted) return;
    await once(response, 'drain', { signal: context.signal });
  };
  const none = request.includeUsage ? { usage: null } : {};
  const sendChoice = (choice: Record<string, unknown>): Promise<void> =>
    send(JSON.stringify(chunkBody(context.head, { choices: [choice], ...none })));
  try {
    for (const index of generations.keys()) {
      await sendChoice(chunkChoice(index, { role: 'assistant', content: '', refusal: null }, {}));
    }
    for await (const { index, step } of runChoices(generations, request.tokensPerSecond, context)) {
      const tokens = request.logprobs ? { tokens: step.tokens } : {};
      if (step.text !== '' || (request.logprobs && step.tokens.length > 0)) {
        await sendChoice(chunkChoice(index, { content: step.text }, tokens));
      }
      const { finishReason } = step;
      if (finishReason !== null) await sendChoice(chunkChoice(index, {}, { finishReason }));
    }
    if (context.signal.aborted) return;
    if (request.includeUsage) {
      const part = { choices: [], usage: usageOf(generations) };
      await send(JSON.stringify(chunkBody(context.head, part)));
    }
    await send('[DONE]');
  } catch (thrown) {
    // The status has been sent: the fault can only be told within the stream.
    if (!context.signal.aborted) await send(JSON.stringify(toApiError(thrown)));
  }
  response.end();
}
