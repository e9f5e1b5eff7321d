/** The operations alone, for faces that start quickly: no edge, no policy, no session is loaded. */
export { type BatchOptions, type BatchSummary, runBatch } from './batch.ts';
export { toJsonNumbers } from './numbers.ts';
export { type RunOptions, runOperation } from './run.ts';
