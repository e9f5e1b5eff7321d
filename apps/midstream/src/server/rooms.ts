/**
 * What stands behind the server's door: one request goes to one of the rooms, and all are closed
 * together.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { type Clock, isMidstreamError, LIMITS, MidstreamError } from '@midstream/core';
import type { Config, SessionHub } from '@midstream/sdk';
import type { Logger } from 'pino';
import { VERSION } from '../version.ts';
import { createApi } from './api.ts';
import { demonstrate } from './demonstration.ts';
import { Feeds } from './feeds.ts';
import { GatewayDoor } from './gateway-door.ts';
import { refusal } from './guard.ts';
import { measureGateway, measureHub } from './instruments.ts';
import { Metrics } from './metrics.ts';
import { sendError } from './reply.ts';
import { targetOf } from './request-target.ts';
import type { StaticFiles } from './static-files.ts';
import type { Upstream } from './upstream.ts';

/** What the rooms are furnished with. */
export interface Parts {
  readonly config: Config;
  readonly hub: SessionHub;
  readonly upstream: Upstream;
  readonly files: StaticFiles;
  readonly clock: Clock;
  readonly log: Logger;
  /** Whether the demonstration plays. */
  readonly demonstration: boolean;
}

/** The rooms of one server. */
export class Rooms implements AsyncDisposable {
  readonly #parts: Parts;
  readonly #metrics: Metrics = new Metrics();
  readonly #feeds: Feeds;
  readonly #gateway: GatewayDoor;
  readonly #api: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  readonly #measuring: Disposable;
  readonly #abort: AbortController = new AbortController();
  readonly #begun: number;

  constructor(parts: Parts) {
    const { hub, clock, config, upstream, log } = parts;
    this.#parts = parts;
    this.#begun = clock.monotonic();
    this.#feeds = new Feeds(hub, clock);
    this.#measuring = measureHub(hub, this.#metrics);
    this.#gateway = new GatewayDoor({
      host: hub,
      clock,
      apiKey: config.upstream.apiKey,
      status: () => upstream.status,
      onTelemetry: (event) => measureGateway(event, this.#metrics),
    });
    const api = createApi({
      hub,
      clock,
      log,
      version: VERSION,
      status: () => this.#status(),
      ready: () => upstream.status.state === 'ready',
      onOperation: (name, input, elapsed) => this.#measureOperation(name, input, elapsed),
    });
    this.#api = getRequestListener(api.fetch, { overrideGlobalObjects: false });
  }

  /** The server listens: the demonstration may begin. */
  begin(url: string): void {
    const { hub, clock, log, upstream, config, demonstration } = this.#parts;
    if (!demonstration) return;
    const { signal } = this.#abort;
    const model = config.upstream.model ?? 'tiny-lm';
    const watchers = (): number => this.#feeds.watchers;
    void upstream.settled.then(() =>
      demonstrate({ url, model, hub, host: hub, clock, log, watchers, signal }),
    );
  }

  /** Answers a request. Never rejects. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // A server that closes waits for connections that are kept alive: none is, from then on.
    if (this.#abort.signal.aborted) response.setHeader('connection', 'close');
    try {
      const refused = refusal(request);
      if (refused !== null) throw new MidstreamError('http/forbidden', refused);
      const url = targetOf(request);
      request.url = `${url.pathname}${url.search}`;
      await this.#answer(request, response, url);
    } catch (thrown) {
      if (!isMidstreamError(thrown)) this.#parts.log.error({ err: thrown }, 'request failed');
      sendError(response, thrown);
    }
  }

  /** Ends all that is under way, each in its own good order. Idempotent. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#abort.signal.aborted) return;
    this.#abort.abort();
    await this.#gateway.close();
    this.#parts.hub.close();
    this.#feeds.close();
    this.#measuring[Symbol.dispose]();
    await this.#parts.upstream[Symbol.asyncDispose]();
    await this.#metrics.close();
  }

  async #answer(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const reading = request.method === 'GET' || request.method === 'HEAD';
    if (await this.#gateway.handle(request, response)) return;
    if (reading && url.pathname === '/metrics') this.#metrics.handle(request, response);
    else if (this.#feeds.handle(request, response, url)) return;
    else if (this.#parts.files.handle(request, response, url.pathname)) return;
    else await this.#api(request, response);
  }

  #status(): object {
    const { upstream, clock, demonstration } = this.#parts;
    return {
      version: VERSION,
      node: process.versions.node,
      uptimeSeconds: Math.round((clock.monotonic() - this.#begun) / 1e9),
      upstream: upstream.status,
      demonstration,
      limits: Object.fromEntries(Object.values(LIMITS).map(({ name, value }) => [name, value])),
    };
  }

  #measureOperation(name: string, input: unknown, elapsed: number): void {
    if (name !== 'compare.distance') return;
    const metric = (input as { metric?: unknown }).metric;
    if (metric === 'dtw') this.#metrics.dtwLatency.record(elapsed);
  }
}
