import { millis } from '@midstream/core';
import { SimulatedClock } from '@midstream/core/simulation';
import { describe, expect, it } from 'vitest';
import {
  configuredUpstream,
  MAX_RESTARTS,
  TinyLmUpstream,
  type UpstreamStatus,
  WELL_AFTER,
} from '../src/server/upstream.ts';
import { Spawner } from './spawner.ts';
import { until } from './support.ts';

function supervised() {
  const clock = new SimulatedClock();
  const spawner = new Spawner();
  const seen: UpstreamStatus[] = [];
  const onChange = (status: UpstreamStatus): void => void seen.push(status);
  const upstream = new TinyLmUpstream({ clock, spawn: spawner.spawn, onChange });
  return { clock, spawner, seen, upstream };
}
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('TinyLmUpstream', () => {
  it('is starting, then ready at the address of the process', async () => {
    const { spawner, seen, upstream } = supervised();
    expect(upstream.status).toMatchObject({ state: 'starting', url: null, model: 'tiny-lm' });
    await spawner.next().ready('http://a');
    await upstream.settled;
    expect(upstream.status).toMatchObject({ state: 'ready', url: 'http://a/v1' });
    expect(seen).toHaveLength(1);
  });

  it('starts the process again, each time twice as late, and gives it up at the limit', async () => {
    const { clock, spawner, upstream } = supervised();
    let settled = false;
    void upstream.settled.then(() => {
      settled = true;
    });
    for (let n = 0; n < MAX_RESTARTS; n++) {
      spawner.next().fail(`no ${n}`);
      await turn();
      expect(upstream.status).toMatchObject({ state: 'down', message: `no ${n}`, url: null });
      clock.advance(millis(200 * 2 ** n - 1));
      expect(spawner.all).toHaveLength(n + 1);
      clock.advance(millis(1));
      expect(spawner.all).toHaveLength(n + 2);
    }
    expect(settled).toBe(false);
    spawner.next().fail('the last');
    await turn();
    expect(settled).toBe(true);
    expect(upstream.status.message).toBe(`the last; given up after ${MAX_RESTARTS} restarts`);
    clock.advance(millis(1_000_000));
    expect(spawner.all).toHaveLength(MAX_RESTARTS + 1);
    await upstream[Symbol.asyncDispose]();
  });

  it('counts restarts anew after the process has been well for a while', async () => {
    const { clock, spawner, upstream } = supervised();
    for (let n = 0; n < MAX_RESTARTS * 2; n++) {
      await spawner.next().ready('http://a');
      await until(() => upstream.status.state === 'ready');
      clock.advance(WELL_AFTER);
      await spawner.current().die();
      await until(() => upstream.status.state === 'down');
      expect(upstream.status.message).toBe('The tiny-lm process ended by itself');
      clock.advance(millis(200));
    }
    expect(spawner.all).toHaveLength(MAX_RESTARTS * 2 + 1);
    await upstream[Symbol.asyncDispose]();
  });

  it('ends the process when it is disposed of, and starts no other', async () => {
    const { clock, spawner, upstream } = supervised();
    await spawner.next().ready('http://a');
    await upstream.settled;
    await upstream[Symbol.asyncDispose]();
    clock.advance(millis(100_000));
    expect(spawner.all).toHaveLength(1);
    expect(spawner.current().closed).toBe(1);
  });

  it('can be disposed of while it starts, and while it waits to start again', async () => {
    const starting = supervised();
    await starting.upstream[Symbol.asyncDispose]();
    await starting.upstream.settled;
    const waiting = supervised();
    waiting.spawner.next().fail('no');
    await turn();
    await waiting.upstream[Symbol.asyncDispose]();
    waiting.clock.advance(millis(100_000));
    expect(waiting.spawner.all).toHaveLength(1);
  });
});

it('configuredUpstream() is ready at once', async () => {
  const upstream = configuredUpstream('http://a/v1', undefined);
  await upstream.settled;
  expect(upstream.status).toMatchObject({ state: 'ready', url: 'http://a/v1', model: null });
  await upstream[Symbol.asyncDispose]();
});
