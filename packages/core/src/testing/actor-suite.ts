/** The contract of `seams/actor.ts`. */
import { ACTION_TYPES, type Action } from '../actions.ts';
import type { Actor } from '../seams/actor.ts';
import { type ConformanceCase, check, checkEqual } from './conformance.ts';

/** An actor, an action that it handles, and a count of what it has done to the world. */
export interface ActorUnderTest {
  readonly actor: Actor;
  readonly action: Action;
  effects(): number | Promise<number>;
}

/** Cases for an actor. `make` gives a new one, with a world of its own, at each call. */
export function actorSuite(
  make: () => ActorUnderTest | Promise<ActorUnderTest>,
): readonly ConformanceCase[] {
  const one = (name: string, run: (under: ActorUnderTest) => Promise<void>): ConformanceCase => ({
    name: `actor: ${name}`,
    run: async () => run(await make()),
  });
  const signal = (): AbortSignal => new AbortController().signal;
  return [
    one('handles types of action that exist, the given one among them', async (under) => {
      const { actor, action } = under;
      const types: readonly string[] = ACTION_TYPES;
      check(actor.name.length > 0, 'its name is empty');
      check(
        actor.handles.every((type) => types.includes(type)),
        'it handles a type that does not exist',
      );
      check(actor.handles.includes(action.type), `it does not handle "${action.type}"`);
    }),
    one(
      'performs an action once, however often it is asked to',
      async ({ actor, action, effects }) => {
        checkEqual(await effects(), 0, 'effects before anything was performed');
        await actor.perform(action, { signal: signal() });
        await actor.perform(structuredClone(action), { signal: signal() });
        checkEqual(await effects(), 1, 'effects of one action performed twice');
      },
    ),
    one('performs an action of another choice as well', async ({ actor, action, effects }) => {
      await actor.perform(action, { signal: signal() });
      await actor.perform({ ...action, choice: action.choice + 1 }, { signal: signal() });
      checkEqual(await effects(), 2, 'effects of two actions');
    }),
    one('does nothing when its signal has aborted', async ({ actor, action, effects }) => {
      await Promise.allSettled([actor.perform(action, { signal: AbortSignal.abort() })]);
      checkEqual(await effects(), 0, 'effects after an abort');
    }),
  ];
}
