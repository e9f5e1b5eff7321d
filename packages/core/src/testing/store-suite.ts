/**
 * The contract of `seams/store.ts`. Durability needs a process to kill and is tested by each
 * implementation.
 */
import type { Row, Store } from '../seams/store.ts';
import { type ConformanceCase, check, checkEqual, checkRejects } from './conformance.ts';

/** Cases for a store. `make` gives an empty one at each call; the suite disposes of it. */
export function storeSuite(make: () => Store | Promise<Store>): readonly ConformanceCase[] {
  const one = (name: string, run: (store: Store) => Promise<void>): ConformanceCase => ({
    name: `store: ${name}`,
    run: async () => {
      const store = await make();
      try {
        await run(store);
      } finally {
        await store[Symbol.asyncDispose]();
      }
    },
  });
  return [
    one('keeps rows by namespace and key, as copies', rows),
    one('gives every change a larger rev', revs),
    one('changes() is a cursor: complete, in order, each row once, tombstones included', cursor),
    one('refuses a bad row, and all that came with it', async (store) => {
      const good = { namespace: 'n', key: 'good', value: 1 };
      const bad = { namespace: 'n', key: 'bad', value: 1, vector: Float32Array.of(Number.NaN) };
      for (const wrong of [bad, { ...good, key: '' }, { ...good, namespace: '' }]) {
        await checkRejects(() => store.put([good, wrong]), {
          code: 'argument/invalid',
          what: 'put() of a bad row',
        });
      }
      checkEqual(await store.get('n', 'good'), undefined, 'a row of a put() that failed');
    }),
    one('appends to histories and replays them in pages', histories),
    one('is closed after disposal, twice or more', async (store) => {
      await store[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
      for (const work of [() => store.rev(), () => store.put([]), () => store.replay('h')]) {
        await checkRejects(work, { code: 'session/closed', what: 'a call after disposal' });
      }
    }),
  ];
}

async function rows(store: Store): Promise<void> {
  const value = { list: [1, 'two', null] };
  const vector = Float32Array.of(1, 2.5);
  await store.put([
    { namespace: 'a', key: 'k', value, vector },
    { namespace: 'b', key: 'k', value: 'other' },
  ]);
  value.list.push('changed later');
  vector[0] = 9;
  const row = await store.get('a', 'k');
  checkEqual(row?.value, { list: [1, 'two', null] }, 'the value of a row');
  checkEqual(row?.vector, Float32Array.of(1, 2.5), 'the vector of a row');
  if (row?.vector) row.vector[1] = 9;
  checkEqual(
    (await store.get('a', 'k'))?.vector,
    Float32Array.of(1, 2.5),
    'a vector changed outside',
  );
  checkEqual((await store.get('b', 'k'))?.value, 'other', 'a row of another namespace');
  checkEqual((await store.get('b', 'k'))?.vector, null, 'the vector of a row without one');
  checkEqual(await store.get('c', 'k'), undefined, 'a row that never was');
  const removed = await store.remove('a', ['k', 'never there']);
  checkEqual(
    removed.map(({ key, removed: gone, value: left }) => [key, gone, left]),
    [['k', true, null]],
    'the tombstones of a removal',
  );
  checkEqual(await store.get('a', 'k'), undefined, 'a row that was removed');
  checkEqual(await store.remove('a', ['k']), [], 'the second removal of a row');
}

async function revs(store: Store): Promise<void> {
  checkEqual(await store.rev(), 0, 'the rev of an empty store');
  const put = (key: string): Promise<readonly Row[]> =>
    store.put([{ namespace: 'n', key, value: 0 }]);
  const all = [
    ...(await store.put(['a', 'b'].map((key) => ({ namespace: 'n', key, value: 0 })))),
    ...(await put('a')),
    ...(await store.remove('n', ['b'])),
    ...(await put('b')),
    ...(await Promise.all(['x', 'y', 'z'].map(put))).flat().sort((a, b) => a.rev - b.rev),
  ].map((row) => row.rev);
  all.forEach((rev, index) => {
    check(Number.isSafeInteger(rev) && rev > (all[index - 1] ?? 0), `rev ${rev} is not larger`);
  });
  checkEqual(await store.rev(), all[all.length - 1], 'the rev of the store');
}

async function cursor(store: Store): Promise<void> {
  const keys = Array.from({ length: 7 }, (_, index) => `k${index}`);
  await store.put(keys.map((key) => ({ namespace: 'n', key, value: key })));
  await store.put([{ namespace: 'other', key: 'o', value: 0 }]);
  await store.put([{ namespace: 'n', key: 'k1', value: 'again' }]);
  await store.remove('n', ['k3']);
  const pages: Row[] = [];
  for (let after = 0; ; ) {
    const page = await store.changes({ after, limit: 3 });
    check(page.length <= 3, 'a page is longer than its limit');
    pages.push(...page);
    after = page[page.length - 1]?.rev ?? after;
    if (page.length < 3) break;
  }
  const order = ['k0', 'k2', 'k4', 'k5', 'k6', 'o', 'k1', 'k3'];
  checkEqual(
    pages.map((row) => row.key),
    order,
    'the keys in the order of their last change',
  );
  checkEqual(await store.changes(), pages, 'all changes at once');
  checkEqual(pages[7]?.removed, true, 'the tombstone in the changes');
  const named = await store.changes({ namespace: 'other' });
  checkEqual(
    named.map((row) => row.key),
    ['o'],
    'the changes of one namespace',
  );
  checkEqual(await store.changes({ after: await store.rev() }), [], 'changes after the last');
}

async function histories(store: Store): Promise<void> {
  checkEqual(await store.replay('h'), [], 'a history that nobody began');
  checkEqual(await store.append('h', ['a', { b: 1 }]), 2, 'the position of the last entry');
  checkEqual(await store.append('h', ['c'], { expected: 1 }), null, 'an append to another length');
  checkEqual(await store.append('h', ['c'], { expected: 2 }), 3, 'an append to the right length');
  await store.append('other', ['x']);
  const all = [
    { position: 1, value: 'a' },
    { position: 2, value: { b: 1 } },
    { position: 3, value: 'c' },
  ];
  checkEqual(await store.replay('h'), all, 'a history');
  checkEqual(await store.replay('h', { after: 1, limit: 1 }), [all[1]], 'a page of a history');
  checkEqual(await store.replay('h', { after: 3 }), [], 'what follows the end of a history');
  const raced = await Promise.all([
    store.append('race', ['a'], { expected: 0 }),
    store.append('race', ['b'], { expected: 0 }),
  ]);
  checkEqual([...raced].sort(), [1, null], 'two appends that expect the same length');
}
