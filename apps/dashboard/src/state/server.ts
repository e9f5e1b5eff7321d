/** How the server stands, its policies, and the clock by which ages are told. */
import { type Signal, signal } from '@preact/signals';
import { getJson, inWords } from '../api/http.ts';
import type { PolicyEntry, ServerStatus } from '../api/types.ts';

/** Something that is fetched: not yet, there, or an error in words. */
export type Loaded<T> =
  | { readonly state: 'loading' }
  | { readonly state: 'ready'; readonly value: T }
  | { readonly state: 'failed'; readonly reason: string };

export const status: Signal<Loaded<ServerStatus>> = signal({ state: 'loading' });
export const policies: Signal<Loaded<readonly PolicyEntry[]>> = signal({ state: 'loading' });
/** The time, once a second. */
export const now: Signal<number> = signal(Date.now());

const POLL_INTERVAL = 5_000;
const POLL_TIMEOUT = 4_000;

/**
 * Polls the status every 5 s, every second while the upstream starts; the policies are fetched when
 * the server (re)appears.
 */
export function followServer(signal: AbortSignal): void {
  const poll = async (): Promise<void> => {
    const known = status.peek().state === 'ready';
    try {
      const limit = AbortSignal.any([signal, AbortSignal.timeout(POLL_TIMEOUT)]);
      status.value = { state: 'ready', value: await getJson<ServerStatus>('/v1/status', limit) };
      if (!known || policies.peek().state !== 'ready') void loadPolicies(signal);
    } catch (thrown) {
      if (signal.aborted) return;
      const late = thrown instanceof DOMException && thrown.name === 'TimeoutError';
      const reason = late ? 'The server does not answer.' : inWords(thrown);
      status.value = { state: 'failed', reason };
    }
  };
  void poll();
  const polls = setInterval(() => void poll(), POLL_INTERVAL);
  const ticks = setInterval(() => {
    now.value = Date.now();
    if (isStarting(status.peek())) void poll();
  }, 1000);
  signal.addEventListener('abort', () => {
    clearInterval(polls);
    clearInterval(ticks);
  });
}

function isStarting(status: Loaded<ServerStatus>): boolean {
  return status.state === 'ready' && status.value.upstream.state === 'starting';
}

/** Fetches the policies again. */
export async function loadPolicies(signal: AbortSignal): Promise<void> {
  try {
    const answer = await getJson<{ policies: readonly PolicyEntry[] }>('/v1/policies', signal);
    policies.value = { state: 'ready', value: answer.policies };
  } catch (thrown) {
    if (!signal.aborted) policies.value = { state: 'failed', reason: inWords(thrown) };
  }
}
