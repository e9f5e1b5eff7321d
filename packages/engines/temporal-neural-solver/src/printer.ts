/**
 * Writes a formula with the fewest brackets that read back as the same formula.
 *
 * Computes: bottom-up, the text of each distinct subformula once; an operand is bracketed only
 * where its operator binds less tightly than its place demands, or equally on the side it does not
 * lean to.
 *
 * Cost: O(length of the text). Sharing unfolds when printed, so the length is limited:
 * `formula/too-large`.
 *
 * Edge cases: names that are not bare words are written as JSON strings. Unary letters are followed
 * by a space unless a bracket follows, so that no operator runs into a name.
 *
 * Example: `((a U b) U c) & ((d & e))` prints as `(a U b) U c & (d & e)`.
 *
 * @see Ramsey (1998), Unparsing expressions with prefix and postfix operators.
 */

import { MidstreamError } from '@midstream/core';
import { type Binary, type Formula, subformulas, type Unary } from './formula.ts';
import { MAX_PRINTED_LENGTH } from './limits.ts';
import { BINARY_SYNTAX, spellName, UNARY_BINDING, UNARY_SPELLING } from './syntax.ts';

/** The text of a formula; parsing it gives the formula again. */
export function printFormula(formula: Formula): string {
  const texts = new Map<Formula, string>();
  for (const part of subformulas(formula)) {
    const text = printNode(part, texts);
    if (text.length > MAX_PRINTED_LENGTH) {
      throw new MidstreamError(
        'formula/too-large',
        `Formula is longer than ${MAX_PRINTED_LENGTH} characters when written out`,
        { details: { limit: MAX_PRINTED_LENGTH } },
      );
    }
    texts.set(part, text);
  }
  return texts.get(formula) as string;
}

function printNode(formula: Formula, texts: ReadonlyMap<Formula, string>): string {
  if ('operand' in formula) return printUnary(formula, texts);
  if ('left' in formula) return printBinary(formula, texts);
  return formula.kind === 'proposition' ? spellName(formula.name) : formula.kind;
}

function printUnary(formula: Unary, texts: ReadonlyMap<Formula, string>): string {
  const spelling = UNARY_SPELLING[formula.kind];
  const operand = texts.get(formula.operand) as string;
  if ('left' in formula.operand) return `${spelling}(${operand})`;
  return formula.kind === 'not' ? `!${operand}` : `${spelling} ${operand}`;
}

function printBinary(formula: Binary, texts: ReadonlyMap<Formula, string>): string {
  const { spelling, binding, leans } = BINARY_SYNTAX[formula.kind];
  const side = (operand: Formula, name: 'left' | 'right'): string => {
    const text = texts.get(operand) as string;
    const own = 'left' in operand ? BINARY_SYNTAX[operand.kind].binding : UNARY_BINDING;
    return own > binding || (own === binding && leans === name) ? text : `(${text})`;
  };
  return `${side(formula.left, 'left')} ${spelling} ${side(formula.right, 'right')}`;
}
