/**
 * Finds the unit at which the end of a text becomes an exact repetition.
 *
 * For a period p let run(p) be how many units, up to the last one, equal the unit p before them.
 * The last run(p) + p units then repeat with period p. A loop is found at the first unit for which
 * some p has
 *
 *   run(p) >= (repeats - 1) p   and   run(p) + p >= least(p)
 *
 * and the smallest such p is its period. least(p) is `minimum` when what repeats holds a *word*,
 * two neighbouring letters that differ, and `wordlessMinimum` otherwise: rules, borders, leaders,
 * blank space, rows of zeros and of empty cells repeat in good text for as long as a line or a
 * matrix is. A loop is found once; the next one can be found when its period has been broken.
 *
 * Method: only a run of `gram` units or more matters, where gram is the least run that any period
 * needs, at most 8. So a unit visits the earlier places, nearest first, where the last `gram` units
 * stood before: a chain through the last `maximumPeriod` units by a rolling hash, compared unit by
 * unit. A period whose run went on at the unit before needs one comparison; a run that was not
 * continued is recognised by its stamp. When all of that stretch repeats with a period of at most
 * gram, only multiples of that period are left to visit (Fine and Wilf), and none of them is the
 * smallest: the visit ends there.
 *
 * Cost: O(maximumPeriod) a unit at worst (in runs of one character shorter than that), a few steps
 * in ordinary text. Memory: about 40 bytes for each unit of `maximumPeriod`, and the marks of the
 * deltas of the last max(repeats × maximumPeriod, minimum, wordlessMinimum) units.
 *
 * This is the brute-force definition of a repetition ending at a place (M. Crochemore: An optimal
 * algorithm for computing the repetitions in a word, Information Processing Letters 12(5), 1981),
 * kept up unit by unit for bounded periods.
 *
 * Edge cases: a gap forgets all runs; a word that wraps round the period counts, since the stretch
 * before it is periodic as well. Units are UTF-16 units; halves of surrogate pairs are no letters.
 *
 * Example: with repeats 3 and minimum 6, "xabcabcabc" is found at its last unit, period 3, from 1
 * to 10.
 */
import type { TextDelta, TrackId } from '@midstream/core';
import { DeltaMarks } from './delta-marks.ts';
import type { TrackState } from './text-tracks.ts';

/** When a repetition is a loop. */
export interface LoopCriterion {
  readonly repeats: number;
  readonly minimum: number;
  readonly wordlessMinimum: number;
  readonly maximumPeriod: number;
}

/** A loop that has just formed. */
export interface Loop {
  readonly period: number;
  readonly start: number;
  readonly end: number;
  /** The event that brought its first unit. */
  readonly first: number;
}

const NOWHERE = -1;
const LONGEST_GRAM = 8;
const FACTOR = 0x01000193;
const SPREAD = 0x9e3779b1;

/** One track. */
export class RepetitionTrack implements TrackState {
  readonly track: TrackId;
  readonly #criterion: LoopCriterion;
  readonly #window: number;
  readonly #gram: number;
  /**
   * What a unit still counts in the rolling hash when `gram` more have come: FACTOR to that power.
   */
  readonly #leaving: number;
  readonly #mask: number;
  readonly #shift: number;
  /**
   * The last units, and for each how far back the last earlier place of the same hash is, at most
   * one more than `maximumPeriod`; by position modulo their number.
   */
  readonly #units: Uint16Array;
  readonly #back: Uint16Array;
  /** The last place of each hash. */
  readonly #latest: Float64Array;
  /** Where the run of each period began, and the last unit that continued it. */
  readonly #began: Float64Array;
  readonly #continued: Float64Array;
  readonly #marks: DeltaMarks = new DeltaMarks();
  #position = 0;
  /** Where the text without gaps began. */
  #origin = 0;
  #hash = 0;
  /** The last position that ends two neighbouring letters that differ. */
  #word: number = Number.NEGATIVE_INFINITY;
  /** The last unit if it is a letter, otherwise 0. */
  #letter = 0;
  /** The period of the loop that was found and still goes on; 0 for none. */
  #loop = 0;

  constructor(track: TrackId, criterion: LoopCriterion) {
    const { repeats, minimum, wordlessMinimum, maximumPeriod } = criterion;
    this.track = track;
    this.#criterion = criterion;
    this.#window = Math.max(repeats * maximumPeriod, minimum, wordlessMinimum);
    this.#gram = gramOf(criterion);
    this.#leaving = power(FACTOR, this.#gram);
    const bits = Math.ceil(Math.log2(maximumPeriod + this.#gram + 1));
    this.#mask = 2 ** bits - 1;
    this.#shift = 32 - bits;
    this.#units = new Uint16Array(2 ** bits);
    this.#back = new Uint16Array(2 ** bits);
    this.#latest = new Float64Array(2 ** bits).fill(NOWHERE);
    this.#began = new Float64Array(maximumPeriod + 1);
    this.#continued = new Float64Array(maximumPeriod + 1).fill(NOWHERE);
  }

  /** Reads a delta and returns the loops that formed in it. */
  read({ text, sequence }: TextDelta): Loop[] {
    const loops: Loop[] = [];
    this.#marks.note(this.#position, sequence);
    for (let index = 0; index < text.length; index++) {
      const period = this.#step(text.charCodeAt(index));
      if (period === 0) continue;
      const start = (this.#began[period] ?? 0) - period;
      const first = this.#marks.sequenceAt(start);
      loops.push({ period, start, end: this.#position, first });
    }
    this.#marks.forget(this.#position - this.#window);
    return loops;
  }

  breakOff(units: number): void {
    this.#position += units;
    this.#latest.fill(NOWHERE);
    this.#origin = this.#position;
    this.#hash = 0;
    this.#word = Number.NEGATIVE_INFINITY;
    this.#letter = 0;
    this.#loop = 0;
  }

  /** Reads one unit; the period of a loop that it completes, or 0. */
  #step(unit: number): number {
    const at = this.#position;
    const gram = this.#gram;
    const known = at - this.#origin + 1;
    const gone = known > gram ? (this.#units[(at - gram) & this.#mask] ?? 0) : 0;
    this.#units[at & this.#mask] = unit;
    this.#hash = (Math.imul(this.#hash, FACTOR) + unit - Math.imul(gone, this.#leaving)) | 0;
    this.#position = at + 1;
    this.#noteLetter(unit, at);
    if (known < gram) return 0;
    const bucket = Math.imul(this.#hash, SPREAD) >>> this.#shift;
    const latest = this.#latest[bucket] ?? NOWHERE;
    const beyond = this.#criterion.maximumPeriod + 1;
    this.#back[at & this.#mask] = latest === NOWHERE ? beyond : Math.min(at - latest, beyond);
    this.#latest[bucket] = at;
    const found = this.#visit(at);
    if (this.#loop !== 0 && this.#continued[this.#loop] === at) return 0;
    this.#loop = found;
    return found;
  }

  /**
   * Continues the runs of all periods at which the last units repeat; the smallest that is a loop,
   * or 0.
   */
  #visit(at: number): number {
    const { maximumPeriod } = this.#criterion;
    const began = this.#began;
    const continued = this.#continued;
    const units = this.#units;
    const back = this.#back;
    const mask = this.#mask;
    const here = at & mask;
    const unit = units[here];
    let found = 0;
    let period = back[here] ?? 0;
    while (period <= maximumPeriod) {
      const from = (here - period) & mask;
      const goesOn = continued[period] === at - 1;
      if (goesOn ? units[from] === unit : this.#sameGram(here, from)) {
        if (!goesOn) began[period] = at - this.#gram + 1;
        continued[period] = at;
        if (found === 0 && this.#isLoop(period, at)) found = period;
        if (period <= this.#gram && this.#fills(period, at)) break;
      }
      period += back[from] ?? 0;
    }
    return found;
  }

  /**
   * Whether all that a longer period could compare repeats with this one. Then the last units stood
   * before at its multiples only, whose runs it ends when its own ends.
   */
  #fills(period: number, at: number): boolean {
    const repeating = at - (this.#began[period] ?? at) + 1 + period;
    return repeating >= this.#criterion.maximumPeriod + this.#gram;
  }

  /** Whether the last units up to one place of the ring are those up to another. */
  #sameGram(here: number, from: number): boolean {
    const units = this.#units;
    const mask = this.#mask;
    for (let before = 0; before < this.#gram; before++) {
      if (units[(here - before) & mask] !== units[(from - before) & mask]) return false;
    }
    return true;
  }

  #isLoop(period: number, at: number): boolean {
    const { repeats, minimum, wordlessMinimum } = this.#criterion;
    const run = at - (this.#began[period] ?? at) + 1;
    if (run < (repeats - 1) * period) return false;
    return run + period >= (at - this.#word < period ? minimum : wordlessMinimum);
  }

  #noteLetter(unit: number, at: number): void {
    if (!isLetter(unit)) {
      this.#letter = 0;
      return;
    }
    if (this.#letter !== 0 && this.#letter !== unit) this.#word = at;
    this.#letter = unit;
  }
}

/** The shortest run that can make a loop of any period, at most the longest gram. */
function gramOf({ repeats, minimum, wordlessMinimum, maximumPeriod }: LoopCriterion): number {
  const least = Math.min(minimum, wordlessMinimum);
  let gram = LONGEST_GRAM;
  for (let period = 1; period <= maximumPeriod; period++) {
    gram = Math.min(gram, Math.max((repeats - 1) * period, least - period));
  }
  return gram;
}

/** A whole power modulo 2^32. */
function power(base: number, exponent: number): number {
  let product = 1;
  for (let time = 0; time < exponent; time++) product = Math.imul(product, base);
  return product;
}

/** Letters of any script on the Basic Multilingual Plane, and the marks that are part of them. */
function isLetter(unit: number): boolean {
  if (unit < 128) return (unit >= 97 && unit <= 122) || (unit >= 65 && unit <= 90);
  return LETTER.test(String.fromCharCode(unit));
}

const LETTER = /[\p{L}\p{M}]/u;
