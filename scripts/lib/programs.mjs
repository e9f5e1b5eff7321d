/**
 * System programs that parts of MidStream and its tests use where they are found. A test asks with
 * `findProgram` and says what it skips; under STRICT=1, as in CI, a missing program is an error.
 */
import { accessSync, constants, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const DEBIAN_POSTGRES = '/usr/lib/postgresql';

/** For each program: the variable that overrides, its names on the PATH, and other places. */
const PROGRAMS = {
  chromium: {
    variable: 'CHROME_PATH',
    names: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'],
    places: () => [
      '/snap/bin/chromium',
      '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
      '/Applications/Chromium.app/Contents/MacOS/Chromium',
      'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
      'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
    ],
  },
  ffmpeg: { variable: 'FFMPEG_PATH', names: ['ffmpeg'], places: () => [] },
  psql: { variable: 'PSQL_PATH', names: ['psql'], places: postgresPlaces('psql') },
  postgres: { variable: 'POSTGRES_PATH', names: ['postgres'], places: postgresPlaces('postgres') },
  'nats-server': {
    variable: 'NATS_SERVER_PATH',
    names: ['nats-server'],
    places: () => ['/usr/sbin/nats-server'],
  },
  tmux: { variable: 'TMUX_PATH', names: ['tmux'], places: () => [] },
};

function postgresPlaces(name) {
  return () => {
    try {
      return readdirSync(DEBIAN_POSTGRES).map((v) => join(DEBIAN_POSTGRES, v, 'bin', name));
    } catch {
      return [];
    }
  };
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export const programNames = Object.keys(PROGRAMS);

/**
 * The path of a system program, or undefined where there is none. Under STRICT=1 a missing program
 * throws instead.
 *
 * @param {string} name one of `programNames`
 * @param {Record<string, string | undefined>} [env]
 * @returns {string | undefined}
 */
export function findProgram(name, env = process.env) {
  const program = PROGRAMS[name];
  if (program === undefined) {
    throw new TypeError(`Program must be one of ${programNames.join(', ')}, not "${name}"`);
  }
  const endings = process.platform === 'win32' ? ['.exe', '.cmd', ''] : [''];
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const onPath = folders.flatMap((folder) =>
    program.names.flatMap((file) => endings.map((ending) => join(folder, file + ending))),
  );
  const override = env[program.variable];
  const candidates = override ? [override] : [...onPath, ...program.places()];
  const found = candidates.find(isExecutable);
  if (found === undefined && env.STRICT === '1') {
    throw new Error(
      `STRICT=1 wants every system program, and ${name} is not found: ` +
        `install it or set ${program.variable}.`,
    );
  }
  return found;
}
