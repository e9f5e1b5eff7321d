import { describe, it } from 'vitest';
import type { MultiplexedSession, Multiplexer } from '../../src/seams/multiplexer.ts';
import { MemoryMultiplexer, multiplexerSuite } from '../../src/testing/index.ts';
import { expectBite } from './bites.ts';

const suiteOf = (multiplexer: () => Multiplexer) =>
  multiplexerSuite(() => ({ multiplexer: multiplexer(), address: 'here', nowhere: 'nowhere' }));

/** A multiplexer whose connecting side is changed. */
function changed(change: (session: MultiplexedSession) => object): Multiplexer {
  const inner = new MemoryMultiplexer();
  return {
    listen: (address) => inner.listen(address),
    connect: async (address, options) => {
      const session = await inner.connect(address, options);
      const changes = change(session);
      return new Proxy(session, {
        get: (target, name) => {
          const value: unknown = Reflect.get(name in changes ? changes : target, name, target);
          return typeof value === 'function' && !(name in changes) ? value.bind(target) : value;
        },
      });
    },
  };
}

describe('multiplexerSuite()', () => {
  for (const one of suiteOf(() => new MemoryMultiplexer())) it(one.name, one.run);

  it('bites a multiplexer that loses the code of a close', async () => {
    const suite = suiteOf(() => changed((session) => ({ close: () => session.close() })));
    await expectBite(suite, 'closing tells');
  });

  it('bites a multiplexer that ignores draining', async () => {
    const suite = suiteOf(() =>
      changed((session) => ({
        openBidirectional: async () => {
          const send = await session.openUnidirectional().catch(() => null);
          return { send, receive: send };
        },
      })),
    );
    await expectBite(suite, 'draining');
  });

  it('bites a multiplexer whose writes wait for nothing', async () => {
    const suite = suiteOf(() =>
      changed((session) => ({
        openUnidirectional: async () => {
          const send = await session.openUnidirectional();
          const write = send.write.bind(send);
          return Object.assign(send, {
            write: async (bytes: Uint8Array) => {
              void write(bytes);
              return true;
            },
          });
        },
      })),
    );
    await expectBite(suite, 'writing waits');
  });

  it('bites a multiplexer that counts nothing', async () => {
    const nothing = { bytesSent: 0, datagramsSent: 0, openStreams: 0, roundTrip: null };
    const suite = suiteOf(() => changed(() => ({ statistics: async () => nothing })));
    await expectBite(suite, 'counts');
  });
});
