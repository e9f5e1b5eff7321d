/**
 * The one HTTP server. Host and Origin are checked once, for everything; provider-shaped paths go
 * to the gateway's raw handler, feeds and files are raw too, the rest is the JSON API.
 */
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { type Clock, realClock } from '@midstream/core';
import { type Config, SessionHub } from '@midstream/sdk';
import type { Logger } from 'pino';
import { closeServer, listen } from './listening.ts';
import { createLog } from './log.ts';
import { loadPolicies } from './policies.ts';
import { Rooms } from './rooms.ts';
import { StaticFiles } from './static-files.ts';
import { configuredUpstream, TinyLmUpstream, type Upstream } from './upstream.ts';

/** How a server is started. */
export interface ServeOptions {
  readonly config: Config;
  /**
   * Whether to play the demonstration. It plays over tiny-lm alone: a configured upstream may cost
   * money, and is asked for nothing that no client asked for.
   */
  readonly demonstration?: boolean;
  readonly clock?: Clock;
  readonly log?: Logger;
  /** The folder of the built dashboard; default the one beside this package. */
  readonly dashboard?: string;
  /** Where requests go; default as configured. */
  readonly upstream?: Upstream;
}

/** A running server. */
export interface MidstreamServer extends AsyncDisposable {
  readonly url: string;
  readonly hub: SessionHub;
  /** Whether the demonstration plays. */
  readonly demonstration: boolean;
  /** Resolves once the upstream is ready, or has been given up. */
  readonly ready: Promise<void>;
}

const DASHBOARD = fileURLToPath(new URL('../../../dashboard/dist', import.meta.url));
/** Further connections are refused by the system. */
const MAX_CONNECTIONS = 4_096;

/** Starts the server. Rejects with a clear error when the port is taken. */
export async function serve(options: ServeOptions): Promise<MidstreamServer> {
  const { config, clock = realClock, dashboard = DASHBOARD } = options;
  const log = options.log ?? createLog(config.logLevel);
  const demonstration = options.demonstration === true && config.upstream.url === undefined;
  const policies = await loadPolicies(config, demonstration);
  const files = await StaticFiles.load(dashboard);
  const onError = (error: unknown): void => log.error({ err: error }, 'a watcher failed');
  const hub = new SessionHub({ policies, clock, onError });
  const upstream = options.upstream ?? upstreamOf(config, clock, log);
  const rooms = new Rooms({ config, hub, upstream, files, clock, log, demonstration });
  const server = createServer((request, response) => void rooms.handle(request, response));
  server.maxConnections = MAX_CONNECTIONS;
  try {
    const url = await listen(server, config);
    rooms.begin(url);
    log.info({ url }, 'listening');
    return {
      url,
      hub,
      demonstration,
      ready: upstream.settled,
      [Symbol.asyncDispose]: async () => {
        // Together: a client that does not read its stream would hold up the rooms for ever.
        await Promise.all([closeServer(server), rooms[Symbol.asyncDispose]()]);
      },
    };
  } catch (thrown) {
    await rooms[Symbol.asyncDispose]();
    throw thrown;
  }
}

function upstreamOf({ upstream }: Config, clock: Clock, log: Logger): Upstream {
  if (upstream.url !== undefined) return configuredUpstream(upstream.url, upstream.model);
  return new TinyLmUpstream({
    clock,
    onChange: (status) => log.info({ upstream: status }, 'upstream'),
  });
}
