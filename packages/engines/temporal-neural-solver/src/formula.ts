/**
 * Formulas of linear temporal logic as immutable trees with structural sharing.
 *
 * Computes: a table of formulas (hash-consing): asking twice for the same formula gives the same
 * object, so equality of formulas of one table is `===` and a formula with repeated parts is a
 * graph whose size is the number of its distinct subformulas.
 *
 * Cost: O(1) expected for each construction; memory one node and one key per distinct subformula. A
 * table is never global: it lives as long as whoever made it.
 *
 * @see Filliâtre, Conchon (2006), Type-safe modular hash-consing, ML Workshop.
 *
 * Edge cases: constructors do not simplify (`a & a` stays what was written); nothing here recurses,
 * so depth costs no stack.
 *
 * Example: in one table, `until(a, b) === until(a, b)` is true, and `G a & G a` has 3 distinct
 * subformulas.
 */

/** Operators with one operand: `!`, strong next `X`, weak next `N`, `F`, `G`. */
export type UnaryKind = 'not' | 'next' | 'weak-next' | 'finally' | 'globally';

/** Operators with two operands: `&`, `|`, `->`, `<->`, `U`, `W`, `R`, and strong release `M`. */
export type BinaryKind =
  | 'and'
  | 'or'
  | 'implies'
  | 'iff'
  | 'until'
  | 'weak-until'
  | 'release'
  | 'strong-release';

/** `true` or `false`. */
export interface Constant {
  readonly kind: 'true' | 'false';
  readonly id: number;
  readonly depth: number;
}

/** A named fact that holds or does not hold at each moment. */
export interface Proposition {
  readonly kind: 'proposition';
  readonly name: string;
  readonly id: number;
  readonly depth: number;
}

/** An operator on one formula. */
export interface Unary {
  readonly kind: UnaryKind;
  readonly operand: Formula;
  readonly id: number;
  readonly depth: number;
}

/** An operator on two formulas. */
export interface Binary {
  readonly kind: BinaryKind;
  readonly left: Formula;
  readonly right: Formula;
  readonly id: number;
  readonly depth: number;
}

/**
 * A formula. `id` is unique within its table, and greater than the ids of its parts; `depth` is the
 * length of the longest path to a leaf.
 */
export type Formula = Constant | Proposition | Unary | Binary;

/** The operands of a formula, left to right. */
export function operandsOf(formula: Formula): readonly Formula[] {
  if ('operand' in formula) return [formula.operand];
  if ('left' in formula) return [formula.left, formula.right];
  return [];
}

/** All distinct subformulas, each after its operands; the formula itself is last. O(size). */
export function subformulas(formula: Formula): Formula[] {
  const order: Formula[] = [];
  const entered = new Set<Formula>();
  const finished = new Set<Formula>();
  const stack: Formula[] = [formula];
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    if (entered.has(top)) {
      stack.pop();
      if (!finished.has(top)) order.push(top);
      finished.add(top);
    } else {
      entered.add(top);
      for (const part of operandsOf(top).toReversed()) if (!entered.has(part)) stack.push(part);
    }
  }
  return order;
}

/** The names of the propositions of a formula, in order of first appearance. */
export function propositionsOf(formula: Formula): string[] {
  return subformulas(formula).flatMap((part) => (part.kind === 'proposition' ? [part.name] : []));
}

/** A table in which each formula exists once. */
export class FormulaTable {
  readonly #nodes: Map<string, Formula> = new Map();

  /** `true` or `false`. */
  constant(value: boolean): Formula {
    const kind = value ? 'true' : 'false';
    return this.#intern(kind, (id) => ({ kind, id, depth: 1 }));
  }

  /** The proposition of this name; any non-empty string is a name. */
  proposition(name: string): Formula {
    return this.#intern(`p${name}`, (id) => ({ kind: 'proposition', name, id, depth: 1 }));
  }

  /** An operator on one formula of this table. */
  unary(kind: UnaryKind, operand: Formula): Formula {
    return this.#intern(`${kind} ${operand.id}`, (id) => ({
      kind,
      operand,
      id,
      depth: operand.depth + 1,
    }));
  }

  /** An operator on two formulas of this table. */
  binary(kind: BinaryKind, left: Formula, right: Formula): Formula {
    return this.#intern(`${kind} ${left.id} ${right.id}`, (id) => ({
      kind,
      left,
      right,
      id,
      depth: Math.max(left.depth, right.depth) + 1,
    }));
  }

  /** The same formula in this table, whichever table it comes from. O(size). */
  adopt(formula: Formula): Formula {
    const own = new Map<Formula, Formula>();
    const of = (part: Formula): Formula => own.get(part) as Formula;
    for (const part of subformulas(formula)) {
      if ('operand' in part) own.set(part, this.unary(part.kind, of(part.operand)));
      else if ('left' in part) own.set(part, this.binary(part.kind, of(part.left), of(part.right)));
      else if (part.kind === 'proposition') own.set(part, this.proposition(part.name));
      else own.set(part, this.constant(part.kind === 'true'));
    }
    return of(formula);
  }

  #intern(key: string, make: (id: number) => Formula): Formula {
    const known = this.#nodes.get(key);
    if (known !== undefined) return known;
    const made = Object.freeze(make(this.#nodes.size));
    this.#nodes.set(key, made);
    return made;
  }
}
