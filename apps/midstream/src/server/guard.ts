/**
 * Who may talk to the server. The Host header must name this server, which stops DNS rebinding; a browser's
 * Origin must be this server's own.
 */
import type { IncomingMessage } from 'node:http';

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** Why a request is refused, as a sentence; `null` when it may pass. */
export function refusal({ headers }: Pick<IncomingMessage, 'headers'>): string | null {
  const { host, origin } = headers;
  if (host === undefined || !LOOPBACK.has(nameOf(host))) {
    return `The Host header ${JSON.stringify(host ?? '')} is not this server`;
  }
  if (origin === undefined) return null;
  const own = URL.canParse(origin) ? new URL(origin) : null;
  if (own?.protocol === 'http:' && own.host === host) return null;
  return `The origin ${JSON.stringify(origin)} is not allowed to call this server`;
}

const nameOf = (host: string): string => host.replace(/:\d+$/, '').toLowerCase();
