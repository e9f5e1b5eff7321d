import { describe, expect, it } from 'vitest';
import { alignSamples, gapsOf, logprobsOf, quantile } from '../src/state/series.ts';
import { reduce } from '../src/state/session-view.ts';
import { ARRIVAL_SLOTS, MARKS_DRAWN, timelineOf } from '../src/state/timeline.ts';
import { EMPTY_VIEW } from '../src/state/view-model.ts';
import { whyOf } from '../src/state/why.ts';
import * as words from '../src/state/words.ts';
import {
  action,
  arrived,
  cut,
  edit,
  finding,
  ms,
  number,
  redact,
  summary,
  text,
} from './records.ts';

describe('gapsOf()', () => {
  it('measures between tokens of one choice and numbers the later one', () => {
    const drafts = [
      arrived(1, 10),
      arrived(1, 11, 1),
      arrived(1, 30),
      arrived(1, 25),
      arrived(1, 75),
    ];
    const { arrivals } = reduce(EMPTY_VIEW, number(drafts));
    expect(gapsOf(arrivals, 0)).toEqual({ token: [2, 3, 4], gap: [20, 0, 50] });
    expect(gapsOf(arrivals, 1)).toEqual({ token: [], gap: [] });
  });
});

describe('logprobsOf()', () => {
  it('leaves out tokens whose probability is not told', () => {
    const drafts = [arrived(1, 0, 0, -1), arrived(1), arrived(1, 0, 0, -2), arrived(1, 0, 1, -9)];
    const { arrivals } = reduce(EMPTY_VIEW, number(drafts));
    expect(logprobsOf(arrivals, 0)).toEqual({ token: [1, 3], logprob: [-1, -2] });
  });
});

describe('quantile()', () => {
  it('lies between neighbours in proportion', () => {
    expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
    expect(quantile([7], 0.95)).toBe(7);
    expect(quantile([], 0.5)).toBeNull();
  });
});

describe('alignSamples()', () => {
  it('brings series onto one axis with null where there is no value', () => {
    const point = (name: string, time: number, value: number) => ({ record: 1, name, time, value });
    const samples = [point('a', 2000, 5), point('b', 1000, 6), point('a', 1000, Number.NaN)];
    expect(alignSamples(samples)).toEqual({
      names: ['a', 'b'],
      times: [1, 2],
      values: [
        [null, 5],
        [6, null],
      ],
    });
  });
});

describe('timelineOf()', () => {
  const drafts = [
    { type: 'opened', time: ms(0), summary: summary() } as const,
    text('abcde'),
    {
      type: 'finding',
      time: ms(0),
      finding: finding({ span: { track: 'text/0', start: 5, end: 10 } }),
    } as const,
    action(redact(5, 10)),
    edit(5, 10, '[mail]'),
    text('fghij'),
    text('klmno'),
    action({ ...redact(5, 10), type: 'pass', rule: null, finding: null } as never),
    action(cut({ position: { track: 'text/0', offset: 20 } })),
  ];
  const view = reduce(EMPTY_VIEW, number(drafts));

  it('places marks and bands on the text', () => {
    const { marks, bands, end } = timelineOf(view, 0, { axis: 'position', now: 0 });
    expect(marks.map(({ lane, kind, from, to }) => [lane, kind, from, to])).toEqual([
      ['finding', 'mail', 0.25, 0.5],
      ['action', 'redact', 0.25, 0.5],
      ['action', 'pass', 1, 1],
      ['action', 'cut', 1, 1],
    ]);
    expect(bands).toEqual([
      { kind: 'released', from: 0, to: 0.25 },
      { kind: 'redacted', from: 0.25, to: 0.5 },
      { kind: 'released', from: 0.5, to: 1 },
      { kind: 'cut', from: 1, to: 1 },
    ]);
    expect(end).toBe('20 characters');
    expect(marks[2]?.title).toContain('by the session');
    expect(marks[3]?.title).toBe('cut by rule no-loop: It repeats itself');
  });

  it('places marks in time, up to now while the session is open', () => {
    const { marks, bands } = timelineOf(view, 0, { axis: 'time', now: 80 });
    expect(marks.map(({ from }) => from)).toEqual([0.5, 0.5, 0.5, 0.625]);
    expect(bands).toEqual([]);
  });

  it('shows when tokens arrived, neighbouring slots of time as one band', () => {
    const came = [0, 1, 2, 120, 120].map((time) => arrived(1, time));
    const opened = { type: 'opened', time: ms(0), summary: summary() } as const;
    const fresh = reduce(EMPTY_VIEW, number([opened, ...came, arrived(1, 60, 1), arrived(1, 240)]));
    const { bands, end } = timelineOf(fresh, 0, { axis: 'time', now: 100 });
    expect(bands).toEqual([
      { kind: 'arrived', from: 0, to: 3 / ARRIVAL_SLOTS },
      { kind: 'arrived', from: 120 / ARRIVAL_SLOTS, to: 121 / ARRIVAL_SLOTS },
      { kind: 'arrived', from: 239 / ARRIVAL_SLOTS, to: 1 },
    ]);
    expect(end).toMatch(/after 240 ms$/);
  });

  it('counts marks of a lane that lie at one place', () => {
    const { marks } = timelineOf(view, 0, { axis: 'time', now: 80 });
    expect(marks.map(({ stack }) => stack)).toEqual([0, 0, 1, 0]);
  });

  it('is empty where nothing is known, and draws no more marks than fit', () => {
    expect(timelineOf(EMPTY_VIEW, 0, { axis: 'position', now: 5 }).bands).toEqual([]);
    expect(timelineOf(EMPTY_VIEW, 0, { axis: 'time', now: 5 }).marks).toEqual([]);
    const many = reduce(EMPTY_VIEW, number(Array(MARKS_DRAWN + 7).fill(action(cut()))));
    const { marks, omitted } = timelineOf(many, 0, { axis: 'time', now: 5 });
    expect([marks.length, omitted]).toEqual([MARKS_DRAWN, 7]);
  });
});

describe('whyOf()', () => {
  const { moments } = reduce(
    EMPTY_VIEW,
    number([
      { type: 'finding', time: ms(0), finding: finding() },
      action(redact(3, 8)),
      action(cut({ rule: null, finding: null })),
    ]),
  );

  it('goes from span to finding to rule to action', () => {
    expect(whyOf(moments, { finding: 'mail:1', rule: 'no-mail' })).toEqual([
      { step: 'Span', text: 'text/0, characters 3 to 8' },
      { step: 'Finding', text: 'mail: An address' },
      { step: 'Rule', text: 'no-mail' },
      { step: 'Action', text: 'redact: Addresses stay here' },
    ]);
  });

  it('tells as much as is known', () => {
    expect(whyOf(moments, { finding: 'mail:1', rule: 'other' }).map(({ step }) => step)).toEqual([
      'Span',
      'Finding',
      'Rule',
    ]);
    expect(whyOf(moments, { finding: null, rule: null })).toEqual([
      { step: 'Rule', text: 'the session itself' },
      { step: 'Action', text: 'cut: It repeats itself' },
    ]);
  });
});

describe('words', () => {
  it('age() and duration() choose their unit', () => {
    const ages = [-5, 1999, 12_000, 190_000, 7_300_000, 200_000_000].map(words.age);
    expect(ages).toEqual(['now', 'now', '12 s', '3 min', '2 h', '2 d']);
    expect([0.42, 34.4, 1250, 150_000].map(words.duration)).toEqual([
      '0.4 ms',
      '34 ms',
      '1.25 s',
      '2 min',
    ]);
    expect(words.clockTime(Date.parse('2026-01-02T03:04:05.678'))).toBe('03:04:05.6');
  });

  it('heldInWords() says how much and who holds it', () => {
    expect(words.heldInWords(14, [])).toBe(
      'held back: 14 characters, a match may still be forming',
    );
    expect(words.heldInWords(1, ['a'])).toBe('held back: 1 character, by rule a');
    expect(words.heldInWords(2, ['a', 'b'])).toBe('held back: 2 characters, by rules a, b');
  });

  it('savingsOf() trusts the summary of a single choice', () => {
    const { choices } = reduce(EMPTY_VIEW, number([arrived(1), arrived(1), action(cut())]));
    const known = { rule: 'no-loop', message: 'm', atToken: 121, tokensSaved: 279 };
    const savings = words.savingsOf(summary({ cut: known }), choices[0])!;
    expect(words.savingsInWords(savings)).toBe(
      'cut at token 121 of 400: 279 tokens never generated',
    );
    const several = words.savingsOf(summary({ cut: known, choices: 2 }), choices[0])!;
    expect(words.savingsInWords(several)).toBe('cut at token 2 of 400: 398 tokens never generated');
    expect(words.savingsInWords(words.savingsOf(null, choices[0])!)).toBe('cut at token 2');
    expect(words.savingsOf(summary(), undefined)).toBeNull();
  });

  it('matches() wants every word, anywhere, in any case', () => {
    expect(words.matches(summary({ state: 'cut', model: null }), 'PEOPLE cut')).toBe(true);
    expect(words.matches(summary(), 'people dogs')).toBe(false);
    expect(words.matches(summary(), '')).toBe(true);
  });
});
