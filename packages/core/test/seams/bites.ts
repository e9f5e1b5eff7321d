/** Whether a suite notices that an implementation is broken. */
import { expect } from 'vitest';
import type { ConformanceCase } from '../../src/testing/index.ts';

/** Expects that a case fails whose name contains these words; only those are run. */
export async function expectBite(suite: readonly ConformanceCase[], words: string): Promise<void> {
  const cases = suite.filter((one) => one.name.includes(words));
  expect(cases, `cases named "${words}"`).not.toEqual([]);
  const failed: string[] = [];
  for (const one of cases) {
    try {
      await one.run();
    } catch (thrown) {
      failed.push(`${one.name}: ${String(thrown)}`);
    }
  }
  expect(failed).not.toEqual([]);
}
