import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { selected } from '../src/state/selection.ts';
import { followServer, loadPolicies, policies, status } from '../src/state/server.ts';
import { feedConnection, followSessions, listed, shown, summaries } from '../src/state/sessions.ts';
import { followTheme, theme, toggleTheme } from '../src/state/theme.ts';
import { run, start, stop } from '../src/state/try-it.ts';
import { summary } from './records.ts';

type Answer = Response | Error | Promise<Response>;
const server = (answers: Readonly<Record<string, (init: RequestInit) => Answer>>) => {
  const spy = vi.fn(async (path: string, init: RequestInit) => {
    const answer = answers[path]?.(init) ?? new TypeError('refused');
    if (answer instanceof Error) throw answer;
    return answer;
  });
  vi.stubGlobal('fetch', spy);
  return spy;
};
const failed = (message: string, code: number): Response =>
  Response.json({ error: { message } }, { status: code });
let lifetime = new AbortController();
beforeEach(() => {
  vi.useFakeTimers({ now: 1_000 });
  lifetime = new AbortController();
  vi.stubGlobal('location', { hash: '', pathname: '/' });
  vi.stubGlobal('history', { replaceState: () => undefined });
});
afterEach(() => {
  lifetime.abort();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe('followServer()', () => {
  it('says why the policies are not there, and fetches them when they can be had', async () => {
    let works = false;
    server({
      '/v1/status': () => Response.json({ version: '1', upstream: { state: 'ready' } }),
      '/v1/policies': () => (works ? Response.json({ policies: [] }) : failed('Not now', 503)),
    });
    followServer(lifetime.signal);
    await vi.advanceTimersByTimeAsync(10);
    expect(status.value).toEqual({
      state: 'ready',
      value: { version: '1', upstream: { state: 'ready' } },
    });
    expect(policies.value).toEqual({ state: 'failed', reason: 'Not now' });
    works = true;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(policies.value).toEqual({ state: 'ready', value: [] });
  });

  it('asks every second while the upstream starts, every five once it is ready', async () => {
    let state = 'starting';
    const asked = server({ '/v1/status': () => Response.json({ upstream: { state } }) });
    const statuses = () => asked.mock.calls.filter(([path]) => path === '/v1/status').length;
    followServer(lifetime.signal);
    await vi.advanceTimersByTimeAsync(3_500);
    expect(statuses()).toBe(4);
    state = 'ready';
    await vi.advanceTimersByTimeAsync(1_000);
    expect(statuses()).toBe(5);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(statuses()).toBe(6);
  });

  it('says that a server which is silent does not answer', async () => {
    const silent = new DOMException('late', 'TimeoutError');
    vi.stubGlobal('fetch', () => Promise.reject(silent));
    followServer(lifetime.signal);
    await vi.advanceTimersByTimeAsync(10);
    expect(status.value).toEqual({ state: 'failed', reason: 'The server does not answer.' });
  });

  it('leaves what is known alone once the page is gone', async () => {
    const before = policies.value;
    server({});
    lifetime.abort();
    await loadPolicies(lifetime.signal);
    expect(policies.value).toBe(before);
  });
});

describe('followSessions()', () => {
  it('counts as listed only once a list has come', async () => {
    summaries.value = new Map();
    server({ '/v1/feed': () => new Response('event: other\ndata: {}\n\n') });
    followSessions(lifetime.signal);
    await vi.advanceTimersByTimeAsync(100);
    expect(feedConnection.value.state).toBe('reconnecting');
    expect(listed.value).toBe(false);
  });

  it('puts sessions of one moment in a steady order', () => {
    const [a, b] = [summary({ id: 'a' }), summary({ id: 'b' })];
    for (const both of [
      [a, b],
      [b, a],
    ]) {
      summaries.value = new Map(both.map((each) => [each.id, each]));
      expect(shown.value.map(({ id }) => id)).toEqual(['b', 'a']);
    }
  });
});

describe('start()', () => {
  const models = (data: readonly { id: string }[]) => ({
    '/v1/models': () => Response.json({ data }),
  });

  it('asks which model there is when the status does not tell', async () => {
    status.value = { state: 'loading' };
    const spy = server({
      ...models([{ id: 'other-lm' }]),
      '/v1/chat/completions': () =>
        new Response('data: x\n\n', { headers: { 'x-midstream-session': 's7' } }),
    });
    await start();
    expect(JSON.parse(String(spy.mock.calls[1]?.[1].body))).toMatchObject({ model: 'other-lm' });
    expect(selected.value).toBe('s7');
    expect(run.value).toEqual({ state: 'idle' });
  });

  it('says so when there is no model, or when the request is refused', async () => {
    server(models([]));
    await start();
    expect(run.value).toEqual({ state: 'failed', reason: 'The server offers no model.' });
    server({ ...models([{ id: 'm' }]), '/v1/chat/completions': () => failed('Too many', 429) });
    await start();
    expect(run.value).toEqual({ state: 'failed', reason: 'Too many' });
  });

  it('runs once at a time, and a stop is no failure', async () => {
    const spy = server({
      ...models([{ id: 'm' }]),
      '/v1/chat/completions': ({ signal }) =>
        new Promise((_, fail) => signal?.addEventListener('abort', () => fail(signal.reason))),
    });
    const running = start();
    await vi.advanceTimersByTimeAsync(10);
    await start();
    expect(spy).toHaveBeenCalledTimes(2);
    stop();
    await running;
    expect(run.value).toEqual({ state: 'idle' });
  });
});

describe('followTheme()', () => {
  const page = (stored: string | null, dark: boolean) => {
    const changes: (() => void)[] = [];
    const system = {
      matches: dark,
      addEventListener: (_: string, on: () => void) => changes.push(on),
    };
    const root = { dataset: {} as Record<string, string> };
    vi.stubGlobal('document', { documentElement: root });
    vi.stubGlobal('matchMedia', () => system);
    vi.stubGlobal('localStorage', { getItem: () => stored, setItem: () => undefined });
    return { system, root, change: () => changes.forEach((on) => void on()) };
  };

  it('follows the system while nobody has chosen', () => {
    const { system, root, change } = page(null, false);
    followTheme();
    expect([theme.value, root.dataset.theme]).toEqual(['light', 'light']);
    system.matches = true;
    change();
    expect(root.dataset.theme).toBe('dark');
  });

  it('keeps what was chosen, and works without storage', () => {
    page('light', true);
    followTheme();
    expect(theme.value).toBe('light');
    page(null, true);
    vi.stubGlobal('localStorage', undefined);
    followTheme();
    toggleTheme();
    expect(theme.value).toBe('light');
  });
});
