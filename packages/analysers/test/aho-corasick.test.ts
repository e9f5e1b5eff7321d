import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AhoCorasick } from '../src/text/aho-corasick.ts';
import { fewLetters, RUNS } from './support.ts';

function occurrences(machine: AhoCorasick, text: string): string[] {
  const found: string[] = [];
  let state = 0;
  for (let at = 0; at < text.length; at++) {
    state = machine.step(state, text.charCodeAt(at));
    for (let out = machine.outputOf(state); out !== 0; out = machine.nextOutput(out)) {
      found.push(`${machine.textOf(out)}@${at + 1}`);
    }
  }
  return found;
}

const texts = fc.uniqueArray(
  fewLetters(6).filter((text) => text.length > 0),
  { minLength: 1, maxLength: 12 },
);

describe('AhoCorasick', () => {
  it('finds what scanning with startsWith() finds, overlapping and nested', () => {
    fc.assert(
      fc.property(texts, fewLetters(60), (set, text) => {
        const naive: string[] = [];
        for (let end = 1; end <= text.length; end++) {
          for (const [number, one] of set.entries()) {
            if (text.slice(0, end).endsWith(one)) naive.push(`${number}@${end}`);
          }
        }
        expect(occurrences(new AhoCorasick(set), text).sort()).toEqual(naive.sort());
      }),
      { numRuns: RUNS },
    );
  });

  it('waiting() is the length of the longest suffix that is a proper prefix of a text', () => {
    fc.assert(
      fc.property(texts, fewLetters(30), (set, text) => {
        const machine = new AhoCorasick(set);
        let state = 0;
        for (let end = 0; end <= text.length; end++) {
          if (end > 0) state = machine.step(state, text.charCodeAt(end - 1));
          let longest = 0;
          for (let length = 1; length <= end; length++) {
            const suffix = text.slice(end - length, end);
            if (set.some((one) => one.length > length && one.startsWith(suffix))) longest = length;
          }
          expect(machine.waiting(state)).toBe(longest);
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('has one state for each prefix', () => {
    expect(new AhoCorasick(['ab', 'abc', 'b']).states).toBe(5);
  });

  it('refuses an empty text', () => {
    expect(() => new AhoCorasick([''])).toThrow('empty text');
  });
});
