import { expect, it } from 'vitest';
import { selfTest } from '../../scripts/lib/layers-self-test.mjs';

it('the law of the house refuses each planted import and permits the lawful ones', async () => {
  const { checked, problems } = await selfTest();
  expect(problems).toEqual([]);
  expect(checked).toBeGreaterThan(20);
});
