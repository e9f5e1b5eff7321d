/**
 * The spellings of the language, shared by the parser and the printer: which words and signs are
 * operators, how tightly they bind, and what may stand as a proposition without quotes.
 *
 * Cost: tables and a pattern match, constant for each word.
 */

import type { BinaryKind, UnaryKind } from './formula.ts';

/** Unary operators in canonical spelling. */
export const UNARY_SPELLING: Readonly<Record<UnaryKind, string>> = {
  not: '!',
  next: 'X',
  'weak-next': 'N',
  finally: 'F',
  globally: 'G',
};

/**
 * Binary operators: canonical spelling, how tightly they bind (more is tighter), and the side they
 * lean to.
 */
export const BINARY_SYNTAX: Readonly<
  Record<BinaryKind, { spelling: string; binding: number; leans: 'left' | 'right' }>
> = {
  until: { spelling: 'U', binding: 5, leans: 'right' },
  'weak-until': { spelling: 'W', binding: 5, leans: 'right' },
  release: { spelling: 'R', binding: 5, leans: 'right' },
  'strong-release': { spelling: 'M', binding: 5, leans: 'right' },
  and: { spelling: '&', binding: 4, leans: 'left' },
  or: { spelling: '|', binding: 3, leans: 'left' },
  implies: { spelling: '->', binding: 2, leans: 'right' },
  iff: { spelling: '<->', binding: 1, leans: 'left' },
};

/** How tightly a unary operator binds: tighter than every binary one. */
export const UNARY_BINDING = 6;

/** Letters that are unary operators; they may be run together, as in `GF p`. */
export const UNARY_LETTERS: ReadonlyMap<string, UnaryKind> = new Map([
  ['X', 'next'],
  ['N', 'weak-next'],
  ['F', 'finally'],
  ['G', 'globally'],
]);

/** Words that are binary operators. */
export const BINARY_WORDS: ReadonlyMap<string, BinaryKind> = new Map([
  ['U', 'until'],
  ['W', 'weak-until'],
  ['R', 'release'],
  ['M', 'strong-release'],
]);

/** Signs that are unary operators. */
export const UNARY_SIGNS: ReadonlyMap<string, UnaryKind> = new Map([
  ['!', 'not'],
  ['~', 'not'],
  ['¬', 'not'],
  ['[]', 'globally'],
  ['□', 'globally'],
  ['<>', 'finally'],
  ['◇', 'finally'],
  ['○', 'next'],
]);

/** Signs that are binary operators. */
export const BINARY_SIGNS: ReadonlyMap<string, BinaryKind> = new Map([
  ['&', 'and'],
  ['&&', 'and'],
  ['/\\', 'and'],
  ['∧', 'and'],
  ['|', 'or'],
  ['||', 'or'],
  ['\\/', 'or'],
  ['∨', 'or'],
  ['->', 'implies'],
  ['=>', 'implies'],
  ['→', 'implies'],
  ['⇒', 'implies'],
  ['<->', 'iff'],
  ['<=>', 'iff'],
  ['↔', 'iff'],
  ['⇔', 'iff'],
]);

/** Signs that are constants. */
export const CONSTANT_SIGNS: ReadonlyMap<string, boolean> = new Map([
  ['⊤', true],
  ['⊥', false],
]);

/**
 * What people write by habit from other notations, with what is meant here. Used for suggestions
 * only; none of these is accepted.
 */
export const HABITS: ReadonlyMap<string, string> = new Map([
  ['and', '&'],
  ['or', '|'],
  ['not', '!'],
  ['implies', '->'],
  ['iff', '<->'],
  ['until', 'U'],
  ['unless', 'W'],
  ['release', 'R'],
  ['next', 'X'],
  ['always', 'G'],
  ['globally', 'G'],
  ['eventually', 'F'],
  ['finally', 'F'],
  ['u', 'U'],
  ['w', 'W'],
  ['r', 'R'],
  ['m', 'M'],
  ['g', 'G'],
  ['f', 'F'],
  ['x', 'X'],
  ['n', 'N'],
  ['=', '<->'],
  ['==', '<->'],
  ['<-', '->'],
  ['-', '->'],
  ['+', '|'],
  ['*', '&'],
  ['1', 'true'],
  ['0', 'false'],
]);

const BARE_NAME = /^[\p{Ll}\p{Lo}_][\p{L}\p{N}_]*$/u;

/** Whether a name may be written without quotes. */
export function isBareName(name: string): boolean {
  return name !== 'true' && name !== 'false' && BARE_NAME.test(name);
}

/** A proposition as it is written: bare where possible, otherwise as a JSON string. */
export function spellName(name: string): string {
  return isBareName(name) ? name : JSON.stringify(name);
}
