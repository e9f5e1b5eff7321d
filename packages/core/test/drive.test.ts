import {
  type Action,
  actionKey,
  drive,
  EventQueue,
  EventWriter,
  type PushResult,
  Session,
} from '@midstream/core';
import { SimulatedClock } from '@midstream/core/simulation';
import { describe, expect, it } from 'vitest';
import { literalAnalyser, table, textOf } from './literal.ts';

const setup = (rule: 'cut' | 'alert' = 'cut') => {
  const events = new EventWriter(new SimulatedClock());
  const session = new Session({
    analysers: [literalAnalyser(['bad'])],
    policy: table({ 'has bad': { type: rule } }),
  });
  return { events, session };
};

describe('drive()', () => {
  it('carries a source through a session and ends it when the source runs out', async () => {
    const { events, session } = setup();
    const source = new EventQueue();
    for (const text of ['good ', 'b', 'ook']) source.push(events.text(text));
    source.end();
    const results: PushResult[] = [];
    const summary = await drive({ source, session, onResult: (r) => void results.push(r) });
    expect(textOf(results.flatMap((result) => [...result.released]))).toBe('good book');
    expect(summary).toMatchObject({ events: 4, outcome: 'ended' });
    expect(session.closed).toBe(true);
  });

  it('stops the source when every choice is cut, and lets actors perform', async () => {
    const { events, session } = setup();
    const performed: Action[] = [];
    let stopped = false;
    const source = new EventQueue({ onStop: () => (stopped = true) });
    source.push(events.text('a bad thing'));
    const summary = await drive({
      source,
      session,
      actors: [
        {
          name: 'canceller',
          handles: ['cancel-upstream'],
          perform: async (action) => void performed.push(action),
        },
      ],
    });
    expect(stopped).toBe(true);
    expect(summary.outcome).toBe('finished');
    expect(performed.map(actionKey)).toEqual(['cancel-upstream|has bad|0|literal/bad/text/0/2-5']);
  });

  it('reports an actor that fails and goes on', async () => {
    const { events, session } = setup('alert');
    const source = new EventQueue();
    source.push(events.text('bad and good'));
    source.end();
    const failures: unknown[] = [];
    const summary = await drive({
      source,
      session,
      actors: [
        { name: 'pager', handles: ['alert'], perform: () => Promise.reject(new Error('no line')) },
      ],
      onActorError: (error, action, actor) =>
        failures.push([String(error), action.type, actor.name]),
    });
    expect(failures).toEqual([['Error: no line', 'alert', 'pager']]);
    expect(summary.outcome).toBe('ended');
  });

  it('stops at once when its signal aborts, even while the source is silent', async () => {
    for (const when of ['before', 'during'] as const) {
      const { session } = setup();
      const controller = new AbortController();
      if (when === 'before') controller.abort();
      const source = new EventQueue();
      const driving = drive({ source, session, signal: controller.signal });
      await Promise.resolve();
      controller.abort();
      expect((await driving).outcome).toBe('aborted');
      expect(session.closed).toBe(true);
    }
  });

  it('passes on a source that throws as upstream/failed, with its cause, and disposes it', async () => {
    const { session } = setup();
    const cause = new Error('cable');
    let disposed = 0;
    const source = {
      // biome-ignore lint/correctness/useYield: a source that fails before its first batch
      async *[Symbol.asyncIterator]() {
        throw cause;
      },
      async [Symbol.asyncDispose]() {
        disposed++;
      },
    };
    await expect(drive({ source, session })).rejects.toMatchObject({
      code: 'upstream/failed',
      cause,
    });
    expect(disposed).toBe(1);
  });
});
