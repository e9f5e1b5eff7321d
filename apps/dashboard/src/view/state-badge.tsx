/** How a session stands. */
import type { SessionState } from '@midstream/core';
import type { VNode } from 'preact';
import { feedConnection } from '../state/sessions.ts';
import { STATE_NAMES } from '../state/words.ts';

/** A word with its colour. A session counts as live only while we would hear of its end. */
export function StateBadge({ state }: { readonly state: SessionState }): VNode {
  const stale = state === 'open' && feedConnection.value.state !== 'live';
  return (
    <span class="badge" data-state={stale ? 'stale' : state}>
      {state === 'open' && <i class="dot" />}
      {stale ? 'Was live' : STATE_NAMES[state]}
    </span>
  );
}
