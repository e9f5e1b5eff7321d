/**
 * Negation normal form: `!` only before propositions, no `->` or `<->`.
 *
 * Computes: each subformula at most twice, once as it is and once negated, through the dualities
 * `!X = N!`, `!F = G!`, `!(a U b) = !a R !b`, `!(a W b) = !a M !b`, which hold on finite and
 * infinite traces alike. `&` and `|` are simplified by constants, equal operands and a literal with
 * its negation; nothing else is, because more (as `X true = true`) is wrong on finite traces.
 *
 * Cost: O(size) time and memory; at most four nodes for each subformula and sign.
 *
 * @see Baier, Katoen (2008), Principles of Model Checking, section 5.1.5.
 *
 * Edge cases: `<->` becomes two implications that share their parts, so nesting it stays linear.
 *
 * Example: `!(a U X b)` becomes `!a R N !b`.
 */

import { type Binary, type Formula, type FormulaTable, subformulas } from './formula.ts';

/** The conjunction, simplified. */
export function conjunction(table: FormulaTable, a: Formula, b: Formula): Formula {
  if (a === b || b.kind === 'true' || a.kind === 'false') return a;
  if (a.kind === 'true' || b.kind === 'false') return b;
  return complements(a, b) ? table.constant(false) : table.binary('and', a, b);
}

/** The disjunction, simplified. */
export function disjunction(table: FormulaTable, a: Formula, b: Formula): Formula {
  if (a === b || b.kind === 'false' || a.kind === 'true') return a;
  if (a.kind === 'false' || b.kind === 'true') return b;
  return complements(a, b) ? table.constant(true) : table.binary('or', a, b);
}

function complements(a: Formula, b: Formula): boolean {
  return (a.kind === 'not' && a.operand === b) || (b.kind === 'not' && b.operand === a);
}

const DUAL = {
  next: 'weak-next',
  'weak-next': 'next',
  finally: 'globally',
  globally: 'finally',
  until: 'release',
  release: 'until',
  'weak-until': 'strong-release',
  'strong-release': 'weak-until',
} as const;

/** A formula, or its negation, in negation normal form, in the same table. */
export function normalForm(table: FormulaTable, formula: Formula, negated = false): Formula {
  const forms: [Map<Formula, Formula>, Map<Formula, Formula>] = [new Map(), new Map()];
  for (const part of subformulas(formula)) {
    for (const sign of [0, 1] as const) {
      const of = (operand: Formula, flip = false): Formula =>
        forms[flip ? ((sign ^ 1) as 0 | 1) : sign].get(operand) as Formula;
      forms[sign].set(part, normalNode({ table, part, negated: sign === 1, of }));
    }
  }
  return forms[negated ? 1 : 0].get(formula) as Formula;
}

interface NodeContext {
  readonly table: FormulaTable;
  readonly part: Formula;
  readonly negated: boolean;
  /** The form of an operand under the same sign, or under the other one with `flip`. */
  readonly of: (operand: Formula, flip?: boolean) => Formula;
}

function normalNode({ table, part, negated, of }: NodeContext): Formula {
  switch (part.kind) {
    case 'true':
    case 'false':
      return table.constant((part.kind === 'true') !== negated);
    case 'proposition':
      return negated ? table.unary('not', part) : part;
    case 'not':
      return of(part.operand, true);
    case 'next':
    case 'weak-next':
    case 'finally':
    case 'globally':
      return table.unary(negated ? DUAL[part.kind] : part.kind, of(part.operand));
    case 'until':
    case 'weak-until':
    case 'release':
    case 'strong-release':
      return table.binary(negated ? DUAL[part.kind] : part.kind, of(part.left), of(part.right));
    default:
      return normalBoolean({ table, part, negated, of });
  }
}

function normalBoolean({ table, part, negated, of }: NodeContext & { part: Formula }): Formula {
  const { kind, left, right } = part as Binary;
  const [join, meet] = negated ? [conjunction, disjunction] : [disjunction, conjunction];
  switch (kind) {
    case 'and':
      return meet(table, of(left), of(right));
    case 'or':
      return join(table, of(left), of(right));
    case 'implies':
      return join(table, of(left, true), of(right));
    default:
      // a <-> b is (!a | b) & (!b | a); its negation is (a & !b) | (b & !a).
      return meet(
        table,
        join(table, of(left, true), of(right)),
        join(table, of(right, true), of(left)),
      );
  }
}
