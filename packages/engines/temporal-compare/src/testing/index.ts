/** For tests and benchmarks: the readable twins that the kernels are held against. */
export { dtwReference } from '../dtw/reference.ts';
