/** Which headers cross the gateway, in either direction. */
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';

/** About one connection only (RFC 9110, 7.6.1), or made anew for the other side. */
const NEVER: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'host',
  'content-length',
  'content-encoding',
  'expect',
  'accept',
  'accept-encoding',
  'content-type',
]);

/**
 * What a client proves itself with here, or what its browser adds: nothing of upstream's business.
 */
const PRIVATE: ReadonlySet<string> = new Set([
  'api-key',
  'cookie',
  'cookie2',
  'forwarded',
  'openai-organization',
  'openai-project',
  'origin',
  'referer',
  'x-api-key',
  'x-real-ip',
]);

const PRIVATE_PREFIXES = ['sec-', 'x-midstream-', 'x-forwarded-', 'cf-'] as const;

/** The answer headers that clients act upon: retries, limits, request ids. */
const ANSWERS = /^(x-request-id|retry-after(-ms)?|x-should-retry|x-ratelimit-.*|openai-.*)$/;

/** How the gateway proves itself upstream. */
export interface UpstreamCredentials {
  readonly apiKey?: string;
  /** Sends the client's own `Authorization` on when there is no key. Default `false`. */
  readonly forwardAuthorization?: boolean;
}

/** The headers of a request to upstream. */
export function requestHeaders(
  client: IncomingHttpHeaders,
  credentials: UpstreamCredentials,
): OutgoingHttpHeaders {
  const named = (client.connection ?? '').split(',').map((name) => name.trim().toLowerCase());
  const headers: OutgoingHttpHeaders = {};
  for (const [name, value] of Object.entries(client)) {
    if (NEVER.has(name) || PRIVATE.has(name) || named.includes(name)) continue;
    if (name === 'authorization' || PRIVATE_PREFIXES.some((prefix) => name.startsWith(prefix))) {
      continue;
    }
    headers[name] = value;
  }
  headers['accept-encoding'] = 'identity';
  if (credentials.apiKey !== undefined) headers.authorization = `Bearer ${credentials.apiKey}`;
  else if (credentials.forwardAuthorization === true && client.authorization !== undefined) {
    headers.authorization = client.authorization;
  }
  return headers;
}

/** The headers of upstream's answer that the client gets to see. */
export function answerHeaders(upstream: IncomingHttpHeaders): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(upstream).filter(([name]) => ANSWERS.test(name)));
}
