/** The contract of `seams/vector-index.ts`. */
import { seededRandom } from '../random.ts';
import type { Row } from '../seams/store.ts';
import type { Neighbour, VectorIndex } from '../seams/vector-index.ts';
import { type ConformanceCase, check, checkEqual, checkRejects } from './conformance.ts';
import { MemoryVectorIndex } from './memory-vector-index.ts';

const DIMENSION = 4;

/** How good the answers must be. */
export interface VectorIndexSuiteOptions {
  /**
   * The least share of the true ten nearest among 300 that an index must find. Default 1 when it is
   * exact, else 0.9.
   */
  readonly recall?: number;
}

/**
 * Cases for an index of dimension 4 and any metric. `make` gives an empty one at each call; the
 * suite disposes of it.
 */
export function vectorIndexSuite(
  make: () => VectorIndex | Promise<VectorIndex>,
  options: VectorIndexSuiteOptions = {},
): readonly ConformanceCase[] {
  const one = (name: string, run: (index: VectorIndex) => Promise<void>): ConformanceCase => ({
    name: `vector index: ${name}`,
    run: async () => {
      const index = await make();
      check(index.dimension === DIMENSION, `the suite wants an index of dimension ${DIMENSION}`);
      try {
        await run(index);
      } finally {
        await index[Symbol.asyncDispose]();
      }
    },
  });
  return [
    one('follows rows: takes in, replaces, takes out; rev and size tell', follows),
    one('does not go back: an old rev and a page twice change nothing', async (index) => {
      const rows = [row('a', 5, [1, 0, 0, 0]), row('b', 6, [0, 1, 0, 0])];
      await index.apply(rows);
      await index.apply([row('a', 4, [0, 0, 0, 1]), row('b', 3, null)]);
      await index.apply(rows);
      checkEqual([index.rev, index.size], [6, 2], 'rev and size');
      const [first] = await index.nearest(Float32Array.of(1, 0, 0, 0), { k: 1 });
      checkEqual(first?.key, 'a', 'the nearest row');
      const exact = await twin(index, rows);
      checkEqual(await keysNear(index), await keysNear(exact), 'the answers');
    }),
    one('finds the nearest, as an exact scan does to the wanted recall', async (index) => {
      const rows = sample(300);
      await index.apply(rows);
      const wanted = options.recall ?? (index.exact ? 1 : 0.9);
      const found = await recall(index, await twin(index, rows));
      check(found >= wanted, `the recall is ${found}, at least ${wanted} is wanted`);
    }),
    one('applies a filter before it chooses', filters),
    one('refuses vectors of another length, and all that came with them', async (index) => {
      const short = { ...row('s', 2, null), vector: Float32Array.of(1) };
      await checkRejects(() => index.apply([row('a', 1, [1, 0, 0, 0]), short]), {
        code: 'argument/invalid',
        what: 'apply() of a short vector',
      });
      checkEqual([index.rev, index.size], [0, 0], 'rev and size after a refusal');
      await checkRejects(() => index.nearest(Float32Array.of(1), { k: 1 }), {
        code: 'argument/invalid',
        what: 'nearest() of a short vector',
      });
      await checkRejects(() => index.nearest(new Float32Array(DIMENSION), { k: 0 }), {
        code: 'argument/range',
        what: 'nearest() of no neighbours',
      });
    }),
    one('is closed after disposal, twice or more', async (index) => {
      await index[Symbol.asyncDispose]();
      await index[Symbol.asyncDispose]();
      for (const work of [
        () => index.apply([]),
        () => index.nearest(new Float32Array(DIMENSION), { k: 1 }),
      ]) {
        await checkRejects(work, { code: 'session/closed', what: 'a call after disposal' });
      }
    }),
  ];
}

function row(key: string, rev: number, vector: readonly number[] | null, namespace = 'n'): Row {
  const removed = vector === null;
  const value = removed ? null : { even: rev % 2 === 0, name: key };
  return { namespace, key, rev, value, vector: vector && Float32Array.from(vector), removed };
}

function sample(count: number): Row[] {
  const random = seededRandom(11);
  return Array.from({ length: count }, (_, index) => {
    const vector = Array.from({ length: DIMENSION }, () => random.next() * 2 - 1);
    return row(`k${index}`, index + 1, vector, index % 3 === 0 ? 'm' : 'n');
  });
}

async function twin(index: VectorIndex, rows: readonly Row[]): Promise<VectorIndex> {
  const exact = new MemoryVectorIndex({ dimension: index.dimension, metric: index.metric });
  await exact.apply(rows);
  return exact;
}

const QUESTION = Float32Array.of(0.3, -0.2, 0.9, 0.1);
const ids = (found: readonly Neighbour[]): string[] =>
  found.map(({ namespace, key }) => `${namespace}/${key}`);
const keysNear = async (index: VectorIndex): Promise<string[]> =>
  ids(await index.nearest(QUESTION, { k: 10 }));

async function recall(index: VectorIndex, exact: VectorIndex): Promise<number> {
  const random = seededRandom(12);
  let hits = 0;
  for (let question = 0; question < 20; question++) {
    const vector = Float32Array.from({ length: DIMENSION }, () => random.next() * 2 - 1);
    const found = await index.nearest(vector, { k: 10 });
    checkEqual(found.length, 10, 'how many were found');
    found.forEach(({ distance }, place) => {
      check(distance >= (found[place - 1]?.distance ?? distance), 'the answers are not in order');
    });
    const truth = new Set(ids(await exact.nearest(vector, { k: 10 })));
    hits += ids(found).filter((id) => truth.has(id)).length;
  }
  return hits / 200;
}

async function follows(index: VectorIndex): Promise<void> {
  checkEqual([index.rev, index.size], [0, 0], 'rev and size of an empty index');
  checkEqual(await keysNear(index), [], 'the answers of an empty index');
  await index.apply([
    row('a', 1, [1, 0, 0, 0]),
    row('b', 2, [0, 0, 1, 0]),
    row('c', 3, [0, 1, 0, 0]),
  ]);
  checkEqual((await keysNear(index))[0], 'n/b', 'the nearest row');
  await index.apply([row('b', 4, null), row('a', 5, [0.3, -0.2, 0.9, 0.1])]);
  checkEqual([index.rev, index.size], [5, 2], 'rev and size after a removal and a change');
  const found = await keysNear(index);
  checkEqual([found[0], found.includes('n/b')], ['n/a', false], 'the answers after a change');
  const bare = { ...row('c', 6, null), value: 'no vector any more', removed: false };
  await index.apply([bare]);
  checkEqual([index.rev, index.size], [6, 1], 'rev and size when a row lost its vector');
}

async function filters(index: VectorIndex): Promise<void> {
  const rows = sample(300);
  await index.apply(rows);
  const inM = await index.nearest(QUESTION, { k: 100, namespace: 'm' });
  checkEqual(inM.length, 100, 'how many of the 100 rows of a namespace are found');
  check(
    inM.every(({ namespace }) => namespace === 'm'),
    'a row of another namespace is found',
  );
  const named = await index.nearest(QUESTION, { k: 10, where: { name: 'k77' } });
  checkEqual(ids(named), ['n/k77'], 'the only row that fits a filter');
  checkEqual(
    await index.nearest(QUESTION, { k: 10, where: { missing: true } }),
    [],
    'rows without the member',
  );
}
