/**
 * Cuts the text of a formula into tokens.
 *
 * Cost: O(length), time and memory.
 *
 * The rule for words, which decides what `GFp0`, `Fail` and `loop` are:
 * - A word that starts with a lower-case letter, a letter without case, or `_` is one proposition,
 *   to its end: `loop`, `tool_call`, `pUq`. Only `true` and `false` are constants.
 * - A word that starts with an upper-case letter is operators. `U W R M` stand alone. `X N F G` may
 *   be run together (`GF`), and may be followed at once by a short proposition, one lower-case
 *   letter and digits, or by a constant: `GFp0`, `XXa`, `Gtrue`.
 * - Every other upper-case word is refused with what to write instead: `Fail` is `F ail` or
 *   `"Fail"`. Guessing here would turn a name into an operator without a sound.
 * - Double quotes make any name a proposition, with the escapes of a JSON string: `"tool call"`.
 */

import type { BinaryKind, UnaryKind } from './formula.ts';
import {
  BINARY_SIGNS,
  BINARY_WORDS,
  CONSTANT_SIGNS,
  HABITS,
  UNARY_LETTERS,
  UNARY_SIGNS,
} from './syntax.ts';
import { syntaxError } from './syntax-error.ts';

/** One token; `offset` and `text` are its place and spelling in the source. */
export type Token = { readonly offset: number; readonly text: string } & (
  | { readonly type: 'unary'; readonly kind: UnaryKind }
  | { readonly type: 'binary'; readonly kind: BinaryKind }
  | { readonly type: 'proposition'; readonly name: string }
  | { readonly type: 'constant'; readonly value: boolean }
  | { readonly type: 'open' }
  | { readonly type: 'close' | 'end' }
);

const SPACE = /[\s\uFEFF]+/uy;
const WORD = /[\p{L}_][\p{L}\p{N}_]*/uy;
const QUOTED = /"(?:[^"\\\n\r]|\\.)*"/uy;
const RUN_TOGETHER = /^([XNFG]*)(|true|false|\p{Ll}\p{Nd}*)$/u;
/** Longest spelling first, so that `<->` is never read as `<-`. */
const SIGNS: readonly string[] = [
  ...UNARY_SIGNS.keys(),
  ...BINARY_SIGNS.keys(),
  ...CONSTANT_SIGNS.keys(),
].sort((a, b) => b.length - a.length);

/** All tokens of a text; the last is always of type `end`. Throws `formula/syntax`. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let offset = 0;
  while (offset < text.length) {
    const space = matchAt(SPACE, text, offset);
    if (space !== undefined) {
      offset += space.length;
      continue;
    }
    const word = matchAt(WORD, text, offset);
    const read = word === undefined ? [readSign(text, offset)] : readWord(text, word, offset);
    tokens.push(...read);
    offset += read.reduce((length, token) => length + token.text.length, 0);
  }
  tokens.push({ type: 'end', offset, text: '' });
  return tokens;
}

function matchAt(pattern: RegExp, text: string, offset: number): string | undefined {
  pattern.lastIndex = offset;
  return pattern.exec(text)?.[0];
}

function readWord(text: string, word: string, offset: number): Token[] {
  const binary = BINARY_WORDS.get(word);
  if (binary !== undefined) return [{ type: 'binary', kind: binary, offset, text: word }];
  if (!/^\p{Lu}|^\p{Lt}/u.test(word)) return [readName(word, offset)];
  const [, letters, rest] = RUN_TOGETHER.exec(word) ?? [];
  if (letters === undefined || rest === undefined) throw upperCaseWord(text, word, offset);
  const tokens: Token[] = [...letters].map((letter, i) => ({
    type: 'unary',
    kind: UNARY_LETTERS.get(letter) as UnaryKind,
    offset: offset + i,
    text: letter,
  }));
  if (rest !== '') tokens.push(readName(rest, offset + letters.length));
  return tokens;
}

function readName(name: string, offset: number): Token {
  if (name === 'true' || name === 'false') {
    return { type: 'constant', value: name === 'true', offset, text: name };
  }
  return { type: 'proposition', name, offset, text: name };
}

function upperCaseWord(text: string, word: string, offset: number): Error {
  const [, letters = '', rest = ''] = /^([XNFG]*)(.*)$/u.exec(word) ?? [];
  const apart = [...letters, rest].join(' ');
  const lower = word.toLowerCase();
  const suggestion =
    lower === 'true' || lower === 'false'
      ? lower
      : (HABITS.get(lower) ??
        (letters !== '' && /^[\p{Ll}_]/u.test(rest) ? `${apart} or "${word}"` : `"${word}"`));
  return syntaxError(text, {
    offset,
    expected: 'an operator or a proposition (which starts with a lower-case letter or is quoted)',
    found: JSON.stringify(word),
    suggestion,
  });
}

function readSign(text: string, offset: number): Token {
  const first = text.charAt(offset);
  if (first === '(') return { type: 'open', offset, text: first };
  if (first === ')') return { type: 'close', offset, text: first };
  if (first === '"') return readQuoted(text, offset);
  const sign = SIGNS.find((candidate) => text.startsWith(candidate, offset));
  if (sign === undefined) throw unknownSign(text, offset);
  const unary = UNARY_SIGNS.get(sign);
  if (unary !== undefined) return { type: 'unary', kind: unary, offset, text: sign };
  const binary = BINARY_SIGNS.get(sign);
  if (binary !== undefined) return { type: 'binary', kind: binary, offset, text: sign };
  return { type: 'constant', value: CONSTANT_SIGNS.get(sign) === true, offset, text: sign };
}

function readQuoted(text: string, offset: number): Token {
  const quoted = matchAt(QUOTED, text, offset);
  if (quoted === undefined) {
    const found = 'an opening quote without its end on the same line';
    throw syntaxError(text, { offset, expected: 'a closing double quote', found });
  }
  const name = unquote(quoted);
  if (name === undefined || name === '') {
    const expected = 'a non-empty name with the escapes of a JSON string between double quotes';
    throw syntaxError(text, { offset, expected, found: quoted });
  }
  return { type: 'proposition', name, offset, text: quoted };
}

function unquote(quoted: string): string | undefined {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return undefined;
  }
}

function unknownSign(text: string, offset: number): Error {
  const run = /^(?:[=<+*-]{1,2}|\p{Nd}+|.)/su.exec(text.slice(offset, offset + 20))?.[0] ?? '';
  return syntaxError(text, {
    offset,
    expected: 'an operator, a bracket or a proposition',
    found: JSON.stringify(run),
    suggestion: HABITS.get(run),
  });
}
