/**
 * A vector index answers "which rows are nearest to this vector". It is derived: it is fed the rows
 * of a store in the order of their `rev`, holds nothing that the store does not, and may be thrown
 * away and rebuilt at any time. An approximate graph, a server's extension, and an exact scan
 * implement it, judged by one suite; the exact scan is the floor that the recall of the others is
 * measured against.
 *
 * What holds for every implementation:
 * - `apply` is idempotent: a row whose rev is not above the one held for its key changes nothing,
 *   so feeding a page twice, or again from an earlier cursor, does no harm.
 * - A tombstone, or a row without a vector, takes the key out.
 * - `rev` is the largest rev applied: where feeding continues after a crash, by `store.changes({
 *   after: index.rev })`.
 * - Equal distances are ordered by namespace and key, so an exact index always gives the same
 *   answer.
 * - After disposal every call rejects with `session/closed`.
 */
import type { Row } from './store.ts';

/**
 * How far apart two vectors are; smaller is nearer.
 * - `cosine`: 1 minus the cosine of the angle, from 0 to 2. A zero vector has no direction: it is
 *   at distance 1 from all.
 * - `euclidean`: the length of the difference.
 * - `dot`: minus the inner product, so it may be negative.
 */
export type VectorMetric = 'cosine' | 'euclidean' | 'dot';

/** One answer. */
export interface Neighbour {
  readonly namespace: string;
  readonly key: string;
  readonly distance: number;
}

/** What is looked for. */
export interface NearestOptions {
  /** How many at most; a whole number of at least 1. */
  readonly k: number;
  readonly namespace?: string;
  /**
   * Members of the rows' values that must be equal to these. The filter is applied before the k are
   * chosen: the answer is shorter than k only where fewer rows fit, in an approximate index as
   * well.
   */
  readonly where?: Readonly<Record<string, string | number | boolean | null>>;
}

/** Nearness search over the rows of a store. */
export interface VectorIndex extends AsyncDisposable {
  /**
   * How long every vector is. Another length is refused with `argument/invalid`, and nothing of its
   * page is applied.
   */
  readonly dimension: number;
  readonly metric: VectorMetric;
  /** Whether the answers are exact. */
  readonly exact: boolean;
  /** The largest rev applied; 0 for an empty index. */
  readonly rev: number;
  /** How many vectors it holds. */
  readonly size: number;
  /** Follows the store: rows as `Store.changes` returns them. */
  apply(rows: readonly Row[]): Promise<void>;
  /** The nearest rows, nearest first. */
  nearest(vector: Float32Array, options: NearestOptions): Promise<readonly Neighbour[]>;
}
