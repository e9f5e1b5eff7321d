/**
 * What a request asks for, whatever the form of its target (RFC 9112, 3.2): a path, or a whole URL,
 * whose authority then counts in place of the Host header and so must be the same.
 */
import type { IncomingMessage } from 'node:http';
import { MidstreamError } from '@midstream/core';

/**
 * The path and query of a request, normalised. Throws `http/bad-request`, or `http/forbidden` for
 * another server's URL.
 */
export function targetOf({ url = '', headers }: Pick<IncomingMessage, 'url' | 'headers'>): URL {
  if (url.startsWith('/')) return new URL(`http://server${url}`);
  const absolute = /^https?:\/\//i.test(url) && URL.canParse(url) ? new URL(url) : null;
  if (absolute === null) {
    throw new MidstreamError(
      'http/bad-request',
      `Cannot answer the request target ${JSON.stringify(url.slice(0, 100))}: a path is wanted`,
    );
  }
  if (absolute.host !== headers.host?.toLowerCase()) {
    throw new MidstreamError(
      'http/forbidden',
      `Cannot answer for ${JSON.stringify(absolute.host)}: it is not this server`,
    );
  }
  return new URL(`http://server${absolute.pathname}${absolute.search}`);
}
