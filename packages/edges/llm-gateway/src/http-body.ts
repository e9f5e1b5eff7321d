/** Reads whole bodies, up to a cap, in memory that never exceeds it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Clock, MidstreamError, millis } from '@midstream/core';

/**
 * Reads a body. Rejects with `http/body-too-large` as soon as the cap is known to be passed, and
 * with `stream/aborted` when the sender goes away; the message is left unread in the first case.
 */
export function readBody(message: IncomingMessage, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    let length = 0;
    const finish = (): void => {
      message.off('data', onData).off('end', onEnd).off('close', onClose).off('error', onClose);
      message.on('error', () => {});
    };
    const tooLarge = (): void => {
      finish();
      pieces.length = 0;
      reject(
        new MidstreamError(
          'http/body-too-large',
          `Cannot take a body of more than ${maxBytes} bytes`,
          { details: { limit: maxBytes } },
        ),
      );
    };
    const onData = (piece: Buffer): void => {
      length += piece.length;
      if (length > maxBytes) tooLarge();
      else pieces.push(piece);
    };
    const onEnd = (): void => {
      finish();
      resolve(Buffer.concat(pieces));
    };
    const onClose = (): void => {
      finish();
      reject(new MidstreamError('stream/aborted', 'Cannot read the body: the sender went away'));
    };
    message.on('data', onData).on('end', onEnd).on('close', onClose).on('error', onClose);
    if (Number(message.headers['content-length'] ?? 0) > maxBytes) tooLarge();
  });
}

/**
 * Answers a request whose body is still coming: the whole answer is sent at once, then what comes
 * is read and thrown away for a while, because a connection closed with unread bytes is reset and
 * the answer lost.
 */
export function answerEarly(
  { req, res }: { readonly req: IncomingMessage; readonly res: ServerResponse },
  { status, body }: { readonly status: number; readonly body: Buffer },
  { clock, linger }: { readonly clock: Pick<Clock, 'after'>; readonly linger: number },
): void {
  res.writeHead(status, {
    'content-type': 'application/json',
    'content-length': body.length,
    connection: 'close',
  });
  res.write(body);
  const timer = clock.after(millis(linger), () => end());
  const end = (): void => {
    timer[Symbol.dispose]();
    res.end();
  };
  req.on('end', end).on('close', end).resume();
}
