import {
  type Policy,
  Session,
  type StreamEvent,
  seededRandom,
  type TextDelta,
} from '@midstream/core';
import { rechunk } from '@midstream/core/simulation';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Pattern, PatternAnalyser } from '../src/index.ts';
import { foldText } from '../src/text/case-fold.ts';
import { fewLetters, findingsOf, pattern, RUNS, writer } from './support.ts';

const patterns = fc.array(pattern, { minLength: 1, maxLength: 6 });
const same = ({ ignoreCase, text }: Pattern, other: string): boolean =>
  ignoreCase === true ? foldText(text) === foldText(other) : text === other;

/** Every [start, end) that a pattern of the proposition matches, by comparing at every place. */
function naive(set: readonly Pattern[], text: string): string[] {
  const found = new Set<string>();
  for (const one of set) {
    for (let start = 0; start + one.text.length <= text.length; start++) {
      const end = start + one.text.length;
      if (same(one, text.slice(start, end)))
        found.add(`n/${one.proposition}/text/0/${start}-${end}`);
    }
  }
  return [...found].sort();
}

/**
 * Where the longest suffix begins that is a proper prefix of some pattern; the end when there is
 * none.
 */
function naiveHold(set: readonly Pattern[], text: string): number {
  for (let from = 0; from < text.length; from++) {
    const suffix = text.slice(from);
    const forming = set.some(
      (one) =>
        one.text.length > suffix.length &&
        same({ ...one, text: one.text.slice(0, suffix.length) }, suffix),
    );
    if (forming) return from;
  }
  return text.length;
}

/** The text with each stretch of overlapping matches replaced by one mark. */
function redacted(set: readonly Pattern[], text: string): string {
  const spans = naive(set, text)
    .map((id) =>
      id
        .slice(id.lastIndexOf('/') + 1)
        .split('-')
        .map(Number),
    )
    .sort(([a = 0], [b = 0]) => a - b);
  let out = '';
  let at = 0;
  for (const [start = 0, end = 0] of spans) {
    if (start >= at) out += `${text.slice(at, start)}#`;
    at = Math.max(at, end);
  }
  return out + text.slice(at);
}

const redactAll: Policy = {
  name: 'redact-all',
  start: (choice) => ({
    step: (findings) =>
      findings.map((finding) => ({
        type: 'redact',
        rule: 'r',
        finding,
        choice,
        time: finding.time,
        message: 'Redacted',
        span: finding.span ?? { track: '', start: 0, end: 0 },
        text: '#',
        precedence: 0,
      })),
    end: () => [],
    snapshot: () => null,
    restore: () => {},
  }),
};

const textOf = (events: readonly StreamEvent[]): string =>
  events
    .filter((event): event is TextDelta => event.type === 'text-delta')
    .map((event) => event.text)
    .join('');

describe('PatternAnalyser', () => {
  it('finds what comparing at every place finds, for every chunking', () => {
    fc.assert(
      fc.property(patterns, fewLetters(60), fc.integer(), (set, text, seed) => {
        const batches = rechunk([writer().text(text)], seededRandom(seed));
        const analyser = new PatternAnalyser({ name: 'n', patterns: set, hold: false });
        const ids = findingsOf(analyser, ...batches).map((finding) => finding.id);
        expect([...ids].sort()).toEqual(naive(set, text));
      }),
      { numRuns: RUNS },
    );
  });

  it('names the events that brought the first and the last unit of a match', () => {
    fc.assert(
      fc.property(patterns, fewLetters(40), fc.integer(), (set, text, seed) => {
        const batches = rechunk([writer().text(text)], seededRandom(seed));
        const brought = batches
          .flat()
          .flatMap((event) =>
            event.type === 'text-delta' ? [...Array(event.text.length)].fill(event.sequence) : [],
          );
        const analyser = new PatternAnalyser({ name: 'n', patterns: set, hold: true });
        for (const { span, events } of findingsOf(analyser, ...batches)) {
          expect(events).toEqual({
            first: brought[span?.start ?? -1],
            last: brought[(span?.end ?? 0) - 1],
          });
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('in a session that redacts all: the text leaves with matches replaced, for every chunking', () => {
    fc.assert(
      fc.property(patterns, fewLetters(60), fc.integer(), (set, text, seed) => {
        const write = writer();
        const stream = [write.text(text), write.choiceEnd('stop'), write.end()];
        const analyser = new PatternAnalyser({ name: 'n', patterns: set, hold: true });
        const session = new Session({ analysers: [analyser], policy: redactAll });
        const released = rechunk(stream, seededRandom(seed)).flatMap(
          (batch) => session.push(batch).released,
        );
        expect(session.failure).toBeNull();
        expect(textOf(released)).toBe(redacted(set, text));
      }),
      { numRuns: RUNS * 2 },
    );
  });

  it('in a session: what is held is exactly the longest suffix that can still become a match', () => {
    fc.assert(
      fc.property(patterns, fewLetters(40), fc.integer(), (set, text, seed) => {
        const analyser = new PatternAnalyser({ name: 'n', patterns: set, hold: true });
        const session = new Session({ analysers: [analyser], policy: redactAll });
        let read = '';
        for (const batch of rechunk([writer().text(text)], seededRandom(seed))) {
          session.push(batch);
          read += textOf(batch);
          const from = naiveHold(set, read);
          expect(analyser.holdFrom?.('text/0') ?? read.length).toBe(from);
          const dangling = /[\ud800-\udbff]$/.test(read) ? 1 : 0;
          const start = session.held()[0]?.start ?? read.length;
          expect(start).toBe(Math.min(from, read.length - dangling));
        }
      }),
      { numRuns: RUNS },
    );
  });
});
