/** The list of sessions: live from the feed, newest first, filtered. */
import type { SessionSummary } from '@midstream/core';
import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { Connection } from '../api/event-stream.ts';
import { followFeed } from '../api/feed.ts';
import { getJson } from '../api/http.ts';
import { matches } from './words.ts';

/** Every session the server knows, by id. */
export const summaries: Signal<ReadonlyMap<string, SessionSummary>> = signal(new Map());
/** Whether the first list has come. */
export const listed: Signal<boolean> = signal(false);
export const feedConnection: Signal<Connection> = signal({ state: 'connecting' });
export const filter: Signal<string> = signal('');

/** Every session, newest first. */
export const newestFirst: ReadonlySignal<readonly SessionSummary[]> = computed(() =>
  [...summaries.value.values()].sort((a, b) => b.openedAt - a.openedAt || (a.id < b.id ? 1 : -1)),
);

/** What the list shows. */
export const shown: ReadonlySignal<readonly SessionSummary[]> = computed(() =>
  newestFirst.value.filter((summary) => matches(summary, filter.value)),
);

/** Follows the feed until aborted. */
export function followSessions(signal: AbortSignal): void {
  let heard = new Set<string>();
  let pending: SessionSummary[] = [];
  const flush = (): void => {
    const next = new Map(summaries.value);
    for (const summary of pending) next.set(summary.id, summary);
    pending = [];
    summaries.value = next;
  };
  void followFeed({
    signal,
    onConnection: (connection) => {
      feedConnection.value = connection;
      if (connection.state !== 'live') return;
      heard = new Set();
      void reconcile(() => heard, signal);
    },
    onSummary: (summary) => {
      heard.add(summary.id);
      if (pending.push(summary) === 1) setTimeout(flush, FLUSH_DELAY);
    },
  });
}

/** Updates come in bursts; the list is drawn once for each. */
const FLUSH_DELAY = 30;

/** After each connection: forgets what the server no longer knows, as after its restart. */
async function reconcile(heard: () => ReadonlySet<string>, signal: AbortSignal): Promise<void> {
  try {
    const { sessions } = await getJson<{ sessions: readonly SessionSummary[] }>(
      '/v1/sessions',
      signal,
    );
    const next = new Map(sessions.map((summary) => [summary.id, summary]));
    for (const id of heard()) {
      const summary = summaries.value.get(id);
      if (summary !== undefined) next.set(id, summary);
    }
    summaries.value = next;
    listed.value = true;
  } catch {
    // The feed begins with every session, and its own connection tells how the server stands.
    listed.value ||= summaries.value.size > 0;
  }
}
