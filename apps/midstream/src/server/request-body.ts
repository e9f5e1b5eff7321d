/** Reads the body of an API request, bounded, as JSON. */
import type { IncomingMessage } from 'node:http';
import { MidstreamError, messageOf } from '@midstream/core';

/** The most a request body may be, in bytes; a larger one is refused with 413. */
export const MAX_BODY_BYTES = 8_388_608;

/**
 * The most that arrays and objects may be nested in a body; what is deeper would overflow the stack
 * of whoever reads it.
 */
export const MAX_JSON_DEPTH = 64;

/**
 * The JSON of a body, `{}` for an empty one. Throws `http/bad-request` and `http/body-too-large`.
 */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const text = (await readBytes(request)).toString('utf8');
  if (text.trim() === '') return {};
  if (isDeep(text)) {
    throw new MidstreamError(
      'http/bad-request',
      `Cannot read the body: it is nested deeper than ${MAX_JSON_DEPTH} arrays and objects`,
    );
  }
  try {
    return JSON.parse(text);
  } catch (thrown) {
    throw new MidstreamError('http/bad-request', `Cannot read the body: ${messageOf(thrown)}`, {
      cause: thrown,
    });
  }
}

function readBytes(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    let size = 0;
    if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) return reject(tooLarge());
    request.on('data', (piece: Buffer) => {
      size += piece.length;
      // What still comes is read and thrown away, so that the client gets to read the answer.
      if (size > MAX_BODY_BYTES) reject(tooLarge());
      else pieces.push(piece);
    });
    request.on('end', () => resolve(Buffer.concat(pieces)));
    request.on('close', () =>
      reject(new MidstreamError('stream/aborted', 'Cannot read the body: the client has gone')),
    );
    request.on('error', reject);
  });
}

/** Whether brackets outside of strings are nested too deep. Linear, and without recursion. */
function isDeep(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const letter = text[at];
    if (letter === '"') at = endOfString(text, at);
    else if (letter === '[' || letter === '{') depth += 1;
    else if (letter === ']' || letter === '}') depth -= 1;
    if (depth > MAX_JSON_DEPTH) return true;
  }
  return false;
}

/** Where the string that begins at `from` ends: at its second quote, or with the text. */
function endOfString(text: string, from: number): number {
  let end = from;
  do {
    end = text.indexOf('"', end + 1);
    if (end < 0) return text.length;
  } while (isEscaped(text, end));
  return end;
}

function isEscaped(text: string, at: number): boolean {
  let slashes = 0;
  while (text[at - 1 - slashes] === '\\') slashes += 1;
  return slashes % 2 === 1;
}

const tooLarge = (): MidstreamError =>
  new MidstreamError(
    'http/body-too-large',
    `Cannot read a body of more than ${MAX_BODY_BYTES} bytes`,
  );
