/** Binds the server to its address, and lets go of it. */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MidstreamError } from '@midstream/core';
import type { Config } from '@midstream/sdk';

/** Connections are closed by force this long after a shutdown has begun. */
export const SHUTDOWN_GRACE_MS = 3_000;

/**
 * Listens; resolves to the URL. Rejects with `process/failed` that says what to do when the port is
 * taken.
 */
export function listen(server: Server, { host, port }: Config): Promise<string> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException): void => {
      const why =
        error.code === 'EADDRINUSE'
          ? `port ${port} is taken: stop what listens there, or choose another with --port`
          : error.message;
      reject(
        new MidstreamError('process/failed', `Cannot listen on ${host}:${port}: ${why}`, {
          cause: error,
        }),
      );
    };
    server.once('error', failed);
    server.listen(port, host, () => {
      server.off('error', failed);
      const { address, family, port: bound } = server.address() as AddressInfo;
      resolve(`http://${family === 'IPv6' ? `[${address}]` : address}:${bound}`);
    });
  });
}

/**
 * Takes no more connections, waits for those there are, and closes by force what is left after the
 * grace.
 */
export function closeServer(server: Server, grace: number = SHUTDOWN_GRACE_MS): Promise<void> {
  return new Promise((resolve) => {
    const force = setTimeout(() => server.closeAllConnections(), grace);
    server.close(() => {
      clearTimeout(force);
      resolve();
    });
    server.closeIdleConnections();
  });
}
