/**
 * The contract of `seams/multiplexer.ts`. What a network does (loss, delay, migration) is tested by
 * each implementation.
 */
import type {
  MultiplexedSession,
  Multiplexer,
  MultiplexListener,
  ReceiveStream,
  StreamRead,
} from '../seams/multiplexer.ts';
import { type ConformanceCase, check, checkEqual, checkRejects } from './conformance.ts';

/** A multiplexer and an address to listen on. */
export interface MultiplexerUnderTest {
  readonly multiplexer: Multiplexer;
  readonly address: string;
  /** An address where nobody listens. */
  readonly nowhere: string;
}

interface Pair {
  readonly client: MultiplexedSession;
  readonly server: MultiplexedSession;
}

/** More than any credit that an implementation gives at once. */
const MUCH = 4 * 1_048_576;

/** Cases for a multiplexer. `make` gives a new one at each call. */
export function multiplexerSuite(
  make: () => MultiplexerUnderTest | Promise<MultiplexerUnderTest>,
): readonly ConformanceCase[] {
  const one = (name: string, run: (pair: Pair) => Promise<void>): ConformanceCase => ({
    name: `multiplexer: ${name}`,
    run: async () => {
      const { multiplexer, address } = await make();
      const listener = await multiplexer.listen(address);
      const client = await multiplexer.connect(listener.address);
      const server = await first(listener.sessions, 'the session of a peer');
      try {
        await run({ client, server });
      } finally {
        await client[Symbol.asyncDispose]();
        await server[Symbol.asyncDispose]();
        await listener[Symbol.asyncDispose]();
      }
    },
  });
  return [
    {
      name: 'multiplexer: connects where somebody listens, and only there',
      run: () => connects(make),
    },
    one('carries a bidirectional stream both ways, to its end', bidirectional),
    one('carries unidirectional streams from either side', async ({ client, server }) => {
      for (const [from, to] of [
        [client, server],
        [server, client],
      ] as const) {
        const send = await from.openUnidirectional({ priority: 'critical' });
        checkEqual(send.priority, 'critical', 'the priority asked for');
        send.priority = 'low';
        checkEqual(send.priority, 'low', 'the priority after a change');
        check(await send.write(text('hello')), 'a write is refused');
        send.end();
        const receive = await first(to.incomingUnidirectional, 'an incoming stream');
        checkEqual(await readAll(receive), ['hello', { type: 'end' }], 'what arrives');
        checkEqual(await receive.read(), { type: 'end' }, 'a read after the end');
        checkEqual(await send.write(text('more')), false, 'a write after the end');
        checkEqual(await send.stopped, null, 'whether a stream that ended was stopped');
      }
    }),
    one('does not keep a hand on bytes that were written', async ({ client, server }) => {
      const send = await client.openUnidirectional();
      const bytes = text('before');
      await send.write(bytes);
      bytes.fill(0);
      send.end();
      const receive = await first(server.incomingUnidirectional, 'an incoming stream');
      checkEqual((await readAll(receive))[0], 'before', 'what arrives of bytes changed later');
    }),
    one('a reset arrives with its code', async ({ client, server }) => {
      const send = await client.openUnidirectional();
      await send.write(text('x'));
      const receive = await first(server.incomingUnidirectional, 'an incoming stream');
      send.reset(4_294_967_295);
      send.end();
      const ending = (await readAll(receive)).at(-1);
      checkEqual(
        ending,
        { type: 'reset', code: 4_294_967_295 },
        'how a stream that was reset ends',
      );
      checkEqual(await send.write(text('y')), false, 'a write after a reset');
    }),
    one('a stop arrives with its code, and reads answer "lost"', async ({ client, server }) => {
      const send = await client.openUnidirectional();
      await send.write(text('x'));
      const receive = await first(server.incomingUnidirectional, 'an incoming stream');
      receive.stop(77);
      checkEqual(await send.stopped, 77, 'the code of a stop');
      checkEqual(await send.write(text('y')), false, 'a write after a stop');
      checkEqual(await receive.read(), { type: 'lost' }, 'a read after a stop');
    }),
    one('writing waits for a reader, and delays no other stream', credit),
    one('carries datagrams, refuses large ones, drops after the end', datagrams),
    one('draining refuses new streams and lets open ones finish', async ({ client, server }) => {
      const send = await client.openUnidirectional();
      client.drain();
      client.drain();
      await Promise.all([client.draining, server.draining]);
      for (const session of [client, server]) {
        await checkRejects(() => session.openBidirectional(), {
          code: 'session/closed',
          what: 'a new stream while draining',
        });
      }
      check(await send.write(text('still')), 'a write to an open stream is refused while draining');
      send.end();
      const receive = await first(server.incomingUnidirectional, 'an incoming stream');
      checkEqual(await readAll(receive), ['still', { type: 'end' }], 'what arrives while draining');
    }),
    one('closing tells both sides why, once, and ends all that is open', closes),
    one('counts what it carried', counts),
  ];
}

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

async function first<T>(items: AsyncIterable<T>, what: string): Promise<T> {
  const next = await items[Symbol.asyncIterator]().next();
  check(next.done !== true, `${what} does not come`);
  return next.value;
}

/** The text that arrives, joined, and how the stream ended. */
async function readAll(stream: ReceiveStream): Promise<(string | StreamRead)[]> {
  const decoder = new TextDecoder();
  let joined = '';
  for (;;) {
    const read = await stream.read();
    if (read.type !== 'data') return [joined, read];
    check(read.bytes.length > 0, 'a read gives no bytes');
    joined += decoder.decode(read.bytes, { stream: true });
  }
}

async function connects(
  make: () => MultiplexerUnderTest | Promise<MultiplexerUnderTest>,
): Promise<void> {
  const { multiplexer, address, nowhere } = await make();
  await checkRejects(() => multiplexer.connect(nowhere), {
    code: 'upstream/unreachable',
    what: 'a connection to nobody',
  });
  const listener: MultiplexListener = await multiplexer.listen(address);
  await checkRejects(() => multiplexer.connect(listener.address, { signal: AbortSignal.abort() }), {
    code: 'stream/aborted',
    what: 'a connection whose signal has aborted',
  });
  await checkRejects(() => multiplexer.listen(listener.address), {
    code: 'argument/invalid',
    what: 'a second listener on one address',
  });
  await listener[Symbol.asyncDispose]();
  await listener[Symbol.asyncDispose]();
  const after = await listener.sessions[Symbol.asyncIterator]().next();
  check(after.done === true, 'sessions go on after the listener was disposed of');
  await checkRejects(() => multiplexer.connect(listener.address), {
    code: 'upstream/unreachable',
    what: 'a connection to a listener that was disposed of',
  });
}

async function bidirectional({ client, server }: Pair): Promise<void> {
  const near = await client.openBidirectional();
  check(await near.send.write(text('question')), 'a write is refused');
  near.send.end();
  const far = await first(server.incomingBidirectional, 'an incoming stream');
  checkEqual(await readAll(far.receive), ['question', { type: 'end' }], 'the question');
  check(await far.send.write(text('answer')), 'the other direction ended as well');
  far.send.end();
  checkEqual(await readAll(near.receive), ['answer', { type: 'end' }], 'the answer');
}

async function credit({ client, server }: Pair): Promise<void> {
  const slow = await client.openUnidirectional();
  let taken = false;
  const writing = slow.write(new Uint8Array(MUCH)).then((accepted) => {
    taken = true;
    return accepted;
  });
  const quick = await client.openUnidirectional();
  await quick.write(text('past'));
  quick.end();
  const incoming = server.incomingUnidirectional[Symbol.asyncIterator]();
  const stalled = await incoming.next();
  const passing = await incoming.next();
  check(stalled.done !== true && passing.done !== true, 'the streams do not come');
  checkEqual(
    await readAll(passing.value),
    ['past', { type: 'end' }],
    'a stream beside a stalled one',
  );
  checkEqual(taken, false, 'whether much was taken before anything was read');
  let bytes = 0;
  while (bytes < MUCH) {
    const read = await stalled.value.read();
    check(read.type === 'data', `a stream ends with "${read.type}" after ${bytes} bytes`);
    bytes += read.bytes.length;
  }
  checkEqual(await writing, true, 'whether the write succeeded when all was read');
}

async function datagrams({ client, server }: Pair): Promise<void> {
  const { maximumSize } = client.datagrams;
  check(maximumSize >= 1, 'no datagram can be sent');
  check(client.datagrams.send(text('ping')), 'the first datagram is dropped');
  const got = await first(server.datagrams.incoming, 'a datagram');
  checkEqual(new TextDecoder().decode(got), 'ping', 'the datagram');
  await checkRejects(() => client.datagrams.send(new Uint8Array(maximumSize + 1)), {
    code: 'argument/range',
    what: 'a datagram that is too large',
  });
  client.close();
  checkEqual(client.datagrams.send(text('late')), false, 'a datagram after the end');
}

async function closes({ client, server }: Pair): Promise<void> {
  const send = await client.openUnidirectional();
  await send.write(text('x'));
  const receive = await first(server.incomingUnidirectional, 'an incoming stream');
  await receive.read();
  const reading = receive.read();
  client.close({ code: 9, reason: 'enough' });
  client.close({ code: 10, reason: 'again' });
  const closed = { code: 9, reason: 'enough', error: null };
  checkEqual(await client.closed, closed, 'how the session closed here');
  checkEqual(await server.closed, closed, 'how the session closed there');
  checkEqual(await reading, { type: 'lost' }, 'a read that waited when the session closed');
  checkEqual(await send.write(text('y')), false, 'a write after the session closed');
  checkEqual(await send.stopped, null, 'whether the stream was stopped');
  for await (const stream of server.incomingBidirectional)
    check(false, `it comes: ${typeof stream}`);
  await checkRejects(() => server.openUnidirectional(), {
    code: 'session/closed',
    what: 'a new stream after the session closed',
  });
}

async function counts({ client, server }: Pair): Promise<void> {
  const send = await client.openUnidirectional();
  checkEqual((await client.statistics()).openStreams, 1, 'open streams');
  await send.write(text('12345'));
  send.end();
  client.datagrams.send(text('123'));
  await readAll(await first(server.incomingUnidirectional, 'an incoming stream'));
  await first(server.datagrams.incoming, 'a datagram');
  const here = await client.statistics();
  const there = await server.statistics();
  checkEqual([here.bytesSent, there.bytesReceived], [8, 8], 'bytes sent and received');
  checkEqual([here.datagramsSent, there.datagramsReceived], [1, 1], 'datagrams sent and received');
  checkEqual(
    [there.openStreams, there.datagramsDropped],
    [0, 0],
    'open streams and dropped datagrams',
  );
  check(here.roundTrip === null || here.roundTrip >= 0, 'the round trip is negative');
}
