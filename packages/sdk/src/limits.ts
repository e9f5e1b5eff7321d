/** The limits of the sdk, each with what happens when it is reached. */
import type { Limit } from '@midstream/core';

const limit = (name: string, value: number, unit: string, consequence: string): Limit =>
  Object.freeze({ name, value, unit, consequence });

/** Every bound that the sdk keeps. */
export const SDK_LIMITS = {
  policySource: limit(
    'policySource',
    262_144,
    'characters in a policy file',
    'A longer file is refused with policy/invalid.',
  ),
  policyPropositions: limit(
    'policyPropositions',
    256,
    'propositions in one policy',
    'A further one is refused with policy/invalid.',
  ),
  policyRules: limit(
    'policyRules',
    256,
    'rules in one policy',
    'A further one is refused with policy/invalid.',
  ),
  policyPatterns: limit(
    'policyPatterns',
    4_096,
    'texts looked for by one policy',
    'A further one is refused with policy/invalid.',
  ),
  policyFormula: limit(
    'policyFormula',
    2_000,
    'characters in one formula',
    'A longer one is refused with policy/invalid.',
  ),
  policyPairs: limit(
    'policyPairs',
    1_000,
    'pairs of rules checked for contradiction',
    'Further pairs are not checked; a warning in the report says how many.',
  ),
  openSessions: limit(
    'openSessions',
    1_024,
    'sessions open at once',
    'A further one is refused with session/limit.',
  ),
  idleSession: limit(
    'idleSession',
    3_600_000,
    'milliseconds in which nothing was pushed to an open session',
    'It is closed as disconnected.',
  ),
  closedSessions: limit(
    'closedSessions',
    200,
    'closed sessions kept to be read',
    'The one that closed first is forgotten with its records.',
  ),
  ringCharacters: limit(
    'ringCharacters',
    1_048_576,
    'characters of released text kept of one session',
    'The oldest records are forgotten; a reader that asks for them gets a forgotten record first.',
  ),
  closedCharacters: limit(
    'closedCharacters',
    33_554_432,
    'characters of released text kept of all closed sessions',
    'The sessions that closed first are forgotten with their records.',
  ),
  subscribers: limit(
    'subscribers',
    64,
    'subscribers of one session, and of the list of sessions',
    'A further one is refused with budget/exceeded.',
  ),
  batchLine: limit(
    'batchLine',
    67_108_864,
    'characters in one line of a batch',
    'The line is skipped and answered with budget/exceeded.',
  ),
  configSource: limit(
    'configSource',
    65_536,
    'characters in a configuration file',
    'A longer file is refused with config/invalid.',
  ),
} as const satisfies Record<string, Limit>;
