import { EventWriter, type Policy, type PushResult, Session } from '@midstream/core';
import { SimulatedClock } from '@midstream/core/simulation';
import { describe, expect, it } from 'vitest';
import { literalAnalyser, table } from './literal.ts';

const writer = (): EventWriter => new EventWriter(new SimulatedClock());
/** What left, in short: texts, and `type reason` of the rest. */
const left = (...results: PushResult[]): string[] =>
  results.flatMap(({ released }) =>
    released.map((event) => {
      if (event.type === 'text-delta') return event.text;
      return event.type === 'choice-end' ? `${event.type} ${event.reason}` : event.type;
    }),
  );

/** Cuts whatever ends. */
const cutAtEnd: Policy = {
  name: 'cut at end',
  start: (choice) => ({
    step: () => [],
    end: (time) => [
      { type: 'cut', rule: 'r', finding: null, choice, time, message: '', position: null },
    ],
    snapshot: () => null,
    restore: () => undefined,
  }),
};

describe('Session at the end of a choice', () => {
  it('gives a choice that is cut at its end one choice-end, the one of the cut', () => {
    const events = writer();
    const session = new Session({ analysers: [], policy: cutAtEnd });
    const result = session.push([events.text('hi'), events.choiceEnd('stop')]);
    expect(left(result)).toEqual(['hi', 'choice-end content_filter']);
    expect(left(session.push([events.end()]))).toEqual(['stream-end']);
  });

  it('ends a choice that the end of the stream cuts before the stream', () => {
    const events = writer();
    const session = new Session({ analysers: [], policy: cutAtEnd });
    const result = session.push([events.text('hi'), events.end()]);
    expect(left(result)).toEqual(['hi', 'choice-end content_filter', 'stream-end']);
  });

  it('judges nothing of a choice behind its end, in one batch as in several', () => {
    const found = (batched: boolean): string[][] => {
      const events = writer();
      const session = new Session({
        analysers: [
          {
            name: 'usage',
            propositions: ['used'],
            reset: () => undefined,
            push(batch, findings) {
              for (const { type, sequence, time, choice } of batch) {
                if (type !== 'usage') continue;
                const base = { id: `${sequence}`, proposition: 'used', analyser: 'usage', choice };
                const at = { span: null, events: { first: sequence, last: sequence }, time };
                findings.push({ ...base, ...at, held: false, message: '' });
              }
            },
          },
        ],
        policy: table({ used: { type: 'alert' } }),
      });
      const stream = [events.usage(1, 1), events.choiceEnd('stop'), events.usage(2, 2)];
      const results = batched ? [session.push(stream)] : stream.map((e) => session.push([e]));
      return results.map((result) => result.findings.map(({ id }) => id));
    };
    expect(found(true)).toEqual([['1']]);
    expect(found(false)).toEqual([['1'], [], []]);
  });

  it('releases the end of a tool call after its arguments, however long they wait', () => {
    const events = writer();
    const tool = { channel: 'tool', call: 'c' } as const;
    const session = new Session({ analysers: [literalAnalyser(['secret'])], policy: table({}) });
    const first = session.push([events.toolStart('c', 'n'), events.text('a sec', tool)]);
    const second = session.push([events.toolEnd('c'), events.text('', tool)]);
    const third = session.push([events.choiceEnd('tool_calls')]);
    expect(left(first)).toEqual(['tool-start', 'a ']);
    expect(left(second)).toEqual([]);
    expect(left(third)).toEqual(['sec', 'tool-end', '', 'choice-end tool_calls']);
  });

  it('releases the end of a tool call at once when none of its arguments wait, or none came', () => {
    const events = writer();
    const session = new Session({ analysers: [literalAnalyser(['secret'])], policy: table({}) });
    const tool = { channel: 'tool', call: 'c' } as const;
    expect(left(session.push([events.toolEnd('d'), events.text('x', tool)]))).toEqual([
      'tool-end',
      'x',
    ]);
    expect(left(session.push([events.toolEnd('c')]))).toEqual(['tool-end']);
  });

  it('lets what waits behind a cut go with it: empty text before the cut leaves in one batch too', () => {
    const run = (batched: boolean): string[] => {
      const events = writer();
      const session = new Session({
        analysers: [literalAnalyser(['bad'])],
        policy: table({ 'has bad': { type: 'cut' } }),
      });
      const stream = [events.text('ok'), events.text(''), events.text('bad'), events.text('')];
      return left(
        ...(batched ? [session.push(stream)] : stream.map((event) => session.push([event]))),
      );
    };
    expect(run(true)).toEqual(['ok', '', 'choice-end content_filter']);
    expect(run(false)).toEqual(run(true));
  });

  it('obeys the hold that was filled first, not the one that was placed first', () => {
    const run = (deltas: readonly string[]): unknown[] => {
      const events = writer();
      const session = new Session({
        analysers: [literalAnalyser(['?', '!'])],
        policy: table({
          'has ?': { type: 'hold', limit: 9, otherwise: 'cut' },
          'has !': { type: 'hold', limit: 2, otherwise: 'cut' },
        }),
      });
      return deltas
        .flatMap((delta) => [...session.push([events.text(delta)]).actions])
        .map(({ type, rule }) => [type, rule]);
    };
    const whole = run(['a?b!cdefghijkl']);
    expect(whole).toContainEqual(['cut', 'has !']);
    expect(run([...'a?b!cdefghijkl'])).toEqual(whole);
  });

  it('fills a hold no sooner than it was placed: what came between on other tracks leaves', () => {
    const run = (deltas: readonly string[]): string[] => {
      const events = writer();
      const session = new Session({
        analysers: [literalAnalyser(['abcd'])],
        policy: table({ 'has abcd': { type: 'hold', limit: 1, otherwise: 'cut' } }),
      });
      const batch = deltas.map((delta) =>
        delta === '-' ? events.text('-', { channel: 'reasoning' }) : events.text(delta),
      );
      return left(session.push([...batch, events.end()]));
    };
    expect(run(['xabc', '-', 'd'])).toEqual(['x', '-', 'choice-end content_filter', 'stream-end']);
  });

  it('compares where holds were filled by where they were placed, when they were full by then', () => {
    const run = (deltas: readonly string[]): unknown[] => {
      const events = writer();
      const session = new Session({
        analysers: [literalAnalyser(['a', 'bcdefg'])],
        policy: table({
          'has a': { type: 'hold', limit: 4, otherwise: 'cut' },
          'has bcdefg': { type: 'hold', limit: 0, otherwise: 'cut' },
        }),
      });
      return deltas
        .flatMap((delta) => [...session.push([events.text(delta)]).actions])
        .map(({ type, rule }) => `${type} ${rule}`);
    };
    const whole = run(['abcdefgh']);
    expect(whole).toEqual(['hold has a', 'cut has a', 'cancel-upstream has a']);
    expect(run([...'abcdefgh'])).toEqual(whole);
  });

  it('ends the holds of a choice in the order in which they were placed, not that of the tracks', () => {
    const events = writer();
    const session = new Session({
      analysers: [literalAnalyser(['?', '!'])],
      policy: table({
        'has ?': { type: 'hold', limit: 9, otherwise: 'release' },
        'has !': { type: 'hold', limit: 9, otherwise: 'release' },
      }),
    });
    const { actions } = session.push([
      events.text(''),
      events.text('!', { channel: 'reasoning' }),
      events.text('?'),
      events.end(),
    ]);
    expect(actions.map(({ type, rule }) => `${type} ${rule}`).slice(2)).toEqual([
      'release has !',
      'release has ?',
    ]);
  });

  it('obeys a hold that no finding stands behind', () => {
    const events = writer();
    const policy = table({ 'has a': { type: 'alert' } });
    const session = new Session({
      analysers: [literalAnalyser(['a'])],
      policy: {
        name: 'holds',
        start: (choice) => ({
          ...policy.start(choice),
          step: ([finding]) => {
            if (finding?.span === null || finding === undefined) return [];
            const { time, span } = finding;
            const base = { rule: 'r', finding: null, choice, time, message: '' };
            const what = { track: span.track, from: span.end, limit: 2, otherwise: 'cut' } as const;
            return [{ type: 'hold', ...base, ...what }];
          },
        }),
      },
    });
    expect(left(session.push([events.text('xab')]))).toEqual(['xa']);
    expect(left(session.push([events.text('cd')]))).toEqual(['choice-end content_filter']);
    expect(session.failure).toBeNull();
  });

  it('passes on nothing behind the end of the stream', () => {
    const events = writer();
    const session = new Session({ analysers: [], policy: table({}) });
    const batch = [events.end(), events.usage(1, 1), events.text('x', { choice: 1 })];
    expect(left(session.push(batch))).toEqual(['stream-end']);
  });

  it('shows what is held oldest first', () => {
    const events = writer();
    const session = new Session({ analysers: [literalAnalyser(['xy'])], policy: table({}) });
    session.push([events.text('a'), events.text('x', { channel: 'reasoning' }), events.text('x')]);
    expect(session.held().map(({ track }) => track)).toEqual(['reasoning/0', 'text/0']);
  });
});
