/** The flags of `npm test`, read without a library: this runs before anything is installed. */

const LISTS = ['--only', '--from'];
const SWITCHES = ['--long', '--node24'];

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
      given.set(flag, inline ?? parameters[i + 1] ?? '');
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
    throw new Error(`Unknown stage "${wrong}": the stages are ${names.join(', ')}`);
  }
  const only = named('--only');
  const from = Math.max(0, names.indexOf(named('--from')[0] ?? names[0]));
  return {
    stages: names.filter((name, i) => i >= from && (only.length === 0 || only.includes(name))),
    long: given.has('--long'),
    withNode24: given.has('--node24') || only.includes('node24'),
  };
}
