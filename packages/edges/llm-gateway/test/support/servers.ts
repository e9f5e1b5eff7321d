/** A scripted upstream and a gateway in front of it, on loopback. */
import {
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { realClock } from '@midstream/core';
import { createGateway, type Gateway, type GatewayOptions } from '../../src/index.ts';
import { TestHost, type TestHostOptions } from './host.ts';

export type Script = (req: IncomingMessage, res: ServerResponse, body: string) => void;

const closers: (() => Promise<void>)[] = [];

/** Closes whatever was started; for `afterEach`. */
export async function closeAll(): Promise<void> {
  for (const close of closers.splice(0).reverse()) await close();
}

export async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(async () => {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export interface ScriptedUpstream {
  readonly url: string;
  readonly requests: {
    method: string;
    url: string;
    headers: IncomingMessage['headers'];
    body: string;
  }[];
  /** How many responses were closed before they were finished. */
  readonly broken: () => number;
}

/** An upstream that does what it is told. */
export async function scripted(script: Script): Promise<ScriptedUpstream> {
  const requests: ScriptedUpstream['requests'] = [];
  let broken = 0;
  const server = createServer((req, res) => {
    const pieces: Buffer[] = [];
    res.on('error', () => {});
    res.on('close', () => {
      if (!res.writableFinished) broken += 1;
    });
    req.on('data', (piece: Buffer) => pieces.push(piece));
    req.on('end', () => {
      const body = Buffer.concat(pieces).toString('utf8');
      const { method = '', url = '', headers } = req;
      requests.push({ method, url, headers, body });
      script(req, res, body);
    });
  });
  return { url: await listen(server), requests, broken: () => broken };
}

export interface Running {
  readonly url: string;
  readonly host: TestHost;
  readonly gateway: Gateway;
  readonly upstream: ScriptedUpstream;
}

/** A gateway over a scripted upstream. */
export async function gatewayOver(
  script: Script,
  options: TestHostOptions & { readonly gateway?: Partial<GatewayOptions> } = {},
): Promise<Running> {
  const upstream = await scripted(script);
  const host = new TestHost(options);
  const gateway = createGateway({
    host,
    upstream: { url: upstream.url, apiKey: 'upstream-key' },
    clock: realClock,
    ...options.gateway,
  });
  const server = createServer((req, res) => {
    void gateway.handle(req, res).then((mine) => {
      if (!mine) res.writeHead(404).end('not mine');
    });
  });
  const url = await listen(server);
  closers.push(() => gateway.close());
  return { url, host, gateway, upstream };
}

export interface Reply {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly bytes: Buffer;
  readonly text: string;
  /** Whether the response ended as HTTP has it. */
  readonly complete: boolean;
}

export interface AskOptions {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string>;
}

/** Sends a body and reads the whole reply. */
export function ask(url: string, body: unknown, options: AskOptions = {}): Promise<Reply> {
  const { method = 'POST', path = '/v1/chat/completions', headers = {} } = options;
  const text = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const sent = request(`${url}${path}`, { method, headers, agent: false }, (res) => {
      const pieces: Buffer[] = [];
      res.on('data', (piece: Buffer) => pieces.push(piece));
      res.on('error', () => {});
      res.on('close', () => {
        const bytes = Buffer.concat(pieces);
        const { statusCode: status = 0, complete } = res;
        resolve({ status, headers: res.headers, bytes, text: bytes.toString('utf8'), complete });
      });
    });
    sent.on('error', reject);
    sent.end(method === 'GET' ? undefined : text);
  });
}

export const CHAT = { model: 'm', messages: [{ role: 'user', content: 'Tell me' }] } as const;
export const STREAM = { ...CHAT, stream: true } as const;

/** Resolves when the condition holds; the test's own time limit is the only one. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}
