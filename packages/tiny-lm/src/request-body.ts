/** Reads a request's JSON body under a cap. */
import type { IncomingMessage } from 'node:http';
import { ApiError } from './api-error.ts';

/** A request body may have this many bytes; a larger one is answered with 413, unread. */
export const MAX_BODY_BYTES = 1_048_576;

const FIRST_BUFFER_BYTES = 16_384;

/**
 * The parsed body. Of a body over the cap the rest is thrown away as it comes, so that the client,
 * which may still be sending, can read the answer; the connection is closed after it.
 */
export async function readJsonBody(request: IncomingMessage): Promise<unknown> {
  const bytes = await readBytes(request);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new ApiError(400, 'Body is not valid UTF-8', { code: 'invalid_json', cause });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ApiError(400, `Body is not valid JSON: ${(cause as Error).message}`, {
      code: 'invalid_json',
      cause,
    });
  }
}

function readBytes(request: IncomingMessage): Promise<Uint8Array> {
  const declared = Number(request.headers['content-length'] ?? 0);
  return new Promise((resolve, reject) => {
    // One buffer, not a list: a body that comes byte by byte must not take a hundred times its
    // size.
    let bytes = Buffer.alloc(FIRST_BUFFER_BYTES);
    let size = 0;
    const refuse = (): void => {
      request.removeAllListeners('data').resume();
      reject(
        new ApiError(413, `Body is over ${MAX_BODY_BYTES} bytes, the cap of this server`, {
          code: 'body_too_large',
          headers: { connection: 'close' },
        }),
      );
    };
    if (declared > MAX_BODY_BYTES) return refuse();
    request.on('data', (part: Buffer) => {
      const end = size + part.byteLength;
      if (end > MAX_BODY_BYTES) return refuse();
      if (end > bytes.byteLength) bytes = Buffer.concat([bytes], Math.max(end, 2 * size));
      part.copy(bytes, size);
      size = end;
    });
    request.on('end', () => resolve(bytes.subarray(0, size)));
    request.on('error', reject);
  });
}
