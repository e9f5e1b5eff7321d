import { EventWriter, type PushResult, Session, type StreamEvent } from '@midstream/core';
import { SimulatedClock } from '@midstream/core/simulation';
import { describe, expect, it } from 'vitest';
import { literalAnalyser, table, textOf } from './literal.ts';

const writer = (): EventWriter => new EventWriter(new SimulatedClock());
const feed = (session: Session, deltas: readonly string[], events = writer()): PushResult[] =>
  deltas.map((delta) => session.push([events.text(delta)]));
const texts = (result: PushResult): string[] =>
  result.released.flatMap((event) => (event.type === 'text-delta' ? [event.text] : []));

describe('Session.push()', () => {
  it('releases the very objects that were pushed when nothing is found', () => {
    const events = writer();
    const session = new Session({ analysers: [literalAnalyser(['zzz'])], policy: table({}) });
    const batch = [events.start('m'), events.text('a'), events.sample('s', 1), events.usage(1, 2)];
    const { released } = session.push(batch);
    expect(released).toHaveLength(4);
    released.forEach((event, i) => {
      expect(event).toBe(batch[i]);
    });
  });

  it('holds exactly what a match may still cover, and releases it once it cannot', () => {
    const session = new Session({
      analysers: [literalAnalyser(['hunter2'])],
      policy: table({ 'has hunter2': { type: 'redact', text: '[x]' } }),
    });
    const results = feed(session, ['my hun', 'ter', '2 is h', 'unt', 'ing']);
    expect(results.map(texts)).toEqual([['my '], [], ['[x]', ' is '], [], ['h', 'unt', 'ing']]);
    expect(session.held()).toEqual([]);
  });

  it('marks the replacement with the rule, the finding and the span taken away', () => {
    const session = new Session({
      analysers: [literalAnalyser(['bc'])],
      policy: table({ 'has bc': { type: 'redact', text: '#' } }),
    });
    const [result] = feed(session, ['abcd']);
    const edited = result?.released.find((event) => event.type === 'text-delta' && event.edit);
    expect(edited).toMatchObject({
      text: '#',
      edit: { rule: 'has bc', finding: 'literal/bc/text/0/1-3', start: 1, end: 3 },
    });
  });

  it('lets the span that begins first stand for all it overlaps', () => {
    const session = new Session({
      analysers: [literalAnalyser(['aba', 'bac'])],
      policy: table({
        'has bac': { type: 'redact', text: '2' },
        'has aba': { type: 'redact', text: '1' },
      }),
    });
    expect(feed(session, ['x', 'a', 'b', 'a', 'c', 'y']).flatMap(texts).join('')).toBe('x1y');
  });

  it('prefers the rule that comes first where two spans begin together', () => {
    const session = new Session({
      analysers: [literalAnalyser(['ab', 'abc'])],
      policy: table({
        'has abc': { type: 'redact', text: 'L' },
        'has ab': { type: 'redact', text: 'S' },
      }),
    });
    expect(feed(session, ['ab', 'c', 'abd']).flatMap(texts).join('')).toBe('LSd');
  });

  it('gives adjacent spans a replacement each', () => {
    const session = new Session({
      analysers: [literalAnalyser(['no'])],
      policy: table({ 'has no': { type: 'redact', text: '*' } }),
    });
    expect(feed(session, ['nono', 'n', 'o']).flatMap(texts).join('')).toBe('***');
  });

  it('cuts before a held match, ends the choice and cancels upstream', () => {
    const events = writer();
    const session = new Session({
      analysers: [literalAnalyser(['stop'])],
      policy: table({ 'has stop': { type: 'cut' } }),
    });
    const first = session.push([events.text('go st')]);
    const second = session.push([events.text('op and more'), events.choiceEnd('stop')]);
    const third = session.push([events.text('late'), events.usage(1, 2), events.end()]);
    expect(texts(first)).toEqual(['go ']);
    expect(second.released.map((event) => event.type)).toEqual(['choice-end']);
    expect(second.released[0]).toMatchObject({
      reason: 'content_filter',
      sequence: 2,
      cutBy: { rule: 'has stop', finding: 'literal/stop/text/0/3-7' },
    });
    expect(second.actions.map((action) => action.type)).toEqual(['cut', 'cancel-upstream']);
    expect(third.released.map((event) => event.type)).toEqual(['usage', 'stream-end']);
    expect(session.finished).toBe(true);
  });

  it('cuts at the end of a finding that was not held', () => {
    const session = new Session({
      analysers: [literalAnalyser(['stop'], false)],
      policy: table({ 'has stop': { type: 'cut' } }),
    });
    expect(feed(session, ['go stop and more']).flatMap(texts).join('')).toBe('go stop');
  });

  it('releases what an unfinished match held back when the choice is cut behind it', () => {
    const session = new Session({
      analysers: [literalAnalyser(['abcdef', 'cd'])],
      policy: table({ 'has cd': { type: 'cut' } }),
    });
    expect(feed(session, ['abc', 'd']).flatMap(texts).join('')).toBe('ab');
  });

  it('of two cuts at one moment obeys the one that lets less leave', () => {
    const session = new Session({
      analysers: [literalAnalyser(['d', 'bcd'])],
      policy: table({ 'has d': { type: 'cut' }, 'has bcd': { type: 'cut' } }),
    });
    expect(feed(session, ['abcd']).flatMap(texts).join('')).toBe('a');
  });

  it('cuts one choice and lets the others go on, cancelling only when all are finished', () => {
    const events = writer();
    const session = new Session({
      analysers: [literalAnalyser(['bad'])],
      policy: table({ 'has bad': { type: 'cut' } }),
      choices: 2,
    });
    const one = session.push([events.text('ok bad', { choice: 1 }), events.text('fine')]);
    expect(one.actions.map((action) => action.type)).toEqual(['cut']);
    expect(textOf(one.released, 'text/1')).toBe('ok ');
    const two = session.push([events.text(' still'), events.text('gone', { choice: 1 })]);
    expect(texts(two)).toEqual([' still']);
    const three = session.push([events.choiceEnd('stop')]);
    expect(three.actions.map((action) => action.type)).toEqual(['cancel-upstream']);
  });

  it('keeps tracks apart: reasoning that is held does not delay the answer', () => {
    const events = writer();
    const session = new Session({ analysers: [literalAnalyser(['secret'])], policy: table({}) });
    const { released } = session.push([
      events.text('sec', { channel: 'reasoning' }),
      events.text('hello'),
    ]);
    expect(released.map((event) => (event.type === 'text-delta' ? event.channel : ''))).toEqual([
      'text',
    ]);
    expect(session.held()).toEqual([{ track: 'reasoning/0', start: 0, end: 3, rules: [] }]);
  });

  it('never releases half of a surrogate pair', () => {
    const events = writer();
    const session = new Session({ analysers: [], policy: table({}) });
    expect(texts(session.push([events.text('a\ud83d')]))).toEqual(['a']);
    expect(texts(session.push([events.text('\ude00b')]))).toEqual(['\ud83d', '\ude00b']);
    expect(texts(session.push([events.text('\ud83d')]))).toEqual([]);
    expect(texts(session.push([events.text('')]))).toEqual([]);
    expect(texts(session.push([events.end()]))).toEqual(['\ud83d', '']);
  });

  it('releases everything that waits at the end of a choice, before its end event', () => {
    const events = writer();
    const session = new Session({ analysers: [literalAnalyser(['hello'])], policy: table({}) });
    session.push([events.text('oh hel')]);
    const { released } = session.push([events.choiceEnd('stop')]);
    expect(
      released.map((event) => (event.type === 'text-delta' ? event.text : event.type)),
    ).toEqual(['hel', 'choice-end']);
  });

  it('does not release ticks', () => {
    const events = writer();
    const session = new Session({ analysers: [], policy: table({}) });
    expect(session.push([events.tick(), events.text('x')]).released).toHaveLength(1);
  });
});

describe('Session holds by rule', () => {
  const held = (limit: number, otherwise: 'release' | 'cut'): Session =>
    new Session({
      analysers: [literalAnalyser(['?', '!'])],
      policy: table({
        'has ?': { type: 'hold', limit, otherwise },
        'has !': { type: 'release', rule: 'has ?' },
      }),
    });

  it('waits from the finding on until a release of the same rule', () => {
    const results = feed(held(100, 'cut'), ['a?b', 'c', 'd!e']);
    expect(results.map(texts)).toEqual([['a'], [], ['?b', 'c', 'd!e']]);
  });

  it('lets go at its limit when told to, and a later release finds nothing', () => {
    const results = feed(held(3, 'release'), ['a?bc', 'd', 'e!']);
    expect(results.map(texts)).toEqual([['a'], ['?bc', 'd'], ['e!']]);
    expect(results[1]?.actions.map((action) => action.type)).toEqual(['release']);
    expect(results[2]?.actions).toEqual([]);
  });

  it('cuts where it began when the limit is passed, even if a release follows in the same batch', () => {
    const [result] = feed(held(3, 'cut'), ['a?bcdefg!']);
    expect(result && texts(result)).toEqual(['a']);
    expect(result?.actions.map((action) => action.type)).toEqual([
      'hold',
      'cut',
      'cancel-upstream',
    ]);
  });

  it('is resolved by its own word at the end of the choice', () => {
    for (const [otherwise, text] of [
      ['release', 'a?b'],
      ['cut', 'a'],
    ] as const) {
      const events = writer();
      const session = held(100, otherwise);
      const results = [
        session.push([events.text('a?b')]),
        session.push([events.choiceEnd('stop')]),
      ];
      expect(textOf(results.flatMap((result) => [...result.released]))).toBe(text);
      const end = results[1]?.released.find((event) => event.type === 'choice-end');
      expect(end).toMatchObject({ reason: otherwise === 'cut' ? 'content_filter' : 'stop' });
    }
  });

  it('keeps its text back when another rule cuts the choice', () => {
    const session = new Session({
      analysers: [literalAnalyser(['?', 'bad'])],
      policy: table({
        'has ?': { type: 'hold', limit: 100, otherwise: 'cut' },
        'has bad': { type: 'cut' },
      }),
    });
    expect(feed(session, ['a?b', ' bad']).flatMap(texts).join('')).toBe('a');
  });
});

describe('Session faults', () => {
  const broken = (at: string) => {
    const analyser = literalAnalyser(['zz']);
    return {
      ...analyser,
      push: (events: readonly StreamEvent[], findings: never[]) => {
        if (textOf(events).includes(at)) throw new Error('boom');
        analyser.push(events, findings);
      },
    };
  };

  it('fails closed when an analyser throws: nothing unjudged leaves', () => {
    const events = writer();
    const session = new Session({ analysers: [broken('x')], policy: table({}) });
    session.push([events.text('fine z')]);
    const result = session.push([events.text('more x'), events.usage(1, 1)]);
    expect(texts(result)).toEqual([]);
    expect(result.released.map((event) => event.type)).toEqual(['choice-end', 'usage']);
    expect(result.actions.map((action) => action.type)).toEqual(['cut', 'cancel-upstream']);
    expect(session.failure).toMatchObject({ code: 'session/failed' });
    expect(session.push([events.text('x'), events.end()]).released.map((e) => e.type)).toEqual([
      'stream-end',
    ]);
  });

  it('fails closed when the policy throws', () => {
    const session = new Session({
      analysers: [literalAnalyser(['b'])],
      policy: {
        name: 'broken',
        start: () => ({
          step: () => {
            throw new Error('no');
          },
          end: () => [],
          snapshot: () => null,
          restore: () => undefined,
        }),
      },
    });
    expect(feed(session, ['abc']).flatMap(texts)).toEqual([]);
    expect(session.failure?.message).toContain('no');
  });

  it('fails closed when a stream opens too many tracks', () => {
    const events = writer();
    const session = new Session({ analysers: [], policy: table({}) });
    const calls = Array.from({ length: 1025 }, (_, i) =>
      events.text('{', { channel: 'tool', call: `c${i}` }),
    );
    const result = session.push(calls);
    expect(result.released.map((event) => event.type)).toEqual(['choice-end']);
    expect(session.failure?.code).toBe('session/failed');
  });

  it('cuts a choice that holds more than the limit', () => {
    const events = writer();
    const session = new Session({
      analysers: [{ name: 'greedy', propositions: [], push() {}, reset() {}, holdFrom: () => 2 }],
      policy: table({}),
    });
    const first = session.push([events.text('ab'.repeat(100))]);
    const second = session.push([events.text('c'.repeat(66_000))]);
    expect(texts(first)).toEqual(['ab']);
    expect(second.released.map((event) => event.type)).toEqual(['choice-end']);
    expect(second.actions[0]?.message).toContain('hold-limit');
  });

  it('refuses sequence numbers that do not increase, and leaves the session as it was', () => {
    const events = writer();
    const session = new Session({ analysers: [], policy: table({}) });
    const [one, two] = [events.text('1'), events.text('2')];
    expect(() => session.push([two, one])).toThrow(/sequence numbers must increase/);
    expect(texts(session.push([one, two]))).toEqual(['1', '2']);
    expect(() => session.push([two])).toThrow(
      expect.objectContaining({ code: 'sequence/not-increasing' }),
    );
  });

  it('refuses events after the end, choices out of range and two analysers of one name', () => {
    const events = writer();
    const session = new Session({ analysers: [], policy: table({}) });
    expect(() => session.push([events.text('x', { choice: 128 })])).toThrow(/choices are 0 to 127/);
    session.push([events.end()]);
    expect(session.closed).toBe(true);
    expect(() => session.push([events.text('x')])).toThrow(
      expect.objectContaining({ code: 'session/closed' }),
    );
    expect(session.push([]).released).toEqual([]);
    expect(() => new Session({ analysers: [], policy: table({}), choices: 0 })).toThrow(/choices/);
    const twin = literalAnalyser(['a']);
    expect(() => new Session({ analysers: [twin, twin], policy: table({}) })).toThrow(/same name/);
  });
});

describe('Session with a dispatcher', () => {
  it('says which analyser was skipped and tells it of the gap afterwards', () => {
    const events = writer();
    const seen: StreamEvent[][] = [];
    let admit = true;
    const session = new Session({
      analysers: [
        {
          name: 'slow',
          propositions: [],
          push: (batch) => void seen.push([...batch]),
          reset: () => undefined,
        },
        { ...literalAnalyser(['bad']), name: 'essential' },
      ],
      policy: table({ 'has bad': { type: 'cut' } }),
      dispatcher: { admit: () => admit },
    });
    admit = false;
    const skipped = session.push([events.text('a'), events.text('b')]);
    expect(skipped.findings).toMatchObject([
      { proposition: 'analyser-skipped', evidence: { analyser: 'slow', events: 2 } },
    ]);
    admit = true;
    session.push([events.text('c')]);
    expect(seen).toMatchObject([[{ type: 'gap', lost: 2, sequence: 1 }, { text: 'c' }]]);
    admit = false;
    expect(session.push([events.text('bad')]).actions[0]?.type).toBe('cut');
  });

  it('tells it how much text of which track it missed', () => {
    const events = writer();
    const gaps: StreamEvent[] = [];
    let admit = false;
    const session = new Session({
      analysers: [
        {
          name: 'slow',
          propositions: [],
          push: (batch) => gaps.push(...batch.filter(({ type }) => type === 'gap')),
          reset: () => undefined,
        },
      ],
      policy: table({}),
      choices: 2,
      dispatcher: { admit: () => admit },
    });
    session.push([events.tick()]);
    session.push([events.text('ab'), events.text('\u{1f600}', { choice: 1 }), events.text('')]);
    session.push([events.text('c'), events.text('{}', { channel: 'tool', call: 'x' })]);
    admit = true;
    session.push([events.text('d')]);
    admit = false;
    session.push([events.tick()]);
    admit = true;
    session.push([events.text('e')]);
    const units = { 'text/0': 3, 'text/1': 2, 'tool/0/x': 2 };
    expect(gaps).toMatchObject([
      { lost: 6, sequence: 1, units },
      { lost: 1, sequence: 8 },
    ]);
    expect(gaps[1]).not.toHaveProperty('units');
  });
});
