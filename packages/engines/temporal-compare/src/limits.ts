/**
 * The limits of this package, each with what happens when it is reached. Work is counted before it
 * begins, so a request over a limit costs nothing and fails with `budget/exceeded`.
 */
import type { Limit } from '@midstream/core';

/** The limits of temporal-compare. */
export const COMPARE_LIMITS = {
  /** Cells of the alignment matrix that one comparison may visit: about a second of plain DTW. */
  maxCells: {
    name: 'maxCells',
    value: 1_000_000_000,
    unit: 'alignment cells in one comparison',
    consequence: 'The comparison is refused with budget/exceeded before any work is done.',
  },
  /** Cells whose step is remembered when a path is asked for, one byte each. */
  maxPathCells: {
    name: 'maxPathCells',
    value: 100_000_000,
    unit: 'alignment cells in one comparison with a path',
    consequence: 'The path is refused with budget/exceeded; the distance alone may still fit.',
  },
  /**
   * Largest absolute value in a series. Below it no sum of squared differences that fits `maxCells`
   * can overflow, so an infinite distance always means "no path", and never "too large".
   */
  maxMagnitude: {
    name: 'maxMagnitude',
    value: 1e140,
    unit: 'absolute value of a sample',
    consequence: 'The series is refused with argument/range; rescale it.',
  },
} as const satisfies Record<string, Limit>;
