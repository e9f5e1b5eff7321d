/**
 * The one HTTP server. Host and Origin are checked once, for everything; provider-shaped paths go to the
 * gateway's raw handler, feeds and files are raw too, the rest is the JSON API.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { getRequestListener } from '@hono/node-server';
import { type Clock, LIMITS, MidstreamError, realClock } from '@midstream/core';
import { type Config, SessionHub } from '@midstream/sdk';
import type { Logger } from 'pino';
import { VERSION } from '../version.ts';
import { createApi } from './api.ts';
import { demonstrate } from './demonstration.ts';
import { Feeds } from './feeds.ts';
import { GatewayDoor } from './gateway-door.ts';
import { refusal } from './guard.ts';
import { measureGateway, measureHub } from './instruments.ts';
import { createLog } from './log.ts';
import { Metrics } from './metrics.ts';
import { loadPolicies } from './policies.ts';
import { sendError } from './reply.ts';
import { StaticFiles } from './static-files.ts';
import { configuredUpstream, TinyLmUpstream, type Upstream } from './upstream.ts';

/** How a server is started. */
export interface ServeOptions {
  readonly config: Config;
  /** Whether to play the demonstration. */
  readonly demonstration?: boolean;
  readonly clock?: Clock;
  readonly log?: Logger;
}

/** A running server. */
export interface MidstreamServer extends AsyncDisposable {
  readonly url: string;
  readonly hub: SessionHub;
  /** Resolves once the upstream is ready, or has been given up. */
  readonly ready: Promise<void>;
}

const DASHBOARD = fileURLToPath(new URL('../../../dashboard/dist', import.meta.url));
/** Further connections are refused by the system. */
const MAX_CONNECTIONS = 4_096;
/** Connections are closed by force this long after a shutdown has begun. */
const SHUTDOWN_GRACE_MS = 3_000;

/** Starts the server. Rejects with a clear error when the port is taken. */
export async function serve(options: ServeOptions): Promise<MidstreamServer> {
  const { config, clock = realClock } = options;
  const log = options.log ?? createLog(config.logLevel);
  const policies = await loadPolicies(config, options.demonstration === true);
  const onError = (error: unknown): void => log.error({ err: error }, 'a watcher failed');
  const hub = new SessionHub({ policies, clock, onError });
  const upstream =
    config.upstream.url === undefined
      ? new TinyLmUpstream(clock, (status) => log.info({ upstream: status }, 'upstream'))
      : configuredUpstream(config.upstream.url, config.upstream.model);
  const rooms = new Rooms({ config, hub, upstream, clock, log }, options);
  rooms.files = await StaticFiles.load(DASHBOARD);
  const server = createServer((request, response) => void rooms.handle(request, response));
  server.maxConnections = MAX_CONNECTIONS;
  const url = await listen(server, config);
  rooms.begin(url);
  log.info({ url }, 'listening');
  return {
    url,
    hub,
    ready: upstream.settled,
    [Symbol.asyncDispose]: async () => {
      await rooms.close();
      await closeServer(server);
    },
  };
}

interface Parts {
  readonly config: Config;
  readonly hub: SessionHub;
  readonly upstream: Upstream;
  readonly clock: Clock;
  readonly log: Logger;
}

/** What stands behind the server's door. */
class Rooms {
  readonly #parts: Parts;
  readonly #options: ServeOptions;
  readonly #metrics: Metrics = new Metrics();
  readonly #feeds: Feeds;
  readonly #gateway: GatewayDoor;
  readonly #api: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  readonly #measuring: Disposable;
  readonly #abort: AbortController = new AbortController();
  readonly #begun: number;
  files: StaticFiles | null = null;

  constructor(parts: Parts, options: ServeOptions) {
    const { hub, clock, config, upstream, log } = parts;
    this.#parts = parts;
    this.#options = options;
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
    if (this.#options.demonstration !== true) return;
    const { hub, clock, log, upstream, config } = this.#parts;
    const { signal } = this.#abort;
    const model = config.upstream.model ?? 'tiny-lm';
    const watchers = (): number => this.#feeds.watchers;
    void upstream.settled.then(() =>
      demonstrate({ url, model, hub, host: hub, clock, log, watchers, signal }),
    );
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { log } = this.#parts;
    try {
      const refused = refusal(request);
      if (refused !== null) throw new MidstreamError('http/forbidden', refused);
      if (await this.#gateway.handle(request, response)) return;
      const url = new URL(request.url ?? '/', 'http://server');
      if (url.pathname === '/metrics') this.#metrics.handle(request, response);
      else if (this.#feeds.handle(request, response, url)) return;
      else if (this.files?.handle(request, response, url.pathname) === true) return;
      else await this.#api(request, response);
    } catch (thrown) {
      if (!(thrown instanceof MidstreamError)) log.error({ err: thrown }, 'request failed');
      sendError(response, thrown);
    }
  }

  async close(): Promise<void> {
    this.#abort.abort();
    this.#feeds.close();
    await this.#gateway.close();
    this.#measuring[Symbol.dispose]();
    this.#parts.hub.close();
    await this.#parts.upstream[Symbol.asyncDispose]();
    await this.#metrics.close();
  }

  #status(): object {
    const { upstream, clock } = this.#parts;
    return {
      version: VERSION,
      node: process.versions.node,
      uptimeSeconds: Math.round((clock.monotonic() - this.#begun) / 1e9),
      upstream: upstream.status,
      demonstration: this.#options.demonstration === true,
      limits: Object.fromEntries(Object.values(LIMITS).map(({ name, value }) => [name, value])),
    };
  }

  #measureOperation(name: string, input: unknown, elapsed: number): void {
    if (name !== 'compare.distance') return;
    const metric = (input as { metric?: unknown }).metric;
    if (metric === 'dtw') this.#metrics.dtwLatency.record(elapsed);
  }
}

function listen(server: Server, { host, port }: Config): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why =
        error.code === 'EADDRINUSE'
          ? `port ${port} is taken: stop what listens there, or choose another with --port`
          : error.message;
      reject(
        new MidstreamError('process/failed', `Cannot listen on ${host}:${port}: ${why}`, {
          cause: error,
        }),
      );
    });
    server.listen(port, host, () => {
      const { address, family, port: bound } = server.address() as AddressInfo;
      resolve(`http://${family === 'IPv6' ? `[${address}]` : address}:${bound}`);
    });
  });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const force = setTimeout(() => server.closeAllConnections(), SHUTDOWN_GRACE_MS);
    server.close(() => {
      clearTimeout(force);
      resolve();
    });
    server.closeIdleConnections();
  });
}
