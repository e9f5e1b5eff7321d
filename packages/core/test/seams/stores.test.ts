import { describe, it } from 'vitest';
import type { Bus, ConsumeOptions, Delivery, Published } from '../../src/seams/bus.ts';
import type { NewRow, PageOptions, Row } from '../../src/seams/store.ts';
import type { NearestOptions, Neighbour } from '../../src/seams/vector-index.ts';
import {
  busSuite,
  MemoryBus,
  MemoryStore,
  MemoryVectorIndex,
  storeSuite,
  vectorIndexSuite,
} from '../../src/testing/index.ts';
import { expectBite } from './bites.ts';

describe('storeSuite()', () => {
  for (const one of storeSuite(() => new MemoryStore())) it(`MemoryStore, ${one.name}`, one.run);

  it('bites a store whose removals leave no tombstone', async () => {
    class Forgetful extends MemoryStore {
      override async changes(options: PageOptions = {}): Promise<readonly Row[]> {
        return (await super.changes(options)).filter((row) => !row.removed);
      }
    }
    await expectBite(
      storeSuite(() => new Forgetful()),
      'cursor',
    );
  });

  it('bites a store that ignores the expected length of a history', async () => {
    class Careless extends MemoryStore {
      override append(history: string, values: readonly []): Promise<number | null> {
        return super.append(history, values);
      }
    }
    await expectBite(
      storeSuite(() => new Careless()),
      'histories',
    );
  });

  it('bites a store that writes rows before it checks them all', async () => {
    class Halfway extends MemoryStore {
      override async put(rows: readonly NewRow[]): Promise<readonly Row[]> {
        const written: Row[] = [];
        for (const row of rows) written.push(...(await super.put([row])));
        return written;
      }
    }
    await expectBite(
      storeSuite(() => new Halfway()),
      'bad row',
    );
  });
});

const index = () => new MemoryVectorIndex({ dimension: 4, metric: 'cosine' });

describe('vectorIndexSuite()', () => {
  for (const metric of ['cosine', 'euclidean', 'dot'] as const) {
    const suite = vectorIndexSuite(() => new MemoryVectorIndex({ dimension: 4, metric }));
    for (const one of suite) it(`MemoryVectorIndex, ${metric}, ${one.name}`, one.run);
  }

  it('bites an index that filters after it has chosen', async () => {
    class Late extends MemoryVectorIndex {
      override async nearest(
        vector: Float32Array,
        { k, namespace }: NearestOptions,
      ): Promise<readonly Neighbour[]> {
        const found = await super.nearest(vector, { k });
        return found.filter((one) => namespace === undefined || one.namespace === namespace);
      }
    }
    const suite = vectorIndexSuite(() => new Late({ dimension: 4, metric: 'cosine' }));
    await expectBite(suite, 'filter');
  });

  it('bites an index that misses neighbours', async () => {
    class Blind extends MemoryVectorIndex {
      override async nearest(
        vector: Float32Array,
        options: NearestOptions,
      ): Promise<readonly Neighbour[]> {
        const found = await super.nearest(vector, { ...options, k: options.k * 2 });
        return found.filter((_, place) => place % 2 === 0).slice(0, options.k);
      }
    }
    const suite = vectorIndexSuite(() => new Blind({ dimension: 4, metric: 'cosine' }));
    await expectBite(suite, 'recall');
  });

  it('bites an index that lets an old rev win', async () => {
    class Backward extends MemoryVectorIndex {
      override apply(rows: readonly Row[]): Promise<void> {
        const last = this.rev;
        return super.apply(rows.map((row) => ({ ...row, rev: Math.max(row.rev, last + 1) })));
      }
    }
    const suite = vectorIndexSuite(() => new Backward({ dimension: 4, metric: 'cosine' }));
    await expectBite(suite, 'old rev');
  });

  it('bites an index that never removes', async () => {
    const hoarding = () => {
      const inner = index();
      const apply = inner.apply.bind(inner);
      return Object.assign(inner, {
        apply: (rows: readonly Row[]) => apply(rows.filter((row) => row.vector !== null)),
      });
    };
    await expectBite(vectorIndexSuite(hoarding), 'follows rows');
  });
});

describe('busSuite()', () => {
  for (const one of busSuite(() => new MemoryBus())) it(`MemoryBus, ${one.name}`, one.run);

  it('bites a bus that forgets keys', async () => {
    class Keyless extends MemoryBus {
      override publish(topic: string, value: string): Promise<Published> {
        return super.publish(topic, value);
      }
    }
    await expectBite(
      busSuite(() => new Keyless()),
      'key',
    );
  });

  it('bites a bus that acknowledges by itself', async () => {
    class Hasty extends MemoryBus {
      override async *consume(
        topic: string,
        options: ConsumeOptions,
      ): AsyncGenerator<Delivery, void, undefined> {
        for await (const delivery of super.consume(topic, options)) {
          await delivery.acknowledge();
          yield delivery;
        }
      }
    }
    const bus = (): Bus => new Hasty();
    const suite = busSuite(bus).filter((one) => /limit/.test(one.name));
    await expectBite(suite, 'limit');
  });
});
