/** How errors leave the server: a status for each code, and one shape. */
import type { ServerResponse } from 'node:http';
import { type ErrorCode, isMidstreamError, MidstreamError } from '@midstream/core';

const STATUS: Partial<Record<ErrorCode, number>> = {
  'http/not-found': 404,
  'operation/unknown': 404,
  'model/unknown': 404,
  'http/forbidden': 403,
  'http/body-too-large': 413,
  'budget/exceeded': 413,
  'policy/invalid': 422,
  'session/limit': 429,
  'session/closed': 409,
  'session/failed': 500,
  'internal/assertion': 500,
  'process/failed': 503,
  'upstream/failed': 502,
  'upstream/unreachable': 502,
  'upstream/timeout': 504,
};

/** An error as the API shows it. */
export interface ErrorReply {
  readonly status: number;
  readonly body: { readonly error: ReturnType<MidstreamError['toJSON']> };
}

/**
 * The reply for anything thrown. What is not ours is a defect of ours, and its text stays in the
 * log.
 */
export function errorReply(thrown: unknown): ErrorReply {
  const error = isMidstreamError(thrown)
    ? thrown
    : new MidstreamError('internal/assertion', 'The server failed to answer; see its log');
  const status = error.details.limit === 'subscribers' ? 429 : STATUS[error.code];
  return { status: status ?? 400, body: { error: error.toJSON() } };
}

/** Sends JSON on a raw response. */
export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}

/** Sends an error on a raw response, or gives the connection up where a reply has begun. */
export function sendError(response: ServerResponse, thrown: unknown): void {
  const { status, body } = errorReply(thrown);
  if (response.headersSent) response.destroy();
  else sendJson(response, status, body);
}
