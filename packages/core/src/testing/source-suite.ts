/** The contract of `seams/source.ts`. */
import { EVENT_TYPES, type StreamEvent } from '../events.ts';
import type { Source } from '../seams/source.ts';
import { type ConformanceCase, check, checkEqual } from './conformance.ts';

/**
 * Cases for a source. `make` gives, at each call, a new one that ends by itself after two batches
 * or more.
 */
export function sourceSuite(make: () => Source | Promise<Source>): readonly ConformanceCase[] {
  const one = (name: string, run: () => Promise<void>): ConformanceCase => ({
    name: `source: ${name}`,
    run,
  });
  return [
    one('yields batches that are not empty, of increasing sequence', async () => {
      const types: readonly string[] = EVENT_TYPES;
      let last = Number.NEGATIVE_INFINITY;
      let batches = 0;
      for await (const batch of await make()) {
        batches += 1;
        check(batch.length > 0, 'a batch is empty');
        for (const event of batch) {
          check(event.sequence > last, `event ${event.sequence} comes after event ${last}`);
          check(types.includes(event.type), `"${event.type}" is no type of event`);
          last = event.sequence;
        }
      }
      check(batches > 1, 'the suite wants a source of two batches or more');
    }),
    one('does not change a batch that it has yielded', async () => {
      const kept: (readonly StreamEvent[])[] = [];
      const copies: (readonly StreamEvent[])[] = [];
      for await (const batch of await make()) {
        kept.push(batch);
        copies.push(structuredClone(batch));
      }
      checkEqual(kept, copies, 'a batch after it was yielded');
    }),
    one('can be left early, and disposed of twice', async () => {
      const source = await make();
      for await (const batch of source) {
        check(batch.length > 0, 'a batch is empty');
        break;
      }
      await source[Symbol.asyncDispose]();
      await source[Symbol.asyncDispose]();
    }),
    one('yields nothing after it was disposed of', async () => {
      const source = await make();
      await source[Symbol.asyncDispose]();
      for await (const batch of source) check(false, `it yields ${batch.length} events`);
    }),
    one('a waiting reader is let go when it is disposed of', async () => {
      const source = await make();
      const iterator = source[Symbol.asyncIterator]();
      const first = await iterator.next();
      check(first.done !== true, 'it yields nothing');
      await source[Symbol.asyncDispose]();
      const rest = await iterator.next();
      check(rest.done === true, 'it goes on after it was disposed of');
    }),
  ];
}
