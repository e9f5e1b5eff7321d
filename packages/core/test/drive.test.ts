import { getEventListeners } from 'node:events';
import {
  type Action,
  actionKey,
  drive,
  EventQueue,
  EventWriter,
  type PushResult,
  Session,
  type Source,
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

  it('tells the actors to stop when its signal aborts, and leaves no listener on it', async () => {
    const { events, session } = setup('alert');
    const controller = new AbortController();
    const source = new EventQueue();
    source.push(events.text('bad'));
    const driving = drive({
      source,
      session,
      signal: controller.signal,
      actors: [
        {
          name: 'slow',
          handles: ['alert'],
          perform: (_, { signal }) => {
            queueMicrotask(() => controller.abort());
            return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
          },
        },
      ],
    });
    expect((await driving).outcome).toBe('aborted');
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });

  it('stops a source that never lets it wait', async () => {
    const { events, session } = setup();
    const controller = new AbortController();
    let batches = 0;
    const source = {
      [Symbol.asyncIterator]: () => ({
        next: () => {
          batches += 1;
          if (batches === 3) controller.abort();
          return Promise.resolve({ done: batches > 100, value: [events.tick()] });
        },
      }),
      async [Symbol.asyncDispose]() {},
    };
    const summary = await drive({ source: source as Source, session, signal: controller.signal });
    expect(summary.outcome).toBe('aborted');
    expect(batches).toBe(3);
  });

  it('adds nothing to its signal for each batch', async () => {
    const { events, session } = setup();
    const controller = new AbortController();
    const added: string[] = [];
    const add = controller.signal.addEventListener.bind(controller.signal);
    controller.signal.addEventListener = (type: string, ...rest: [never]) => {
      added.push(type);
      add(type, ...rest);
    };
    const source = new EventQueue();
    const driving = drive({ source, session, signal: controller.signal });
    for (let i = 0; i < 5; i++) {
      source.push(events.tick());
      await new Promise((resolve) => setImmediate(resolve));
    }
    source.end();
    await driving;
    expect(added).toEqual(['abort']);
  });

  it('disposes the source before it waits for the actors, and waits for them', async () => {
    const { events, session } = setup();
    const order: string[] = [];
    const source = new EventQueue({ onStop: () => void order.push('stopped') });
    source.push(events.text('bad'));
    let release = (): void => undefined;
    const actors = [
      {
        name: 'slow',
        handles: ['cut'] as const,
        perform: async () => {
          await new Promise<void>((resolve) => (release = resolve));
          order.push('performed');
        },
      },
    ];
    const driving = drive({ source, session, actors }).then(() => order.push('done'));
    await new Promise((resolve) => setImmediate(resolve));
    expect(order).toEqual(['stopped']);
    release();
    await driving;
    expect(order).toEqual(['stopped', 'performed', 'done']);
  });

  it('rejects at the end, and no sooner, with what onActorError throws', async () => {
    const { events, session } = setup('alert');
    const source = new EventQueue();
    source.push(events.text('bad'));
    const unhandled: unknown[] = [];
    const note = (reason: unknown): void => void unhandled.push(reason);
    process.on('unhandledRejection', note);
    const driving = drive({
      source,
      session,
      actors: [{ name: 'a', handles: ['alert'], perform: () => Promise.reject(new Error('x')) }],
      onActorError: () => {
        throw new Error('from the reporter');
      },
    });
    await new Promise((resolve) => setTimeout(resolve, 5));
    source.push(events.text(' and good'));
    source.end();
    await expect(driving).rejects.toThrow('from the reporter');
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
    expect(session.closed).toBe(true);
  });

  it('disposes the source and stops the actors when a push or onResult fails', async () => {
    const { events, session } = setup('alert');
    let [stopped, told] = [false, false];
    const source = new EventQueue({ onStop: () => (stopped = true) });
    source.push(events.text('bad'));
    const driving = drive({
      source,
      session,
      actors: [
        {
          name: 'a',
          handles: ['alert'],
          perform: (_, { signal }) =>
            new Promise((resolve) =>
              signal.addEventListener('abort', () => {
                told = true;
                resolve();
              }),
            ),
        },
      ],
      onResult: async () => {
        await Promise.resolve();
        throw new Error('client gone');
      },
    });
    await expect(driving).rejects.toThrow('client gone');
    expect([stopped, told]).toEqual([true, true]);
  });

  it('carries more findings in one batch than a call takes arguments', async () => {
    const { events } = setup();
    const one = literalAnalyser(['x']);
    const session = new Session({
      analysers: [
        {
          ...one,
          push: (batch, findings) => {
            const found: typeof findings = [];
            one.push(batch, found);
            for (const finding of found) {
              for (let i = 0; i < 200_000; i++) findings.push({ ...finding, id: `${i}` });
            }
          },
        },
      ],
      policy: table({}),
    });
    const source = new EventQueue();
    source.push(events.text('x'));
    source.end();
    expect((await drive({ source, session })).findings).toHaveLength(200_000);
  });
});
