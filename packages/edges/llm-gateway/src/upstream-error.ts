/** An upstream's refusal, passed on: its status and its words, in the shape that clients read. */
import type { IncomingMessage } from 'node:http';
import { messageOf } from '@midstream/core';
import { answer, isErrorBody } from './errors.ts';
import { readBody } from './http-body.ts';

/** A status and the bytes of a JSON body. */
export interface Refusal {
  readonly status: number;
  readonly body: Buffer;
}

const EXCERPT = 500;

/**
 * Reads an answer that is not the one hoped for. Redirects are not followed: they become 502. So
 * does any other success, whose body may be text of the model and is not shown.
 */
export async function readRefusal(upstream: IncomingMessage, maxBytes: number): Promise<Refusal> {
  const code = upstream.statusCode ?? 502;
  const status = code >= 400 ? code : 502;
  let text: string;
  let bytes: Buffer | null = null;
  try {
    bytes = await readBody(upstream, maxBytes);
    text = bytes.toString('utf8');
    const parsed: unknown = JSON.parse(text);
    if (isErrorBody(parsed) && typeof parsed.error === 'object') return { status, body: bytes };
    if (isErrorBody(parsed)) text = String(parsed.error);
  } catch (thrown) {
    text = bytes?.toString('utf8') ?? messageOf(thrown);
    upstream.destroy();
  }
  const redirected = code >= 300 && code < 400 ? ': redirects are not followed' : '';
  const words = code >= 400 ? text.trim().slice(0, EXCERPT) : '';
  const excerpt = words === '' ? '' : `: ${words}`;
  const { body } = answer(status, {
    message: `Upstream answered with status ${code}${redirected || excerpt}`,
    type: 'upstream_error',
    code: 'upstream/failed',
  });
  return { status, body: Buffer.from(JSON.stringify(body)) };
}
