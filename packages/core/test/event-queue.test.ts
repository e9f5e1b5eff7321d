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

  it('wakes a waiting reader at every push, and drops what waits when it is disposed of', async () => {
    const events = writer();
    const queue = new EventQueue();
    const iterator = queue[Symbol.asyncIterator]();
    for (const text of ['a', 'b']) {
      const waiting = iterator.next();
      await new Promise((resolve) => setImmediate(resolve));
      queue.push(events.text(text));
      expect((await waiting).value).toMatchObject([{ text }]);
    }
    queue.push(events.text('c'));
    expect(queue.size).toBe(1);
    await queue[Symbol.asyncDispose]();
    expect(queue.size).toBe(0);
  });

  it('tells the producer as well when it was read to its end', async () => {
    let stopped = 0;
    const queue = new EventQueue({ onStop: () => stopped++ });
    queue.end();
    await read(queue);
    expect(stopped).toBe(1);
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

  it('lets in over its limit one end of each choice and of the stream, and counts the rest', async () => {
    const events = writer();
    const queue = new EventQueue({ maxEvents: 1 });
    const pushed = [
      events.text('a'),
      events.choiceEnd('stop', 0),
      events.choiceEnd('again', 0),
      events.choiceEnd('stop', 1),
      events.choiceEnd('stop', LIMITS.choices.value),
      events.failure('x', 'y'),
      events.failure('x', 'again'),
      events.end(),
      events.end(),
    ].map((event) => queue.push(event));
    expect(pushed).toEqual([true, true, false, true, false, true, false, true, false]);
    queue.end();
    const got = await read(queue);
    expect(got.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(got.filter(({ type }) => type === 'gap')).toHaveLength(4);
  });

  it('refuses a second reader instead of dealing the events out between them', async () => {
    const events = writer();
    const queue = new EventQueue();
    const reading = read(queue);
    expect(() => queue[Symbol.asyncIterator]()).toThrow(
      expect.objectContaining({ code: 'argument/invalid' }),
    );
    queue.push(events.text('a'));
    queue.end();
    expect(await reading).toHaveLength(1);
  });

  it('lets a waiting reader go when its iterator is returned', async () => {
    let stopped = 0;
    const iterator = new EventQueue({ onStop: () => stopped++ })[Symbol.asyncIterator]();
    const waiting = iterator.next();
    await Promise.resolve();
    expect(await iterator.return()).toEqual({ done: true, value: undefined });
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(stopped).toBe(1);
  });

  it('lets a waiting reader go even when onStop throws', async () => {
    const onStop = (): never => {
      throw new Error('no');
    };
    const queue = new EventQueue({ onStop });
    const waiting = queue[Symbol.asyncIterator]().next();
    await expect(queue[Symbol.asyncDispose]()).rejects.toThrow('no');
    expect((await waiting).done).toBe(true);
  });

  it('counts what a lost gap had lost, and frees bytes as they are read', async () => {
    const events = writer();
    const queue = new EventQueue({ maxBytes: 4 });
    queue.push(events.text('ab'));
    const audio = { ...events.tick(), type: 'audio-delta', channel: 'audio' } as const;
    const sound = {
      ...audio,
      data: new Uint8Array(1),
      encoding: 'opus',
      sampleRate: 8000,
    } as const;
    expect(queue.push(sound)).toBe(false);
    const iterator = queue[Symbol.asyncIterator]();
    expect((await iterator.next()).value).toMatchObject([{ text: 'ab' }, { type: 'gap', lost: 1 }]);
    expect(queue.push(events.text('cd'))).toBe(true);
    const small = new EventQueue({ maxEvents: 1 });
    small.push(events.tick());
    small.push(events.gap(7, 'upstream'));
    small.push(events.tick());
    small.end();
    expect(await read(small)).toMatchObject([{ type: 'tick' }, { type: 'gap', lost: 8 }]);
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
