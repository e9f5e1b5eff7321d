import { EventQueue, EventWriter, millis, seededRandom } from '@midstream/core';
import { SimulatedClock } from '@midstream/core/simulation';
import { create, parsePolicy } from '@midstream/sdk';
import { describe, expect, it } from 'vitest';
import { policyOf } from './support.ts';

const POLICY = policyOf(
  'secret: { pattern: hunter2 }\nstop: { pattern: STOP }\nhush: { stall: 5s }',
  '- { id: redact, never: secret, action: redact, with: "***" }\n- { id: cut, never: stop, action: cut }\n- { id: quiet, never: hush, action: alert }',
);

describe('create()', () => {
  it('opens sessions that take text and give text', async () => {
    await using midstream = create({ policy: POLICY });
    const session = midstream.open({ label: 'demo' });
    expect(session.push('it is hunt').text).toBe('it is ');
    const result = session.push('er2, yes', { logprob: -1 });
    expect(result.text).toBe('***, yes');
    expect(result.actions.map(({ type }) => type)).toEqual(['redact']);
    expect(result.findings).toHaveLength(1);
    expect(session.push('thinking', { channel: 'reasoning' })).toMatchObject({
      text: '',
      released: [{ channel: 'reasoning' }],
    });
    expect(session.push('hunt').text).toBe('');
    expect(session.finished).toBe(false);
    expect(session.end().text).toBe('hunt');
    expect(session.end().text).toBe('');
    expect(midstream.hub.get(session.id)).toMatchObject({
      state: 'completed',
      label: 'demo',
      origin: 'program',
    });
    expect(() => session.push('x')).toThrow(expect.objectContaining({ code: 'session/closed' }));
  });

  it('takes events with and without their place in the stream', () => {
    const clock = new SimulatedClock(millis(50));
    const midstream = create({ policy: parsePolicy(POLICY), clock });
    const session = midstream.open();
    const write = new EventWriter(clock);
    expect(session.push([write.text('a'), write.text('b')]).text).toBe('ab');
    const { released } = session.push([
      { type: 'text-delta', channel: 'text', choice: 0, text: 'c' },
    ]);
    expect(released).toMatchObject([{ sequence: 3, time: 50, text: 'c' }]);
    expect(session.push('d').released).toMatchObject([{ sequence: 4 }]);
    session[Symbol.dispose]();
    expect(midstream.hub.get(session.id)?.state).toBe('disconnected');
  });

  it('tells what time decided', () => {
    const clock = new SimulatedClock();
    const midstream = create({ policy: POLICY, clock });
    const rules: (string | null)[] = [];
    midstream
      .open({ onResult: ({ actions }) => rules.push(...actions.map(({ rule }) => rule)) })
      .push('x');
    clock.advance(millis(6_000));
    expect(rules).toEqual(['quiet']);
  });

  it('draws ids from a given random, keeps limits and further policies', async () => {
    const make = () =>
      create({
        random: seededRandom(1),
        limits: { openSessions: 1 },
        policies: [parsePolicy(POLICY)],
        onError: () => undefined,
      });
    const [one, two] = [make(), make()];
    const session = one.open({ policy: 'test' });
    expect(session.id).toBe(two.open().id);
    expect(session.id).toMatch(/^[A-Za-z0-9_-]{16}$/);
    expect(one.policy.name).toBe('default');
    expect(() => one.open()).toThrow(expect.objectContaining({ code: 'session/limit' }));
    await one[Symbol.asyncDispose]();
    await one[Symbol.asyncDispose]();
    expect(() => one.open()).toThrow(expect.objectContaining({ code: 'session/closed' }));
  });

  it('runs operations', async () => {
    const { operations } = create();
    expect(
      await operations.run('compare.distance', { metric: 'manhattan', x: [1], y: [3] }),
    ).toEqual({ distance: 2 });
  });
});

describe('MidStream.watch()', () => {
  async function* pieces(...texts: readonly string[]): AsyncGenerator<string> {
    yield* texts;
  }

  it('reads a source of text to its end', async () => {
    const midstream = create({ policy: POLICY });
    const texts: string[] = [];
    const summary = await midstream.watch(pieces('a hun', 'ter2', ' b'), {
      onResult: ({ text }) => void texts.push(text),
    });
    expect(summary).toMatchObject({ text: 'a *** b', outcome: 'ended' });
    expect(texts).toEqual(['a ', '***', ' b', '']);
    expect(midstream.hub.get(summary.session)).toMatchObject({
      state: 'completed',
      label: 'watch',
    });
  });

  it('stops the source at a cut', async () => {
    const clock = new SimulatedClock();
    let stopped = 0;
    const queue = new EventQueue({ onStop: () => (stopped += 1) });
    const write = new EventWriter(clock);
    for (const text of ['fine ', 'STOP', 'never']) queue.push(write.text(text));
    const summary = await create({ policy: POLICY, clock }).watch(queue);
    expect(summary).toMatchObject({ text: 'fine ', outcome: 'cut' });
    expect(summary.actions.map(({ type }) => type)).toEqual(['cut', 'cancel-upstream']);
    expect(summary.findings).toHaveLength(1);
    await Promise.resolve();
    expect(stopped).toBe(1);
  });

  it('ends when it is aborted, though the source hangs', async () => {
    const controller = new AbortController();
    const midstream = create({ policy: POLICY });
    async function* hanging(): AsyncGenerator<string> {
      yield 'hun';
      controller.abort();
      await new Promise(() => undefined);
    }
    const summary = await midstream.watch(hanging(), { signal: controller.signal });
    expect(summary).toMatchObject({ text: 'hun', outcome: 'aborted' });
    const again = await midstream.watch(hanging(), { signal: controller.signal });
    expect(again).toMatchObject({ text: '', outcome: 'aborted' });
  });

  it('fails as the source fails, and closes the session', async () => {
    const midstream = create({ policy: POLICY });
    async function* failing(): AsyncGenerator<string> {
      yield 'x';
      throw new Error('gone');
    }
    await expect(midstream.watch(failing())).rejects.toMatchObject({
      code: 'upstream/failed',
      message: expect.stringMatching(/gone/),
    });
    expect(midstream.hub.list()).toMatchObject([{ state: 'failed' }]);
    const thrower = midstream.watch(pieces('x', 'y'), {
      onResult: () => {
        throw new Error('mine');
      },
    });
    await expect(thrower).rejects.toThrow('mine');
  });
});
