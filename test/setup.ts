/**
 * Runs before each test file: gives fast-check the seed of the run (MIDSTREAM_SEED, printed by
 * `npm test`) and, in the long tier, ten times its default number of runs.
 */
import fc from 'fast-check';

const DEFAULT_RUNS = 100;
const LONG_FACTOR = 10;

const { MIDSTREAM_SEED, MIDSTREAM_LONG } = process.env;

fc.configureGlobal({
  ...fc.readConfigureGlobal(),
  ...(MIDSTREAM_SEED ? { seed: Number(MIDSTREAM_SEED) } : {}),
  ...(MIDSTREAM_LONG === '1' ? { numRuns: DEFAULT_RUNS * LONG_FACTOR } : {}),
});
