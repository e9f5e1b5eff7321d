/**
 * The one door to all distances, by name: what the operation `compare.distance` computes. Each
 * metric states the options it takes; an option that does not belong to the metric is refused,
 * because a band that is silently ignored would look like an answer.
 *
 * Cost: that of the metric; see its file.
 *
 * Example: distance({ metric: 'dtw', x: [1, 2, 3], y: [1, 3] }) is { distance: 1 }.
 */
import type { Kernels, PointCost } from '@midstream/core';
import { MidstreamError } from '@midstream/core';
import { isVectorSeries, type Series, type VectorSeries } from './arguments.ts';
import { lbKeogh } from './bounds/keogh.ts';
import { dtw, type VectorMode } from './dtw/distance.ts';
import { dtwPath, type PathCell } from './dtw/path.ts';
import { amercedDtw } from './elastic/amerced-dtw.ts';
import { derivativeDtw } from './elastic/derivative-dtw.ts';
import { type EdrBoundary, edr } from './elastic/edr.ts';
import { erp } from './elastic/erp.ts';
import { frechet } from './elastic/frechet.ts';
import { lcss, lcssLength } from './elastic/lcss.ts';
import { msm } from './elastic/msm.ts';
import { softDtw } from './elastic/soft-dtw.ts';
import { twe } from './elastic/twe.ts';
import { weightedDtw } from './elastic/weighted-dtw.ts';
import { pearson, spearman } from './pointwise/correlation.ts';
import { chebyshev, euclidean, manhattan } from './pointwise/minkowski.ts';

/** The metrics there are. */
export const DISTANCE_METRICS = [
  'dtw',
  'ddtw',
  'wdtw',
  'adtw',
  'erp',
  'edr',
  'lcss',
  'lcss-length',
  'msm',
  'twe',
  'soft-dtw',
  'frechet',
  'lb-keogh',
  'euclidean',
  'manhattan',
  'chebyshev',
  'pearson',
  'spearman',
] as const;
/** A name out of {@link DISTANCE_METRICS}. */
export type DistanceMetric = (typeof DISTANCE_METRICS)[number];

/** The options of all metrics; {@link METRIC_OPTIONS} says which belong to which. */
export interface DistanceOptions {
  /** Sakoe-Chiba radius in cells. */
  readonly band?: number | undefined;
  readonly cost?: PointCost | undefined;
  /** Whether the root of a sum of squares is taken. */
  readonly root?: boolean | undefined;
  /** wdtw: steepness of the weight. */
  readonly g?: number | undefined;
  /** adtw: fine for a step of warping. */
  readonly w?: number | undefined;
  /** erp: the value a deleted sample is matched with. */
  readonly gap?: number | undefined;
  /** edr, lcss, lcss-length: samples this near are equal. */
  readonly epsilon?: number | undefined;
  /** edr: what leading samples cost. */
  readonly boundary?: EdrBoundary | undefined;
  /** msm: cost of a split or merge. */
  readonly c?: number | undefined;
  /** twe: stiffness. */
  readonly nu?: number | undefined;
  /** twe: cost of a deletion. */
  readonly lambda?: number | undefined;
  /** soft-dtw: smoothness. */
  readonly gamma?: number | undefined;
  /** dtw on vectors: one path for all dimensions or one for each. */
  readonly mode?: VectorMode | undefined;
  /** dtw: whether the path is wanted too. */
  readonly path?: boolean | undefined;
}

/** What is compared, and how. */
export interface DistanceInput extends DistanceOptions {
  readonly metric: DistanceMetric;
  readonly x: Series | VectorSeries;
  readonly y: Series | VectorSeries;
}

/** The answer; `path` only where it was asked for. */
export interface DistanceOutput {
  readonly distance: number;
  readonly path?: readonly PathCell[];
}

type OptionName = keyof DistanceOptions;

/** The options that each metric takes. */
export const METRIC_OPTIONS: Readonly<Record<DistanceMetric, readonly OptionName[]>> = {
  dtw: ['band', 'cost', 'root', 'mode', 'path'],
  ddtw: ['band', 'cost', 'root'],
  wdtw: ['band', 'cost', 'g'],
  adtw: ['band', 'cost', 'w'],
  erp: ['band', 'gap'],
  edr: ['band', 'epsilon', 'boundary'],
  lcss: ['band', 'epsilon'],
  'lcss-length': ['band', 'epsilon'],
  msm: ['band', 'c'],
  twe: ['band', 'nu', 'lambda'],
  'soft-dtw': ['band', 'gamma'],
  frechet: ['band'],
  'lb-keogh': ['band', 'cost', 'root'],
  euclidean: [],
  manhattan: [],
  chebyshev: [],
  pearson: [],
  spearman: [],
};

type NumberMetric = (x: Series, y: Series, options: DistanceOptions) => number;

/** The metrics on series of numbers alone; `dtw` and `frechet` take vectors as well. */
const NUMBER_METRICS: Readonly<Record<Exclude<DistanceMetric, 'dtw' | 'frechet'>, NumberMetric>> = {
  ddtw: derivativeDtw,
  wdtw: weightedDtw,
  adtw: amercedDtw,
  erp,
  edr,
  lcss,
  'lcss-length': lcssLength,
  msm,
  twe,
  'soft-dtw': softDtw,
  'lb-keogh': lbKeogh,
  euclidean,
  manhattan,
  chebyshev,
  pearson,
  spearman,
};

/** What the caller injects. */
export interface DistanceContext {
  /** The kernels to run on; plain JavaScript by default. */
  readonly kernels?: Kernels | undefined;
}

/** The distance of x and y by a named metric. */
export function distance(input: DistanceInput, context: DistanceContext = {}): DistanceOutput {
  const { metric, x, y, ...options } = input;
  checkOptions(metric, options);
  const injected = { ...options, kernels: context.kernels };
  if (metric === 'dtw') {
    return options.path ? dtwPath(x, y, options) : { distance: dtw(x, y, injected) };
  }
  if (metric === 'frechet') return { distance: frechet(x, y, options) };
  if (isVectorSeries(x) || isVectorSeries(y)) {
    throw new MidstreamError(
      'argument/invalid',
      `Comparing by "${metric}" failed: it takes series of numbers, but x or y has vectors; ` +
        'those are taken by "dtw" and "frechet"',
      { details: { argument: isVectorSeries(x) ? 'x' : 'y' } },
    );
  }
  return { distance: NUMBER_METRICS[metric](x, y, injected) };
}

function checkOptions(metric: DistanceMetric, options: DistanceOptions): void {
  if (!DISTANCE_METRICS.includes(metric)) {
    throw new MidstreamError(
      'argument/unknown-option',
      `Comparing by "${metric}" failed: there is no such metric; ` +
        `it must be one of ${DISTANCE_METRICS.join(', ')}`,
      { details: { argument: 'metric', choices: DISTANCE_METRICS } },
    );
  }
  const taken = METRIC_OPTIONS[metric];
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || taken.includes(name as OptionName)) continue;
    throw new MidstreamError(
      'argument/unknown-option',
      `Comparing by "${metric}" failed: it takes no option "${name}"; ` +
        `it takes ${taken.length === 0 ? 'none' : taken.join(', ')}`,
      { details: { argument: name, choices: taken } },
    );
  }
}
