/** The operations of `@midstream/temporal-compare`. */
import { DISTANCE_METRICS, distance } from '@midstream/temporal-compare';
import { z } from 'zod';
import { define, type TableOperation } from './define.ts';
import { anyNumber } from './numbers.ts';

const numbers = z.array(anyNumber);
const series = z.union([numbers, z.array(numbers)]);

const distanceInput = z.strictObject({
  metric: z.enum(DISTANCE_METRICS).describe('Which distance'),
  x: series.describe('A series of numbers, or of vectors of one dimension'),
  y: series.describe('The series it is compared with'),
  band: anyNumber.optional().describe('Sakoe-Chiba radius in cells; none by default'),
  cost: z.enum(['squared', 'absolute']).optional().describe('The cost of a pair of values'),
  root: z.boolean().optional().describe('Whether the root of a sum of squares is taken'),
  g: anyNumber.optional().describe('wdtw: steepness of the weight'),
  w: anyNumber.optional().describe('adtw: fine for a step of warping'),
  gap: anyNumber.optional().describe('erp: the value that a deleted sample is matched with'),
  epsilon: anyNumber.optional().describe('edr, lcss, lcss-length: samples this near are equal'),
  boundary: z.enum(['index', 'zero']).optional().describe('edr: what leading samples cost'),
  c: anyNumber.optional().describe('msm: cost of a split or merge'),
  nu: anyNumber.optional().describe('twe: stiffness'),
  lambda: anyNumber.optional().describe('twe: cost of a deletion'),
  gamma: anyNumber.optional().describe('soft-dtw: smoothness'),
  mode: z
    .enum(['dependent', 'independent'])
    .optional()
    .describe('dtw on vectors: one path for all dimensions, or one for each'),
  path: z.boolean().optional().describe('dtw: whether the alignment is wanted too'),
});

const distanceOutput = z.strictObject({
  distance: anyNumber.describe('"Infinity" when the band admits no path'),
  path: z
    .array(z.tuple([z.int(), z.int()]))
    .readonly()
    .optional()
    .describe('Pairs of positions in x and y'),
});

/** Distances. */
export const COMPARE_OPERATIONS: readonly TableOperation[] = [
  define({
    name: 'compare.distance',
    summary: 'The distance of two series by a named metric',
    input: distanceInput,
    output: distanceOutput,
    run: (input) => {
      const { distance: found, path } = distance(input);
      return path === undefined
        ? { distance: found }
        : { distance: found, path: path.map(([i, j]): [number, number] => [i, j]) };
    },
  }),
];
