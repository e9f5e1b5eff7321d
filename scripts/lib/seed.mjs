/** The one seed of a test run: MIDSTREAM_SEED, or a fresh one that is printed for the replay. */
import { randomInt } from 'node:crypto';

const SEED_LIMIT = 2 ** 31 - 1;

/**
 * @param {string | undefined} text
 * @returns {number}
 */
export function seedFrom(text) {
  if (text === undefined || text === '') return randomInt(SEED_LIMIT);
  const seed = Number(text);
  if (!Number.isInteger(seed) || Math.abs(seed) > SEED_LIMIT) {
    throw new RangeError(`MIDSTREAM_SEED must be an integer of at most 31 bits, not "${text}"`);
  }
  return seed;
}
