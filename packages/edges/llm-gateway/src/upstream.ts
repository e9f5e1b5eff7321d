/**
 * Talks to the OpenAI-compatible server behind the gateway: raw HTTP on kept-alive connections, a
 * time limit for each phase, no redirects, and at most one retry, when a kept connection turns out
 * to be dead.
 */
import {
  type ClientRequest,
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { type Clock, MidstreamError, messageOf } from '@midstream/core';
import { Deadline } from './deadline.ts';
import { requestHeaders, type UpstreamCredentials } from './headers.ts';
import type { GatewayLimitValues } from './limits.ts';

/** Where upstream is. */
export interface UpstreamOptions extends UpstreamCredentials {
  /**
   * The base URL as the official SDKs take it: everything before `/chat/completions`. A URL without
   * a path is given `/v1`.
   */
  readonly url: string;
}

/** What is asked of upstream. */
export interface UpstreamRequest {
  readonly method: 'GET' | 'POST';
  /** Below the base: `/models`. */
  readonly path: string;
  /** The client's headers. */
  readonly headers: IncomingHttpHeaders;
  readonly accept: string;
  readonly body?: Buffer;
}

/** Told once what became of a request: an answer, or why there is none. */
export interface UpstreamListener {
  answered(answer: IncomingMessage): void;
  failed(error: MidstreamError): void;
}

/** A request under way. */
export interface UpstreamCall {
  /** Closes the connection now. Nothing is told afterwards. Idempotent. */
  destroy(): void;
}

/** The upstream of one gateway. */
export class Upstream {
  readonly #base: URL;
  readonly #credentials: UpstreamCredentials;
  readonly #clock: Clock;
  readonly #limits: GatewayLimitValues;
  readonly #agent: HttpAgent;

  /** Throws `argument/invalid` for a URL that is not http or https. */
  constructor(options: UpstreamOptions, clock: Clock, limits: GatewayLimitValues) {
    const { url, ...credentials } = options;
    this.#base = baseOf(url);
    this.#credentials = credentials;
    this.#clock = clock;
    this.#limits = limits;
    const settings = { keepAlive: true, maxSockets: Number.POSITIVE_INFINITY };
    this.#agent =
      this.#base.protocol === 'https:' ? new HttpsAgent(settings) : new HttpAgent(settings);
  }

  /** Sends a request. The listener is told later, never before this returns. */
  send(request: UpstreamRequest, listener: UpstreamListener): UpstreamCall {
    let current: ClientRequest | null = null;
    let over = false;
    const wait = new Deadline(this.#clock, () => {
      if (!over) settle(() => listener.failed(this.#late(current)));
      current?.destroy();
    });
    const settle = (tell: () => void): void => {
      over = true;
      wait.stop();
      tell();
    };
    const attempt = (first: boolean): void => {
      const sent = this.#open(request);
      current = sent;
      sent.on('socket', (socket) => {
        if (over) return;
        if (!socket.connecting) return wait.start(this.#limits.firstByteMillis);
        const event = this.#base.protocol === 'https:' ? 'secureConnect' : 'connect';
        socket.once(event, () => !over && wait.start(this.#limits.firstByteMillis));
      });
      sent.on('response', (answer) => {
        answer.on('error', () => {});
        if (over) answer.destroy();
        else settle(() => listener.answered(answer));
      });
      sent.on('error', (error: NodeJS.ErrnoException) => {
        if (over) return;
        if (first && sent.reusedSocket && error.code === 'ECONNRESET') attempt(false);
        else settle(() => listener.failed(this.#unreachable(error)));
      });
      sent.end(request.body);
    };
    wait.start(this.#limits.connectMillis);
    attempt(true);
    return {
      destroy: () => {
        over = true;
        wait.stop();
        current?.destroy();
      },
    };
  }

  /** Closes the idle connections; those in use end with their requests. */
  close(): void {
    this.#agent.destroy();
  }

  #open({ method, path, headers, accept, body }: UpstreamRequest): ClientRequest {
    const { protocol, pathname, search } = this.#base;
    const send = protocol === 'https:' ? httpsRequest : httpRequest;
    const length = body === undefined ? {} : { 'content-length': body.length };
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    return send(this.#base, {
      method,
      agent: this.#agent,
      path: `${pathname.replace(/\/+$/, '')}${path}${search}`,
      headers: { ...requestHeaders(headers, this.#credentials), accept, ...type, ...length },
    });
  }

  #late(request: ClientRequest | null): MidstreamError {
    const connecting = request?.socket?.connecting !== false;
    const { connectMillis, firstByteMillis } = this.#limits;
    const what = connecting
      ? `connect within ${connectMillis}`
      : `answer within ${firstByteMillis}`;
    return new MidstreamError('upstream/timeout', `Upstream did not ${what} ms`);
  }

  #unreachable(error: NodeJS.ErrnoException): MidstreamError {
    const why = error.code ?? messageOf(error);
    const message = `Cannot reach the upstream ${this.#base.origin}: ${why}`;
    return new MidstreamError('upstream/unreachable', message, { cause: error });
  }
}

function baseOf(url: string): URL {
  const wanted = 'an http or https URL is wanted';
  let base: URL;
  try {
    base = new URL(url);
  } catch (thrown) {
    throw new MidstreamError('argument/invalid', `Cannot use "${url}" as upstream: ${wanted}`, {
      cause: thrown,
    });
  }
  if (base.protocol !== 'http:' && base.protocol !== 'https:') {
    throw new MidstreamError('argument/invalid', `Cannot use "${url}" as upstream: ${wanted}`);
  }
  if (base.pathname === '/') base.pathname = '/v1';
  return base;
}
