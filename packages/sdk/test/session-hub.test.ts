import {
  type EventWriter,
  type HostedSession,
  millis,
  type OpenSessionOptions,
  type PushResult,
  type SessionRecord,
  type SessionSummary,
  EventWriter as Writer,
} from '@midstream/core';
import { SimulatedClock } from '@midstream/core/simulation';
import { type HubLimits, parsePolicy, SDK_LIMITS, SessionHub } from '@midstream/sdk';
import { describe, expect, it } from 'vitest';
import { policyOf } from './support.ts';

const POLICY = policyOf(
  'secret: { pattern: secret }\nstop: { pattern: STOP }\nhush: { stall: 20s }',
  `- { id: redact, never: secret, action: redact, with: "-" }
   - { id: cut, never: stop, action: cut, message: enough }
   - { id: quiet, never: hush, action: alert }`,
);

interface Fixture {
  readonly clock: SimulatedClock;
  readonly hub: SessionHub;
  readonly write: EventWriter;
  readonly errors: unknown[];
  open(options?: Partial<OpenSessionOptions>): HostedSession;
}

function fixture(limits: HubLimits = {}, policies = [POLICY]): Fixture {
  const clock = new SimulatedClock(millis(1_000));
  const errors: unknown[] = [];
  const hub = new SessionHub({
    clock,
    policies: policies.map((source, at) =>
      parsePolicy(source.replace('test', at === 0 ? 'test' : `test${at}`)),
    ),
    limits,
    onError: (error) => errors.push(error),
  });
  const open = (options: Partial<OpenSessionOptions> = {}): HostedSession =>
    hub.open({ origin: 'test', label: 'a label', ...options });
  return { clock, hub, write: new Writer(clock), errors, open };
}

const types = (records: readonly SessionRecord[]): string[] => records.map(({ type }) => type);

describe('SessionHub records', () => {
  it('tell what arrived, was found, done, released and held, in that order', () => {
    const { hub, write, open } = fixture();
    const session = open({ model: 'm', tokenBudget: 10 });
    session.push([write.text('a sec', { logprob: -1, tokens: 2 })]);
    session.push([write.text('ret!')]);
    session.close('completed');
    const records = hub.records(session.id, 0);
    expect(types(records)).toEqual([
      'opened',
      'arrived',
      'released',
      'held',
      'arrived',
      'finding',
      'action',
      'released',
      'released',
      'held',
      'released',
      'closed',
    ]);
    expect(records.map(({ id }) => id)).toEqual(records.map((_, at) => at + 1));
    expect(records[1]).toMatchObject({
      characters: 5,
      tokens: 2,
      track: 'text/0',
      logprob: -1,
      time: 1_000,
    });
    expect(records[3]).toMatchObject({ spans: [{ track: 'text/0', start: 2, end: 5, rules: [] }] });
    expect(records[9]).toMatchObject({ type: 'held', spans: [] });
  });

  it('never quote what was redacted or cut away, and are plain JSON', () => {
    const { hub, write, open } = fixture();
    const session = open();
    session.push([write.text('my sec'), write.text('ret is hidden STOP gone')]);
    const text = JSON.stringify(hub.records(session.id, 0));
    const said = hub
      .records(session.id, 0)
      .map((record) =>
        record.type === 'released' && record.event.type === 'text-delta' ? record.event.text : '',
      );
    expect(said.join('')).toBe('my - is hidden ');
    expect(text).not.toContain('gone');
    expect(JSON.parse(text)).toEqual(hub.records(session.id, 0));
  });

  it('keep a ring, and tell what was forgotten first', () => {
    const { hub, write, open } = fixture();
    const session = open();
    for (let i = 0; i < 2_100; i++) session.push([write.text('x')]);
    const kept = hub.records(session.id, 0);
    expect(kept).toHaveLength(4_097);
    expect(kept[0]).toEqual({ type: 'forgotten', id: 105, time: 1_000, records: 105 });
    expect(kept[1]?.id).toBe(106);
    expect(hub.records(session.id, 100)[0]).toMatchObject({ id: 105, records: 5 });
    expect(hub.records(session.id, 105)).toHaveLength(4_096);
    expect(hub.records(session.id, 4_200)).toMatchObject([{ id: 4_201 }]);
    expect(hub.records(session.id, 9_999)).toEqual([]);
    expect(hub.records(session.id, -5)[0]).toMatchObject({ records: 105 });
  });

  it('keep no more text than the limit', () => {
    const { hub, write, open } = fixture();
    const session = open();
    const big = 'y'.repeat(SDK_LIMITS.ringCharacters.value / 4);
    for (let i = 0; i < 6; i++) session.push([write.text(big)]);
    const kept = hub.records(session.id, 0);
    expect(kept[0]?.type).toBe('forgotten');
    expect(kept.filter(({ type }) => type === 'released')).toHaveLength(4);
    session.push([write.text(big.repeat(5))]);
    expect(types(hub.records(session.id, 0))).toEqual(['forgotten', 'released']);
  });

  it('do not keep sound', () => {
    const { hub, open } = fixture();
    const session = open();
    session.push([
      {
        type: 'audio-delta',
        channel: 'audio',
        choice: 0,
        sequence: 1,
        time: millis(0),
        data: new Uint8Array([7, 7]),
        encoding: 'opus',
        sampleRate: 48_000,
      },
    ]);
    expect(JSON.stringify(hub.records(session.id, 0))).not.toContain('7,');
    expect(hub.get(session.id)?.counts).toMatchObject({ events: 1, tokens: 0 });
  });
});

describe('SessionHub summaries', () => {
  it('count exactly', () => {
    const { hub, write, open } = fixture();
    const session = open({ label: 'l'.repeat(300) });
    session.push([write.text('ab secret cd', { tokens: 3 }), write.text(' se')]);
    expect(hub.get(session.id)).toMatchObject({
      origin: 'test',
      label: 'l'.repeat(200),
      model: null,
      policy: 'test',
      state: 'open',
      openedAt: 1_000,
      closedAt: null,
      choices: 1,
      tokenBudget: null,
      cut: null,
      counts: {
        events: 2,
        tokens: 4,
        charactersIn: 15,
        charactersOut: 8,
        charactersHeld: 2,
        findings: 1,
        redactions: 1,
        alerts: 0,
      },
    });
    session.close('completed');
    session.close('failed');
    expect(hub.get(session.id)).toMatchObject({
      state: 'completed',
      closedAt: 1_000,
      counts: { events: 2, charactersOut: 10, charactersHeld: 0 },
    });
  });

  it('tell where a cut was and what it saved', () => {
    const { hub, write, open } = fixture();
    const session = open({ tokenBudget: 100 });
    session.push([
      write.text('one'),
      write.text(' STOP', { tokens: 2 }),
      write.text('x'),
      write.text('y'),
    ]);
    expect(hub.get(session.id)).toMatchObject({
      state: 'open',
      cut: { rule: 'cut', message: 'enough', atToken: 3, tokensSaved: 95 },
    });
    expect(session.finished).toBe(true);
    session.push([write.text('late')]);
    session.close('completed');
    expect(hub.get(session.id)).toMatchObject({
      state: 'cut',
      cut: { atToken: 3, tokensSaved: 94 },
    });
  });

  it('add up what several cut choices saved, and know nothing without a budget', () => {
    const { hub, write, open } = fixture();
    const two = open({ tokenBudget: 10, choices: 2 });
    two.push([write.text('STOP', { choice: 0 }), write.text('fine', { choice: 1 })]);
    expect(hub.get(two.id)?.cut).toMatchObject({ atToken: 1, tokensSaved: 9 });
    two.push([write.text(' STOP', { choice: 1 })]);
    expect(hub.get(two.id)?.cut?.tokensSaved).toBe(17);
    const none = open();
    none.push([write.text('STOP')]);
    expect(hub.get(none.id)?.cut?.tokensSaved).toBeNull();
  });

  it('date a cut at the end of a choice by all its tokens', () => {
    const source = policyOf('a: { pattern: aa }', '- { id: need, eventually: a, action: cut }');
    const { hub, write, open } = fixture({}, [source]);
    const session = open({ tokenBudget: 5 });
    session.push([write.text('x'), write.text('y')]);
    session.close('completed');
    expect(hub.get(session.id)).toMatchObject({
      state: 'cut',
      cut: { atToken: 2, tokensSaved: 3 },
    });
  });

  it('are failed when the session failed closed', () => {
    const { hub, write, open } = fixture();
    const session = open();
    const tracks = Array.from({ length: 1_025 }, (_, i) =>
      write.text('x', { channel: 'tool', call: `c${i}` }),
    );
    for (let i = 0; i < tracks.length; i += 500) session.push(tracks.slice(i, i + 500));
    session.close('completed');
    expect(hub.get(session.id)).toMatchObject({ state: 'failed', cut: { rule: null } });
  });

  it('list the newest first', () => {
    const { hub, open } = fixture();
    const ids = [open(), open(), open()].map(({ id }) => id);
    expect(hub.list().map(({ id }) => id)).toEqual(ids.toReversed());
    expect(new Set(ids).size).toBe(3);
    for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9_-]{16}$/);
    expect(hub.get('nope')).toBeUndefined();
    expect(hub.session(ids[0] ?? '')?.id).toBe(ids[0]);
  });
});

describe('SessionHub ticks', () => {
  it('let a rule about silence fire once a second, and hand the result on', () => {
    const { hub, clock, write, open } = fixture();
    const results: PushResult[] = [];
    const session = open({ onResult: (result) => results.push(result) });
    session.push([write.text('hello')]);
    clock.advance(millis(19_500));
    expect(results).toEqual([]);
    clock.advance(millis(1_000));
    expect(results.map(({ actions }) => actions.map(({ rule }) => rule))).toEqual([['quiet']]);
    expect(hub.get(session.id)?.counts).toMatchObject({ events: 1, alerts: 1, findings: 1 });
    expect(types(hub.records(session.id, 3))).toEqual(['finding', 'action']);
  });

  it('leave room for the events of the source', () => {
    const { clock, write, open } = fixture();
    const session = open();
    session.push([write.text('a')]);
    clock.advance(millis(10_000));
    expect(session.push([write.text('b')]).released).toHaveLength(1);
  });

  it('stop when nothing is open, and skip what is finished', () => {
    const { hub, clock, write, open } = fixture();
    const results: PushResult[] = [];
    const session = open({ onResult: (result) => results.push(result) });
    session.push([write.text('STOP')]);
    clock.advance(millis(60_000));
    expect(results).toEqual([]);
    session.close('completed');
    clock.advance(millis(60_000));
    expect(hub.get(session.id)?.counts.alerts).toBe(0);
  });

  it('survive an opener that throws', () => {
    const { clock, write, errors, open } = fixture();
    const throwing = open({
      onResult: () => {
        throw new Error('mine');
      },
    });
    const results: PushResult[] = [];
    const other = open({ onResult: (result) => results.push(result) });
    throwing.push([write.text('x')]);
    other.push([write.text('x')]);
    clock.advance(millis(21_000));
    expect(errors).toHaveLength(1);
    expect(results).toHaveLength(1);
  });

  it('close a session to which nothing was pushed for too long', () => {
    const { hub, clock, write, open } = fixture({ idleSession: 30_000 });
    const results: PushResult[] = [];
    const session = open({ onResult: (result) => results.push(result) });
    session.push([write.text('sec')]);
    clock.advance(millis(31_000));
    expect(hub.get(session.id)?.state).toBe('disconnected');
    expect(results.at(-1)?.released).toMatchObject([{ text: 'sec' }, { type: 'stream-end' }]);
  });
});

describe('SessionHub subscribers', () => {
  it('get what is kept and then what happens, to the closed record', () => {
    const { hub, write, open } = fixture();
    const session = open();
    session.push([write.text('a')]);
    const seen: SessionRecord[] = [];
    hub.subscribe(session.id, 1, (record) => seen.push(record));
    session.push([write.text('b')]);
    session.close('completed');
    expect(seen).toEqual(hub.records(session.id, 1));
    expect(seen.at(-1)).toMatchObject({ type: 'closed', summary: { state: 'completed' } });
    const late: SessionRecord[] = [];
    hub.subscribe(session.id, 0, (record) => late.push(record));
    expect(late).toEqual(hub.records(session.id, 0));
  });

  it('that dispose hear nothing more, and one that throws harms nobody', () => {
    const { hub, write, errors, open } = fixture();
    const session = open();
    const [gone, good]: [SessionRecord[], SessionRecord[]] = [[], []];
    const subscription = hub.subscribe(session.id, 99, (record) => gone.push(record));
    hub.subscribe(session.id, 99, () => {
      throw new Error('bad');
    });
    hub.subscribe(session.id, 99, (record) => good.push(record));
    subscription[Symbol.dispose]();
    session.push([write.text('b')]);
    expect(gone).toEqual([]);
    expect(types(good)).toEqual(['arrived', 'released']);
    expect(errors).toHaveLength(1);
  });

  it('are bounded, and need a session', () => {
    const { hub, open } = fixture();
    const session = open();
    const subscribe = (): Disposable => hub.subscribe(session.id, 0, () => undefined);
    for (let i = 0; i < SDK_LIMITS.subscribers.value; i++) subscribe();
    expect(subscribe).toThrow(expect.objectContaining({ code: 'budget/exceeded' }));
    for (const call of [
      () => hub.subscribe('x', 0, () => undefined),
      () => hub.records('x', 0),
      () => hub.end('x'),
      () => hub.pushDrafts('x', []),
    ]) {
      expect(call).toThrow(expect.objectContaining({ code: 'http/not-found' }));
    }
  });

  it('of the list get all sessions, then changes at most four times a second', () => {
    const { hub, clock, write, open } = fixture();
    const first = open();
    const seen: SessionSummary[] = [];
    const watching = hub.watch((summary) => seen.push(summary));
    expect(seen.map(({ id }) => id)).toEqual([first.id]);
    for (let i = 0; i < 10; i++) {
      first.push([write.text('x')]);
      clock.advance(millis(100));
    }
    const changes = seen.slice(1);
    expect(changes.length).toBeGreaterThanOrEqual(3);
    expect(changes.length).toBeLessThanOrEqual(4);
    const second = open();
    expect(seen.at(-1)).toMatchObject({ id: second.id, state: 'open' });
    second.close('failed');
    expect(seen.at(-1)).toMatchObject({ id: second.id, state: 'failed' });
    watching[Symbol.dispose]();
    const count = seen.length;
    first.close('completed');
    expect(seen).toHaveLength(count);
  });
});

describe('SessionHub limits', () => {
  it('refuse a session too many', () => {
    const { open } = fixture({ openSessions: 2 });
    const first = open();
    open();
    expect(open).toThrow(expect.objectContaining({ code: 'session/limit' }));
    first.close('completed');
    expect(open().id).toBeTruthy();
  });

  it('forget the sessions that closed first', () => {
    const { hub, open } = fixture({ closedSessions: 2 });
    const [a, b, c, d] = [open(), open(), open(), open()];
    for (const session of [c, a, b]) session?.close('completed');
    expect(hub.list().map(({ id }) => id)).toEqual([d?.id, b?.id, a?.id]);
    hub.prune();
    expect(hub.list().map(({ id }) => id)).toEqual([d?.id]);
  });

  it('forget closed sessions that keep too much text', () => {
    const { hub, open, write } = fixture();
    const text = 'z'.repeat(SDK_LIMITS.ringCharacters.value);
    const most = SDK_LIMITS.closedCharacters.value / text.length;
    for (let i = 0; i < most + 3; i++) {
      const session = open();
      session.push([write.text(text)]);
      session.close('completed');
    }
    expect(hub.list()).toHaveLength(most);
  });

  it('refuse unknown policies, bad budgets and bad choices', () => {
    const { hub, open } = fixture({}, [POLICY, POLICY]);
    expect(open({ policy: 'test1' }).id).toBeTruthy();
    expect(() => open({ policy: 'tset1' })).toThrow(/did you mean "test1"/);
    expect(() => open({ tokenBudget: -1 })).toThrow(
      expect.objectContaining({ code: 'argument/range' }),
    );
    expect(() => open({ choices: 0 })).toThrow(expect.objectContaining({ code: 'argument/range' }));
    expect(hub.list()).toHaveLength(1);
    expect(() => hub.usePolicies([])).toThrow(
      expect.objectContaining({ code: 'argument/invalid' }),
    );
    expect(() => hub.usePolicies([parsePolicy(POLICY), parsePolicy(POLICY)])).toThrow(/same name/);
    hub.usePolicies([parsePolicy(POLICY.replace('name: test', 'name: other'))]);
    expect(hub.policies.map(({ name }) => name)).toEqual(['other']);
    expect(hub.get(open().id)?.policy).toBe('other');
  });

  it('end with the hub', () => {
    const { hub, clock, open } = fixture();
    const session = open();
    hub.watch(() => undefined);
    hub.close();
    hub[Symbol.dispose]();
    expect(hub.get(session.id)?.state).toBe('disconnected');
    expect(open).toThrow(expect.objectContaining({ code: 'session/closed' }));
    expect(() =>
      session.push([
        { type: 'tick', channel: 'control', choice: 0, sequence: 99, time: clock.now() },
      ]),
    ).toThrow(expect.objectContaining({ code: 'session/closed' }));
  });
});

describe('SessionHub drafts', () => {
  it('are stamped, pushed and answered with what waits', () => {
    const { hub, open } = fixture();
    const { id } = open();
    const result = hub.pushDrafts(id, [
      { type: 'stream-start' },
      { type: 'text-delta', text: 'a sec' },
      { type: 'tool-start', call: 'c', name: 'f' },
      { type: 'tool-end', call: 'c' },
      { type: 'sample', name: 's', value: 1 },
      { type: 'usage', inputTokens: 1, outputTokens: 2 },
    ]);
    expect(result.released).toMatchObject([
      { type: 'stream-start', channel: 'control', sequence: 1, time: 1_000, choice: 0 },
      { type: 'text-delta', channel: 'text', sequence: 2, text: 'a ' },
      { type: 'tool-start', channel: 'tool' },
      { type: 'tool-end' },
      { type: 'sample', channel: 'series' },
      { type: 'usage' },
    ]);
    expect(result.held).toMatchObject([{ start: 2, end: 5 }]);
    const next = hub.pushDrafts(id, [{ type: 'choice-end' }, { type: 'stream-end' }]);
    expect(next.released).toMatchObject([
      { text: 'sec' },
      { reason: 'stop', sequence: 7 },
      { type: 'stream-end' },
    ]);
    expect(hub.end(id)).toMatchObject({ state: 'completed' });
  });

  it('that are none are refused with their place', () => {
    const { hub, open } = fixture();
    const { id } = open();
    const bad: [unknown, RegExp][] = [
      [null, /events: .*type array/],
      [[{ type: 'text-delta' }], /events\[0\]\.text: "text" is missing/],
      [[{ type: 'text-delta', text: 'x', chanel: 'text' }], /events\[0\]\.chanel/],
      [[{ type: 'tick' }], /events\[0\]\.type/],
      [[{ type: 'text-delta', text: 'x', choice: 500 }], /events\[0\]\.choice/],
    ];
    for (const [drafts, message] of bad) expect(() => hub.pushDrafts(id, drafts)).toThrow(message);
  });
});
