import { EventWriter, millis } from '@midstream/core';
import { SimulatedClock } from '@midstream/core/simulation';
import { beforeEach, describe, expect, it } from 'vitest';
import { StallAnalyser } from '../src/index.ts';
import { findingsOf } from './support.ts';

let clock: SimulatedClock;
let write: EventWriter;
let analyser: StallAnalyser;

beforeEach(() => {
  clock = new SimulatedClock(millis(1_000_000));
  write = new EventWriter(clock);
  analyser = new StallAnalyser({ name: 's', proposition: 'stalled', after: millis(1_000) });
});

const wait = (time: number): void => clock.advance(millis(time));

describe('StallAnalyser', () => {
  it('finds a silence at the first tick that is late enough, once, with what it rests on', () => {
    expect(findingsOf(analyser, [write.text('hello')])).toEqual([]);
    wait(999);
    expect(findingsOf(analyser, [write.tick()])).toEqual([]);
    wait(1);
    expect(findingsOf(analyser, [write.tick()])).toEqual([
      {
        id: 's/stalled/0/1',
        proposition: 'stalled',
        analyser: 's',
        choice: 0,
        span: null,
        events: { first: 1, last: 3 },
        time: 1_001_000,
        held: false,
        message: 'Choice 0 has said nothing for 1000 ms',
        evidence: { silentFor: 1_000 },
      },
    ]);
    wait(5_000);
    expect(findingsOf(analyser, [write.tick()])).toEqual([]);
  });

  it('is re-armed by the next text, tool call or sound', () => {
    findingsOf(analyser, [write.text('a')]);
    wait(1_000);
    expect(findingsOf(analyser, [write.tick(), write.toolStart('c', 'f')])).toHaveLength(1);
    wait(2_000);
    const [second] = findingsOf(analyser, [write.toolEnd('c')]);
    expect(second?.id).toBe('s/stalled/0/2');
    wait(999);
    expect(findingsOf(analyser, [write.tick()])).toEqual([]);
  });

  it('counts from the first event of a stream that says nothing, and never before one', () => {
    wait(10_000);
    expect(findingsOf(analyser, [write.start()])).toEqual([]);
    wait(1_000);
    expect(findingsOf(analyser, [write.tick()])).toMatchObject([{ choice: 0 }]);
  });

  it('does not take usage, ticks and samples for something said', () => {
    findingsOf(analyser, [write.text('a')]);
    wait(600);
    findingsOf(analyser, [write.usage(1, 1), write.sample('x', 1), write.tick()]);
    wait(600);
    expect(findingsOf(analyser, [write.tick()])).toHaveLength(1);
  });

  it('says nothing of a choice that has ended, nor after the end of the stream', () => {
    findingsOf(analyser, [
      write.text('a'),
      write.text('b', { choice: 1 }),
      write.choiceEnd('stop'),
    ]);
    wait(1_000);
    expect(findingsOf(analyser, [write.tick()])).toMatchObject([{ choice: 1 }]);
    findingsOf(analyser, [write.text('b', { choice: 1 }), write.end()]);
    wait(1_000);
    expect(findingsOf(analyser, [write.tick()])).toEqual([]);
  });

  it('does not count the silence of choice 0 where only another choice speaks, until 0 does', () => {
    findingsOf(analyser, [write.start(), write.text('a', { choice: 2 })]);
    wait(1_000);
    const silent = () => findingsOf(analyser, [write.tick()]).map(({ choice }) => choice);
    expect(silent()).toEqual([2]);
    findingsOf(analyser, [write.text('a')]);
    wait(1_000);
    expect(silent()).toEqual([0]);
  });

  it('takes a gap as a sign of life, and time that is not finite as no time', () => {
    findingsOf(analyser, [write.text('a')]);
    wait(900);
    findingsOf(analyser, [write.gap(1, 'lost'), { ...write.tick(), time: millis(Number.NaN) }]);
    wait(900);
    expect(findingsOf(analyser, [write.tick()])).toEqual([]);
    wait(100);
    expect(findingsOf(analyser, [write.tick()])).toHaveLength(1);
    findingsOf(analyser, [{ ...write.text('b'), time: millis(Number.POSITIVE_INFINITY) }]);
    expect(findingsOf(analyser, [write.tick()])).toEqual([]);
  });

  it('begins with the first event that tells the time', () => {
    findingsOf(analyser, [{ ...write.text('a', { choice: 1 }), time: millis(Number.NaN) }]);
    findingsOf(analyser, [write.tick()]);
    wait(1_000);
    expect(findingsOf(analyser, [write.tick()])).toMatchObject([
      { choice: 1, evidence: { silentFor: 1_000 } },
    ]);
  });

  it('begins anew when the clock is set back', () => {
    findingsOf(analyser, [write.text('a')]);
    const back = { ...write.text('b'), time: millis(500) };
    findingsOf(analyser, [back]);
    const found = findingsOf(analyser, [{ ...write.tick(), time: millis(1_500) }]);
    expect(found).toMatchObject([{ evidence: { silentFor: 1_000 } }]);
  });

  it('refuses a time that is not above 0 and finite, and more choices than a session has', () => {
    for (const after of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(
        () => new StallAnalyser({ name: 's', proposition: 'p', after: millis(after) }),
      ).toThrow(expect.objectContaining({ code: 'argument/range' }));
    }
    expect(() => {
      for (let choice = 0; choice < 200; choice++)
        findingsOf(analyser, [write.text('a', { choice })]);
    }).toThrow(expect.objectContaining({ code: 'session/limit' }));
  });
});
