import {
  type Action,
  type Analyser,
  EventWriter,
  LIMITS,
  type Policy,
  Session,
  type StreamEvent,
} from '@midstream/core';
import { SimulatedClock } from '@midstream/core/simulation';
import { describe, expect, it } from 'vitest';
import { literalAnalyser, table, textOf } from './literal.ts';

const writer = (): EventWriter => new EventWriter(new SimulatedClock());
const types = (events: readonly StreamEvent[]): string[] => events.map(({ type }) => type);
const analyser = (push: () => void, holdFrom?: () => number): Analyser => ({
  name: 'faulty',
  propositions: [],
  push,
  reset: () => undefined,
  ...(holdFrom && { holdFrom }),
});
const fails = (): never => {
  throw new Error('boom');
};

describe('Session that failed', () => {
  it('takes no text of a choice that it had not met before', () => {
    const events = writer();
    let calls = 0;
    const session = new Session({
      analysers: [analyser(() => void (calls++ === 0 && fails()))],
      policy: table({}),
    });
    session.push([events.text('one')]);
    const later = session.push([events.text('two', { choice: 1 }), events.usage(1, 1)]);
    expect(types(later.released)).toEqual(['usage']);
    expect(calls).toBe(1);
  });

  it('still passes on what is about the stream when a track over the limit failed it', () => {
    const events = writer();
    const session = new Session({ analysers: [], policy: table({}) });
    const batch: StreamEvent[] = Array.from({ length: LIMITS.tracks.value + 1 }, (_, i) =>
      events.text('{', { channel: 'tool', call: `c${i}` }),
    );
    const { released } = session.push([...batch, events.usage(1, 1), events.end()]);
    expect(types(released)).toEqual(['choice-end', 'usage', 'stream-end']);
    expect(session.failure?.message).toContain('at most 1024');
    expect(session.closed).toBe(true);
  });

  it('fails closed when an analyser cannot say how far it holds, and keeps the findings', () => {
    const events = writer();
    const session = new Session({
      analysers: [literalAnalyser(['a']), analyser(() => undefined, fails)],
      policy: table({ 'has a': { type: 'alert' } }),
    });
    const result = session.push([events.usage(1, 1), events.text('a')]);
    expect(types(result.released)).toEqual(['choice-end', 'usage']);
    expect(result.findings).toHaveLength(1);
    expect(result.actions.map(({ type }) => type)).toEqual(['alert', 'cut', 'cancel-upstream']);
    expect(session.failure?.code).toBe('session/failed');
  });

  it('fails closed when what is thrown cannot even be printed', () => {
    const events = writer();
    let first = true;
    const session = new Session({
      analysers: [
        analyser(() => {
          if (first) throw Object.create(null);
        }),
      ],
      policy: table({}),
    });
    const result = session.push([events.text('unjudged')]);
    first = false;
    const next = session.push([events.text('more'), events.usage(1, 1)]);
    expect(textOf([...result.released, ...next.released])).toBe('');
    expect(session.failure?.message).toContain('no message');
  });

  it('leaves alone a choice that had ended before', () => {
    const events = writer();
    let broken = false;
    const session = new Session({
      analysers: [analyser(() => void (broken && fails()))],
      policy: table({}),
      choices: 2,
    });
    session.push([events.choiceEnd('stop', 0)]);
    broken = true;
    const { actions, released } = session.push([events.text('x', { choice: 1 })]);
    expect(actions.map(({ type, choice }) => [type, choice])).toEqual([
      ['cut', 1],
      ['cancel-upstream', 1],
    ]);
    expect(released.map(({ choice }) => choice)).toEqual([1]);
  });

  it('refuses a sequence number after which none could come', () => {
    const event = { ...writer().text('x'), sequence: Number.POSITIVE_INFINITY };
    const session = new Session({ analysers: [], policy: table({}) });
    expect(() => session.push([event])).toThrow(
      expect.objectContaining({ code: 'sequence/not-increasing' }),
    );
  });
});

describe('Session whose policy acts on text that was not held back', () => {
  /** Does one thing about the first finding. */
  const policy = (act: (base: Omit<Action, 'type'>) => object): Policy => {
    const start = (choice: number) => ({
      ...table({}).start(choice),
      step: ([finding]: readonly { readonly time: Action['time'] }[]) =>
        [act({ rule: 'r', finding, choice, time: 0, message: '' } as never)] as Action[],
    });
    return { name: 'late', start } as Policy;
  };
  const late = {
    redact: {
      type: 'redact',
      span: { track: 'text/0', start: 1, end: 4 },
      text: '#',
      precedence: 0,
    },
    cut: { type: 'cut', position: { track: 'text/0', offset: 1 } },
    hold: { type: 'hold', track: 'text/0', from: 1, limit: 9, otherwise: 'cut' },
  };

  it.each(Object.entries(late))('fails closed at a %s, in one delta as in several', (_, action) => {
    for (const deltas of [['abad'], ['a', 'b', 'a', 'd']]) {
      const events = writer();
      const session = new Session({
        analysers: [literalAnalyser(['bad'], false)],
        policy: policy((base) => ({ ...action, ...base })),
      });
      const released = deltas.flatMap((delta) => session.push([events.text(delta)]).released);
      expect(session.failure?.message).toMatch(/rule "r" acts on finding .* was not held back/);
      expect(types(released).at(-1)).toBe('choice-end');
      expect(textOf(released)).not.toContain('d');
    }
  });

  it('fails closed when an analyser says it held back what has left', () => {
    const events = writer();
    const { holdFrom: _, ...liar } = literalAnalyser(['bad']);
    const session = new Session({
      analysers: [liar],
      policy: table({ 'has bad': { type: 'redact', text: '#' } }),
    });
    session.push([events.text('ba')]);
    expect(session.push([events.text('d')]).released.map(({ type }) => type)).toEqual([
      'choice-end',
    ]);
    expect(session.failure?.message).toContain('redact from position 0 of text/0');
  });
});
