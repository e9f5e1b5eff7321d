import { createServer } from 'node:http';
import { isMidstreamError } from '@midstream/core';
import { SimulatedClock } from '@midstream/core/simulation';
import { loadConfig } from '@midstream/sdk';
import { afterEach, describe, expect, it } from 'vitest';
import { closeServer } from '../src/server/listening.ts';
import { createLog } from '../src/server/log.ts';
import { loadPolicies } from '../src/server/policies.ts';
import { serve } from '../src/server/server.ts';
import { TinyLmUpstream } from '../src/server/upstream.ts';
import { Spawner } from './spawner.ts';
import { ask, call, closeAll, listening, mute, serverOver, until } from './support.ts';

afterEach(closeAll);
const NO_RULES = new URL('./fixtures/no-rules.yaml', import.meta.url).pathname;

describe('serve()', () => {
  it('says what to do when its port is taken, and leaves nothing running', async () => {
    const taken = new URL(await listening(createServer())).port;
    const spawner = new Spawner();
    const upstream = new TinyLmUpstream({ clock: new SimulatedClock(), spawn: spawner.spawn });
    await spawner.next().ready('http://127.0.0.1:9');
    const config = loadConfig({ env: {}, flags: { port: Number(taken) } });
    const starting = serve({ config, log: createLog('silent'), upstream });
    await expect(starting).rejects.toThrow(/port \d+ is taken.*--port/);
    expect(spawner.current().closed).toBe(1);
  });

  it('refuses a policy that is not there or not one, before it listens', async () => {
    await expect(
      serverOver('http://127.0.0.1:9/v1', { flags: { policy: 'none.yaml' } }),
    ).rejects.toSatisfy((thrown) => isMidstreamError(thrown, 'config/invalid'));
    const flags = { policy: new URL('./spawner.ts', import.meta.url).pathname };
    await expect(serverOver('http://127.0.0.1:9/v1', { flags })).rejects.toSatisfy((thrown) =>
      isMidstreamError(thrown, 'policy/invalid'),
    );
  });

  it('offers the configured policy first, then the built-in ones', async () => {
    const names = async (options: { policy?: string }, demonstration: boolean) =>
      (await loadPolicies(options, demonstration)).map(({ name }) => name);
    expect(await names({}, false)).toEqual(['default']);
    expect(await names({}, true)).toEqual(['demonstration', 'default']);
    expect(await names({ policy: NO_RULES }, true)).toEqual(['none', 'demonstration', 'default']);
  });

  it('plays no demonstration over an upstream that may cost money', async () => {
    const server = await serverOver('http://127.0.0.1:9/v1', { demonstration: true });
    expect(server.demonstration).toBe(false);
    expect((await call(server, 'GET', '/v1/status')).body.demonstration).toBe(false);
    await server.ready;
  });

  it('plays the demonstration over tiny-lm once that is ready', async () => {
    const spawner = new Spawner();
    const upstream = new TinyLmUpstream({ clock: new SimulatedClock(), spawn: spawner.spawn });
    const config = loadConfig({ env: {}, flags: { port: 0 } });
    const log = createLog('silent');
    await using server = await serve({ config, log, upstream, demonstration: true });
    expect((await call(server, 'GET', '/v1/status')).body.demonstration).toBe(true);
    await spawner.next().ready('http://127.0.0.1:9');
    await until(() => server.hub.list().length > 0);
  });

  it('serves the dashboard at /', async () => {
    const server = await serverOver('http://127.0.0.1:9/v1', { dashboard: 'no-such-folder' });
    const { text, headers } = await ask(`${server.url}/`);
    expect(headers['content-type']).toContain('text/html');
    expect(text).toContain('npm run build');
  });
});

it('closeServer() closes by force what does not end in time', async () => {
  const server = createServer(() => undefined);
  const url = await listening(server);
  const socket = await mute(url, 'GET / HTTP/1.1\r\nHost: HOST\r\n\r\n');
  let closed = false;
  socket.on('close', () => {
    closed = true;
  });
  socket.resume();
  await new Promise((resolve) => setTimeout(resolve, 20));
  await closeServer(server, 10);
  await until(() => closed);
});
