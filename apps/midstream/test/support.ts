/**
 * A scripted OpenAI-compatible upstream, a server in front of it, and plain requests; all closed
 * after each test.
 */
import {
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { SessionRecord } from '@midstream/core';
import { loadConfig } from '@midstream/sdk';
import { createLog } from '../src/server/log.ts';
import { type MidstreamServer, type ServeOptions, serve } from '../src/server/server.ts';

const closers: (() => PromiseLike<void> | void)[] = [];

/** Runs when the test is over. */
export const after = (close: () => PromiseLike<void> | void): void => void closers.push(close);

/** Closes whatever was started; for `afterEach`. */
export async function closeAll(): Promise<void> {
  for (const close of closers.splice(0).reverse()) await close();
}

export async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  after(async () => {
    server.closeAllConnections();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export type Script = (response: ServerResponse, body: Record<string, unknown>) => void;

export interface ScriptedUpstream {
  /** Up to and with /v1. */
  readonly url: string;
  readonly bodies: Record<string, unknown>[];
  readonly keys: (string | undefined)[];
  /** How many answers were broken off. */
  readonly broken: () => number;
}

/** An upstream that answers completions by a script. */
export async function upstreamWith(script: Script): Promise<ScriptedUpstream> {
  const bodies: Record<string, unknown>[] = [];
  const keys: (string | undefined)[] = [];
  let broken = 0;
  const server = createServer(async (req, res) => {
    res.on('close', () => {
      if (!res.writableFinished) broken += 1;
    });
    let text = '';
    for await (const piece of req) text += piece;
    keys.push(req.headers.authorization);
    if (req.url === '/v1/models') {
      res.setHeader('content-type', 'application/json');
      res.end('{"object":"list","data":[{"id":"scripted","object":"model"}]}');
      return;
    }
    const body = JSON.parse(text);
    bodies.push(body);
    script(res, body);
  });
  return { url: `${await listening(server)}/v1`, bodies, keys, broken: () => broken };
}

const chunk = (delta: { content?: string }, reason: string | null = null): string =>
  `data: ${JSON.stringify({
    id: 'c',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'scripted',
    choices: [{ index: 0, delta, finish_reason: reason, logprobs: logprobsOf(delta.content) }],
  })}\n\n`;
const logprobsOf = (token: string | undefined): object | null =>
  token === undefined
    ? null
    : { content: [{ token, logprob: -0.5, bytes: null, top_logprobs: [] }] };

/** Says the texts, one delta each, and ends unless told to hang. */
export const says =
  (texts: readonly string[], { hang = false } = {}): Script =>
  (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const text of texts) response.write(chunk({ content: text }));
    if (!hang) response.end(`${chunk({}, 'stop')}data: [DONE]\n\n`);
  };

/** A server over a scripted upstream. */
export async function serverOver(
  upstreamUrl: string,
  options: Partial<ServeOptions> & { readonly flags?: Record<string, string | number> } = {},
): Promise<MidstreamServer> {
  const { flags = {}, ...rest } = options;
  const config = loadConfig({ env: {}, flags: { port: 0, 'upstream-url': upstreamUrl, ...flags } });
  const server = await serve({ config, log: createLog('silent'), ...rest });
  after(() => server[Symbol.asyncDispose]());
  return server;
}

export interface Reply {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  readonly complete: boolean;
}

export interface AskOptions {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

/** One request, its reply read to the end. */
export function ask(url: string, options: AskOptions = {}): Promise<Reply> {
  const { method = 'GET', headers = {}, body } = options;
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
      });
      response.on('error', () => undefined);
      response.on('close', () => {
        const { statusCode: status = 0, complete } = response;
        resolve({ status, headers: response.headers, text, complete });
      });
    });
    sent.on('error', reject);
    sent.end(typeof body === 'string' || body === undefined ? body : JSON.stringify(body));
  });
}

/** A request with a JSON reply. */
export async function call<T = Record<string, unknown>>(
  server: { readonly url: string },
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; body: T }> {
  const { status, text } = await ask(`${server.url}${path}`, { method, body });
  return { status, body: JSON.parse(text) as T };
}

/** Sends text over a socket as it is; resolves with what came back when the other side closes. */
export function raw(url: string, text: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    let said = '';
    const socket = connect(Number(port), hostname, () => socket.write(text));
    socket.on('data', (piece) => {
      said += piece;
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(said));
  });
}

/** A client that asks for a path and then reads nothing. */
export async function mute(url: string, head: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  after(() => void socket.destroy());
  await new Promise<void>((resolve) => socket.once('connect', resolve));
  socket.pause();
  socket.write(head.replace('HOST', `${hostname}:${port}`));
  return socket;
}

export interface Sse {
  readonly id: string | undefined;
  readonly event: string;
  readonly data: SessionRecord;
}

/** The events in the text of a feed. */
export function eventsIn(text: string): Sse[] {
  const out: Sse[] = [];
  for (const block of text.split('\n\n')) {
    const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
    const data = field('data');
    if (data !== undefined) {
      out.push({ id: field('id'), event: field('event') ?? '', data: JSON.parse(data) });
    }
  }
  return out;
}

/** Resolves when the condition holds; the test's own time limit is the only one. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 3));
}

export const CHAT = { model: 'scripted', messages: [{ role: 'user', content: 'Tell me' }] };

/** Text of so many characters, at least, that repeats nothing. */
export function prose(seed: number, characters: number): string {
  let text = '';
  for (let n = seed * 7919 + 1; text.length < characters; n = (n * 48_271) % 2_147_483_647) {
    text += `${n.toString(36)} `;
  }
  return text;
}
