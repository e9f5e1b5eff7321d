/** The configuration for people: each value and where it came from, secrets hidden. */
import type { Config } from './load.ts';
import { SETTINGS } from './schema.ts';

/** One setting as it stands. */
export interface ShownSetting {
  readonly path: string;
  /** `null` when there is none; `***` for a secret. */
  readonly value: string | number | boolean | null;
  readonly origin: string;
  readonly description: string;
}

/** Every setting, in order. */
export function describeConfig(config: Config): ShownSetting[] {
  return SETTINGS.map(({ path, secret, description }) => {
    const value = valueAt(config, path);
    const hidden = secret && value !== null ? '***' : value;
    return { path, value: hidden, origin: config.origins[path] ?? 'default', description };
  });
}

/** The settings as lines of text: `port = 8787  (default)`. */
export function printConfig(config: Config): string {
  const shown = describeConfig(config);
  const width = Math.max(...shown.map(({ path }) => path.length));
  return shown
    .map(({ path, value, origin }) => `${path.padEnd(width)} = ${value ?? '-'}  (${origin})`)
    .join('\n');
}

function valueAt(config: Config, path: string): string | number | boolean | null {
  let at: unknown = config;
  for (const key of path.split('.')) at = (at as Readonly<Record<string, unknown>>)[key];
  return (at as string | number | boolean | undefined) ?? null;
}
