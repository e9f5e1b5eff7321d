/**
 * Who may talk to the server. The Host header must name this server, which stops DNS rebinding; a
 * browser's Origin must be this server's own; and what a page of another site embeds, without an
 * Origin, is refused by what browsers say of it themselves (`Sec-Fetch-Site`), links excepted.
 */
import type { IncomingMessage } from 'node:http';

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);
const OWN_SITES: ReadonlySet<string> = new Set(['same-origin', 'none']);

/** Why a request is refused, as a sentence; `null` when it may pass. */
export function refusal({ headers }: Pick<IncomingMessage, 'headers'>): string | null {
  const { origin } = headers;
  const host = headers.host?.toLowerCase() ?? '';
  if (!LOOPBACK.has(nameOf(host))) {
    return `The Host header ${JSON.stringify(host)} is not this server`;
  }
  if (origin !== undefined) {
    const own = URL.canParse(origin) ? new URL(origin) : null;
    if (own?.protocol === 'http:' && own.host === host) return null;
    return `The origin ${JSON.stringify(origin)} is not allowed to call this server`;
  }
  const site = headers['sec-fetch-site'];
  if (site === undefined || OWN_SITES.has(String(site))) return null;
  if (headers['sec-fetch-mode'] === 'navigate') return null;
  return 'A page of another site is not allowed to call this server';
}

const nameOf = (host: string): string => host.replace(/:\d+$/, '');
