import { describe, expect, it } from 'vitest';
import type { Action } from '../../src/actions.ts';
import { realClock } from '../../src/clock.ts';
import { MidstreamError } from '../../src/errors.ts';
import { EventQueue } from '../../src/event-queue.ts';
import { EventWriter } from '../../src/event-writer.ts';
import type { Finding } from '../../src/findings.ts';
import { seededRandom } from '../../src/random.ts';
import { type Actor, actionKey } from '../../src/seams/actor.ts';
import type { Clock } from '../../src/seams/clock.ts';
import { runNow } from '../../src/seams/dispatcher.ts';
import type { Letter, Monitor, MonitorProgram, Verdict } from '../../src/seams/monitor.ts';
import type { Operation } from '../../src/seams/operation.ts';
import type { Policy } from '../../src/seams/policy.ts';
import type { Source } from '../../src/seams/source.ts';
import { SimulatedClock } from '../../src/simulation/index.ts';
import {
  actorSuite,
  clockSuite,
  dispatcherSuite,
  monitorSuite,
  operationSuite,
  policySuite,
  randomSuite,
  sourceSuite,
} from '../../src/testing/index.ts';
import { type Millis, millis } from '../../src/units.ts';
import { expectBite } from './bites.ts';

const simulated = (change: (clock: SimulatedClock) => Clock = (clock) => clock) =>
  clockSuite(() => {
    const clock = new SimulatedClock();
    return { clock: change(clock), pass: (time: Millis) => clock.advance(time) };
  });

describe('clockSuite()', () => {
  const wait = (time: Millis) => new Promise<void>((resolve) => setTimeout(resolve, time + 1));
  const real = clockSuite(() => ({ clock: realClock, pass: wait }));
  for (const one of real) it(`realClock, ${one.name}`, one.run);
  for (const one of simulated()) it(`SimulatedClock, ${one.name}`, one.run);

  it('bites clocks that wake at once, that stand still, or whose handles do nothing', async () => {
    const broken = (part: Partial<Clock>) =>
      simulated((clock) => ({
        now: () => clock.now(),
        monotonic: () => clock.monotonic(),
        after: (delay, wake) => clock.after(delay, wake),
        ...part,
      }));
    const nothing = { [Symbol.dispose]: () => {} };
    const atOnce = broken({
      after: (_, wake) => {
        wake();
        return nothing;
      },
    });
    await expectBite(atOnce, 'synchronously');
    await expectBite(atOnce, 'wakes once');
    await expectBite(broken({ monotonic: () => 0 as never }), 'finite time');
    await expectBite(
      simulated((clock) => ({
        now: () => clock.now(),
        monotonic: () => clock.monotonic(),
        after: (delay, wake) => {
          clock.after(delay, wake);
          return nothing;
        },
      })),
      'disposed of',
    );
  });
});

describe('randomSuite()', () => {
  for (const one of randomSuite(seededRandom)) it(`seededRandom, ${one.name}`, one.run);

  it('bites generators that ignore the seed, are skewed, or fork themselves', async () => {
    await expectBite(
      randomSuite(() => seededRandom(1)),
      'same seed',
    );
    const skewed = randomSuite((seed) => {
      const random = seededRandom(seed);
      return {
        next: () => random.next() ** 2,
        integer: (bound) => Math.floor(random.next() ** 2 * bound),
        fork: () => random,
      };
    });
    for (const words of ['next() is uniform', 'integer() is uniform', 'refuses', 'fork()']) {
      await expectBite(skewed, words);
    }
  });
});

describe('dispatcherSuite()', () => {
  for (const one of dispatcherSuite(() => runNow)) it(`runNow, ${one.name}`, one.run);

  it('bites a dispatcher that refuses all, or what is essential', async () => {
    await expectBite(
      dispatcherSuite(() => ({ admit: () => false })),
      'admits',
    );
    const shedding = () => {
      let count = 0;
      return { admit: () => count++ < 100 };
    };
    await expectBite(dispatcherSuite(shedding), 'essential');
  });
});

const write = (): EventWriter => new EventWriter(new SimulatedClock());

function queue(): EventQueue {
  const events = new EventQueue({ maxEvents: 2_000 });
  const writer = write();
  for (let number = 0; number < 1_500; number++) events.push(writer.text('x'));
  events.end();
  return events;
}

describe('sourceSuite()', () => {
  for (const one of sourceSuite(queue)) it(`EventQueue, ${one.name}`, one.run);

  it('bites sources that yield nothing, backwards, or for ever', async () => {
    const from = (batches: ReturnType<EventWriter['text']>[][]): (() => Source) => {
      return () => ({
        async *[Symbol.asyncIterator]() {
          yield* batches;
        },
        [Symbol.asyncDispose]: async () => {},
      });
    };
    const [one, two] = [write().text('a'), { ...write().text('b'), sequence: 2 }];
    await expectBite(sourceSuite(from([[one], []])), 'not empty');
    await expectBite(sourceSuite(from([[two], [one]])), 'increasing');
    await expectBite(sourceSuite(from([[one], [two]])), 'nothing after it was disposed');
    await expectBite(sourceSuite(from([[one], [two]])), 'waiting reader');
    const reused = (): Source => ({
      async *[Symbol.asyncIterator]() {
        const batch = [one];
        yield batch;
        batch[0] = two;
        yield batch;
      },
      [Symbol.asyncDispose]: async () => {},
    });
    await expectBite(sourceSuite(reused), 'does not change');
  });
});

const finding = (position: number): Finding => ({
  id: `a/p/text/0/${position}`,
  proposition: 'p',
  analyser: 'a',
  choice: 0,
  span: { track: 'text/0', start: position, end: position + 1 },
  events: { first: position, last: position },
  time: millis(position),
  held: false,
  message: 'Seen',
});

/** Alerts at the second finding of a run. */
const counting = (shared?: { count: number }, checked = true): Policy => ({
  name: 'second',
  start: (choice) => {
    const state = shared ?? { count: 0 };
    const alert = (found: Finding): Action => ({
      type: 'alert',
      severity: 'info',
      rule: 'r',
      finding: found,
      choice,
      time: found.time,
      message: 'Twice',
    });
    return {
      step: ([found]) => {
        state.count += 1;
        return state.count === 2 && found !== undefined ? [alert(found)] : [];
      },
      end: () => [],
      snapshot: () => state.count,
      restore: (snapshot) => {
        if (checked && !(Number.isInteger(snapshot) && Number(snapshot) >= 0)) {
          throw new MidstreamError('state/corrupt', 'Cannot restore a count');
        }
        if (checked) state.count = Number(snapshot);
      },
    };
  },
});

describe('policySuite()', () => {
  const moments = [[finding(1)], [finding(2)], [finding(3)]];
  for (const one of policySuite(() => counting(), { moments })) it(one.name, one.run);

  it('bites policies that share state, forget snapshots, or never act', async () => {
    const sharing = policySuite(() => counting({ count: 0 }), { moments });
    await expectBite(sharing, 'independent');
    const unchecked = policySuite(() => counting(undefined, false), { moments });
    await expectBite(unchecked, 'a snapshot is JSON');
    await expectBite(unchecked, 'refuses');
    await expectBite(
      policySuite(() => counting(), { moments: [[finding(1)]] }),
      'acts',
    );
  });
});

describe('actorSuite()', () => {
  const action: Action = {
    type: 'alert',
    severity: 'info',
    rule: 'r',
    finding: finding(1),
    choice: 0,
    time: millis(1),
    message: 'Told',
  };
  const telling = (broken: 'twice' | 'deaf' | null) => () => {
    const done = new Set<string>();
    let effects = 0;
    const actor: Actor = {
      name: 'teller',
      handles: ['alert'],
      perform: async (performed, { signal }) => {
        if (broken !== 'deaf') signal.throwIfAborted();
        if (broken !== 'twice' && done.has(actionKey(performed))) return;
        done.add(actionKey(performed));
        effects += 1;
      },
    };
    return { actor, action, effects: () => effects };
  };
  for (const one of actorSuite(telling(null))) it(one.name, one.run);

  it('bites actors that act twice or are deaf to their signal', async () => {
    await expectBite(actorSuite(telling('twice')), 'once');
    await expectBite(actorSuite(telling('deaf')), 'aborted');
  });
});

describe('operationSuite()', () => {
  const operation = (strict: boolean, run = ({ x }: { x: number }) => x * 2): Operation => ({
    name: 'test.double',
    summary: 'Doubles a number',
    input: schema((value) => {
      const keys = typeof value === 'object' && value !== null ? Object.keys(value) : [];
      return keys.includes('x') && (!strict || keys.length === 1);
    }),
    output: schema((value) => typeof value === 'number'),
    run: (input) => run(input as { x: number }),
  });
  const schema = (valid: (value: unknown) => boolean): Operation['input'] => ({
    '~standard': {
      version: 1,
      vendor: 'test',
      validate: (value) => (valid(value) ? { value } : { issues: [{ message: 'No' }] }),
    },
  });
  const accepted = [{ x: 1 }];
  for (const one of operationSuite(operation(true), { accepted, refused: [{}] })) {
    it(one.name, one.run);
  }

  it('bites operations that take unknown keys, answer otherwise each time, or are misnamed', async () => {
    await expectBite(operationSuite(operation(false), { accepted }), 'unknown keys');
    let count = 0;
    const fickle = operation(true, () => count++);
    await expectBite(operationSuite(fickle, { accepted }), 'same each time');
    await expectBite(operationSuite({ ...fickle, name: 'Nope' }, { accepted }), 'named');
  });
});

/** A monitor of `X a` alone. */
const next = (broken: boolean): MonitorProgram => ({
  formula: 'X a',
  propositions: ['a'],
  start: (): Monitor => {
    let read: boolean[] = [];
    const verdict = (): Verdict =>
      read.length === 0
        ? 'inconclusive'
        : read.length === 1 || (broken && read.length > 3)
          ? 'presumably_false'
          : read[1] === true
            ? 'true'
            : 'false';
    return {
      get verdict() {
        return verdict();
      },
      step: (letter: Letter) => {
        read.push(letter.has('a'));
        return verdict();
      },
      end: () => read[1] === true,
      reset: () => {
        read = broken ? read : [];
      },
      snapshot: () => [...read],
      restore: (snapshot) => {
        const fits = Array.isArray(snapshot) && snapshot.every((one) => typeof one === 'boolean');
        if (!fits && !broken) throw new MidstreamError('state/corrupt', 'Cannot restore');
        read = fits ? snapshot : [];
      },
    };
  },
});

describe('monitorSuite()', () => {
  const ofNext = (broken: boolean) =>
    monitorSuite(() => next(broken)).filter((one) => one.name.includes('X a'));
  for (const one of ofNext(false)) it(one.name, one.run);

  it('bites monitors whose verdicts are wrong, which remember, or take any snapshot', async () => {
    for (const words of ['verdict', 'independent', 'refuses'])
      await expectBite(ofNext(true), words);
    const others = monitorSuite(() => next(false)).filter((one) => !one.name.includes('X a'));
    for (const words of ['G !a', 'F a', 'a U b', 'a W b', 'F b)']) await expectBite(others, words);
    expect(others.length).toBeGreaterThan(0);
  });
});
