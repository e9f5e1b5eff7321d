/** The records of one session, live, from the first that the server still has. */
import type { SessionRecord } from '@midstream/core';
import { type Connection, readEventStream } from './event-stream.ts';

/** Which session, and who is told. */
export interface SessionStreamOptions {
  readonly id: string;
  readonly signal: AbortSignal;
  readonly onConnection: (connection: Connection) => void;
  readonly onRecord: (record: SessionRecord) => void;
}

/**
 * Follows a session to its `closed` record; a lost connection goes on after the last record read.
 */
export function followSession(options: SessionStreamOptions): Promise<void> {
  let last = 0;
  const path = `/v1/sessions/${encodeURIComponent(options.id)}/events`;
  return readEventStream({
    path: () => `${path}?after=${last}`,
    signal: options.signal,
    onConnection: options.onConnection,
    onMessage: (message) => {
      const record = JSON.parse(message.data) as SessionRecord;
      last = Math.max(last, record.id);
      options.onRecord(record);
      return record.type === 'closed';
    },
  });
}
