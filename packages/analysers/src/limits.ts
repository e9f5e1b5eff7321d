/** The limits of the analysers: each with what happens when it is reached. */
import type { Limit } from '@midstream/core';

/** Every bound an analyser has. */
export const ANALYSER_LIMITS = {
  patternUnits: {
    name: 'patternUnits',
    value: 4_096,
    unit: 'UTF-16 units in one pattern',
    consequence:
      'A longer pattern is refused with budget/exceeded: text would be held for too long.',
  },
  patternTotalUnits: {
    name: 'patternTotalUnits',
    value: 1_000_000,
    unit: 'UTF-16 units in all patterns of one set',
    consequence:
      'A larger set is refused with budget/exceeded; about 50 bytes are kept for each unit.',
  },
  repetitionPeriod: {
    name: 'repetitionPeriod',
    value: 4_096,
    unit: 'UTF-16 units that repeat',
    consequence:
      'A longer maximumPeriod is refused with argument/range: each unit costs one step a period.',
  },
  repetitionWindow: {
    name: 'repetitionWindow',
    value: 65_536,
    unit: 'UTF-16 units of repetition waited for',
    consequence: 'Larger repeats, minimum or wordlessMinimum are refused with argument/range.',
  },
  analyserTracks: {
    name: 'analyserTracks',
    value: 1_024,
    unit: 'tracks open at once in one analyser',
    consequence: 'A further track throws session/limit, and the session fails closed.',
  },
} as const satisfies Record<string, Limit>;
