/**
 * Literal patterns, checked and compiled once, to be shared by any number of analysers: one machine
 * for those compared as they are, one for those compared without regard to case.
 *
 * Two patterns of the same proposition that match the same text are one: an exact one whose folding
 * is also a pattern without case is dropped. So one stretch of text gives at most one finding of a
 * proposition.
 *
 * Cost: building takes time and memory in proportion to the units of all patterns together.
 */
import { MidstreamError } from '@midstream/core';
import { checkName } from '../arguments.ts';
import { ANALYSER_LIMITS } from '../limits.ts';
import { AhoCorasick } from './aho-corasick.ts';
import { foldTable, foldText } from './case-fold.ts';

/** One text to look for. */
export interface Pattern {
  /** What holds when it is found. Several patterns may share one. */
  readonly proposition: string;
  /** The text, not empty, at most `patternUnits` long. */
  readonly text: string;
  /** Compare by simple case folding, unit by unit. Default false. */
  readonly ignoreCase?: boolean;
}

/** What ends at a place: the length and the propositions of a text. */
export interface Occurrence {
  readonly length: number;
  readonly propositions: readonly string[];
}

/**
 * One machine, the table that units go through before they are read, and what it finds by number.
 */
export interface Matcher {
  readonly machine: AhoCorasick;
  readonly fold: Uint16Array | null;
  readonly occurrences: readonly Occurrence[];
}

/** Patterns, compiled. Immutable. */
export class PatternSet {
  readonly patterns: readonly Pattern[];
  /** Each proposition once, in the order of the patterns. */
  readonly propositions: readonly string[];
  /** The length of the longest pattern: no text is held for longer. */
  readonly longest: number;
  /** The machines, at most two. */
  readonly matchers: readonly Matcher[];

  constructor(patterns: readonly Pattern[]) {
    check(patterns);
    this.patterns = patterns.map((pattern) => Object.freeze({ ...pattern }));
    this.propositions = [...new Set(patterns.map((pattern) => pattern.proposition))];
    this.longest = patterns.reduce((most, { text }) => Math.max(most, text.length), 0);
    const folded = group(
      patterns.filter((pattern) => pattern.ignoreCase === true),
      true,
    );
    const exact = group(
      patterns.filter(
        ({ ignoreCase, text, proposition }) =>
          ignoreCase !== true &&
          !(folded.size > 0 && folded.get(foldText(text))?.has(proposition) === true),
      ),
      false,
    );
    this.matchers = [compile(exact, null), compile(folded, foldTable)].filter(
      (matcher) => matcher !== null,
    );
  }
}

/** Texts to their propositions. */
type Texts = ReadonlyMap<string, ReadonlySet<string>>;

function group(patterns: readonly Pattern[], fold: boolean): Texts {
  const texts = new Map<string, Set<string>>();
  for (const { text, proposition } of patterns) {
    const key = fold ? foldText(text) : text;
    const propositions = texts.get(key);
    if (propositions === undefined) texts.set(key, new Set([proposition]));
    else propositions.add(proposition);
  }
  return texts;
}

function compile(texts: Texts, fold: (() => Uint16Array) | null): Matcher | null {
  if (texts.size === 0) return null;
  return {
    machine: new AhoCorasick([...texts.keys()]),
    fold: fold?.() ?? null,
    occurrences: [...texts].map(([text, propositions]) => ({
      length: text.length,
      propositions: [...propositions],
    })),
  };
}

function check(patterns: readonly Pattern[]): void {
  if (!Array.isArray(patterns) || patterns.length === 0) {
    throw new MidstreamError(
      'argument/invalid',
      'Cannot look for no patterns: at least one is wanted',
      { details: { argument: 'patterns' } },
    );
  }
  const { patternUnits, patternTotalUnits } = ANALYSER_LIMITS;
  let total = 0;
  patterns.forEach(({ proposition, text }: Pattern, index: number) => {
    checkName(proposition, `patterns[${index}].proposition`);
    checkName(text, `patterns[${index}].text`);
    refuseOver(text.length, patternUnits.value, `patterns[${index}].text`);
    total += text.length;
    refuseOver(total, patternTotalUnits.value, 'patterns');
  });
}

function refuseOver(units: number, limit: number, argument: string): void {
  if (units <= limit) return;
  throw new MidstreamError(
    'budget/exceeded',
    `Cannot use ${argument} of ${units} UTF-16 units in all: at most ${limit} are wanted`,
    { details: { argument, units, limit } },
  );
}
