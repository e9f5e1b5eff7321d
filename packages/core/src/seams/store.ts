/**
 * A store keeps rows and histories. It is the truth: vector indexes and remote copies are derived
 * from it and can be rebuilt. Embedded SQLite, PostgreSQL, and memory in tests implement it, judged
 * by one suite.
 *
 * What holds for every implementation:
 * - Every change of a row gives it a new `rev`, larger than every rev the store has given before; a
 *   removal is a change, and its tombstone stays. So "all that changed after rev r", read in the
 *   order of rev, is a complete and resumable account of the rows: the cursor of sync and of every
 *   derived index.
 * - A `put` or `remove` is atomic: all of its rows or none, visible together, durable when it
 *   resolves.
 * - No reader ever sees rev r and later a row of a smaller rev that it was not shown: revs become
 *   visible in order.
 * - What goes in and comes out is a copy; changing it changes nothing here.
 * - After disposal every call rejects with `session/closed`.
 */
import type { Json } from '../findings.ts';

/** A row to be written. */
export interface NewRow {
  /** Rows of different namespaces never meet. Not empty. */
  readonly namespace: string;
  /** Unique within its namespace. Not empty. */
  readonly key: string;
  readonly value: Json;
  /** Numbers for nearness search; finite, or the row is refused with `argument/invalid`. */
  readonly vector?: Float32Array;
}

/** A row as it is kept. */
export interface Row {
  readonly namespace: string;
  readonly key: string;
  /** A positive whole number, below 2^53. */
  readonly rev: number;
  /** `null` on a tombstone. */
  readonly value: Json;
  readonly vector: Float32Array | null;
  /** Whether this is the tombstone of a row that was removed. */
  readonly removed: boolean;
}

/** One entry of a history. */
export interface HistoryEntry {
  /** From 1 on, without holes. */
  readonly position: number;
  readonly value: Json;
}

/** A page asked for: what lies after a place, and how much of it. */
export interface PageOptions {
  /** Exclusive; 0 or absent for the beginning. */
  readonly after?: number;
  /** At least 1; default 1,000. A shorter answer than this means there is no more for now. */
  readonly limit?: number;
}

/** Rows and histories. */
export interface Store extends AsyncDisposable {
  /** Writes rows, new or over old ones, and returns them with their revs, in the order given. */
  put(rows: readonly NewRow[]): Promise<readonly Row[]>;
  /** The row, or `undefined` when there is none or it was removed. */
  get(namespace: string, key: string): Promise<Row | undefined>;
  /** Removes rows and returns their tombstones; keys that are not there are passed over. */
  remove(namespace: string, keys: readonly string[]): Promise<readonly Row[]>;
  /**
   * The cursor: rows as they are now whose last change came after a rev, by rev. Each row appears
   * once, with its last change; tombstones are included. Continue after the last rev that was
   * returned.
   */
  changes(options?: PageOptions & { readonly namespace?: string }): Promise<readonly Row[]>;
  /** The largest rev given so far; 0 when there is none. */
  rev(): Promise<number>;
  /**
   * Appends to a history, atomically and in order, and returns the position of the last entry. With
   * `expected`, only when the history is exactly that long, otherwise nothing is appended and the
   * answer is `null`: two writers cannot interleave, and a retry after a lost answer cannot append
   * twice.
   */
  append(
    history: string,
    values: readonly Json[],
    options?: { readonly expected?: number },
  ): Promise<number | null>;
  /** Entries of a history after a position, oldest first; none for a history that nobody began. */
  replay(history: string, options?: PageOptions): Promise<readonly HistoryEntry[]>;
}
