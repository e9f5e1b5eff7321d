/** The policies a server offers, from its configuration. */
import { readFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { MidstreamError, messageOf } from '@midstream/core';
import {
  type CompiledPolicy,
  type Config,
  DEFAULT_POLICY,
  DEMONSTRATION_POLICY,
  parsePolicy,
} from '@midstream/sdk';

/** The configured policy, or the built-in ones; the first is the default. */
export async function loadPolicies(
  { policy }: Pick<Config, 'policy'>,
  demonstration: boolean,
): Promise<CompiledPolicy[]> {
  const builtin = parsePolicy(DEFAULT_POLICY);
  const shown = demonstration ? [parsePolicy(DEMONSTRATION_POLICY), builtin] : [builtin];
  if (policy === undefined) return shown;
  const configured = parsePolicy(await read(policy), { name: basename(policy, extname(policy)) });
  return [configured, ...shown.filter(({ name }) => name !== configured.name)];
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (thrown) {
    throw new MidstreamError('config/invalid', `Cannot read the policy: ${messageOf(thrown)}`, {
      cause: thrown,
      details: { path },
    });
  }
}
