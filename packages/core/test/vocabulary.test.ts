import {
  ACTION_TYPES,
  assert,
  ERROR_CODES,
  EVENT_TYPES,
  EventWriter,
  isMidstreamError,
  LIMITS,
  MidstreamError,
  messageOf,
  millis,
  nanos,
  parseDuration,
  realClock,
  seededRandom,
  toMillis,
  toNanos,
  trackOf,
} from '@midstream/core';
import { SimulatedClock } from '@midstream/core/simulation';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';

describe('MidstreamError', () => {
  it('carries code, cause and details, and shows them as JSON', () => {
    const cause = new Error('below');
    const error = new MidstreamError('argument/range', 'Cannot', { cause, details: { limit: 3 } });
    expect(error).toMatchObject({ code: 'argument/range', cause, name: 'MidstreamError' });
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      code: 'argument/range',
      message: 'Cannot',
      details: { limit: 3 },
    });
    expect(new MidstreamError('queue/closed', 'x').toJSON()).toEqual({
      code: 'queue/closed',
      message: 'x',
    });
  });

  it('is recognised by its registered brand, whichever copy of the package made it', () => {
    const foreign = Object.assign(new Error('x'), {
      [Symbol.for('midstream.error')]: true,
      code: 'queue/closed',
    });
    expect(foreign).toBeInstanceOf(MidstreamError);
    expect(isMidstreamError(foreign, 'queue/closed')).toBe(true);
    expect(isMidstreamError(foreign, 'argument/range')).toBe(false);
    for (const other of [new Error('x'), null, 'text']) expect(isMidstreamError(other)).toBe(false);
  });

  it('is thrown by assert() for a broken promise of our own', () => {
    expect(() => assert(1 + 1 === 2, 'sums')).not.toThrow();
    expect(() => assert(false, 'sums')).toThrow(
      expect.objectContaining({ code: 'internal/assertion' }),
    );
    expect([messageOf(new Error('a')), messageOf('b')]).toEqual(['a', 'b']);
  });

  it('has codes that never change (pin)', () => {
    expect(Object.keys(ERROR_CODES)).toMatchInlineSnapshot(`
      [
        "argument/invalid",
        "argument/range",
        "argument/unknown-option",
        "budget/exceeded",
        "config/invalid",
        "formula/syntax",
        "formula/too-large",
        "http/bad-request",
        "http/body-too-large",
        "http/forbidden",
        "http/not-found",
        "internal/assertion",
        "model/corrupt",
        "model/context-full",
        "model/unknown",
        "operation/unknown",
        "policy/invalid",
        "process/failed",
        "queue/closed",
        "sequence/not-increasing",
        "session/closed",
        "session/failed",
        "session/limit",
        "state/corrupt",
        "stream/aborted",
        "upstream/failed",
        "upstream/timeout",
        "upstream/unreachable",
      ]
    `);
  });
});

describe('the vocabulary', () => {
  it('has these event and action types (pin)', () => {
    expect([EVENT_TYPES, ACTION_TYPES]).toMatchInlineSnapshot(`
      [
        [
          "stream-start",
          "text-delta",
          "tool-start",
          "tool-end",
          "audio-delta",
          "sample",
          "choice-end",
          "usage",
          "tick",
          "gap",
          "stream-failure",
          "stream-end",
        ],
        [
          "pass",
          "redact",
          "hold",
          "release",
          "cut",
          "alert",
          "cancel-upstream",
        ],
      ]
    `);
  });

  it('numbers and stamps what EventWriter writes', () => {
    const clock = new SimulatedClock(millis(5));
    const events = new EventWriter(clock);
    const written = [
      events.start('m'),
      events.start(),
      events.text('t', { channel: 'tool', call: 'c', choice: 1, logprob: -1, tokens: 2 }),
      events.toolStart('c', 'search', 1),
      events.toolEnd('c', 1),
      events.sample('s', 2, 'media'),
      events.choiceEnd('stop', 1),
      events.usage(3, 4),
      events.tick(),
      events.gap(2, 'lost'),
      events.failure('upstream/failed', 'x'),
      events.end(),
    ];
    expect(written.map((event) => event.sequence)).toEqual(written.map((_, i) => i + 1));
    expect(new Set(written.map((event) => event.time))).toEqual(new Set([5]));
    expect(written[2]).toEqual({
      type: 'text-delta',
      channel: 'tool',
      text: 't',
      call: 'c',
      logprob: -1,
      tokens: 2,
      sequence: 3,
      time: 5,
      choice: 1,
    });
    expect(written[1]).not.toHaveProperty('model');
    expect(new Set(written.map((event) => event.type)).size).toBe(11);
  });

  it('names a track by channel, choice and call', () => {
    const events = new EventWriter(new SimulatedClock());
    expect(trackOf(events.text('x'))).toBe('text/0');
    expect(trackOf(events.text('x', { channel: 'tool', call: 'a', choice: 2 }))).toBe('tool/2/a');
  });

  it('states a value, a unit and a consequence for every limit', () => {
    for (const [key, limit] of Object.entries(LIMITS)) {
      expect(limit.name).toBe(key);
      expect(limit.value).toBeGreaterThan(0);
      expect(limit.consequence).toMatch(/\.$/);
    }
  });
});

describe('units', () => {
  it('convert between milliseconds and nanoseconds', () => {
    expect(toMillis(nanos(1_500_000))).toBe(1.5);
    expect(toNanos(millis(0.25))).toBe(250_000);
  });

  it('parseDuration() reads the usual spellings and nothing else', () => {
    const read = ['250ms', '1.5 s', '10m', '2 min', '1h', '5us', '3µs', '7ns'].map(parseDuration);
    expect(read).toEqual([250, 1500, 600_000, 120_000, 3_600_000, 0.005, 0.003, 7e-6]);
    for (const text of ['', '5', 's', '-1s', '1 day', '1e3s']) {
      expect(parseDuration(text)).toBeUndefined();
    }
  });
});

describe('realClock', () => {
  it('tells the wall time and never goes back', () => {
    expect(Math.abs(realClock.now() - Date.now())).toBeLessThan(5_000);
    const first = realClock.monotonic();
    expect(realClock.monotonic()).toBeGreaterThanOrEqual(first);
  });

  it('wakes once, and not at all when disposed', async () => {
    let woken = 0;
    realClock.after(millis(0), () => woken++);
    realClock.after(millis(0), () => (woken += 10))[Symbol.dispose]();
    expect(woken).toBe(0);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(woken).toBe(1);
  });
});

describe('realClock.after()', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('waits longer than a timeout of the machine can', () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    let woken = 0;
    realClock.after(millis(2 ** 31 + 5_000), () => woken++);
    const timer = realClock.after(millis(2 ** 32), () => (woken += 10));
    vi.advanceTimersByTime(2 ** 31 + 4_999);
    expect(woken).toBe(0);
    vi.advanceTimersByTime(1);
    expect(woken).toBe(1);
    timer[Symbol.dispose]();
    vi.advanceTimersByTime(2 ** 32);
    expect([woken, vi.getTimerCount()]).toEqual([1, 0]);
  });

  it('does not wake before the time, fractions of a millisecond included', () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    const start = performance.now();
    const woken: number[] = [];
    for (const delay of [0.5, 1.9, 7.2]) {
      realClock.after(millis(delay), () => woken.push(performance.now() - start - delay));
    }
    vi.advanceTimersByTime(20);
    expect(woken).toHaveLength(3);
    for (const late of woken) expect(late).toBeGreaterThanOrEqual(0);
  });
});

describe('SimulatedClock', () => {
  it('never goes back: not when a wake-up advances it, nor for a time that is negative or no number', () => {
    const clock = new SimulatedClock();
    clock.after(millis(1), () => clock.advance(millis(100)));
    clock.advance(millis(10));
    expect(clock.now()).toBe(101);
    for (const by of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => clock.advance(millis(by))).toThrow(/Cannot advance a clock/);
    }
    expect(clock.now()).toBe(101);
  });

  it('wakes in the order of time, then of asking, those asked for on the way included', () => {
    const clock = new SimulatedClock(millis(100));
    const log: string[] = [];
    clock.after(millis(20), () => log.push(`b@${clock.now()}`));
    clock.after(millis(10), () => {
      log.push(`a@${clock.now()}`);
      clock.after(millis(10), () => log.push(`c@${clock.now()}`));
    });
    const timer = clock.after(millis(15), () => log.push('never'));
    timer[Symbol.dispose]();
    clock.advance(millis(5));
    expect(log).toEqual([]);
    clock.advance(millis(100));
    expect(log).toEqual(['a@110', 'b@120', 'c@120']);
    expect([clock.now(), clock.monotonic()]).toEqual([205, 105e6]);
  });
});

describe('seededRandom()', () => {
  const draw = (seed: number, count: number): number[] => {
    const random = seededRandom(seed);
    return Array.from({ length: count }, () => random.next());
  };

  it('gives the same stream for a seed and another for its neighbour', () => {
    expect(draw(1, 50)).toEqual(draw(1, 50));
    expect(draw(1, 50)).not.toEqual(draw(2, 50));
  });

  it('is uniform: chi-squared over 64 cells stays under the 99.99 % point', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const cells = new Array<number>(64).fill(0);
        for (const value of draw(seed, 6_400)) cells[Math.floor(value * 64)]! += 1;
        const chi = cells.reduce((sum, count) => sum + (count - 100) ** 2 / 100, 0);
        expect(chi).toBeLessThan(125);
      }),
      { numRuns: 20, seed: 7 },
    );
  });

  it('draws whole numbers below a bound, all of them, and refuses bad bounds', () => {
    const random = seededRandom(3);
    const seen = new Set(Array.from({ length: 500 }, () => random.integer(7)));
    expect([...seen].sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(random.integer(4294967296)).toBeGreaterThanOrEqual(0);
    for (const bound of [0, 1.5, -1, 2 ** 33, Number.NaN]) {
      expect(() => random.integer(bound)).toThrow(/Cannot draw below/);
    }
  });

  it('forks streams that depend on the label', () => {
    const fork = (label: string): number => seededRandom(5).fork(label).next();
    expect(fork('a')).toBe(fork('a'));
    expect(fork('a')).not.toBe(fork('b'));
  });
});
