/** `GET /v1/models` and `GET /v1/models/<id>`: upstream's own answer. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { MidstreamError } from '@midstream/core';
import { unreadable } from './chat-chunk.ts';
import { onceGone } from './client-sink.ts';
import { Deadline } from './deadline.ts';
import type { ExchangeContext } from './exchange.ts';
import { answerHeaders } from './headers.ts';
import { readBody } from './http-body.ts';
import { readRefusal } from './upstream-error.ts';

/** Passes the list, or one model, on. Rejects with a `MidstreamError` when upstream gives none. */
export async function proxyModels(
  { upstream, clock, limits }: Pick<ExchangeContext, 'upstream' | 'clock' | 'limits'>,
  { req, res }: { readonly req: IncomingMessage; readonly res: ServerResponse },
  path: string,
): Promise<void> {
  if (!isPlain(path)) throw new MidstreamError('http/not-found', `No model has the path "${path}"`);
  const { headers } = req;
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const call = upstream.send(
      { method: 'GET', path, headers, accept: 'application/json' },
      { answered: resolve, failed: reject },
    );
    onceGone({ req, res }, () => {
      call.destroy();
      reject(new MidstreamError('stream/aborted', 'Cannot pass the list on: the client went away'));
    });
  });
  const idle = new Deadline(clock, () => answer.destroy());
  idle.start(limits.idleMillis);
  try {
    const { status, body } = await read(answer, limits.errorBytes);
    if (res.destroyed) return;
    const length = { 'content-type': 'application/json', 'content-length': body.length };
    res.writeHead(status, { ...answerHeaders(answer.headers), ...length }).end(body);
  } finally {
    idle.stop();
  }
}

async function read(
  answer: IncomingMessage,
  maxBytes: number,
): Promise<{ status: number; body: Buffer }> {
  if (answer.statusCode !== 200) return readRefusal(answer, maxBytes);
  try {
    const body = await readBody(answer, maxBytes);
    JSON.parse(body.toString('utf8'));
    return { status: 200, body };
  } catch (thrown) {
    answer.destroy();
    throw unreadable('its list of models is not JSON, or too large', thrown);
  }
}

/** Whether a path has no segment that leads elsewhere. */
function isPlain(path: string): boolean {
  try {
    return !decodeURIComponent(path)
      .split(/[/\\]/)
      .some((segment) => segment === '..' || segment === '.');
  } catch {
    return false;
  }
}
