/** Distances and alignments of series. Pure functions: numbers in, numbers out. */
export type { Series, VectorSeries } from './arguments.ts';
export { type LbKeoghOptions, lbKeogh } from './bounds/keogh.ts';
export {
  DISTANCE_METRICS,
  type DistanceContext,
  type DistanceInput,
  type DistanceMetric,
  type DistanceOptions,
  type DistanceOutput,
  distance,
  METRIC_OPTIONS,
} from './distance.ts';
export { type DtwOptions, dtw, VECTOR_MODES, type VectorMode } from './dtw/distance.ts';
export { jsKernels } from './dtw/kernel.ts';
export { type DtwAlignment, type DtwPathOptions, dtwPath, type PathCell } from './dtw/path.ts';
export { type AmercedDtwOptions, amercedDtw } from './elastic/amerced-dtw.ts';
export { type DerivativeDtwOptions, derivativeDtw } from './elastic/derivative-dtw.ts';
export { EDR_BOUNDARIES, type EdrBoundary, type EdrOptions, edr } from './elastic/edr.ts';
export { type ErpOptions, erp } from './elastic/erp.ts';
export { frechet } from './elastic/frechet.ts';
export { type LcssOptions, lcss, lcssLength } from './elastic/lcss.ts';
export { type MsmOptions, msm } from './elastic/msm.ts';
export type { ElasticOptions } from './elastic/pair.ts';
export { type SoftDtwOptions, softDtw } from './elastic/soft-dtw.ts';
export { type TweOptions, twe } from './elastic/twe.ts';
export { type WeightedDtwOptions, weightedDtw } from './elastic/weighted-dtw.ts';
export { COMPARE_LIMITS } from './limits.ts';
export { pearson, spearman } from './pointwise/correlation.ts';
export { chebyshev, euclidean, manhattan } from './pointwise/minkowski.ts';
