/**
 * The contract of `seams/bus.ts`. Durability needs a process to kill and is tested by each
 * implementation.
 */
import type { Bus, ConsumeOptions, Delivery } from '../seams/bus.ts';
import { type ConformanceCase, check, checkEqual, checkRejects } from './conformance.ts';

/** Cases for a bus. `make` gives an empty one at each call; the suite disposes of it. */
export function busSuite(make: () => Bus | Promise<Bus>): readonly ConformanceCase[] {
  const one = (name: string, run: (bus: Bus) => Promise<void>): ConformanceCase => ({
    name: `bus: ${name}`,
    run: async () => {
      const bus = await make();
      try {
        await run(bus);
      } finally {
        await bus[Symbol.asyncDispose]();
      }
    },
  });
  return [
    one('a topic is a log with positions from 1, and replays in pages', async (bus) => {
      for (const value of ['a', 'b', 'c']) await bus.publish('t', value);
      checkEqual(await bus.publish('other', 0), { position: 1, duplicate: false }, 'a publication');
      const replayed = await bus.replay('t', { after: 1 });
      const rest = [
        { topic: 't', position: 2, value: 'b' },
        { topic: 't', position: 3, value: 'c' },
      ];
      checkEqual(replayed, rest, 'what follows position 1');
      checkEqual(await bus.replay('t', { after: 1, limit: 1 }), rest.slice(0, 1), 'a page');
      checkEqual(await bus.replay('empty'), [], 'a topic that nobody published to');
    }),
    one('a key is stored once in its topic', async (bus) => {
      await bus.publish('t', 'x');
      const first = await bus.publish('t', 'first', { key: 'k' });
      const again = await bus.publish('t', 'second', { key: 'k' });
      checkEqual(
        [first.duplicate, again],
        [false, { position: 2, duplicate: true }],
        'the answers',
      );
      checkEqual((await bus.publish('u', 'x', { key: 'k' })).duplicate, false, 'in another topic');
      checkEqual((await bus.replay('t')).length, 2, 'how many messages were stored');
    }),
    one('hands each message to one consumer of a group, and to every group', async (bus) => {
      await publish(bus, 6);
      const one = reader(bus, { group: 'g', inFlight: 3 });
      const two = reader(bus, { group: 'g', inFlight: 3 });
      const both = [...(await one.take(3)), ...(await two.take(3))].map((got) => got.position);
      checkEqual(both.sort(), [1, 2, 3, 4, 5, 6], 'what the two consumers of a group got');
      const other = await reader(bus, { group: 'late', after: 4 }).take(2);
      checkEqual(
        other.map((got) => got.position),
        [5, 6],
        'what a group that begins after 4 got',
      );
    }),
    one('waits for messages that are published later', async (bus) => {
      const waiting = reader(bus, { group: 'g' }).take(1);
      await publish(bus, 1);
      checkEqual((await waiting)[0]?.attempt, 1, 'the attempt of a first delivery');
    }),
    one('hands out again what was refused or left, never what was acknowledged', redelivers),
    one('waits at its limit of unacknowledged deliveries', async (bus) => {
      await publish(bus, 3);
      const limited = reader(bus, { group: 'g', inFlight: 2 });
      const [first] = await limited.take(2);
      let third: Delivery | undefined;
      const waiting = limited.take(1).then(([got]) => {
        third = got;
      });
      await reader(bus, { group: 'other' }).take(3);
      for (let pause = 0; pause < 20; pause++) await bus.replay('t');
      checkEqual(third, undefined, 'a third delivery before anything was acknowledged');
      await first?.acknowledge();
      await waiting;
      checkEqual(third?.position, 3, 'the delivery after an acknowledgement');
    }),
    one('ends its consumers by signal and by disposal, and is closed then', async (bus) => {
      const controller = new AbortController();
      const aborted = reader(bus, { group: 'g', signal: controller.signal }).take(1);
      const disposed = reader(bus, { group: 'g' }).take(1);
      controller.abort();
      checkEqual(await aborted, [], 'what a consumer got that was aborted');
      await bus[Symbol.asyncDispose]();
      await bus[Symbol.asyncDispose]();
      checkEqual(await disposed, [], 'what a consumer got whose bus was disposed of');
      for (const work of [() => bus.publish('t', 1), () => bus.replay('t')]) {
        await checkRejects(work, { code: 'session/closed', what: 'a call after disposal' });
      }
    }),
  ];
}

async function publish(bus: Bus, count: number): Promise<void> {
  for (let number = 1; number <= count; number++) await bus.publish('t', number);
}

interface Reader {
  take(count: number): Promise<Delivery[]>;
  leave(): Promise<void>;
}

function reader(bus: Bus, options: ConsumeOptions): Reader {
  const iterator = bus.consume('t', options)[Symbol.asyncIterator]();
  return {
    take: async (count) => {
      const got: Delivery[] = [];
      while (got.length < count) {
        const next = await iterator.next();
        if (next.done === true) break;
        got.push(next.value);
      }
      return got;
    },
    leave: async () => {
      await iterator.return?.();
    },
  };
}

async function redelivers(bus: Bus): Promise<void> {
  await publish(bus, 3);
  const first = reader(bus, { group: 'g' });
  const [one, two, three] = await first.take(3);
  await one?.acknowledge();
  await one?.acknowledge();
  await two?.refuse();
  const [again] = await first.take(1);
  checkEqual([again?.position, again?.attempt], [2, 2], 'position and attempt after a refusal');
  await again?.acknowledge();
  await first.leave();
  const second = reader(bus, { group: 'g' });
  await publish(bus, 1);
  const rest = await second.take(2);
  check(three?.position === 3, 'the third message came late');
  checkEqual(
    rest.map((got) => [got.position, got.value, got.attempt]),
    [
      [3, 3, 2],
      [4, 1, 1],
    ],
    'what another consumer gets of one that left',
  );
}
