/**
 * Monotone Boolean functions as reduced ordered binary decision diagrams.
 *
 * Computes: conjunction and disjunction of functions over numbered variables, in a form in which
 * equal functions are the same node. There is no negation: the state of a monitor is a positive
 * combination of obligations, so a node is `low | (variable & high)` with low implying high.
 *
 * Cost: `and`, `or`: O(|a| × |b|) time at most, memoised; memory one row per node, limited.
 *
 * @see Bryant (1986), Graph-based algorithms for Boolean function manipulation, IEEE Trans.
 *   Computers.
 *
 * Edge cases: over the limit of nodes every operation throws {@link DiagramFull}, which the owner
 * answers by starting over with an empty set; no node is ever freed alone.
 *
 * Example: `and(x, or(x, y))` is the node `x` (absorption).
 */

/** The constant functions; every other node has a number above them. */
export const FALSE_NODE = 0;
/** See {@link FALSE_NODE}. */
export const TRUE_NODE = 1;

/** Node numbers stay below this, so that two fit exactly in one number as a key. */
const SPAN = 2 ** 20;

/** The set of diagrams is full. Never leaves this package. */
export class DiagramFull extends Error {}

/** A node: `low | (variable & high)`. */
export interface DiagramNode {
  readonly variable: number;
  readonly low: number;
  readonly high: number;
}

const CONSTANT: DiagramNode = { variable: Number.POSITIVE_INFINITY, low: 0, high: 0 };

/** A set of diagrams that share their nodes. */
export class Diagrams {
  readonly #limit: number;
  readonly #nodes: DiagramNode[] = [CONSTANT, CONSTANT];
  readonly #unique: Map<number, number>[] = [];
  readonly #ands: Map<number, number> = new Map();
  readonly #ors: Map<number, number> = new Map();

  constructor(limit: number) {
    this.#limit = Math.min(limit, SPAN - 1);
  }

  /** How much is kept: nodes and remembered results. */
  get size(): number {
    return Math.max(this.#nodes.length, (this.#ands.size + this.#ors.size) / 4);
  }

  /** The node of a number above the constants. */
  node(id: number): DiagramNode {
    return this.#nodes[id] as DiagramNode;
  }

  /** The function that is one variable. */
  variable(variable: number): number {
    return this.#make(variable, FALSE_NODE, TRUE_NODE);
  }

  /** The conjunction of two functions. */
  and(a: number, b: number): number {
    if (a === b || b === TRUE_NODE) return a;
    if (a === TRUE_NODE) return b;
    if (a === FALSE_NODE || b === FALSE_NODE) return FALSE_NODE;
    return this.#apply(this.#ands, a, b);
  }

  /** The disjunction of two functions. */
  or(a: number, b: number): number {
    if (a === b || b === FALSE_NODE) return a;
    if (a === FALSE_NODE) return b;
    if (a === TRUE_NODE || b === TRUE_NODE) return TRUE_NODE;
    return this.#apply(this.#ors, a, b);
  }

  /** The nodes of a function, each after the nodes it points to; empty for a constant. */
  nodesOf(root: number): number[] {
    const order: number[] = [];
    const seen = new Set([FALSE_NODE, TRUE_NODE]);
    const visit = (id: number): void => {
      if (seen.has(id)) return;
      seen.add(id);
      const { low, high } = this.node(id);
      visit(low);
      visit(high);
      order.push(id);
    };
    visit(root);
    return order;
  }

  #apply(memo: Map<number, number>, a: number, b: number): number {
    const key = a < b ? a * SPAN + b : b * SPAN + a;
    const known = memo.get(key);
    if (known !== undefined) return known;
    const [x, y] = [this.node(a), this.node(b)];
    const variable = Math.min(x.variable, y.variable);
    const [xLow, xHigh] = x.variable === variable ? [x.low, x.high] : [a, a];
    const [yLow, yHigh] = y.variable === variable ? [y.low, y.high] : [b, b];
    const isAnd = memo === this.#ands;
    const low = isAnd ? this.and(xLow, yLow) : this.or(xLow, yLow);
    const high = isAnd ? this.and(xHigh, yHigh) : this.or(xHigh, yHigh);
    const made = this.#make(variable, low, high);
    if (this.size >= this.#limit) throw new DiagramFull();
    memo.set(key, made);
    return made;
  }

  #make(variable: number, low: number, high: number): number {
    if (low === high) return low;
    this.#unique[variable] ??= new Map();
    const unique = this.#unique[variable] as Map<number, number>;
    const key = low * SPAN + high;
    const known = unique.get(key);
    if (known !== undefined) return known;
    if (this.#nodes.length >= this.#limit) throw new DiagramFull();
    const id = this.#nodes.length;
    this.#nodes.push({ variable, low, high });
    unique.set(key, id);
    return id;
  }
}
