/**
 * The verdict of a formula on a finished, finite trace (LTLf).
 *
 * Computes: from the last position to the first, the truth of every distinct subformula there, from
 * its operands at the same position and itself at the next one:
 *   a U b = b | (a & next),  a W b the same,  a R b = b & (a | next),  a M b the same,
 * where past the end `next` is true for the weak operators N, G, W, R and false for the strong ones
 * X, F, U, M.
 *
 * Cost: O(positions × distinct subformulas) time, O(distinct subformulas) memory.
 *
 * @see De Giacomo, Vardi (2013), Linear temporal logic and linear dynamic logic on finite traces,
 *   IJCAI.
 *
 * Edge cases: on the empty trace propositions, X, F, U and M are false, N, G, W and R are true, and
 * Boolean operators are as always; so `!` always flips the verdict.
 *
 * Example: `F b` on [{a}, {b}] is true; `X X b` there is false and `N N b` true.
 */

import { type Letter, MidstreamError } from '@midstream/core';
import {
  type BinaryKind,
  type Formula,
  FormulaTable,
  subformulas,
  type UnaryKind,
} from './formula.ts';
import { adoptFormula } from './parser.ts';

/** A trace: at each position the propositions that hold, as a set or a list of names. */
export type Trace = readonly (Letter | readonly string[])[];

/** Whether a finished trace satisfies a formula at its first position. */
export function checkTrace(formula: Formula | string, trace: Trace): boolean {
  const letters = lettersOf(trace);
  const order = subformulas(adoptFormula(new FormulaTable(), formula));
  const places = new Map(order.map((part, place) => [part, place]));
  const steps = order.map((part) => compileStep(part, places));
  let next = new Array<boolean>(order.length).fill(false);
  let here = new Array<boolean>(order.length).fill(false);
  for (let position = letters.length; position >= 0; position--) {
    const letter = letters[position] ?? NOTHING;
    const beyond = letters.length - 1 - position;
    for (const [place, step] of steps.entries()) here[place] = step({ here, next, letter, beyond });
    [here, next] = [next, here];
  }
  return next.at(-1) === true;
}

/** The letters of a trace as sets. Throws `argument/invalid` for anything else. */
export function lettersOf(trace: Trace): Letter[] {
  if (!Array.isArray(trace)) {
    throw new MidstreamError('argument/invalid', 'Trace must be an array of sets of propositions');
  }
  return trace.map((letter: unknown, position) => {
    if (letter instanceof Set) return letter as Letter;
    if (Array.isArray(letter) && letter.every((name) => typeof name === 'string')) {
      return new Set<string>(letter);
    }
    throw new MidstreamError(
      'argument/invalid',
      `Trace position ${position} must be a set or an array of proposition names`,
      { details: { position } },
    );
  });
}

const NOTHING: Letter = new Set();

interface Moment {
  /** The truth of each subformula at this position, filled up to the one being computed. */
  readonly here: readonly boolean[];
  /** The truth of each subformula at the next position. */
  readonly next: readonly boolean[];
  readonly letter: Letter;
  /** How many positions follow: 0 at the last one, -1 past the end. */
  readonly beyond: number;
}

type Step = (moment: Moment) => boolean;

/** How the truth of one subformula follows from what is already known. */
function compileStep(part: Formula, places: ReadonlyMap<Formula, number>): Step {
  const place = (formula: Formula): number => places.get(formula) as number;
  if ('operand' in part) return unaryStep(part.kind, place(part.operand), place(part));
  if ('left' in part) {
    return binaryStep({
      kind: part.kind,
      a: place(part.left),
      b: place(part.right),
      own: place(part),
    });
  }
  if (part.kind !== 'proposition') return () => part.kind === 'true';
  return ({ letter, beyond }) => beyond >= 0 && letter.has(part.name);
}

function unaryStep(kind: UnaryKind, a: number, own: number): Step {
  const at = (row: readonly boolean[], place: number): boolean => row[place] === true;
  switch (kind) {
    case 'not':
      return ({ here }) => !at(here, a);
    case 'next':
      return ({ next, beyond }) => beyond > 0 && at(next, a);
    case 'weak-next':
      return ({ next, beyond }) => beyond <= 0 || at(next, a);
    case 'finally':
      return ({ here, next, beyond }) => beyond >= 0 && (at(here, a) || at(next, own));
    case 'globally':
      return ({ here, next, beyond }) => beyond < 0 || (at(here, a) && at(next, own));
  }
}

interface BinaryPlaces {
  readonly kind: BinaryKind;
  readonly a: number;
  readonly b: number;
  readonly own: number;
}

function binaryStep({ kind, a, b, own }: BinaryPlaces): Step {
  const at = (row: readonly boolean[], place: number): boolean => row[place] === true;
  switch (kind) {
    case 'and':
      return ({ here }) => at(here, a) && at(here, b);
    case 'or':
      return ({ here }) => at(here, a) || at(here, b);
    case 'implies':
      return ({ here }) => !at(here, a) || at(here, b);
    case 'iff':
      return ({ here }) => at(here, a) === at(here, b);
    case 'until':
    case 'weak-until':
      return ({ here, next, beyond }) =>
        beyond < 0 ? kind === 'weak-until' : at(here, b) || (at(here, a) && at(next, own));
    case 'release':
    case 'strong-release':
      return ({ here, next, beyond }) =>
        beyond < 0 ? kind === 'release' : at(here, b) && (at(here, a) || at(next, own));
  }
}
