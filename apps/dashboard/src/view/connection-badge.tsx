/** Whether what is shown is live, in a word. */
import type { VNode } from 'preact';
import type { Connection } from '../api/event-stream.ts';

/** A dot and a word; why a connection was lost is in the title. */
export function ConnectionBadge({ connection }: { readonly connection: Connection }): VNode {
  const reason = 'reason' in connection ? connection.reason : undefined;
  return (
    <span
      class="connection"
      data-state={connection.state}
      data-testid="connection"
      role="status"
      title={reason}
    >
      <i class="dot" />
      {wordOf(connection)}
    </span>
  );
}

function wordOf(connection: Connection): string {
  switch (connection.state) {
    case 'connecting':
      return 'Connecting';
    case 'live':
      return 'Live';
    case 'reconnecting':
      return `Reconnecting, attempt ${connection.attempt}`;
    case 'ended':
      return 'Complete';
    case 'refused':
      return 'Refused';
  }
}
