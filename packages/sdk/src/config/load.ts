/**
 * Reads the configuration from its layers, each over the one before: defaults, a file, the
 * environment, flags. Of every value it is known where it came from.
 */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { MidstreamError, messageOf } from '@midstream/core';
import { SDK_LIMITS } from '../limits.ts';
import { type Problem, problemsOf, show, showPath } from '../problems.ts';
import { didYouMean } from '../suggest.ts';
import { YamlFile } from '../yaml-file.ts';
import { type ConfigValues, configSchema, SETTINGS, type Setting } from './schema.ts';

/** The configuration, and where each value came from, by path. */
export interface Config extends ConfigValues {
  readonly origins: Readonly<Record<string, string>>;
}

/** The layers. */
export interface LoadConfigOptions {
  /**
   * The file to read; it must exist. Default: what `MIDSTREAM_CONFIG` names, else `midstream.yaml`
   * in `directory`, if there is one.
   */
  readonly file?: string;
  /** Where to look for `midstream.yaml`. Default: the working directory. */
  readonly directory?: string;
  /** The environment, as `process.env`. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Flags by name without dashes, `port` or `log-level`, as a command-line parser gives them. */
  readonly flags?: Readonly<Record<string, string | number | boolean | undefined>>;
}

/** The file that is read when none is named. */
export const CONFIG_FILE = 'midstream.yaml';

/** Variables of ours that are no settings: the file, and what tests are told. */
const NO_SETTINGS: ReadonlySet<string> = new Set([
  'MIDSTREAM_CONFIG',
  'MIDSTREAM_LONG',
  'MIDSTREAM_SEED',
]);
const OPENAI_HOST = 'api.openai.com';
const OPENAI_VARIABLE = 'OPENAI_API_KEY';

interface Layer {
  readonly value: unknown;
  readonly origin: string;
}

/**
 * Throws `config/invalid`, which names the file and place, the variable, or the flag that is wrong.
 */
export function loadConfig(options: LoadConfigOptions): Config {
  const layers = new Map<string, Layer>();
  const file = readFile(options);
  if (file !== undefined) {
    for (const { path } of SETTINGS) {
      const value = at(file.yaml.value, path.split('.'));
      if (value !== undefined) layers.set(path, { value, origin: file.name });
    }
  }
  addEnvironment(options.env, layers);
  addFlags(options.flags ?? {}, layers);
  addOpenAiKey(options.env, layers);
  const values = validated(layers, file);
  const origins = Object.fromEntries(
    SETTINGS.map(({ path }) => [path, layers.get(path)?.origin ?? 'default']),
  );
  const { policy } = values;
  // A file names its policy relative to itself.
  const relative = policy !== undefined && file !== undefined && origins.policy === file.name;
  return Object.freeze({
    ...values,
    ...(relative ? { policy: resolve(file.name, '..', policy) } : {}),
    origins,
  });
}

interface ConfigFile {
  readonly name: string;
  readonly yaml: YamlFile;
}

function readFile({ file: named, directory, env }: LoadConfigOptions): ConfigFile | undefined {
  const file = named ?? (env.MIDSTREAM_CONFIG || undefined);
  const name = file ?? join(directory ?? process.cwd(), CONFIG_FILE);
  let text: string;
  try {
    text = readFileSync(name, 'utf8');
  } catch (thrown) {
    const missing = (thrown as NodeJS.ErrnoException).code === 'ENOENT';
    if (missing && file === undefined) return undefined;
    throw new MidstreamError(
      'config/invalid',
      `Cannot read the configuration ${name}: ${messageOf(thrown)}`,
      { cause: thrown, details: { file: name } },
    );
  }
  const what = `the configuration ${name}`;
  const yaml = new YamlFile(text, { code: 'config/invalid', what, limit: SDK_LIMITS.configSource });
  const value = yaml.value ?? {};
  const read = configSchema.safeParse(value);
  if (!read.success) throw yaml.problems(problemsOf(configSchema, value, read.error));
  return { name, yaml };
}

function addEnvironment(env: LoadConfigOptions['env'], layers: Map<string, Layer>): void {
  const variables = SETTINGS.map(({ variable }) => variable);
  for (const [name, text] of Object.entries(env)) {
    if (!name.startsWith('MIDSTREAM_') || text === undefined || text === '') continue;
    if (NO_SETTINGS.has(name)) continue;
    const setting = SETTINGS.find(({ variable }) => variable === name);
    if (setting === undefined) {
      throw new MidstreamError(
        'config/invalid',
        `There is no environment variable ${name}${didYouMean(name, variables)}`,
        { details: { variable: name } },
      );
    }
    layers.set(setting.path, { value: converted(setting, text), origin: name });
  }
}

function addFlags(
  flags: Readonly<Record<string, string | number | boolean | undefined>>,
  layers: Map<string, Layer>,
): void {
  const known = SETTINGS.map(({ flag }) => flag);
  for (const [name, value] of Object.entries(flags)) {
    if (value === undefined) continue;
    const setting = SETTINGS.find(({ flag }) => flag === name);
    if (setting === undefined) {
      throw new MidstreamError(
        'config/invalid',
        `There is no flag --${name}${didYouMean(name, known)}`,
        { details: { flag: name } },
      );
    }
    const read = typeof value === 'string' ? converted(setting, value) : value;
    layers.set(setting.path, { value: read, origin: `--${name}` });
  }
}

/** The key of the OpenAI API is handed to the OpenAI API, and to no other upstream. */
function addOpenAiKey(env: LoadConfigOptions['env'], layers: Map<string, Layer>): void {
  const value = env[OPENAI_VARIABLE];
  const url = layers.get('upstream.url')?.value;
  if (value === undefined || value === '' || layers.has('upstream.apiKey')) return;
  if (typeof url !== 'string' || !URL.canParse(url)) return;
  const { protocol, hostname } = new URL(url);
  if (protocol !== 'https:' || hostname !== OPENAI_HOST) return;
  layers.set('upstream.apiKey', { value, origin: OPENAI_VARIABLE });
}

/** Text as the setting's kind; what cannot be is left for the schema to refuse. */
function converted({ kind }: Setting, text: string): unknown {
  if (kind === 'number' && /^\d+$/.test(text.trim())) return Number(text);
  if (kind === 'boolean' && /^(true|1|yes|false|0|no)$/i.test(text)) {
    return /^(true|1|yes)$/i.test(text);
  }
  return text;
}

function validated(layers: ReadonlyMap<string, Layer>, file: ConfigFile | undefined): ConfigValues {
  const value: Record<string, unknown> = {};
  for (const [path, layer] of layers) {
    const [first = '', second] = path.split('.');
    if (second === undefined) value[first] = layer.value;
    else value[first] = { ...(value[first] as object | undefined), [second]: layer.value };
  }
  const read = configSchema.safeParse(value);
  if (read.success) return read.data;
  const [problem] = problemsOf(configSchema, value, read.error);
  throw refused(problem ?? { path: [], message: 'It is not valid' }, layers, file);
}

function refused(
  problem: Problem,
  layers: ReadonlyMap<string, Layer>,
  file: ConfigFile | undefined,
): MidstreamError {
  const path = showPath(problem.path);
  const layer = layers.get(path);
  if (file !== undefined && layer?.origin === file.name) return file.yaml.problem(problem);
  const setting = SETTINGS.find((known) => known.path === path);
  const shown = setting?.secret === true ? '***' : show(layer?.value);
  return new MidstreamError(
    'config/invalid',
    `Cannot use ${layer?.origin ?? path} = ${shown}: ${problem.message}`,
    { details: { path, origin: layer?.origin ?? 'default' } },
  );
}

function at(value: unknown, path: readonly string[]): unknown {
  let found = value;
  for (const key of path) {
    if (typeof found !== 'object' || found === null) return undefined;
    found = (found as Readonly<Record<string, unknown>>)[key];
  }
  return found ?? undefined;
}
