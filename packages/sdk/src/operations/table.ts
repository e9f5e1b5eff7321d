/** The one table of operations: every face is made from it. */
import { COMPARE_OPERATIONS } from './compare.ts';
import type { TableOperation } from './define.ts';
import { LOGIC_OPERATIONS } from './logic.ts';

/** Everything that can be computed on request. */
export const OPERATIONS: readonly TableOperation[] = [...COMPARE_OPERATIONS, ...LOGIC_OPERATIONS];
