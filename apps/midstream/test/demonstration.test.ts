import { getEventListeners } from 'node:events';
import { millis } from '@midstream/core';
import { SimulatedClock } from '@midstream/core/simulation';
import { DEFAULT_POLICY, parsePolicy, SessionHub } from '@midstream/sdk';
import { afterEach, describe, expect, it } from 'vitest';
import { demonstrate, PAUSE, SCENES } from '../src/server/demonstration.ts';
import { createLog } from '../src/server/log.ts';
import { closeAll, says, serverOver, until, upstreamWith } from './support.ts';

afterEach(closeAll);

async function playing(texts: readonly string[] = ['one ', 'two ', 'three'], hang = false) {
  const upstream = await upstreamWith(says(texts, { hang }));
  const server = await serverOver(upstream.url);
  const clock = new SimulatedClock();
  const abort = new AbortController();
  const watching = { count: 0 };
  const over = demonstrate({
    url: server.url,
    model: 'tiny-lm',
    hub: server.hub,
    host: server.hub,
    clock,
    log: createLog('silent'),
    watchers: () => watching.count,
    signal: abort.signal,
  });
  return { upstream, server, clock, abort, watching, over };
}
const turns = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

describe('demonstrate()', () => {
  it('plays every scene through the gateway, then a series of gaps and log-probabilities', async () => {
    const { upstream, server, clock, abort, over } = await playing();
    const { hub } = server;
    await until(() => hub.list().some(({ origin }) => origin === 'replay'));
    while (hub.list()[0]?.state === 'open') {
      clock.advance(millis(20));
      await turns();
    }
    expect(
      upstream.bodies.map(({ messages }) => (messages as { content: string }[])[0]?.content),
    ).toEqual(SCENES.map(({ prompt }) => prompt));
    expect(upstream.bodies[0]).toMatchObject({ seed: 1, logprobs: true, stream: true });
    const [series] = hub.list();
    expect(series).toMatchObject({ origin: 'replay', state: 'completed' });
    const samples = hub
      .records(series?.id ?? '', 0)
      .flatMap((record) =>
        record.type === 'released' && record.event.type === 'sample' ? [record.event] : [],
      );
    expect(samples.filter(({ name }) => name === 'token gap (ms)').length).toBeGreaterThan(1);
    expect(samples.find(({ name }) => name === 'log-probability')?.value).toBe(-0.5);
    abort.abort();
    await over;
  });

  it('plays again only while somebody watches, with another seed', async () => {
    const { upstream, server, clock, abort, watching, over } = await playing();
    const series = () => server.hub.list().filter(({ origin }) => origin === 'replay');
    await until(() => series().length === 1);
    while (series()[0]?.state === 'open') {
      clock.advance(millis(20));
      await turns();
    }
    for (let n = 0; n < 5; n++) {
      clock.advance(PAUSE);
      await turns();
    }
    expect(upstream.bodies).toHaveLength(SCENES.length);
    watching.count = 1;
    while (upstream.bodies.length === SCENES.length) {
      clock.advance(millis(500));
      await turns();
    }
    expect(upstream.bodies.at(-1)).toMatchObject({ seed: 2 });
    abort.abort();
    await over;
  });

  it('ends at once when aborted within a stream, and leaves no listener behind', async () => {
    const { server, abort, over } = await playing(['one '], true);
    await until(() => server.hub.list()[0]?.counts.tokens === 1);
    abort.abort();
    await over;
    await until(() => server.hub.list()[0]?.state === 'disconnected');
    expect(getEventListeners(abort.signal, 'abort')).toEqual([]);
  });

  it('ends at once when aborted between rounds', async () => {
    const { server, clock, abort, over } = await playing(['only one']);
    await until(() => server.hub.list().filter(({ state }) => state === 'completed').length === 2);
    await turns();
    clock.advance(PAUSE);
    await turns();
    // The pause's one, and those of fetch, which holds them weakly.
    expect(getEventListeners(abort.signal, 'abort').length).toBeLessThanOrEqual(SCENES.length + 1);
    abort.abort();
    await over;
  });

  it('goes on when the server refuses, and when no further session may be opened', async () => {
    const upstream = await upstreamWith(says(['one ', 'two']));
    const server = await serverOver(upstream.url);
    const clock = new SimulatedClock();
    const abort = new AbortController();
    const refuses = new SessionHub({
      clock,
      policies: [parsePolicy(DEFAULT_POLICY)],
      limits: { openSessions: 0 },
    });
    const scene = { url: server.url, model: 'm', hub: server.hub, host: refuses, clock };
    const more = { log: createLog('silent'), watchers: () => 0, signal: abort.signal };
    const over = demonstrate({ ...scene, ...more });
    await until(() => server.hub.list().filter(({ state }) => state === 'completed').length === 2);
    await turns();
    abort.abort();
    await over;
    const away = new AbortController();
    const gone = { ...scene, ...more, url: 'http://127.0.0.1:9', signal: away.signal };
    const playing = demonstrate(gone);
    await turns();
    away.abort();
    await playing;
  });
});
