/** Requests for JSON, and errors as sentences a person can use. */

/** A request that did not succeed. `status` is 0 when no answer came. */
export class HttpError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Whether what was thrown is the end of work that was aborted on purpose. */
export const isAbort = (thrown: unknown): boolean =>
  thrown instanceof DOMException && thrown.name === 'AbortError';

/** The sentence behind anything thrown. */
export function inWords(thrown: unknown): string {
  if (thrown instanceof HttpError) return thrown.message;
  // What `fetch` throws when a body breaks off; its own words differ by browser and say little.
  if (thrown instanceof TypeError) return 'The connection to the server was lost.';
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** `fetch` that throws an {@link HttpError} unless the answer is a success. */
export async function request(path: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, init);
  } catch (thrown) {
    // An abort or a time-out is not a fault of the network: whoever asked for it knows what to say.
    if (thrown instanceof DOMException) throw thrown;
    throw new HttpError(0, 'The server cannot be reached.');
  }
  if (!response.ok) throw new HttpError(response.status, await messageOf(response));
  return response;
}

/** Gets a JSON document. */
export async function getJson<T>(path: string, signal: AbortSignal): Promise<T> {
  const response = await request(path, { signal, headers: { accept: 'application/json' } });
  try {
    return (await response.json()) as T;
  } catch (thrown) {
    if (isAbort(thrown)) throw thrown;
    throw new HttpError(response.status, `The server's answer to ${path} was not JSON.`);
  }
}

/** `{error: {message}}` is the shape of our API and of the provider-shaped paths alike. */
async function messageOf(response: Response): Promise<string> {
  const fallback = `The server answered ${response.status} ${response.statusText}`.trim();
  try {
    const body = (await response.json()) as { error?: { message?: unknown } } | null;
    const message = body?.error?.message;
    return typeof message === 'string' && message !== '' ? message : `${fallback}.`;
  } catch {
    return `${fallback}.`;
  }
}
