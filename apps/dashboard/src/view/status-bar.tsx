/** The server and its upstream, at the foot of the page. */
import type { VNode } from 'preact';
import { status } from '../state/server.ts';
import { age } from '../state/words.ts';

const STATES = { ready: 'ready', starting: 'starting', down: 'down' } as const;

/** Version, upstream, and what is wrong when something is. */
export function StatusBar(): VNode {
  const loaded = status.value;
  return (
    <footer class="status-bar" data-testid="status-bar" data-state={loaded.state}>
      {loaded.state === 'loading' && <span>Asking the server how it is.</span>}
      {loaded.state === 'failed' && (
        <span class="status-lost" role="alert">
          <i class="dot" /> Server lost: {loaded.reason} Trying again every 5 s.
        </span>
      )}
      {loaded.state === 'ready' && (
        <>
          <span>MidStream {loaded.value.version}</span>
          <span class="upstream" data-state={loaded.value.upstream.state}>
            <i class="dot" /> {loaded.value.upstream.kind} {STATES[loaded.value.upstream.state]}
            {loaded.value.upstream.message && `: ${loaded.value.upstream.message}`}
          </span>
          <span class="status-extra">{loaded.value.upstream.model}</span>
          <span class="status-extra">up {age(loaded.value.uptimeSeconds * 1000)}</span>
          <span class="status-extra">Node {loaded.value.node}</span>
        </>
      )}
    </footer>
  );
}
