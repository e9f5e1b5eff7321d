import { describe, expect, it } from 'vitest';
import { Fifo } from '../src/fifo.ts';
import { FrameQueue } from '../src/frame-queue.ts';
import type { Waiting } from '../src/waiting-frame.ts';

const frame = (length = 1): Waiting => ({
  frame: { bytes: Buffer.alloc(length), exact: true, chunk: null, events: [] },
  open: 0,
  touched: false,
  patient: false,
  parts: [],
  settled: false,
});

describe('Fifo', () => {
  it('gives what was put in, in order, however it is taken', () => {
    const fifo = new Fifo<number>();
    const taken: number[] = [];
    fifo.shift();
    for (let i = 0; i < 100; i++) {
      fifo.push(i);
      if (i % 3 === 0) continue;
      taken.push(fifo.first ?? -1);
      fifo.shift();
    }
    fifo.filter((each) => each % 2 === 0);
    taken.push(...fifo.toArray());
    const rest = [...Array(34).keys()].map((each) => 66 + each).filter((each) => each % 2 === 0);
    expect(taken).toEqual([...Array(66).keys(), ...rest]);
    fifo.filter(() => false);
    expect(fifo.first).toBeUndefined();
  });
});

describe('FrameQueue', () => {
  it('gives the oldest that waits, and all that do', () => {
    const queue = new FrameQueue(1_000);
    const frames = Array.from({ length: 300 }, () => frame());
    for (const each of frames) queue.add(each);
    for (const [place, each] of frames.entries()) if (place % 4 > 0) queue.settle(each);
    const left = frames.filter((_, place) => place % 4 === 0);
    expect(queue.toArray()).toEqual(left);
    for (const each of left) {
      expect(queue.first).toBe(each);
      queue.settle(each);
    }
    expect([queue.first, queue.toArray()]).toEqual([undefined, []]);
  });

  it('throws budget/exceeded for what waits, not for what has left', () => {
    const queue = new FrameQueue(100);
    const first = frame(60);
    queue.add(first);
    queue.settle(first);
    queue.add(frame(60));
    expect(() => queue.add(frame(60))).toThrow(
      expect.objectContaining({ code: 'budget/exceeded' }),
    );
  });
});
