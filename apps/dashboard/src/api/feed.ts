/** The list of sessions, live. */
import type { SessionSummary } from '@midstream/core';
import { type Connection, readEventStream } from './event-stream.ts';

/** What the feed tells. */
export interface FeedOptions {
  readonly signal: AbortSignal;
  readonly onConnection: (connection: Connection) => void;
  readonly onSummary: (summary: SessionSummary) => void;
}

/** Follows `/v1/feed` until aborted. */
export const followFeed = (options: FeedOptions): Promise<void> =>
  readEventStream({
    path: () => '/v1/feed',
    signal: options.signal,
    onConnection: options.onConnection,
    onMessage: (message) => {
      if (message.event === 'session') {
        options.onSummary(JSON.parse(message.data) as SessionSummary);
      }
      return false;
    },
  });
