/** The contract of `seams/policy.ts`. */
import { ACTION_TYPES, type Action } from '../actions.ts';
import type { Finding } from '../findings.ts';
import type { Policy } from '../seams/policy.ts';
import { millis } from '../units.ts';
import {
  type ConformanceCase,
  check,
  checkEqual,
  checkRejects,
  deepFreeze,
  isJson,
} from './conformance.ts';

/** What the policy is tried on. */
export interface PolicySuiteOptions {
  /** Moments of choice 0, in order; at least one of them must make the policy act. */
  readonly moments: readonly (readonly Finding[])[];
}

/** Cases for a policy. `make` gives a newly compiled one at each call. */
export function policySuite(
  make: () => Policy,
  options: PolicySuiteOptions,
): readonly ConformanceCase[] {
  const moments = deepFreeze(structuredClone(options.moments));
  const one = (name: string, run: () => void | Promise<void>): ConformanceCase => ({
    name: `policy: ${name}`,
    run,
  });
  const play = (policy: Policy): Action[][] => {
    const run = policy.start(0);
    return [...moments.map((moment) => [...run.step(moment)]), [...run.end(millis(9))]];
  };
  return [
    one('acts, with actions that are plain JSON and of its own choice', () => {
      check(make().name.length > 0, 'its name is empty');
      const actions = play(make()).flat();
      check(actions.length > 0, 'it never acts on what it was given');
      for (const action of actions) wellFormed(action, moments);
    }),
    one('the same findings give the same actions, and runs are independent', () => {
      const policy = make();
      const other = policy.start(1);
      const expected = play(policy);
      checkEqual(play(policy), expected, 'the actions of a second run');
      const moved = moments.map((moment) => moment.map((finding) => ({ ...finding, choice: 1 })));
      const types = moved.map((moment) => other.step(moment).map((action) => action.type));
      checkEqual(
        types,
        expected.slice(0, -1).map((actions) => actions.map((action) => action.type)),
        'the actions of a run that was started before another one worked',
      );
    }),
    one('a snapshot is JSON and continues the run', () => {
      const policy = make();
      const straight = policy.start(0);
      for (const moment of moments) {
        const moved = policy.start(0);
        moved.restore(JSON.parse(JSON.stringify(straight.snapshot())));
        checkEqual(moved.step(moment), straight.step(moment), 'the actions of a restored run');
      }
    }),
    one('refuses a snapshot that is not its own', async () => {
      for (const wrong of [{ no: 'snapshot' }, 'x', -1]) {
        await checkRejects(() => make().start(0).restore(wrong), {
          code: 'state/corrupt',
          what: `restore(${JSON.stringify(wrong)})`,
        });
      }
    }),
  ];
}

function wellFormed(action: Action, moments: readonly (readonly Finding[])[]): void {
  const types: readonly string[] = ACTION_TYPES;
  check(types.includes(action.type), `"${action.type}" is no type of action`);
  check(isJson(action), `an action "${action.type}" is not plain JSON`);
  checkEqual(action.choice, 0, 'the choice of an action');
  check(action.rule === null || action.rule.length > 0, 'the rule of an action is empty');
  const known = moments.flat().map((finding) => finding.id);
  const { finding } = action;
  check(finding === null || known.includes(finding.id), 'an action names a finding never given');
  if (action.type === 'redact') check(action.span.start <= action.span.end, 'a span is negative');
}
