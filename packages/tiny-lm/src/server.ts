/**
 * tiny-lm behind an OpenAI-shaped HTTP API on loopback: `POST /v1/chat/completions`, `GET
 * /v1/models`, `GET /v1/models/tiny-lm` and `GET /healthz`.
 *
 * Everything runs on one thread; completions interleave token by token.
 */
import { randomInt, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { MidstreamError } from '@midstream/core';
import { ApiError, toApiError } from './api-error.ts';
import { answerStream, answerWhole, type ChatContext } from './chat-endpoint.ts';
import { readChatRequest } from './chat-request.ts';
import { loadModel, MODEL_ID, type TinyLM } from './model.ts';
import { readJsonBody } from './request-body.ts';

/** Completions that run at once, each choice one; more are answered with 503 and Retry-After. */
export const MAX_ACTIVE_GENERATIONS = 64;
/** After this long without a whole request a connection is closed. */
export const REQUEST_TIMEOUT_MS = 30_000;
/** How long {@link TinyLmServer.drain} lets completions run on before it stops them. */
export const DRAIN_MS = 1000;

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '::1', 'localhost']);
/** Seeds the server draws itself are below this. */
const SEED_LIMIT = 2 ** 32;

/** What tests and embedding programs may put in place of the real thing. */
export interface TinyLmServerOptions {
  readonly model?: TinyLM;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  readonly sleep?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** The seed of a request that names none. */
  readonly drawSeed?: () => number;
  readonly maxActiveGenerations?: number;
  readonly requestTimeoutMs?: number;
}

/** What `GET /healthz` tells. */
export interface TinyLmStats {
  readonly activeGenerations: number;
  readonly tokensGenerated: number;
}

/** An HTTP server over one model. */
export class TinyLmServer {
  readonly #model: TinyLM;
  readonly #options: TinyLmServerOptions;
  readonly #server: Server;
  #draining = false;
  #closed: Promise<void> = Promise.resolve();
  #active = 0;
  #tokens = 0;

  constructor(options: TinyLmServerOptions = {}) {
    this.#options = options;
    this.#model = options.model ?? loadModel();
    const requestTimeout = options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS;
    // Node looks for late requests every 30 s unless told otherwise.
    const timeouts = { requestTimeout, connectionsCheckingInterval: requestTimeout / 10 };
    this.#server = createServer(timeouts, (request, response) => {
      void this.#handle(request, response);
    });
    // Each request listens for the end of its connection, and many may be under way on one.
    this.#server.on('connection', (socket) => socket.setMaxListeners(0));
  }

  get stats(): TinyLmStats {
    return { activeGenerations: this.#active, tokensGenerated: this.#tokens };
  }

  /** Begins to listen and returns the URL. Any host but loopback is refused. */
  async listen({
    port = 0,
    host = '127.0.0.1',
  }: {
    port?: number;
    host?: string;
  } = {}): Promise<string> {
    if (!LOOPBACK.has(host)) {
      throw new MidstreamError('argument/range', `Host is "${host}": a loopback address wanted`);
    }
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, () => {
        this.#server.off('error', reject);
        resolve();
      });
    });
    const { address, port: bound, family } = this.#server.address() as AddressInfo;
    return `http://${family === 'IPv6' ? `[${address}]` : address}:${bound}`;
  }

  /**
   * Takes no new connection, lets completions finish for `graceMs`, then stops them. Called again
   * while it drains, it waits for the same end, which the shorter grace decides.
   */
  async drain(graceMs: number = DRAIN_MS): Promise<void> {
    if (this.#server.listening) {
      this.#draining = true;
      this.#closed = new Promise((resolve) => {
        this.#server.close(() => resolve());
      });
      this.#server.closeIdleConnections();
    }
    const grace = setTimeout(() => {
      // Whoever listens to the end of a connection, as every completion does, stops with it.
      this.#server.closeAllConnections();
    }, graceMs);
    await this.#closed;
    clearTimeout(grace);
  }

  /** Ends at once. */
  close(): Promise<void> {
    return this.drain(0);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const left = new AbortController();
    const leave = (): void => left.abort();
    // A pipelined answer that waits for the one before it hears nothing of its connection's end.
    const { socket } = request;
    socket.once('close', leave);
    response.once('close', () => {
      leave();
      socket.off('close', leave);
      // A connection that outlives its last answer would keep a draining server from closing.
      if (this.#draining) setImmediate(() => this.#server.closeIdleConnections());
    });
    const { signal } = left;
    try {
      await this.#route(request, response, signal);
    } catch (thrown) {
      const fault = toApiError(thrown);
      if (response.headersSent || signal.aborted) response.destroy();
      else sendJson(response, { status: fault.status, body: fault, headers: fault.headers });
    }
  }

  async #route(
    request: IncomingMessage,
    response: ServerResponse,
    signal: AbortSignal,
  ): Promise<void> {
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    switch (path) {
      case '/v1/chat/completions':
        allow(request, 'POST');
        return await this.#chat(request, response, signal);
      case '/v1/models':
        allow(request, 'GET');
        return sendJson(response, { body: { object: 'list', data: [MODEL_CARD] } });
      case `/v1/models/${MODEL_ID}`:
        allow(request, 'GET');
        return sendJson(response, { body: MODEL_CARD });
      case '/healthz':
        allow(request, 'GET');
        return sendJson(response, { body: this.#health() });
      default:
        throw new ApiError(404, `No such path: ${path.slice(0, 100)}`, { code: 'unknown_url' });
    }
  }

  #health(): Record<string, unknown> {
    return {
      status: 'ok',
      model: MODEL_ID,
      active_generations: this.#active,
      tokens_generated: this.#tokens,
    };
  }

  async #chat(
    incoming: IncomingMessage,
    response: ServerResponse,
    signal: AbortSignal,
  ): Promise<void> {
    const request = readChatRequest(await readJsonBody(incoming), this.#model.shape.vocabulary);
    const most = this.#options.maxActiveGenerations ?? MAX_ACTIVE_GENERATIONS;
    if (this.#active + request.choices > most) {
      throw new ApiError(503, `${this.#active} completions are running: at most ${most} may`, {
        code: 'overloaded',
        headers: { 'retry-after': '1' },
      });
    }
    const seed = request.seed ?? (this.#options.drawSeed ?? (() => randomInt(SEED_LIMIT)))();
    const generations = Array.from({ length: request.choices }, (_, index) =>
      this.#model.generate({ ...request.options, seed: seed + index }),
    );
    const answer = request.stream ? answerStream : answerWhole;
    this.#active += request.choices;
    try {
      await answer(response, { request, generations }, this.#context(signal));
    } finally {
      this.#active -= request.choices;
    }
  }

  #context(signal: AbortSignal): ChatContext {
    const now = this.#options.now ?? Date.now;
    return {
      head: {
        id: `chatcmpl-${randomUUID()}`,
        created: Math.floor(now() / 1000),
        fingerprint: this.#model.fingerprint,
      },
      signal,
      now,
      sleep: this.#options.sleep ?? sleep,
      onToken: () => {
        this.#tokens++;
      },
    };
  }
}

/** A server over the bundled model, or over the one given; it listens when told to. */
export function createTinyLmServer(options: TinyLmServerOptions = {}): TinyLmServer {
  return new TinyLmServer(options);
}

const MODEL_CARD: Readonly<Record<string, unknown>> = {
  id: MODEL_ID,
  object: 'model',
  created: 0,
  owned_by: 'midstream',
};

async function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  await delay(milliseconds, undefined, { signal }).catch((thrown: unknown) => {
    if (!signal.aborted) throw thrown;
  });
}

function allow(request: IncomingMessage, method: string): void {
  if (request.method === method) return;
  throw new ApiError(405, `Method ${request.method} is not allowed here: ${method} wanted`, {
    code: 'method_not_allowed',
    headers: { allow: method },
  });
}

function sendJson(
  response: ServerResponse,
  reply: { status?: number; body: unknown; headers?: Readonly<Record<string, string>> },
): void {
  response.writeHead(reply.status ?? 200, { 'content-type': 'application/json', ...reply.headers });
  response.end(JSON.stringify(reply.body));
}
