/**
 * The session of a request: what the host is told of it, and what an answer is called that upstream
 * never named.
 */
import type { IncomingMessage } from 'node:http';
import type { Clock, HostedSession, PushResult, SessionHost } from '@midstream/core';
import type { ChatRequest } from './chat-request.ts';
import type { JsonObject } from './json.ts';

/** Opens a session; throws what the host throws. */
export function openSession(
  host: SessionHost,
  { model, choices, tokenBudget, label }: ChatRequest,
  { req, onResult }: { req: IncomingMessage; onResult: (result: PushResult) => void },
): HostedSession {
  const policy = req.headers['x-midstream-policy'];
  return host.open({
    origin: 'gateway',
    label,
    choices,
    ...(model !== null && { model }),
    ...(tokenBudget !== null && { tokenBudget }),
    ...(typeof policy === 'string' && { policy }),
    onResult,
  });
}

/** The fields of an answer's chunks, besides choices, until upstream has sent one. */
export function envelopeFor(
  session: string,
  { model }: ChatRequest,
  clock: Pick<Clock, 'now'>,
): JsonObject {
  const created = Math.floor(clock.now() / 1000);
  const id = `chatcmpl-${session}`;
  return { id, object: 'chat.completion.chunk', created, model: model ?? '' };
}
