import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergePairs } from '../src/merge.ts';
import { loadModel, TinyLM } from '../src/model.ts';
import { StreamDecoder } from '../src/stream-decoder.ts';
import { smallModel } from './corpus.ts';

const RUNS = process.env.MIDSTREAM_LONG === '1' ? 5000 : 300;
const { tokenizer } = loadModel();
const small = new TinyLM(smallModel()).tokenizer;

/** The merge rule said plainly: look at all pairs, merge the best, begin again. */
function mergePlainly(
  pieces: readonly string[],
  scoreOf: (s: string) => number | undefined,
): string[] {
  const list = [...pieces];
  for (;;) {
    let best = -1;
    let bestScore = Number.NEGATIVE_INFINITY;
    for (let i = 0; i + 1 < list.length; i++) {
      const score = scoreOf(`${list[i]}${list[i + 1]}`);
      if (score !== undefined && score > bestScore) [best, bestScore] = [i, score];
    }
    if (best < 0) return list;
    list.splice(best, 2, `${list[best]}${list[best + 1]}`);
  }
}

describe('mergePairs()', () => {
  it('takes the highest score first and the leftmost of equals', () => {
    const scores: Record<string, number> = { ab: -2, bc: -1, aa: -3 };
    const scoreOf = (piece: string) => scores[piece];
    expect(mergePairs(['a', 'b', 'c'], scoreOf)).toEqual(['a', 'bc']);
    expect(mergePairs(['a', 'a', 'a'], scoreOf)).toEqual(['aa', 'a']);
    expect(mergePairs([], scoreOf)).toEqual([]);
  });

  it('gives what the plain rule gives', () => {
    const scores = new Map<string, number>();
    const scoreOf = (piece: string) =>
      piece.length > 5
        ? undefined
        : (scores.get(piece) ??
          scores
            .set(
              piece,
              -((piece.charCodeAt(0) * 7 + piece.length * 13 + piece.charCodeAt(1) * 3) % 5),
            )
            .get(piece));
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 30 }), (pieces) => {
        expect(mergePairs(pieces, scoreOf)).toEqual(mergePlainly(pieces, scoreOf));
      }),
      { numRuns: RUNS },
    );
  });
});

describe('Tokenizer.encode()', () => {
  it('merges words, the space before them included', () => {
    expect(tokenizer.encode('The whale')).toEqual([1, 357, 808]);
  });

  it('gives the pieces that scores demand', () => {
    const base = 259;
    expect(small.encode('ab')).toEqual([1, base + 7]);
    expect(small.encode('abc')).toEqual([1, base + 7, base + 3]);
    expect(small.encode('bc')).toEqual([1, base, base + 6]);
  });

  it('spells in bytes what is no token', () => {
    expect(tokenizer.encode('é').slice(-2)).toEqual([3 + 0xc3, 3 + 0xa9]);
  });

  it('treats a control token in text as plain text', () => {
    const ids = tokenizer.encode('</s>');
    expect(ids).not.toContain(2);
    expect(tokenizer.decode(ids)).toBe('</s>');
  });

  it('gives newlines one token each and empty lines none', () => {
    expect(tokenizer.encode('\n\n')).toEqual([1, 13, 13]);
    expect(tokenizer.encode('')).toEqual([1]);
  });

  it('takes a word of 200,000 letters without trouble', () => {
    const word = 'ab'.repeat(100_000);
    expect(tokenizer.decode(tokenizer.encode(word))).toBe(word);
  });
});

describe('Tokenizer.decode()', () => {
  it.each([
    '',
    ' ',
    '  ',
    'a',
    ' a',
    'a ',
    'a  b',
    '\n',
    '\n a',
    'a\n\n b \n',
    '\t',
    '\r\n',
    '\u2581',
    'a\u2581b',
    '😀 x',
    '\ufeffa',
    'naïve café',
  ])('of encode(%j) is the same text', (text) => {
    expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
  });

  it('undoes encode() for every text; a lone surrogate becomes U+FFFD', () => {
    const text = fc.oneof(
      fc.string({ unit: fc.constantFrom('a', ' ', '\n', '\u2581', 'é', '😀', '\ufffd') }),
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((c) => String.fromCharCode(c)) }),
    );
    fc.assert(
      fc.property(text, (value) => {
        expect(tokenizer.decode(tokenizer.encode(value))).toBe(Buffer.from(value).toString());
      }),
      { numRuns: RUNS },
    );
  });

  it('gives nothing for control tokens and U+FFFD for the unknown one and broken bytes', () => {
    expect(tokenizer.decode([1, 2, 99_999])).toBe('');
    expect(tokenizer.decode([0])).toBe('\ufffd');
    expect(tokenizer.decode([3 + 0xc3, 357])).toBe('\ufffd The');
  });
});

describe('StreamDecoder', () => {
  it('never emits half a letter', () => {
    const decoder = new StreamDecoder(tokenizer);
    const parts = [...Buffer.from('😀é')].map((byte) => decoder.push(3 + byte));
    expect(parts).toEqual(['', '', '', '😀', '', 'é']);
    expect(decoder.flush()).toBe('');
  });

  it('ends an unfinished letter with U+FFFD', () => {
    const decoder = new StreamDecoder(tokenizer);
    expect(decoder.push(3 + 0xf0)).toBe('');
    expect(decoder.flush()).toBe('\ufffd');
  });

  it('drops the space of a word only at the start of a line', () => {
    const decoder = new StreamDecoder(tokenizer);
    expect([357, 357, 13, 357].map((id) => decoder.push(id))).toEqual(['The', ' The', '\n', 'The']);
  });

  it('gives in pieces what decode() gives at once', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1023), { maxLength: 40 }), (ids) => {
        const decoder = new StreamDecoder(tokenizer);
        const text = ids.map((id) => decoder.push(id)).join('') + decoder.flush();
        expect(text).toBe(tokenizer.decode(ids));
        const bytes = ids.flatMap((id) => [...tokenizer.bytesOf(id)]);
        expect(text.replace(/^ /, '').length).toBeLessThanOrEqual(bytes.length);
      }),
      { numRuns: RUNS },
    );
  });
});
