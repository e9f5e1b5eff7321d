import { Session } from '@midstream/core';
import { describe, expect, it } from 'vitest';
import { ANALYSER_LIMITS, PatternAnalyser, PatternSet, RepetitionAnalyser } from '../src/index.ts';
import { findingsOf, textStream, writer } from './support.ts';

const one = (text: string, hold = true): PatternAnalyser =>
  new PatternAnalyser({ name: 'words', patterns: [{ proposition: 'p', text }], hold });

const NOTHING = {
  step: () => [],
  end: () => [],
  snapshot: () => null,
  restore: () => undefined,
};

describe('PatternAnalyser', () => {
  it('finds a pattern split over three deltas and names its span and events', () => {
    const write = writer();
    const batch = ['my hun', 'te', 'r2 is'].map((text) => write.text(text));
    expect(findingsOf(one('hunter2'), batch)).toEqual([
      {
        id: 'words/p/text/0/3-10',
        proposition: 'p',
        analyser: 'words',
        choice: 0,
        span: { track: 'text/0', start: 3, end: 10 },
        events: { first: 1, last: 3 },
        time: 0,
        held: true,
        message: 'A pattern of "p" occurs in text/0 at 3',
        evidence: { characters: 7 },
      },
    ]);
  });

  it('has holdFrom() only when asked to hold, and then only reports held findings', () => {
    expect(one('a', false).holdFrom).toBeUndefined();
    expect(findingsOf(one('a', false), textStream('a'))[0]?.held).toBe(false);
    expect(one('a').holdFrom).toBeTypeOf('function');
  });

  it('holdFrom() waits after "ab" for "abc", and lets go of what can no longer match', () => {
    const analyser = new PatternAnalyser({
      name: 'n',
      patterns: [
        { proposition: 'p', text: 'ab' },
        { proposition: 'q', text: 'abc' },
      ],
      hold: true,
    });
    const write = writer();
    expect(analyser.holdFrom?.('text/0')).toBeUndefined();
    expect(findingsOf(analyser, [write.text('xab')])).toHaveLength(1);
    expect(analyser.holdFrom?.('text/0')).toBe(1);
    expect(findingsOf(analyser, [write.text('c')])).toHaveLength(1);
    expect(analyser.holdFrom?.('text/0')).toBeUndefined();
  });

  it('keeps tracks apart: channels, choices and calls', () => {
    const write = writer();
    const batch = [
      write.text('a'),
      write.text('b', { channel: 'reasoning' }),
      write.text('b', { choice: 1 }),
      write.text('a', { channel: 'tool', call: 'x' }),
      write.text('b', { channel: 'tool', call: 'y' }),
      write.text('b', { channel: 'tool', call: 'x' }),
    ];
    const spans = findingsOf(one('ab'), batch).map((finding) => finding.span?.track);
    expect(spans).toEqual(['tool/0/x']);
  });

  it('watches only the channels it is given', () => {
    const analyser = new PatternAnalyser({
      name: 'n',
      patterns: [{ proposition: 'p', text: 'a' }],
      channels: ['reasoning'],
      hold: false,
    });
    expect(findingsOf(analyser, textStream('a'))).toEqual([]);
    expect(findingsOf(analyser, textStream('a', 'reasoning'))).toHaveLength(1);
  });

  it('a gap forgets what was forming, on its own channel or on all, and positions go on', () => {
    const write = writer();
    const analyser = one('abc');
    findingsOf(analyser, [write.text('ab'), { ...write.gap(1, 'lost'), channel: 'audio' }]);
    expect(analyser.holdFrom?.('text/0')).toBe(0);
    findingsOf(analyser, [{ ...write.gap(1, 'lost'), channel: 'reasoning' }]);
    expect(analyser.holdFrom?.('text/0')).toBe(0);
    findingsOf(analyser, [write.gap(1, 'lost')]);
    expect(analyser.holdFrom?.('text/0')).toBeUndefined();
    const after = findingsOf(analyser, [write.text('cabc')]);
    expect(after.map((finding) => finding.span)).toEqual([{ track: 'text/0', start: 3, end: 6 }]);
  });

  it('a gap that says how much text was lost moves positions on, also of a track not seen yet', () => {
    const write = writer();
    const analyser = one('abc');
    const units = {
      'text/0': 5,
      'tool/1/x/y': 7,
      'audio/0': 9,
      'text/2': -1,
      'text/3': Number.NaN,
      'text/4': 0.5,
      'text/5': 3,
    };
    findingsOf(analyser, [write.text('ab'), write.choiceEnd('stop', 5)]);
    findingsOf(analyser, [{ ...write.gap(3, 'lost'), channel: 'audio', units }]);
    expect(analyser.holdFrom?.('text/0')).toBeUndefined();
    const spans = findingsOf(analyser, [
      write.text('cabc'),
      write.text('xabc', { channel: 'tool', choice: 1, call: 'x/y' }),
      ...[2, 3, 4, 5].map((choice) => write.text('abc', { choice })),
    ]).map(({ span, events }) => [span?.track, span?.start, span?.end, events.first]);
    expect(spans).toEqual([
      ['text/0', 8, 11, 4],
      ['tool/1/x/y', 8, 11, 5],
      ['text/2', 0, 3, 6],
      ['text/3', 0, 3, 7],
      ['text/4', 0, 3, 8],
    ]);
  });

  it('that was skipped at overload goes on at the positions of the session', () => {
    const write = writer();
    let admit = true;
    const session = new Session({
      analysers: [one('abc', false), new RepetitionAnalyser({ name: 'l', proposition: 'loop' })],
      policy: { name: 'none', start: () => ({ ...NOTHING }) },
      choices: 2,
      dispatcher: { admit: () => admit },
    });
    session.push([write.text('xab')]);
    admit = false;
    session.push([write.text('cabc'), write.text('unseen', { choice: 1 })]);
    session.push([write.text('ab')]);
    admit = true;
    const loop = ' the same again'.repeat(7);
    const { findings } = session.push([
      write.text(`cabc${loop}`),
      write.text('abc', { choice: 1 }),
    ]);
    expect(findings.map(({ span }) => span)).toEqual([
      { track: 'text/0', start: 10, end: 13 },
      { track: 'text/0', start: 13, end: 113 },
      { track: 'text/1', start: 6, end: 9 },
    ]);
  });

  it('ends the tracks of a choice at its end, and all of them with the stream', () => {
    const write = writer();
    const analyser = one('abc');
    findingsOf(analyser, [
      write.text('ab'),
      write.text('ab', { choice: 1 }),
      write.choiceEnd('stop'),
    ]);
    expect(analyser.holdFrom?.('text/0')).toBeUndefined();
    expect(analyser.holdFrom?.('text/1')).toBe(0);
    findingsOf(analyser, [write.text('ab'), write.choiceEnd('stop')]);
    expect(analyser.holdFrom?.('text/0')).toBeUndefined();
    expect(findingsOf(analyser, [write.end(), write.text('abc', { choice: 1 })])).toEqual([]);
    expect(analyser.holdFrom?.('text/1')).toBeUndefined();
  });

  it('gives one finding of a proposition for a stretch that two of its patterns match', () => {
    const analyser = new PatternAnalyser({
      name: 'n',
      patterns: [
        { proposition: 'p', text: 'Ab' },
        { proposition: 'p', text: 'aB', ignoreCase: true },
        { proposition: 'p', text: 'AB', ignoreCase: true },
        { proposition: 'q', text: 'Ab' },
      ],
      hold: false,
    });
    expect(findingsOf(analyser, textStream('Ab')).map((finding) => finding.id)).toEqual([
      'n/q/text/0/0-2',
      'n/p/text/0/0-2',
    ]);
  });

  it('refuses arguments that cannot work, by code', () => {
    const make = (patterns: { proposition: string; text: string }[]) => () =>
      new PatternAnalyser({ name: 'n', patterns, hold: false });
    const long = 'x'.repeat(ANALYSER_LIMITS.patternUnits.value + 1);
    expect(make([])).toThrow(expect.objectContaining({ code: 'argument/invalid' }));
    expect(make([{ proposition: 'p', text: '' }])).toThrow('patterns[0].text ""');
    expect(make([{ proposition: '', text: 'x' }])).toThrow('patterns[0].proposition');
    expect(make([{ proposition: 'p', text: long }])).toThrow(
      expect.objectContaining({ code: 'budget/exceeded' }),
    );
    const many = Array.from({ length: 300 }, (_, index) => ({
      proposition: 'p',
      text: String(index).padStart(4_000, 'x'),
    }));
    expect(make(many)).toThrow(expect.objectContaining({ code: 'budget/exceeded' }));
    expect(() => new PatternAnalyser({ name: '', patterns: [], hold: false })).toThrow('name ""');
    expect(
      () =>
        new PatternAnalyser({
          name: 'n',
          patterns: [{ proposition: 'p', text: 'x' }],
          channels: ['audio' as 'text'],
          hold: false,
        }),
    ).toThrow(expect.objectContaining({ code: 'argument/unknown-option' }));
  });

  it('refuses to follow more tracks and ended choices than its limits', () => {
    const write = writer();
    const analyser = one('a');
    expect(() => {
      for (let call = 0; call <= ANALYSER_LIMITS.analyserTracks.value; call++) {
        findingsOf(analyser, [write.text('x', { channel: 'tool', call: String(call) })]);
      }
    }).toThrow(expect.objectContaining({ code: 'session/limit' }));
    expect(() => {
      for (let choice = 0; choice < 200; choice++) {
        findingsOf(analyser, [write.choiceEnd('stop', choice)]);
      }
    }).toThrow(expect.objectContaining({ code: 'session/limit' }));
  });

  it('shares a compiled set: 20,000 patterns of every alphabet', () => {
    const texts = Array.from({ length: 20_000 }, (_, index) => `№${index} 語😀`);
    const set = new PatternSet(texts.map((text) => ({ proposition: 'p', text })));
    const make = () => new PatternAnalyser({ name: 'n', patterns: set, hold: true });
    expect(set.longest).toBe(10);
    expect(findingsOf(make(), textStream('№19999 語😀'))).toHaveLength(1);
    expect(findingsOf(make(), textStream('№19999 語'))).toHaveLength(0);
  });
});
