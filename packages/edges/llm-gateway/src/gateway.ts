/**
 * The gateway as a request handler: it owns the provider-shaped paths and leaves all others alone.
 * It opens no port; whoever owns the server calls `handle`.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Clock, MidstreamError, millis, type SessionHost } from '@midstream/core';
import { readChatRequest } from './chat-request.ts';
import { answer, type ErrorAnswer, errorAnswer } from './errors.ts';
import { ChatExchange, type ExchangeContext } from './exchange.ts';
import { answerEarly, readBody } from './http-body.ts';
import { type GatewayLimitOptions, limitValues } from './limits.ts';
import { proxyModels } from './models.ts';
import type { GatewayTelemetry } from './telemetry.ts';
import { Upstream, type UpstreamOptions } from './upstream.ts';

/** What a gateway is made of. */
export interface GatewayOptions {
  /** Opens a session for each request. */
  readonly host: SessionHost;
  readonly upstream: UpstreamOptions;
  readonly clock: Clock;
  /** Other values than those of `GATEWAY_LIMITS`. */
  readonly limits?: GatewayLimitOptions;
  /**
   * Sends what may leave of a frame at once, in a frame of its own, while the rest is held. By
   * default a frame waits until all of it may leave, so that a stream in which nothing is found
   * keeps its bytes.
   */
  readonly splitFrames?: boolean;
  /** Called synchronously; must not throw. */
  readonly onTelemetry?: (event: GatewayTelemetry) => void;
}

/** A running gateway. */
export interface Gateway extends AsyncDisposable {
  /**
   * Answers a request, if its path is one of the gateway's: resolves with `true` when that is over,
   * with `false`, nothing touched, for any other path. Never rejects.
   */
  handle(req: IncomingMessage, res: ServerResponse): Promise<boolean>;
  /**
   * Ends all exchanges with an error and closes the connections to upstream. Clients that do not
   * take their answer, or have not sent their request, are given `closeMillis`. Idempotent.
   */
  close(): Promise<void>;
}

type Http = { readonly req: IncomingMessage; readonly res: ServerResponse };
type Route = { readonly method: 'GET' | 'POST'; readonly serve: (http: Http) => Promise<void> };

/** Makes a gateway. Throws `argument/invalid` for an upstream URL that is none. */
export function createGateway(options: GatewayOptions): Gateway {
  const { host, clock, onTelemetry, splitFrames = false } = options;
  const limits = limitValues(options.limits);
  const upstream = new Upstream(options.upstream, clock, limits);
  const context: ExchangeContext = { host, upstream, clock, limits, splitFrames, onTelemetry };
  return new HttpGateway(context);
}

class HttpGateway implements Gateway {
  readonly #context: ExchangeContext;
  readonly #exchanges: Set<ChatExchange> = new Set();
  readonly #serving: Map<Promise<unknown>, Http> = new Map();
  #closed = false;

  constructor(context: ExchangeContext) {
    this.#context = context;
  }

  async handle(req: IncomingMessage, res: ServerResponse): Promise<boolean> {
    const route = this.#route(req.url ?? '/');
    if (route === null) return false;
    const serving = this.#serve({ req, res }, route).catch((thrown: unknown) => {
      this.#refuse({ req, res }, errorAnswer(thrown));
    });
    this.#serving.set(serving, { req, res });
    await serving.finally(() => this.#serving.delete(serving));
    return true;
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const exchange of this.#exchanges) exchange.abort();
    const { clock, limits } = this.#context;
    const late = clock.after(millis(limits.closeMillis), () => {
      for (const { req } of this.#serving.values()) req.socket.destroy();
    });
    await Promise.allSettled(this.#serving.keys());
    late[Symbol.dispose]();
    this.#context.upstream.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #route(url: string): Route | null {
    const path = url.split('?', 1)[0] ?? '/';
    if (path === '/v1/chat/completions') {
      return { method: 'POST', serve: (http) => this.#chat(http) };
    }
    if (path !== '/v1/models' && !path.startsWith('/v1/models/')) return null;
    const below = path.slice('/v1'.length);
    return { method: 'GET', serve: (http) => proxyModels(this.#context, http, below) };
  }

  async #serve(http: Http, { method, serve }: Route): Promise<void> {
    const { req, res } = http;
    if (this.#closed) throw new MidstreamError('stream/aborted', 'The gateway is closed');
    if (req.method !== method) {
      res.setHeader('allow', method);
      const message = `Cannot ${req.method} here: ${method} is wanted`;
      const type = 'invalid_request_error';
      this.#refuse(http, answer(405, { message, type, code: 'method_not_allowed' }));
      return;
    }
    await serve(http);
  }

  async #chat(http: Http): Promise<void> {
    const { req } = http;
    const encoding = req.headers['content-encoding'] ?? 'identity';
    if (encoding !== 'identity') {
      const message = `Cannot read a body with content-encoding "${encoding}": none is wanted`;
      this.#refuse(http, answer(415, { message, type: 'invalid_request_error' }));
      return;
    }
    const body = await readBody(req, this.#context.limits.requestBytes);
    const exchange = new ChatExchange(this.#context, http, readChatRequest(body));
    this.#exchanges.add(exchange);
    if (this.#closed) exchange.abort();
    await exchange.run(req.headers).finally(() => this.#exchanges.delete(exchange));
  }

  /** Answers with an error before any session was opened, or nothing when the client has gone. */
  #refuse(http: Http, { status, body }: ErrorAnswer): void {
    const { req, res } = http;
    this.#context.onTelemetry?.({ type: 'request-refused', status, code: body.error.code });
    if (res.headersSent || res.destroyed) return;
    const bytes = Buffer.from(JSON.stringify(body));
    const { clock, limits } = this.#context;
    if (bodyIsComing(req)) {
      answerEarly(http, { status, body: bytes }, { clock, linger: limits.lingerMillis });
      return;
    }
    const type = { 'content-type': 'application/json', 'content-length': bytes.length };
    res.writeHead(status, type).end(bytes);
  }
}

/** Whether a request has a body of which not everything was received. */
function bodyIsComing({ complete, headers }: IncomingMessage): boolean {
  if (complete) return false;
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
