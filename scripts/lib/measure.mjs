/**
 * Measures two functions against each other in one run: sample by sample in turn (ours, theirs,
 * theirs, ours, …), so that whatever else the machine does falls on both alike. CPU time is what a
 * synchronous function is judged by, wall time an asynchronous one, which waits for others.
 */

const ROUNDS = 15;
const SAMPLE_MS = 20;
const MOST_ITERATIONS = 2 ** 24;

/** @typedef {{wall: number, cpu: number, value: unknown}} Sample times in ms an iteration */

function isThenable(value) {
  return typeof value?.then === 'function';
}

/** @returns {Promise<Sample>} */
async function sample(work, iterations) {
  const cpuStart = process.cpuUsage();
  const start = process.hrtime.bigint();
  let value;
  for (let i = 0; i < iterations; i += 1) {
    value = work();
    if (isThenable(value)) value = await value;
  }
  const wall = Number(process.hrtime.bigint() - start) / 1e6;
  const { user, system } = process.cpuUsage(cpuStart);
  return { wall: wall / iterations, cpu: (user + system) / 1000 / iterations, value };
}

/** Enough iterations for a sample to be well above the clock's grain. */
async function calibrate(work) {
  let iterations = 1;
  while (iterations < MOST_ITERATIONS) {
    const { wall } = await sample(work, iterations);
    const total = wall * iterations;
    if (total >= SAMPLE_MS) return iterations;
    iterations = Math.ceil(iterations * Math.min(10, (SAMPLE_MS * 1.2) / Math.max(total, 0.01)));
  }
  return iterations;
}

const quantile = (sorted, q) => {
  const at = (sorted.length - 1) * q;
  const low = Math.floor(at);
  const next = sorted[low + 1] ?? sorted[low];
  return sorted[low] + (next - sorted[low]) * (at - low);
};

/** Least, median and spread: the middle half's width over the median. */
export function summarise(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const median = quantile(sorted, 0.5);
  const spread = median === 0 ? 0 : (quantile(sorted, 0.75) - quantile(sorted, 0.25)) / median;
  return { min: sorted[0] ?? Number.NaN, median, spread };
}

/**
 * @param {{ours: () => unknown, theirs?: () => unknown, iterations?: number, rounds?: number}}
 *   entry
 * @returns {Promise<{ours: Sample[], theirs: Sample[], asynchronous: boolean}>}
 */
export async function measurePair({ ours, theirs, iterations, rounds = ROUNDS }) {
  const first = ours();
  const asynchronous = isThenable(first);
  await first;
  await theirs?.();
  const counts = {
    ours: iterations ?? (await calibrate(ours)),
    theirs: theirs === undefined ? 0 : (iterations ?? (await calibrate(theirs))),
  };
  const samples = { ours: [], theirs: [] };
  for (let round = 0; round < rounds; round += 1) {
    const order = round % 2 === 0 ? ['ours', 'theirs'] : ['theirs', 'ours'];
    for (const side of order) {
      const work = side === 'ours' ? ours : theirs;
      if (work !== undefined) samples[side].push(await sample(work, counts[side]));
    }
  }
  return { ...samples, asynchronous };
}
