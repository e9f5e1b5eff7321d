import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Fifo } from '../src/session/fifo.ts';

const step = fc.oneof(
  fc.record({ do: fc.constant('push' as const), value: fc.nat(9) }),
  fc.record({ do: fc.constant('shift' as const) }),
  fc.record({ do: fc.constant('insert' as const), value: fc.nat(9) }),
  fc.record({ do: fc.constant('clear' as const) }),
);

describe('Fifo', () => {
  it('is an array that is sorted on insert, taken from the front', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const fifo = new Fifo<number>();
        let model: number[] = [];
        for (const taken of steps) {
          if (taken.do === 'clear') {
            fifo.clear();
            model = [];
          } else if (taken.do === 'shift') {
            fifo.shift();
            model.shift();
          } else if (taken.do === 'push') {
            const value = Math.max(taken.value, model.at(-1) ?? 0);
            fifo.push(value);
            model.push(value);
          } else {
            const found = fifo.search((item) => item > taken.value);
            const index = model.filter((item) => item <= taken.value).length;
            expect(found).toBe(index);
            fifo.insert(found, taken.value);
            model.splice(index, 0, taken.value);
          }
          expect([fifo.length, fifo.first, fifo.at(-1)]).toEqual([
            model.length,
            model[0],
            undefined,
          ]);
          expect(Array.from(model, (_, i) => fifo.at(i))).toEqual(model);
        }
      }),
      { numRuns: process.env.MIDSTREAM_LONG ? 20_000 : 300 },
    );
  });
});
