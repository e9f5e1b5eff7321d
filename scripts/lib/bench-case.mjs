/**
 * One case of a bench: measured, and turned into the numbers that are printed. What a number is
 * follows from the unit: "s", "ms", "µs" and "ns" are times an iteration; a unit that ends in "/s"
 * is a rate, of the amount the function returns; any other unit is the number the function returns.
 */
import { measurePair, summarise } from './measure.mjs';

const TIMES = { s: 1e-3, ms: 1, µs: 1e3, us: 1e3, ns: 1e6 };

function numberOf(unit, measure, { wall, cpu, value }) {
  const time = measure === 'cpu' ? cpu : wall;
  if (unit in TIMES) return time * TIMES[unit];
  if (typeof value !== 'number') {
    throw new TypeError(`A case in "${unit}" must return a number, not ${typeof value}`);
  }
  return unit.endsWith('/s') ? (value / time) * 1000 : value;
}

const round = (value) => (Number.isFinite(value) ? Number(value.toPrecision(4)) : null);

/**
 * @param {string} suite
 * @param {{name: string, unit: string, peer?: string, ours: () => unknown, theirs?: () => unknown,
 *   setup?: () => unknown, teardown?: () => unknown, iterations?: number, rounds?: number,
 *   measure?: 'cpu' | 'wall'}} entry
 */
export async function runCase(suite, entry) {
  await entry.setup?.();
  try {
    const { ours, theirs, asynchronous } = await measurePair(entry);
    const measure = entry.measure ?? (asynchronous ? 'wall' : 'cpu');
    const [mine, other] = [ours, theirs].map((samples) =>
      summarise(samples.map((one) => numberOf(entry.unit, measure, one))),
    );
    const biggerIsBetter = entry.unit.endsWith('/s');
    const ratio = biggerIsBetter ? mine.median / other.median : other.median / mine.median;
    const line = {
      suite,
      case: entry.name,
      unit: entry.unit,
      ours: round(mine.median),
      peer: entry.peer ?? null,
      theirs: theirs.length > 0 ? round(other.median) : null,
      ratio: theirs.length > 0 ? round(ratio) : null,
      spread: round(mine.spread),
    };
    return { line, measure, min: { ours: round(mine.min), theirs: round(other.min) } };
  } finally {
    await entry.teardown?.();
  }
}
