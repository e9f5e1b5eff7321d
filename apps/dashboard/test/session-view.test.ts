import type { SessionRecord } from '@midstream/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Segment, STRETCH_UNITS, segmentsOf } from '../src/state/segments.ts';
import { reduce } from '../src/state/session-view.ts';
import { EMPTY_VIEW, extentOf, type SessionView } from '../src/state/view-model.ts';
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

const segments = (view: SessionView, at = 0): readonly Segment[] => {
  const track = view.tracks[at]!;
  return segmentsOf(
    track.text,
    view.choices.find(({ choice }) => choice === track.choice)?.cut ?? null,
  );
};
const brief = (view: SessionView, at = 0): string[] =>
  segments(view, at).map(
    (each) => `${each.kind} ${each.start}-${each.end}${'text' in each ? ` ${each.text}` : ''}`,
  );

describe('reduce()', () => {
  it('joins released text into one segment', () => {
    const view = reduce(EMPTY_VIEW, number([text('The '), text(''), text('people')]));
    expect(brief(view)).toEqual(['released 0-10 The people']);
  });

  it('keeps markup as the characters it is made of', () => {
    const view = reduce(EMPTY_VIEW, number([text('<b>&amp;</b>')]));
    expect(segments(view)[0]).toMatchObject({ text: '<b>&amp;</b>' });
  });

  it('places a replacement where the span was and goes on in original positions', () => {
    const view = reduce(EMPTY_VIEW, number([text('To '), edit(3, 20, '[mail]'), text(' and')]));
    expect(brief(view)).toEqual([
      'released 0-3 To ',
      'redacted 3-20 [mail]',
      'released 20-24  and',
    ]);
    expect(segments(view)[1]).toMatchObject({ rule: 'no-mail', finding: 'mail:1' });
  });

  it('lets one replacement reach over every span that overlaps it', () => {
    const before = [
      action(redact(3, 10)),
      action(redact(8, 15)),
      text('To '),
      edit(3, 10, '[mail]'),
    ];
    const after = [text('To '), edit(3, 10, '[mail]'), action(redact(8, 15))];
    for (const drafts of [before, after]) {
      const view = reduce(EMPTY_VIEW, number([...drafts, text('!')]));
      expect(brief(view)).toEqual(['released 0-3 To ', 'redacted 3-15 [mail]', 'released 15-16 !']);
    }
  });

  it('shows held text by its length until it leaves', () => {
    const first = reduce(EMPTY_VIEW, number([text('To '), held(3, 17, ['wait'])]));
    expect(segments(first)[1]).toEqual({ kind: 'held', start: 3, end: 17, rules: ['wait'] });
    const second = reduce(first, number([text('nobody at all.'), held(0, 0)], 3));
    expect(brief(second)).toEqual(['released 0-17 To nobody at all.']);
    expect(brief(first)).toEqual(['released 0-3 To ', 'held 3-17']);
  });

  it('shows held text of a track that has released nothing yet', () => {
    expect(brief(reduce(EMPTY_VIEW, number([held(0, 5)])))).toEqual(['held 0-5']);
  });

  it('ends a cut track with its rule, and shows nothing as held after it', () => {
    const view = reduce(
      EMPTY_VIEW,
      number([
        arrived(4),
        arrived(4),
        held(4, 8),
        action(cut({ position: { track: 'text/0', offset: 4 } })),
        text('loop'),
        released({ type: 'choice-end', channel: 'control', reason: 'content_filter' } as never),
      ]),
    );
    expect(brief(view)).toEqual(['released 0-4 loop', 'cut 4-4']);
    expect(segments(view)[1]).toMatchObject({ rule: 'no-loop', finding: 'loop:1' });
    expect(view.choices[0]).toMatchObject({ tokens: 2, cutAtToken: 2, ended: 'content_filter' });
  });

  it('keeps tracks and choices apart, and names a tool', () => {
    const view = reduce(
      EMPTY_VIEW,
      number([
        text('b', { choice: 1 }),
        text('hm', { channel: 'reasoning' }),
        released({ type: 'tool-start', channel: 'tool', call: 'c7', name: 'search' } as never),
        text('{}', { channel: 'tool', call: 'c7' }),
        text('a'),
      ]),
    );
    expect(view.tracks.map(({ id, tool }) => [id, tool])).toEqual([
      ['text/1', null],
      ['reasoning/0', null],
      ['tool/0/c7', 'search'],
      ['text/0', null],
    ]);
    expect(view.choices.map(({ choice }) => choice)).toEqual([0, 1]);
    expect(extentOf(view.tracks, 0)).toBe(1);
    expect(extentOf(view.tracks, 9)).toBe(0);
  });

  it('places moments at their span, their position, their hold, or where the text stands', () => {
    const base = { rule: 'r', finding: null, choice: 0, time: ms(1), message: 'm' };
    const view = reduce(
      EMPTY_VIEW,
      number([
        text('12345'),
        { type: 'finding', time: ms(0), finding: finding() },
        { type: 'finding', time: ms(0), finding: finding({ span: null }) },
        action(redact(1, 2)),
        action({ ...base, type: 'hold', track: 'text/0', from: 4, limit: 9, otherwise: 'cut' }),
        action({ ...base, type: 'alert', severity: 'info' }),
        action({ ...base, type: 'alert', severity: 'info', finding: finding() }),
        action(cut({ position: { track: 'text/0', offset: 2 } })),
      ]),
    );
    const places = view.moments.map(({ start, end }) => [start, end]);
    expect(places).toEqual([
      [3, 8],
      [5, 5],
      [1, 2],
      [4, 4],
      [5, 5],
      [8, 8],
      [2, 2],
    ]);
  });

  it('takes samples, gaps and failures', () => {
    const view = reduce(
      EMPTY_VIEW,
      number([
        released({ type: 'sample', channel: 'series', name: 'kiln', value: 9 } as never, 7),
        released({ type: 'gap', channel: 'text', lost: 3, reason: 'full' } as never),
        released({ type: 'stream-failure', code: 'x', message: 'gone' } as never),
        released({ type: 'stream-end', channel: 'control' } as never),
      ]),
    );
    expect(view.samples).toEqual([{ record: 1, time: 7, name: 'kiln', value: 9 }]);
    expect(view.notices.map(({ message }) => message)).toEqual([
      '3 events are missing: full',
      'The source failed: gone',
    ]);
    expect(view.tracks).toEqual([]);
  });

  it('takes the first and the last summary, and what the server forgot', () => {
    const view = reduce(
      EMPTY_VIEW,
      number([
        { type: 'opened', time: ms(0), summary: summary() },
        { type: 'forgotten', time: ms(0), records: 12 },
        {
          type: 'arrived',
          time: ms(0),
          characters: 0,
          tokens: 0,
          choice: 0,
          track: null,
          logprob: null,
        },
        held(0, 4),
        { type: 'closed', time: ms(0), summary: summary({ state: 'completed' }) },
      ]),
    );
    expect(view).toMatchObject({ forgotten: 12, closed: true, arrivals: [] });
    expect(view.summary?.state).toBe('completed');
    expect(segments(view)).toEqual([]);
  });

  it('passes over records that were read before a reconnection', () => {
    const records = number([text('one'), text(' two')]);
    const view = reduce(reduce(EMPTY_VIEW, records), records);
    expect(brief(view)).toEqual(['released 0-7 one two']);
  });

  it('drops what is older than the records in view, and counts it', () => {
    const piece = 'x'.repeat(STRETCH_UNITS);
    const drafts = [text(piece), arrived(1), text(piece), arrived(1), text(piece), arrived(1)];
    const view = reduce(EMPTY_VIEW, number(drafts), 4);
    expect(view.dropped).toBe(2);
    expect(segments(view).map(({ start }) => start)).toEqual([STRETCH_UNITS, 2 * STRETCH_UNITS]);
    expect(view.arrivals.map(({ token }) => token)).toEqual([2, 3]);
    expect(brief(reduce(EMPTY_VIEW, number([text('a'), ...Array(9).fill(arrived(1))]), 4))).toEqual(
      [],
    );
  });

  it('gives the same view however the records are batched', () => {
    const drafts = [
      text('To '),
      arrived(3),
      held(3, 9),
      action(redact(3, 9)),
      edit(3, 9, '[mail]'),
      held(0, 0),
      text(' and', { choice: 1 }),
      text(' so on'),
      action(cut()),
    ];
    const records: SessionRecord[] = number(drafts);
    const whole = reduce(EMPTY_VIEW, records);
    fc.assert(
      fc.property(fc.array(fc.nat(records.length)), (cuts) => {
        const ends = [...cuts, records.length].sort((a, b) => a - b);
        let view = EMPTY_VIEW;
        let at = 0;
        for (const end of ends) {
          view = reduce(view, records.slice(at, end));
          at = end;
        }
        expect(view).toEqual(whole);
      }),
      { numRuns: 30 },
    );
  });
});
