/**
 * Reads a formula from text.
 *
 * Syntax, tightest first: the unary operators `! X N F G`; `U W R M`, leaning right; `&`; `|`;
 * `->`, leaning right; `<->`. Other spellings, ASCII and Unicode, are in syntax.ts; the rule for
 * words is in tokens.ts.
 *
 * Computes: operator-precedence parsing with an explicit stack, so that nesting costs no call
 * stack.
 *
 * Cost: O(length) time and memory.
 *
 * @see Dijkstra (1961), Algol 60 translation (the shunting yard).
 *
 * Edge cases: an empty text is a syntax error at offset 0; a text or a nesting over its limit is
 * `formula/too-large`; with `propositions` given, any other name is a syntax error at that name.
 *
 * Example: `parseFormula('GFp0 -> a U b U c')` is `(G F p0) -> (a U (b U c))`.
 */

import { MidstreamError } from '@midstream/core';
import { type BinaryKind, type Formula, FormulaTable, type UnaryKind } from './formula.ts';
import { MAX_FORMULA_DEPTH, MAX_FORMULA_LENGTH } from './limits.ts';
import { BINARY_SYNTAX, HABITS, spellName } from './syntax.ts';
import { nearestName, positionAt, syntaxError } from './syntax-error.ts';
import { type Token, tokenize } from './tokens.ts';

/** Options of {@link parseFormula}. */
export interface ParseOptions {
  /** The table that the formula is made in; by default a new one. */
  readonly table?: FormulaTable;
  /** The propositions that exist. Without it every name is accepted. */
  readonly propositions?: Iterable<string>;
}

/** Reads a formula. Throws `formula/syntax` with the exact place, or `formula/too-large`. */
export function parseFormula(text: string, options: ParseOptions = {}): Formula {
  if (typeof text !== 'string') {
    const found = text === null ? 'null' : typeof text;
    throw new MidstreamError('argument/invalid', `Formula must be a string, found ${found}`);
  }
  if (text.length > MAX_FORMULA_LENGTH) {
    throw new MidstreamError(
      'formula/too-large',
      `Formula has ${text.length} characters; at most ${MAX_FORMULA_LENGTH} are read`,
      { details: { length: text.length, limit: MAX_FORMULA_LENGTH } },
    );
  }
  return new Reader(text, options).read();
}

/** A formula or its text, as a formula of a table. */
export function adoptFormula(table: FormulaTable, formula: Formula | string): Formula {
  return typeof formula === 'object' && formula !== null
    ? table.adopt(formula)
    : parseFormula(formula, { table });
}

type Pending = Extract<Token, { type: 'unary' | 'binary' | 'open' }>;

class Reader {
  readonly #text: string;
  readonly #table: FormulaTable;
  readonly #names: ReadonlySet<string> | undefined;
  readonly #operands: Formula[] = [];
  readonly #pending: Pending[] = [];

  constructor(text: string, options: ParseOptions) {
    this.#text = text;
    this.#table = options.table ?? new FormulaTable();
    this.#names = options.propositions === undefined ? undefined : new Set(options.propositions);
  }

  read(): Formula {
    let wantsOperand = true;
    for (const token of tokenize(this.#text)) {
      wantsOperand = wantsOperand ? this.#readOperand(token) : this.#readOperator(token);
    }
    return this.#operands[0] as Formula;
  }

  /** A token where an operand must begin. Returns whether an operand is still wanted after it. */
  #readOperand(token: Token): boolean {
    switch (token.type) {
      case 'unary':
      case 'open':
        this.#push(token);
        return true;
      case 'proposition':
        this.#checkName(token);
        this.#operands.push(this.#table.proposition(token.name));
        return false;
      case 'constant':
        this.#operands.push(this.#table.constant(token.value));
        return false;
      default:
        throw this.#unexpected(token, 'a proposition, a unary operator or "("');
    }
  }

  /** A token after a complete operand. Returns whether an operand is wanted after it. */
  #readOperator(token: Token): boolean {
    if (token.type === 'binary') {
      this.#reduceAbove(token.kind);
      this.#push(token);
      return true;
    }
    if (token.type === 'close') {
      this.#reduceToBracket();
      if (this.#pending.pop() === undefined) throw this.#unexpected(token, 'a binary operator');
      return false;
    }
    if (token.type === 'end') {
      this.#reduceToBracket();
      const open = this.#pending.at(-1);
      if (open === undefined) return false;
      const { line, column } = positionAt(this.#text, open.offset);
      throw this.#unexpected(token, `")" for the "(" at line ${line}, column ${column}`);
    }
    const open = this.#pending.some((pending) => pending.type === 'open');
    throw this.#unexpected(token, `a binary operator, ${open ? '")"' : 'or the end'}`);
  }

  #push(token: Pending): void {
    this.#pending.push(token);
    if (this.#pending.length > MAX_FORMULA_DEPTH) throw this.#tooDeep(token.offset);
  }

  /** Builds everything on the stack that binds tighter than an operator about to be pushed. */
  #reduceAbove(kind: BinaryKind): void {
    const { binding, leans } = BINARY_SYNTAX[kind];
    for (let top = this.#pending.at(-1); top !== undefined; top = this.#pending.at(-1)) {
      if (top.type === 'open') return;
      if (top.type === 'binary') {
        const other = BINARY_SYNTAX[top.kind].binding;
        if (other < binding || (other === binding && leans === 'right')) return;
      }
      this.#reduce();
    }
  }

  #reduceToBracket(): void {
    for (let top = this.#pending.at(-1); top !== undefined; top = this.#pending.at(-1)) {
      if (top.type === 'open') return;
      this.#reduce();
    }
  }

  #reduce(): void {
    const operator = this.#pending.pop() as Extract<Pending, { kind: UnaryKind | BinaryKind }>;
    const right = this.#operands.pop() as Formula;
    const made =
      operator.type === 'unary'
        ? this.#table.unary(operator.kind, right)
        : this.#table.binary(operator.kind, this.#operands.pop() as Formula, right);
    if (made.depth > MAX_FORMULA_DEPTH) throw this.#tooDeep(operator.offset);
    this.#operands.push(made);
  }

  #checkName(token: Extract<Token, { type: 'proposition' }>): void {
    if (this.#names === undefined || this.#names.has(token.name)) return;
    const nearest = nearestName(token.name, this.#names);
    throw syntaxError(this.#text, {
      offset: token.offset,
      expected: 'a proposition that is defined',
      found: spellName(token.name),
      suggestion: nearest === undefined ? HABITS.get(token.name) : spellName(nearest),
    });
  }

  #unexpected(token: Token, expected: string): MidstreamError {
    const found = token.type === 'end' ? 'the end' : JSON.stringify(token.text);
    const last = this.#operands.at(-1);
    const habit = HABITS.get(token.text);
    // In `always p` the offender is the word before: it was read as a proposition.
    const before = last?.kind === 'proposition' ? HABITS.get(last.name) : undefined;
    const suggestion =
      habit ?? (token.type === 'end' || token.type === 'close' ? undefined : before);
    return syntaxError(this.#text, { offset: token.offset, expected, found, suggestion });
  }

  #tooDeep(offset: number): MidstreamError {
    const { line, column } = positionAt(this.#text, offset);
    return new MidstreamError(
      'formula/too-large',
      `Formula at line ${line}, column ${column}: nested deeper than ${MAX_FORMULA_DEPTH}`,
      { details: { offset, line, column, limit: MAX_FORMULA_DEPTH } },
    );
  }
}
