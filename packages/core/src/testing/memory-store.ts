/**
 * A store in memory: a test double that keeps the contract of `seams/store.ts`, except that nothing
 * is durable. Cost: a page of changes sorts all rows, so it is for small tests.
 */
import { MidstreamError } from '../errors.ts';
import type { Json } from '../findings.ts';
import type { HistoryEntry, NewRow, PageOptions, Row, Store } from '../seams/store.ts';

const PAGE = 1_000;

/** Rows and histories in two maps. */
export class MemoryStore implements Store {
  readonly #rows: Map<string, Row> = new Map();
  readonly #histories: Map<string, Json[]> = new Map();
  #rev = 0;
  #disposed = false;

  async put(rows: readonly NewRow[]): Promise<readonly Row[]> {
    this.#open();
    for (const row of rows) check(row);
    return rows.map(({ namespace, key, value, vector }) =>
      this.#write({ namespace, key, value, vector: vector ?? null, removed: false }),
    );
  }

  async get(namespace: string, key: string): Promise<Row | undefined> {
    this.#open();
    const row = this.#rows.get(identity(namespace, key));
    return row === undefined || row.removed ? undefined : structuredClone(row);
  }

  async remove(namespace: string, keys: readonly string[]): Promise<readonly Row[]> {
    this.#open();
    return [...new Set(keys)]
      .filter((key) => this.#rows.get(identity(namespace, key))?.removed === false)
      .map((key) => this.#write({ namespace, key, value: null, vector: null, removed: true }));
  }

  async changes(
    options: PageOptions & { readonly namespace?: string } = {},
  ): Promise<readonly Row[]> {
    this.#open();
    const { after = 0, limit = PAGE, namespace } = options;
    return [...this.#rows.values()]
      .filter((row) => row.rev > after && (namespace === undefined || row.namespace === namespace))
      .sort((a, b) => a.rev - b.rev)
      .slice(0, limit)
      .map((row) => structuredClone(row));
  }

  async rev(): Promise<number> {
    this.#open();
    return this.#rev;
  }

  async append(
    history: string,
    values: readonly Json[],
    options: { readonly expected?: number } = {},
  ): Promise<number | null> {
    this.#open();
    const entries = this.#histories.get(history) ?? [];
    if (options.expected !== undefined && options.expected !== entries.length) return null;
    entries.push(...structuredClone(values));
    this.#histories.set(history, entries);
    return entries.length;
  }

  async replay(history: string, options: PageOptions = {}): Promise<readonly HistoryEntry[]> {
    this.#open();
    const { after = 0, limit = PAGE } = options;
    return (this.#histories.get(history) ?? [])
      .slice(after, after + limit)
      .map((value, index) => ({ position: after + index + 1, value: structuredClone(value) }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
  }

  #write(row: Omit<Row, 'rev'>): Row {
    this.#rev += 1;
    const written: Row = structuredClone({ ...row, rev: this.#rev });
    this.#rows.set(identity(row.namespace, row.key), written);
    return structuredClone(written);
  }

  #open(): void {
    if (this.#disposed) {
      throw new MidstreamError('session/closed', 'Cannot use a store that was disposed of');
    }
  }
}

const identity = (namespace: string, key: string): string => JSON.stringify([namespace, key]);

function check({ namespace, key, vector }: NewRow): void {
  const finite = vector === undefined || vector.every((number) => Number.isFinite(number));
  if (namespace.length > 0 && key.length > 0 && finite) return;
  throw new MidstreamError(
    'argument/invalid',
    `Cannot put the row "${key}" of "${namespace}": names that are not empty and finite numbers are wanted`,
  );
}
