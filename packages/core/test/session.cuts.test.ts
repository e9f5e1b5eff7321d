import {
  type Action,
  type Analyser,
  EventWriter,
  type Finding,
  type Policy,
  Session,
  type StreamEvent,
} from '@midstream/core';
import { SimulatedClock } from '@midstream/core/simulation';
import { describe, expect, it } from 'vitest';
import { literalAnalyser, table, textOf, type Wanted } from './literal.ts';

const writer = (): EventWriter => new EventWriter(new SimulatedClock());
const kinds = (actions: readonly Action[]): string[] => actions.map(({ type }) => type);
const types = (events: readonly StreamEvent[]): string[] => events.map(({ type }) => type);

/** Finds every event of a type, without a span, about a choice. */
const eventAnalyser = (type: string, held = false, about?: number): Analyser => ({
  name: 'events',
  propositions: ['event'],
  reset: () => undefined,
  push(events, findings) {
    for (const event of events) {
      if (event.type !== type) continue;
      const { sequence, time, choice } = event;
      const base = { id: `${sequence}`, proposition: 'event', analyser: 'events', span: null };
      const at = { choice: about ?? choice, events: { first: sequence, last: sequence }, time };
      findings.push({ ...base, ...at, held, message: '' } satisfies Finding);
    }
  },
});
/** Does, at the first finding, what is given. */
const policy = (act: (finding: Finding) => readonly object[]): Policy => ({
  name: 'acts',
  start: (choice) => ({
    ...table({}).start(choice),
    step: ([finding]) =>
      finding === undefined
        ? []
        : act(finding).map(
            (action) =>
              ({
                rule: 'r',
                finding,
                choice,
                time: finding.time,
                message: '',
                ...action,
              }) as Action,
          ),
  }),
});

describe('Session that cuts', () => {
  it('lets the event leave that a finding which was not held is about, and none after it', () => {
    const run = (held: boolean): string[] => {
      const events = writer();
      const session = new Session({
        analysers: [eventAnalyser('tool-start', held)],
        policy: table({ event: { type: 'cut' } }),
      });
      const stream = [
        events.text('before'),
        events.toolStart('c', 'n'),
        events.toolEnd('c'),
        events.usage(1, 1),
        events.text('after'),
      ];
      return types(session.push(stream).released);
    };
    expect(run(false)).toEqual(['text-delta', 'tool-start', 'choice-end', 'usage']);
    expect(run(true)).toEqual(['text-delta', 'choice-end', 'usage']);
  });

  it('of two cuts at one moment obeys the one that lets less leave, whichever comes last', () => {
    for (const patterns of [
      ['d', 'bcd'],
      ['bcd', 'd'],
    ]) {
      const rules = Object.fromEntries(
        patterns.map((pattern): [string, Wanted] => [`has ${pattern}`, { type: 'cut' }]),
      );
      const session = new Session({ analysers: [literalAnalyser(patterns)], policy: table(rules) });
      const { released } = session.push([writer().text('abcd')]);
      expect(textOf(released)).toBe('a');
      expect(released.at(-1)).toMatchObject({ cutBy: { rule: 'has bcd' } });
    }
  });

  it('names one cut for two at one place, the first', () => {
    const session = new Session({
      analysers: [literalAnalyser(['b'])],
      policy: policy(({ span }) => {
        const position = { track: span?.track, offset: span?.start };
        return ['one', 'two'].map((rule) => ({ type: 'cut', rule, position }));
      }),
    });
    const { actions } = session.push([writer().text('ab')]);
    expect(actions.map(({ rule }) => rule)).toEqual(['one', 'one']);
    expect(kinds(actions)).toEqual(['cut', 'cancel-upstream']);
  });

  it('cancels upstream once', () => {
    const events = writer();
    const session = new Session({
      analysers: [literalAnalyser(['b'])],
      policy: table({ 'has b': { type: 'cut' } }),
    });
    expect(kinds(session.push([events.text('b')]).actions)).toContain('cancel-upstream');
    expect(session.push([events.usage(1, 1)]).actions).toEqual([]);
  });
});

describe('Session that judges', () => {
  it('says what it redacted', () => {
    const session = new Session({
      analysers: [literalAnalyser(['b'])],
      policy: table({ 'has b': { type: 'redact', text: '#' } }),
    });
    const { actions } = session.push([writer().text('ab')]);
    expect(actions).toMatchObject([{ type: 'redact', span: { start: 1, end: 2 }, text: '#' }]);
  });

  it('judges what is found at the very event that ends a choice', () => {
    const events = writer();
    const session = new Session({
      analysers: [eventAnalyser('choice-end')],
      policy: table({ event: { type: 'alert' } }),
    });
    expect(kinds(session.push([events.choiceEnd('stop')]).actions)).toEqual(['alert']);
  });

  it('drops findings about a choice that the stream does not have', () => {
    const events = writer();
    const session = new Session({
      analysers: [eventAnalyser('usage', false, 7)],
      policy: table({ event: { type: 'alert' } }),
    });
    const result = session.push([events.usage(1, 1)]);
    expect([result.findings, result.actions, session.failure]).toEqual([[], [], null]);
  });

  it('holds a track once for a rule, and only a track that there is', () => {
    const events = writer();
    const session = new Session({
      analysers: [literalAnalyser(['b'])],
      policy: policy(({ span }) => [
        { type: 'hold', track: span?.track, from: span?.start, limit: 9, otherwise: 'release' },
        { type: 'hold', track: 'text/5', from: 0, limit: 9, otherwise: 'release' },
      ]),
    });
    expect(kinds(session.push([events.text('abb')]).actions)).toEqual(['hold']);
    expect(session.push([events.text('b')]).actions).toEqual([]);
    expect(session.held()).toEqual([{ track: 'text/0', start: 1, end: 4, rules: ['r'] }]);
  });

  it.each([
    ['\ud800', true],
    ['\udbff', true],
    ['\udc00', false],
    ['\ud7ff', false],
  ])('waits for the second half behind a first one: %j', (unit, waits) => {
    const session = new Session({ analysers: [], policy: table({}) });
    expect(textOf(session.push([writer().text(`a${unit}`)]).released)).toBe(
      waits ? 'a' : `a${unit}`,
    );
  });
});
