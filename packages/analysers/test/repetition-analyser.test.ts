import { type StreamEvent, seededRandom } from '@midstream/core';
import { rechunk } from '@midstream/core/simulation';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { REPETITION_DEFAULTS, RepetitionAnalyser } from '../src/index.ts';
import type { LoopCriterion } from '../src/text/repetition-track.ts';
import { findingsOf, RUNS, textStream, writer } from './support.ts';

const make = (criterion: Partial<LoopCriterion> = {}): RepetitionAnalyser =>
  new RepetitionAnalyser({ name: 'r', proposition: 'loop', ...criterion });
const spansOf = (text: string, criterion: Partial<LoopCriterion> = {}) =>
  findingsOf(make(criterion), textStream(text)).map(({ span }) => [span?.start, span?.end]);

/** Loops as the definition says, by counting back from every place for every period. */
function naive(text: string, criterion: LoopCriterion): number[][] {
  const { repeats, minimum, wordlessMinimum, maximumPeriod } = criterion;
  const found: number[][] = [];
  let standing = 0;
  for (let end = 1; end <= text.length; end++) {
    const run = (period: number): number => {
      let length = 0;
      while (end - 1 - length - period >= 0) {
        if (text[end - 1 - length] !== text[end - 1 - length - period]) break;
        length += 1;
      }
      return length;
    };
    if (standing > 0 && run(standing) > 0) continue;
    standing = 0;
    for (let period = 1; period <= maximumPeriod && standing === 0; period++) {
      const length = run(period);
      if (length < (repeats - 1) * period) continue;
      const unit = text.slice(end - period, end);
      const cycle = unit + unit.slice(0, 1);
      const word = [...cycle].some(
        (letter, at) =>
          at > 0 && letter !== cycle[at - 1] && /^\p{L}\p{L}$/u.test(cycle[at - 1] + letter),
      );
      if (length + period < (word ? minimum : wordlessMinimum)) continue;
      standing = period;
      found.push([end - length - period, end]);
    }
  }
  return found;
}

const criteria = fc.record({
  repeats: fc.integer({ min: 2, max: 4 }),
  minimum: fc.integer({ min: 1, max: 24 }),
  wordlessMinimum: fc.integer({ min: 1, max: 40 }),
  maximumPeriod: fc.integer({ min: 1, max: 9 }),
});
const looping = fc
  .array(
    fc.tuple(
      fc.string({ unit: fc.constantFrom('a', 'b', 'é', '-', ' '), maxLength: 9 }),
      fc.integer({ min: 1, max: 8 }),
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.map(([unit, times]) => unit.repeat(times)).join(''));

describe('RepetitionAnalyser', () => {
  it('finds what counting back from every place finds, for every chunking', () => {
    fc.assert(
      fc.property(looping, criteria, fc.integer(), (text, criterion, seed) => {
        const batches = rechunk([writer().text(text)], seededRandom(seed));
        const found = findingsOf(make(criterion), ...batches);
        expect(found.map(({ span }) => [span?.start, span?.end])).toEqual(naive(text, criterion));
      }),
      { numRuns: RUNS * 3 },
    );
  });

  it('finds them also where one period fills all that longer ones could compare', () => {
    const long = fc
      .array(
        fc.tuple(
          fc.string({ unit: fc.constantFrom('a', 'b', '-'), minLength: 1, maxLength: 12 }),
          fc.integer({ min: 1, max: 60 }),
        ),
        { maxLength: 5 },
      )
      .map((parts) => parts.map(([unit, times]) => unit.repeat(times)).join(''));
    const wide = fc.record({
      repeats: fc.integer({ min: 2, max: 5 }),
      minimum: fc.integer({ min: 20, max: 60 }),
      wordlessMinimum: fc.integer({ min: 20, max: 200 }),
      maximumPeriod: fc.integer({ min: 8, max: 40 }),
    });
    fc.assert(
      fc.property(long, wide, (text, criterion) => {
        expect(spansOf(text, criterion)).toEqual(naive(text, criterion));
      }),
      { numRuns: RUNS },
    );
  });

  it('names the events that brought the first and the last unit of the loop', () => {
    const write = writer();
    const batch = ['x', 'ab', 'cabc', 'a', 'bc'].map((text) => write.text(text));
    const [loop] = findingsOf(make({ repeats: 3, minimum: 6 }), batch);
    expect(loop).toEqual({
      id: 'r/loop/text/0/1-10',
      proposition: 'loop',
      analyser: 'r',
      choice: 0,
      span: { track: 'text/0', start: 1, end: 10 },
      events: { first: 2, last: 5 },
      time: 0,
      held: false,
      message: 'The last 9 characters of text/0 are 3 characters, 3 times',
      evidence: { period: 3, repeats: 3, characters: 9 },
    });
  });

  it('finds a loop once, and again when it was broken', () => {
    const loop = ' the same'.repeat(40);
    expect(spansOf(loop)).toHaveLength(1);
    expect(spansOf(`${loop} but not quite${loop}`)).toHaveLength(2);
  });

  it('with its defaults catches the loop of a small greedy model within 100 characters', () => {
    const loop = ' and the United States,'.repeat(8);
    const [span] = spansOf(`, Mr. Speaker, Mr. Speaker, Mr. President,${loop}`);
    expect(span).toEqual([41, 141]);
  });

  it('with its defaults does not fire where good text repeats itself', () => {
    const refrain = 'Home, home on the range, where the deer and the antelope play.\n';
    const fine = [
      '-----\n=====\n.....\n*****\n'.repeat(3),
      `${'-'.repeat(400)}\n${'='.repeat(400)}\n${' '.repeat(900)}`,
      `|${' --- |'.repeat(60)}\n|${'  |'.repeat(200)}`,
      '[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],\n'.repeat(13),
      `A verse.\n${refrain}Another verse.\n${refrain}`,
      refrain.repeat(2),
      '  }\n'.repeat(30),
      'ha '.repeat(20),
      '<tr><td></td><td></td><td></td></tr>\n'.repeat(3),
      Array.from({ length: 60 }, (_, index) => `- item ${index}: yes\n`).join(''),
      Array.from({ length: 60 }, (_, index) => `const x${index} = compute(${index});\n`).join(''),
    ];
    for (const text of fine) expect(spansOf(text), text.slice(0, 40)).toEqual([]);
  });

  it('finds even a wordless run when it is absurdly long', () => {
    const { wordlessMinimum } = REPETITION_DEFAULTS;
    expect(spansOf('!'.repeat(wordlessMinimum - 1))).toEqual([]);
    expect(spansOf('!'.repeat(wordlessMinimum))).toEqual([[0, wordlessMinimum]]);
  });

  it('sees a period of exactly maximumPeriod and none longer', () => {
    const unit = Array.from({ length: 64 }, (_, index) => String.fromCharCode(0x4e00 + index));
    const text = unit.join('').repeat(5);
    expect(spansOf(text, { maximumPeriod: 64 })).toEqual([[0, 256]]);
    expect(spansOf(text, { maximumPeriod: 63 })).toEqual([]);
  });

  it('does not claim a repetition across a gap', () => {
    const write = writer();
    const half = ' the same'.repeat(8);
    const events: StreamEvent[] = [write.text(half), write.gap(1, 'lost'), write.text(half)];
    expect(findingsOf(make(), events)).toEqual([]);
    expect(findingsOf(make(), [write.text(half), write.text(half)])).toHaveLength(1);
  });

  it('watches text, reasoning and transcript unless told otherwise', () => {
    const loop = ' the same'.repeat(40);
    const channels = (['text', 'reasoning', 'refusal', 'tool', 'transcript'] as const).filter(
      (channel) => findingsOf(make(), textStream(loop, channel)).length > 0,
    );
    expect(channels).toEqual(['text', 'reasoning', 'transcript']);
  });

  it('forgets the marks of events that no loop can reach', () => {
    const analyser = make({ maximumPeriod: 4, minimum: 8, wordlessMinimum: 8, repeats: 2 });
    const write = writer();
    const text = Array.from({ length: 500 }, (_, index) => String.fromCharCode(0x4e00 + index));
    const batch = [...text, ...'abcdabcd'].map((unit) => write.text(unit));
    const [loop] = findingsOf(analyser, batch);
    expect(loop?.events).toEqual({ first: 501, last: 508 });
  });

  it('refuses criteria that cannot work, naming the argument', () => {
    expect(() => make({ repeats: 1 })).toThrow('repeats 1');
    expect(() => make({ minimum: 0 })).toThrow('minimum 0');
    expect(() => make({ wordlessMinimum: 1.5 })).toThrow('wordlessMinimum 1.5');
    expect(() => make({ maximumPeriod: 4_097 })).toThrow('from 1 to 4096');
  });
});
