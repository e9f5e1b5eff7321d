/**
 * A formula made relative to some moments: it then says of a whole run what it said of those
 * moments alone.
 *
 * With `own` true at the moments that count, T(f) at such a moment is
 *
 *     T(X f)   = X (!own U (own & T(f)))            T(N f)   = N (G !own | (!own U (own & T(f))))
 *     T(F f)   = F (own & T(f))                     T(G f)   = G (own -> T(f))
 *     T(f U g) = (own -> T(f)) U (own & T(g))       T(f W g) = (own -> T(f)) W (own & T(g))
 *     T(f R g) = (own & T(f)) R (own -> T(g))       T(f M g) = (own & T(f)) M (own -> T(g))
 *
 * and otherwise T of the parts; the whole is `!own U (own & T(f))`, or `G !own` where the empty run
 * satisfies f.
 *
 * Cost: O(size of the written formula × size of `own`).
 *
 * See: Etessami 1999, "Stutter-invariant languages, omega-automata, and temporal logic", for
 * relativised next.
 *
 * Edge case: constants and Boolean operators are as they are.
 *
 * Example: `G a` relative to `a | b` is `G !(a | b) | (!(a | b) U ((a | b) & G ((a | b) -> a)))`.
 */
import type { Formula } from '@midstream/temporal-neural-solver';

/** Writes the relative formula. `emptyHolds` is the verdict of the formula on the empty run. */
export function relativeTo(
  formula: Formula,
  own: string,
  { emptyHolds }: { readonly emptyHolds: boolean },
): string {
  const inside = new Writer(own).write(formula);
  const first = `(!(${own}) U ((${own}) & ${inside}))`;
  return emptyHolds ? `(G !(${own}) | ${first})` : first;
}

class Writer {
  readonly #own: string;

  constructor(own: string) {
    this.#own = `(${own})`;
  }

  write(formula: Formula): string {
    if ('left' in formula) return this.#binary(formula);
    if ('operand' in formula) return this.#unary(formula);
    return formula.kind === 'proposition' ? JSON.stringify(formula.name) : formula.kind;
  }

  #if(text: string): string {
    return `(${this.#own} -> ${text})`;
  }

  #and(text: string): string {
    return `(${this.#own} & ${text})`;
  }

  #unary(formula: Extract<Formula, { operand: Formula }>): string {
    const operand = this.write(formula.operand);
    const next = `(!${this.#own} U ${this.#and(operand)})`;
    switch (formula.kind) {
      case 'not':
        return `!${operand}`;
      case 'next':
        return `(X ${next})`;
      case 'weak-next':
        return `(N (G !${this.#own} | ${next}))`;
      case 'finally':
        return `(F ${this.#and(operand)})`;
      case 'globally':
        return `(G ${this.#if(operand)})`;
    }
  }

  #binary(formula: Extract<Formula, { left: Formula }>): string {
    const left = this.write(formula.left);
    const right = this.write(formula.right);
    switch (formula.kind) {
      case 'and':
        return `(${left} & ${right})`;
      case 'or':
        return `(${left} | ${right})`;
      case 'implies':
        return `(${left} -> ${right})`;
      case 'iff':
        return `(${left} <-> ${right})`;
      case 'until':
        return `(${this.#if(left)} U ${this.#and(right)})`;
      case 'weak-until':
        return `(${this.#if(left)} W ${this.#and(right)})`;
      case 'release':
        return `(${this.#and(left)} R ${this.#if(right)})`;
      case 'strong-release':
        return `(${this.#and(left)} M ${this.#if(right)})`;
    }
  }
}
