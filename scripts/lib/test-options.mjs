/** The flags of `npm test`, read without a library: this runs before anything is installed. */

const LISTS = ['--only', '--from'];
const SWITCHES = ['--long', '--node24'];

const sayStages = (names) => `the stages are ${names.join(', ')}`;

/**
 * @param {readonly string[]} parameters
 * @param {readonly string[]} names the stages there are
 * @returns {{stages: string[], long: boolean, withNode24: boolean}}
 */
export function readTestOptions(parameters, names) {
  const given = new Map();
  for (let i = 0; i < parameters.length; i += 1) {
    const [flag, inline] = parameters[i].split(/=(.*)/s);
    if (SWITCHES.includes(flag)) given.set(flag, 'on');
    else if (LISTS.includes(flag)) {
      const value = inline ?? parameters[i + 1] ?? '';
      if (/^,*$/.test(value)) throw new Error(`Flag ${flag} names no stage: ${sayStages(names)}`);
      given.set(flag, value);
      if (inline === undefined) i += 1;
    } else {
      throw new Error(
        `Unknown flag "${flag}": npm test knows ${[...SWITCHES, ...LISTS].join(', ')}`,
      );
    }
  }
  const named = (flag) => (given.get(flag) ?? '').split(',').filter((name) => name !== '');
  const wrong = [...named('--only'), ...named('--from')].find((name) => !names.includes(name));
  if (wrong !== undefined) {
    throw new Error(`Unknown stage "${wrong}": ${sayStages(names)}`);
  }
  if (named('--from').length > 1) throw new Error('Flag --from names more than one stage');
  const only = named('--only');
  const from = Math.max(0, names.indexOf(named('--from')[0] ?? names[0]));
  return {
    stages: names.filter((name, i) => i >= from && (only.length === 0 || only.includes(name))),
    long: given.has('--long') || only.includes('long'),
    withNode24: given.has('--node24') || only.includes('node24'),
  };
}

/**
 * The stages to run. None at all is an error: a run that tests nothing must not look like success.
 *
 * @template {{name: string, when?: (context: object) => boolean}} Stage
 * @param {readonly Stage[]} all
 * @param {{stages: readonly string[]}} context
 * @returns {Stage[]}
 */
export function chooseStages(all, context) {
  const chosen = all.filter(
    ({ name, when }) => context.stages.includes(name) && (when?.(context) ?? true),
  );
  if (chosen.length === 0) throw new Error('No stage is left to run: nothing would be tested.');
  return chosen;
}
