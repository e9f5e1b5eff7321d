/**
 * Asks the gateway for a streamed completion, whose text is watched through its session, not here.
 */
import { HttpError, request } from './http.ts';

/** What to ask for. */
export interface CompletionRequest {
  readonly model: string;
  readonly prompt: string;
  readonly temperature: number;
  readonly maxTokens: number;
  readonly tokensPerSecond: number;
}

/** Who is told, and when to stop. */
export interface CompletionOptions {
  readonly signal: AbortSignal;
  readonly onSession: (id: string) => void;
}

/** Runs to the end of the stream. Aborting the signal is a client that hangs up. */
export async function runCompletion(
  ask: CompletionRequest,
  options: CompletionOptions,
): Promise<void> {
  const response = await request('/v1/chat/completions', {
    method: 'POST',
    signal: options.signal,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      model: ask.model,
      messages: [{ role: 'user', content: ask.prompt }],
      temperature: ask.temperature,
      max_tokens: ask.maxTokens,
      tokens_per_second: ask.tokensPerSecond,
      stream: true,
      logprobs: true,
    }),
  });
  const session = response.headers.get('x-midstream-session');
  if (session !== null) options.onSession(session);
  if (response.body === null) throw new HttpError(response.status, 'The answer had no body.');
  const reader = response.body.getReader();
  while (!(await reader.read()).done);
}
