/** The counts of a stage, and how they are added and said. */

/** @typedef {{passed: number, failed: number, skipped: number}} Counts */

/** @returns {Counts} */
export const noCounts = () => ({ passed: 0, failed: 0, skipped: 0 });

/** @param {Counts} a @param {Counts} b @returns {Counts} */
export const addCounts = (a, b) => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  skipped: a.skipped + b.skipped,
});

/** @param {Counts} counts */
export function sayCounts({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/**
 * Turns results that each name a place and a problem, or none, into counts; prints the problems.
 */
export function countResults(results) {
  for (const { where, problem } of results) {
    if (problem !== undefined) console.error(`${where} ${problem}`);
  }
  const failed = results.filter(({ problem }) => problem !== undefined).length;
  return { passed: results.length - failed, failed, skipped: 0 };
}
