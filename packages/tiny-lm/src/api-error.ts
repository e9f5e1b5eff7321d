/**
 * A fault to be told to an HTTP client in OpenAI's shape: `{error: {message, type, param, code}}`.
 */
import { isMidstreamError, messageOf } from '@midstream/core';

/** What an {@link ApiError} says besides its status and message. */
export interface ApiErrorOptions {
  readonly param?: string;
  readonly code?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/** A fault with its HTTP status. */
export class ApiError extends Error {
  readonly status: number;
  readonly param: string | null;
  readonly code: string | null;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, message: string, options: ApiErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.status = status;
    this.param = options.param ?? null;
    this.code = options.code ?? null;
    this.headers = options.headers ?? {};
  }

  /** The body to send. */
  toJSON(): {
    error: { message: string; type: string; param: string | null; code: string | null };
  } {
    const type = this.status >= 500 ? 'server_error' : 'invalid_request_error';
    return { error: { message: this.message, type, param: this.param, code: this.code } };
  }
}

/** Anything thrown, as a fault for the client; what is not the client's doing is a 500. */
export function toApiError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown;
  if (isMidstreamError(thrown, 'model/context-full')) {
    return new ApiError(400, thrown.message, {
      param: 'messages',
      code: 'context_length_exceeded',
      cause: thrown,
    });
  }
  return new ApiError(500, messageOf(thrown), { code: 'internal_error', cause: thrown });
}
