/**
 * Serves the built dashboard: a fixed set of files read once, so no request names a path on the
 * disk.
 */
import { readdir, readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, relative, sep } from 'node:path';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.json': 'application/json; charset=utf-8',
};

const SECURITY: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

const MISSING = `<!doctype html><meta charset="utf-8"><title>MidStream</title>
<p>The dashboard is not built. Run <code>npm run build</code>; the API works without it.</p>`;

/** The files of one folder, held in memory. */
export class StaticFiles {
  readonly #files: Map<string, { body: Buffer; type: string }> = new Map();

  /** Reads a folder; one that does not exist gives a page that says how to build it. */
  static async load(folder: string): Promise<StaticFiles> {
    const files = new StaticFiles();
    const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      const name = `/${relative(folder, path).split(sep).join('/')}`;
      const type = TYPES[extname(name)] ?? 'application/octet-stream';
      files.#files.set(name, { body: await readFile(path), type });
    }
    if (!files.#files.has('/index.html')) {
      files.#files.set('/index.html', { body: Buffer.from(MISSING), type: TYPES['.html'] ?? '' });
    }
    return files;
  }

  /** Answers a GET or HEAD for a file it has; `false` leaves the request to others. */
  handle(request: IncomingMessage, response: ServerResponse, path: string): boolean {
    const name = path === '/' ? '/index.html' : path;
    const file = this.#files.get(name);
    if (file === undefined || (request.method !== 'GET' && request.method !== 'HEAD')) return false;
    const cache = name.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache';
    response.writeHead(200, {
      'content-type': file.type,
      'content-length': file.body.length,
      'cache-control': cache,
      ...SECURITY,
    });
    response.end(request.method === 'HEAD' ? undefined : file.body);
    return true;
  }
}
