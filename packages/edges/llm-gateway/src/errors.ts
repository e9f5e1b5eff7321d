/** Errors in the shape that OpenAI's API and its clients use. */
import { type ErrorCode, isMidstreamError } from '@midstream/core';

/** `{"error": {...}}` as clients expect it. */
export interface OpenAiErrorBody {
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly param: string | null;
    readonly code: string | null;
  };
}

/** An HTTP status and the body to go with it. */
export interface ErrorAnswer {
  readonly status: number;
  readonly body: OpenAiErrorBody;
}

const INVALID = 'invalid_request_error';
const UPSTREAM = 'upstream_error';

/** Which status and type a code becomes; any other is 500, `internal_error`. */
const ANSWERS: { readonly [Code in ErrorCode]?: readonly [status: number, type: string] } = {
  'http/bad-request': [400, INVALID],
  'http/body-too-large': [413, INVALID],
  'http/not-found': [404, INVALID],
  'policy/invalid': [400, INVALID],
  'session/limit': [429, 'rate_limit_error'],
  'stream/aborted': [503, 'unavailable_error'],
  'upstream/failed': [502, UPSTREAM],
  'upstream/timeout': [504, UPSTREAM],
  'upstream/unreachable': [502, UPSTREAM],
  'budget/exceeded': [502, UPSTREAM],
};

/** What a client is told of anything that was thrown. Only our own errors show their message. */
export function errorAnswer(thrown: unknown): ErrorAnswer {
  if (!isMidstreamError(thrown)) {
    const message = 'Cannot answer: the gateway failed in a way it does not know';
    return answer(500, { message, type: 'internal_error', code: 'internal/assertion' });
  }
  const [status, type] = ANSWERS[thrown.code] ?? [500, 'internal_error'];
  const { param } = thrown.details;
  const { message, code } = thrown;
  return answer(status, { message, type, code, ...(typeof param === 'string' && { param }) });
}

/** An answer with every part given. */
export function answer(
  status: number,
  error: { message: string; type: string; code?: string; param?: string },
): ErrorAnswer {
  const { message, type, param = null, code = null } = error;
  return { status, body: { error: { message, type, param, code } } };
}

/** Whether a value has the shape `{"error": {"message": …}}` or `{"error": "…"}`. */
export function isErrorBody(value: unknown): value is { readonly error: unknown } {
  if (typeof value !== 'object' || value === null || !('error' in value)) return false;
  const { error } = value;
  return typeof error === 'string' ? error !== '' : typeof error === 'object' && error !== null;
}
