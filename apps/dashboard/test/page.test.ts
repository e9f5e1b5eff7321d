import type { SessionRecord } from '@midstream/core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { FakeNode, fakeDocument } from './fake-dom.ts';
import {
  action,
  arrived,
  cut,
  edit,
  finding,
  held,
  ms,
  number,
  redact,
  released,
  summary,
  text,
} from './records.ts';

const plots: { data: unknown }[] = [];
vi.mock('uplot', () => {
  class Plot {
    static readonly paths = { bars: () => () => null };
    data: unknown;
    constructor(options: { hooks: { draw: ((plot: unknown) => void)[] } }, data: unknown) {
      this.data = data;
      plots.push(this);
      const nothing = (): void => undefined;
      const ctx = {
        save: nothing,
        beginPath: nothing,
        moveTo: nothing,
        lineTo: nothing,
        stroke: nothing,
        restore: nothing,
      };
      options.hooks.draw[0]?.({
        ctx,
        bbox: { left: 0, top: 0, width: 9, height: 9 },
        valToPos: (x: number) => x,
      });
    }
    setData(data: unknown): void {
      this.data = data;
    }
    setSize(): void {
      this.data ??= null;
    }
    destroy(): void {
      plots.splice(plots.indexOf(this), 1);
    }
  }
  return { default: Plot };
});

/** A server in a function: each path has an answer, a stream stays open until it is ended. */
class FakeServer {
  up = true;
  readonly streams: Map<string, ReadableStreamDefaultController<Uint8Array>> = new Map();
  readonly known = new Map([
    ['s1', summary()],
    ['s2', summary({ id: 's2', label: 'Kiln', openedAt: ms(-5), state: 'completed', model: null })],
  ]);
  answer = async (path: string, init: RequestInit): Promise<Response> => {
    if (!this.up) throw new TypeError('refused');
    if (path === '/v1/status') return Response.json(STATUS);
    if (path === '/v1/policies') return Response.json({ policies: [POLICY] });
    if (path === '/v1/sessions') return Response.json({ sessions: [...this.known.values()] });
    const key = path.split('?')[0] ?? path;
    const stream = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.streams.set(key, controller);
        init.signal?.addEventListener('abort', () => {
          try {
            controller.error(init.signal?.reason);
          } catch {
            // The stream had ended.
          }
        });
      },
    });
    return new Response(stream, { headers: { 'x-midstream-session': 's1' } });
  };
  send(path: string, event: string, value: object): void {
    const line = `event: ${event}\ndata: ${JSON.stringify(value)}\n\n`;
    this.streams.get(path)?.enqueue(new TextEncoder().encode(line));
  }
}
const STATUS = {
  version: '0.1.0',
  node: 'v20',
  uptimeSeconds: 5,
  upstream: { kind: 'tiny-lm', url: 'u', model: 'tiny-lm', state: 'ready', message: 'well' },
  demonstration: true,
};
const rule = { formula: 'G !loop', message: 'm', reason: 'because' };
const POLICY = {
  name: 'default',
  source: 'rules: <b>',
  default: true,
  report: {
    rules: [{ ...rule, id: 'no-loop', action: 'cut', enforcement: 'reported' }],
    propositions: [],
    warnings: ['A warning'],
  },
};

const server = new FakeServer();
const { app, document } = fakeDocument();
const keys: ((event: object) => void)[] = [];
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 8; turn++) await vi.advanceTimersByTimeAsync(60);
};
const press = async (key: string, target: object = app): Promise<void> => {
  for (const handler of keys) handler({ key, target, preventDefault: () => undefined });
  await settle();
};
const records = async (session: string, list: readonly SessionRecord[]): Promise<void> => {
  for (const record of list) server.send(`/v1/sessions/${session}/events`, record.type, record);
  await settle();
};

beforeAll(async () => {
  vi.useFakeTimers({ now: 60_000 });
  const nothing = (): void => undefined;
  const frame = (callback: () => void): number => setTimeout(callback, 16) as unknown as number;
  for (const [name, value] of Object.entries({
    document,
    fetch: server.answer,
    location: { hash: '', pathname: '/' },
    history: { replaceState: nothing },
    localStorage: { getItem: () => null, setItem: nothing },
    matchMedia: () => ({ matches: true, addEventListener: nothing }),
    requestAnimationFrame: frame,
    cancelAnimationFrame: clearTimeout,
    addEventListener: (_: string, handler: (event: object) => void) => keys.push(handler),
    removeEventListener: nothing,
    innerWidth: 800,
    innerHeight: 600,
    devicePixelRatio: 1,
    HTMLElement: FakeNode,
    ResizeObserver: class {
      readonly #seen: () => void;
      constructor(seen: () => void) {
        this.#seen = seen;
      }
      observe(): void {
        this.#seen();
      }
      disconnect(): void {
        this.observe();
      }
    },
    getComputedStyle: () => ({ color: 'red' }),
  })) {
    vi.stubGlobal(name, value);
  }
  await import('../src/main.tsx');
  await settle();
});
afterAll(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe('the page', () => {
  it('lists sessions, selects the newest, and says what the server is', async () => {
    expect(
      app.all('[data-testid="session-item"]').map((item) => item.attribute('data-session')),
    ).toEqual(['s1', 's2']);
    expect(app.all('[aria-selected="true"]')[0]?.attribute('data-session')).toBe('s1');
    expect(app.test('status-bar').textContent).toContain('MidStream 0.1.0');
    expect(app.test('policy-panel').textContent).toContain('rules: <b>');
    expect(app.test('connection').textContent).toBe('Live');
  });

  it('shows text with what was redacted and held, as text nodes only', async () => {
    await records(
      's1',
      number([
        { type: 'opened', time: ms(0), summary: summary() },
        arrived(3, 10, 0, -0.5),
        arrived(3, 40, 0, -1),
        text('<b>To</b> '),
        { type: 'finding', time: ms(0), finding: finding() },
        action(redact(10, 14)),
        edit(10, 14, '[mail]'),
        text('hm', { channel: 'reasoning' }),
        held(14, 28),
      ]),
    );
    const transcript = app.test('transcript');
    expect(transcript.textContent).toContain('<b>To</b> [mail]');
    expect(transcript.all('b')).toEqual([]);
    expect(app.test('held').textContent).toContain('14 characters, a match may still be forming');
    expect(app.test('gap-plot').textContent).toContain('The median gap is 30 ms');
    expect(plots.map(({ data }) => data)).toContainEqual([[2], [30]]);
    expect(transcript.textContent).toContain('Reasoning');
  });

  it('answers "why?" on a redaction and on a mark, and Escape takes it away', async () => {
    const pill = app.test('redaction');
    pill.fire('mouseenter');
    await settle();
    expect(app.test('why').textContent).toContain('mail: An address');
    pill.fire('mouseleave');
    const [mark] = app.all('.mark');
    mark?.fire('focus');
    await settle();
    expect(app.test('why').textContent).toContain('Spantext/0');
    await press('Escape');
    expect(app.all('[data-testid="why"]')).toEqual([]);
  });

  it('marks the cut with its rule and what it saved', async () => {
    const done = { rule: 'no-loop', message: 'It repeats itself', atToken: 121, tokensSaved: 279 };
    const last = summary({ state: 'cut', closedAt: ms(90), cut: done });
    await records(
      's1',
      number(
        [
          held(0, 0),
          action(cut()),
          released({ type: 'choice-end', channel: 'control', reason: 'content_filter' } as never),
          { type: 'closed', time: ms(90), summary: last },
        ],
        10,
      ),
    );
    const marker = app.test('cut-marker');
    expect(marker.textContent).toContain('rule no-loop');
    expect(marker.textContent).toContain('cut at token 121 of 400: 279 tokens never generated');
    expect(app.test('saved').textContent).toContain('279');
    expect(app.test('moments').textContent).toContain('reported');
    marker.all('button')[0]?.fire('focus');
    await settle();
    expect(app.test('why').textContent).toContain('loop: A loop');
    await press('Escape');
    for (const button of app.all('.segmented')[0]?.all('button') ?? []) button.fire('click');
    await settle();
    expect(app.test('timeline').all('[data-kind="released"]')).not.toEqual([]);
  });

  it('goes through the sessions by key, and plots a series', async () => {
    await press('j');
    expect(app.all('[aria-selected="true"]')[0]?.attribute('data-session')).toBe('s2');
    const sample = { type: 'sample', channel: 'series', name: 'kiln', value: 9, time: 5 } as never;
    await records(
      's2',
      number([
        released(sample, 5),
        { type: 'finding', time: ms(0), finding: finding({ span: null }) },
        { type: 'forgotten', time: ms(0), records: 4 },
        text('', { choice: 1 }),
        text('b', { choice: 0 }),
      ]),
    );
    expect(app.test('series-plot').textContent).toContain('kiln: 1 sample, 1 finding marked');
    expect(app.test('notices').textContent).toContain('4 earlier records');
    const [first, second] = app.all('[data-testid="choice-head"]');
    expect(app.all('[data-testid="choice"]')).toHaveLength(2);
    second?.fire('click');
    await settle();
    expect(second?.attribute('aria-pressed')).toBe('true');
    first?.fire('click');
    app.test('session-list').fire('keydown', { key: 'ArrowUp' });
    await settle();
    app.test('session-list').fire('keydown', { key: 'Enter' });
    expect(app.all('[aria-selected="true"]')[0]?.attribute('data-session')).toBe('s1');
    app.all('[data-testid="session-item"]')[1]?.fire('click');
    await press('k');
  });

  it('follows the newest session until one is picked, and again when asked to', async () => {
    const item = (): string | undefined =>
      app.all('[aria-selected="true"]')[0]?.attribute('data-session');
    app.all('[data-testid="session-item"]')[1]?.fire('click');
    await settle();
    expect([item(), app.test('follow').attribute('aria-checked')]).toEqual(['s2', 'false']);
    await press('f');
    expect([item(), app.test('follow').attribute('aria-checked')]).toEqual(['s1', 'true']);
    app.test('follow').fire('click');
    await settle();
    expect([item(), app.test('follow').attribute('aria-checked')]).toEqual(['s1', 'false']);
  });

  it('filters, helps, and changes its theme', async () => {
    const field = app.all('#filter')[0];
    await press('/');
    expect(field?.focused).toBe(1);
    (field as unknown as { value: string }).value = 'kiln';
    field?.fire('input');
    await settle();
    expect(app.all('[data-testid="session-item"]')).toHaveLength(1);
    (field as unknown as { value: string }).value = 'nothing';
    field?.fire('input');
    await settle();
    expect(app.textContent).toContain('No session matches the filter.');
    await press('j', field);
    await press('Escape', field);
    expect(field?.focused).toBe(0);
    await press('?');
    expect(app.test('help').attribute('open')).toBe('');
    app.test('help').fire('close');
    const root = (document as { documentElement: FakeNode }).documentElement;
    expect(root.dataset.theme).toBe('dark');
    app.all('[aria-label="Use the light theme"]')[0]?.fire('click');
    app.all('[aria-label="Keyboard help"]')[0]?.fire('click');
    await settle();
    expect(root.dataset.theme).toBe('light');
    app.test('help').all('button')[0]?.fire('click');
    app.all('.skip')[0]?.fire('click');
    app.test('transcript').fire('scroll');
    await settle();
  });

  it('runs a prompt, selects its session, and stops by hanging up', async () => {
    const prompt = app.test('prompt') as unknown as { value: string } & FakeNode;
    prompt.value = 'Hello';
    prompt.fire('input');
    const heat = app.test('temperature') as unknown as { valueAsNumber: number } & FakeNode;
    heat.valueAsNumber = 0.5;
    heat.fire('input');
    const pace = app.test('pace') as unknown as { valueAsNumber: number } & FakeNode;
    pace.valueAsNumber = 60;
    pace.fire('input');
    app.all('.try')[0]?.fire('submit');
    await settle();
    expect(app.all('[aria-selected="true"]')[0]?.attribute('data-session')).toBe('s1');
    app.test('stop').fire('click');
    await settle();
    expect(app.test('run').textContent).toContain('Run');
    expect(app.all('[data-testid="run-error"]')).toEqual([]);
  });

  it('says that the server is lost, claims nothing to be live, and recovers', async () => {
    server.send('/v1/feed', 'session', summary());
    await settle();
    server.up = false;
    server.streams.get('/v1/feed')?.close();
    await vi.advanceTimersByTimeAsync(6_000);
    expect(app.test('status-bar').textContent).toContain('Server lost');
    expect(app.test('connection').textContent).toContain('Reconnecting');
    expect(app.test('session-list').textContent).toContain('Was live');
    app.all('.try')[0]?.fire('submit');
    await settle();
    expect(app.test('run-error').textContent).toBe('The server cannot be reached.');
    server.up = true;
    server.known.delete('s2');
    await vi.advanceTimersByTimeAsync(16_000);
    expect(app.test('connection').textContent).toBe('Live');
    expect(app.test('status-bar').textContent).toContain('MidStream 0.1.0');
    expect(app.all('[data-testid="session-item"]')).toHaveLength(1);
  });
});
