/**
 * An exact scan: the reference that keeps the contract of `seams/vector-index.ts` and measures the
 * recall of others. Cost: O(n d) a question, in plain JavaScript; memory, the vectors and the
 * filterable values.
 */
import { MidstreamError } from '../errors.ts';
import type { Row } from '../seams/store.ts';
import type {
  NearestOptions,
  Neighbour,
  VectorIndex,
  VectorMetric,
} from '../seams/vector-index.ts';

/** Vectors in a map, compared one by one. */
export class MemoryVectorIndex implements VectorIndex {
  readonly dimension: number;
  readonly metric: VectorMetric;
  readonly exact: boolean = true;
  /** The rows last applied, tombstones included: their revs tell what is old. */
  readonly #rows: Map<string, Row> = new Map();
  #rev = 0;
  #disposed = false;

  constructor(options: { readonly dimension: number; readonly metric: VectorMetric }) {
    this.dimension = options.dimension;
    this.metric = options.metric;
  }

  get rev(): number {
    return this.#rev;
  }

  get size(): number {
    let size = 0;
    for (const row of this.#rows.values()) if (row.vector !== null) size += 1;
    return size;
  }

  async apply(rows: readonly Row[]): Promise<void> {
    this.#open();
    for (const { vector } of rows) if (vector !== null) this.#measure(vector);
    for (const row of rows) {
      const id = JSON.stringify([row.namespace, row.key]);
      this.#rev = Math.max(this.#rev, row.rev);
      if (row.rev > (this.#rows.get(id)?.rev ?? 0)) this.#rows.set(id, structuredClone(row));
    }
  }

  async nearest(vector: Float32Array, options: NearestOptions): Promise<readonly Neighbour[]> {
    this.#open();
    this.#measure(vector);
    const { k, namespace, where = {} } = options;
    if (!Number.isInteger(k) || k < 1) {
      throw new MidstreamError(
        'argument/range',
        `Cannot look for ${k} neighbours: a whole number of at least 1 is wanted`,
      );
    }
    const found: Neighbour[] = [];
    for (const row of this.#rows.values()) {
      if (row.vector === null || (namespace !== undefined && row.namespace !== namespace)) continue;
      if (!fits(row.value, where)) continue;
      const distance = distanceOf(vector, row.vector, this.metric);
      found.push({ namespace: row.namespace, key: row.key, distance });
    }
    return found.sort(nearer).slice(0, k);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
  }

  #measure(vector: Float32Array): void {
    if (vector.length === this.dimension) return;
    throw new MidstreamError(
      'argument/invalid',
      `Cannot use a vector of ${vector.length} numbers: ${this.dimension} are wanted`,
    );
  }

  #open(): void {
    if (this.#disposed) {
      throw new MidstreamError('session/closed', 'Cannot use an index that was disposed of');
    }
  }
}

function fits(value: Row['value'], where: NonNullable<NearestOptions['where']>): boolean {
  const wanted = Object.entries(where);
  if (wanted.length === 0) return true;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const members = value as Readonly<Record<string, unknown>>;
  return wanted.every(([name, one]) => Object.hasOwn(members, name) && members[name] === one);
}

function distanceOf(a: Float32Array, b: Float32Array, metric: VectorMetric): number {
  let [product, squareA, squareB, squareOff] = [0, 0, 0, 0];
  a.forEach((x, index) => {
    const y = b[index] ?? 0;
    product += x * y;
    squareA += x * x;
    squareB += y * y;
    squareOff += (x - y) ** 2;
  });
  if (metric === 'dot') return -product;
  if (metric === 'euclidean') return Math.sqrt(squareOff);
  const lengths = Math.sqrt(squareA) * Math.sqrt(squareB);
  return lengths === 0 ? 1 : 1 - product / lengths;
}

function nearer(a: Neighbour, b: Neighbour): number {
  if (a.distance !== b.distance) return a.distance - b.distance;
  if (a.namespace !== b.namespace) return a.namespace < b.namespace ? -1 : 1;
  return a.key < b.key ? -1 : 1;
}
