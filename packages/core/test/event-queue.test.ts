import { EventQueue, EventWriter, LIMITS, type StreamEvent } from '@midstream/core';
import { SimulatedClock } from '@midstream/core/simulation';
import { describe, expect, it } from 'vitest';

const writer = (): EventWriter => new EventWriter(new SimulatedClock());
const read = async (queue: EventQueue): Promise<StreamEvent[]> => {
  const out: StreamEvent[] = [];
  for await (const batch of queue) {
    expect(batch.length).toBeGreaterThan(0);
    out.push(...batch);
  }
  return out;
};

describe('EventQueue', () => {
  it('hands out in order what was pushed before and while it is read', async () => {
    const events = writer();
    const queue = new EventQueue();
    queue.push(events.text('a'));
    const reading = read(queue);
    await Promise.resolve();
    queue.push(events.text('b'));
    await new Promise((resolve) => setImmediate(resolve));
    queue.push(events.text('c'));
    queue.end();
    queue.end();
    expect((await reading).map((event) => event.sequence)).toEqual([1, 2, 3]);
  });

  it('puts one gap, with the count, where events were lost', async () => {
    const events = writer();
    const queue = new EventQueue({ maxEvents: 2 });
    expect([1, 2, 3, 4].map((n) => queue.push(events.sample('s', n)))).toEqual([
      true,
      true,
      false,
      false,
    ]);
    const iterator = queue[Symbol.asyncIterator]();
    const first = await iterator.next();
    expect(first.value).toMatchObject([
      { value: 1 },
      { value: 2 },
      { type: 'gap', lost: 2, sequence: 3, channel: 'series' },
    ]);
    expect(queue.push(events.text('after'))).toBe(true);
    expect((await iterator.next()).value).toMatchObject([{ sequence: 5, text: 'after' }]);
    await iterator.return();
  });

  it('counts bytes as well, and names several lost channels control', async () => {
    const events = writer();
    const queue = new EventQueue({ maxBytes: 8 });
    queue.push(events.text('1234'));
    queue.push(events.text('5'));
    queue.push(events.text('6', { channel: 'reasoning' }));
    queue.end();
    expect(await read(queue)).toMatchObject([
      { text: '1234' },
      { type: 'gap', lost: 2, channel: 'control' },
    ]);
  });

  it('never drops the end of a choice or of the stream', async () => {
    const events = writer();
    const queue = new EventQueue({ maxEvents: 1 });
    queue.push(events.text('a'));
    queue.push(events.text('b'));
    expect(queue.push(events.choiceEnd('stop'))).toBe(true);
    expect(queue.push(events.end())).toBe(true);
    queue.end();
    expect((await read(queue)).map((event) => event.type)).toEqual([
      'text-delta',
      'gap',
      'choice-end',
      'stream-end',
    ]);
  });

  it('hands out at most LIMITS.batchEvents at once', async () => {
    const events = writer();
    const queue = new EventQueue();
    for (let i = 0; i < LIMITS.batchEvents.value + 1; i++) queue.push(events.sample('s', i));
    queue.end();
    const sizes: number[] = [];
    for await (const batch of queue) sizes.push(batch.length);
    expect(sizes).toEqual([LIMITS.batchEvents.value, 1]);
  });

  it('tells the producer once when the consumer stops, and takes no more', async () => {
    const events = writer();
    let stopped = 0;
    const queue = new EventQueue({ onStop: () => stopped++ });
    queue.push(events.text('a'));
    for await (const _ of queue) break;
    await queue[Symbol.asyncDispose]();
    expect(stopped).toBe(1);
    expect(queue.push(events.text('b'))).toBe(false);
    expect(queue.size).toBe(0);
  });

  it('refuses events after end() and limits below 1', () => {
    const queue = new EventQueue();
    queue.end();
    expect(() => queue.push(writer().text('x'))).toThrow(
      expect.objectContaining({ code: 'queue/closed' }),
    );
    expect(() => new EventQueue({ maxEvents: 0 })).toThrow(/maxEvents 0/);
    expect(() => new EventQueue({ maxBytes: Number.NaN })).toThrow(/maxBytes NaN/);
  });
});
