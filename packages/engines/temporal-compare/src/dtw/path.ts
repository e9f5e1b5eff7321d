/**
 * Dynamic time warping with its path: which samples were matched. The matrix is swept as for the
 * distance, and each cell leaves one byte that says which neighbour it came from; the path is read
 * back from the last cell.
 *
 * Cost: O(nm) time and nm bytes, with a band O(n * min(m, 2 band + 1)) of both.
 *
 * See: Sakoe, Chiba 1978, "Dynamic programming algorithm optimization for spoken word recognition".
 *
 * Edge cases: several paths can be equally cheap; read backwards, a diagonal step is preferred,
 * then a step in x, then one in y. When the band admits no path the distance is `Infinity` and the
 * path is empty. Over the limit `maxPathCells` the call is refused.
 *
 * Example: dtwPath([1, 2, 3], [1, 3]) is 1 along [[0, 0], [1, 0], [2, 1]].
 */
import { MidstreamError } from '@midstream/core';
import {
  checkCells,
  isVectorSeries,
  readBand,
  readChoice,
  readSeries,
  readVectorPair,
  type Series,
  type VectorSeries,
} from '../arguments.ts';
import { COMPARE_LIMITS } from '../limits.ts';
import { sweep } from '../sweep.ts';
import { dimensionOf, numberCost, POINT_COSTS, vectorCost } from './cost.ts';
import { type DtwOptions, VECTOR_MODES } from './distance.ts';

/** A pair of matched samples: an index into x and one into y, both from 0. */
export type PathCell = readonly [number, number];

/** A distance and the alignment it belongs to. */
export interface DtwAlignment {
  readonly distance: number;
  /** From the first pair of samples to the last. */
  readonly path: readonly PathCell[];
}

/** What {@link dtwPath} can be told: a path belongs to one matrix, so the mode is `dependent`. */
export type DtwPathOptions = Omit<DtwOptions, 'kernels'>;

const DIAGONAL = 0;
const UP = 1;
const LEFT = 2;

/** The dynamic time warping distance of two series and a path that has this cost. */
export function dtwPath(
  x: Series | VectorSeries,
  y: Series | VectorSeries,
  options: DtwPathOptions = {},
): DtwAlignment {
  const { rows, columns, local, dimension } = readMatrix(x, y, options);
  const band = readBand(options.band);
  checkCells({ rows, columns, band, times: dimension });
  checkCells({ rows, columns, band }, COMPARE_LIMITS.maxPathCells);
  if (Math.abs(rows - columns) > band) return { distance: Number.POSITIVE_INFINITY, path: [] };

  const width = Math.min(columns, 2 * band + 1);
  const steps = new Uint8Array(rows * width);
  // A row of steps begins with the first cell inside the band; i and j count from 0 here.
  const place = (i: number, j: number): number => i * width + j - Math.max(0, i - band);
  const total = sweep({
    rows,
    columns,
    band,
    cell: (i, j, up, left, diagonal) => {
      const nearest = Math.min(up, left, diagonal);
      steps[place(i - 1, j - 1)] = diagonal === nearest ? DIAGONAL : up === nearest ? UP : LEFT;
      return local(i - 1, j - 1) + nearest;
    },
  });
  const path = traceBack(rows - 1, columns - 1, (i, j) => steps[place(i, j)] as number);
  return { distance: options.root ? Math.sqrt(total) : total, path };
}

/** Follows the steps from the last cell to the first. */
function traceBack(
  lastRow: number,
  lastColumn: number,
  stepAt: (i: number, j: number) => number,
): PathCell[] {
  const path: PathCell[] = [];
  let i = lastRow;
  let j = lastColumn;
  while (i > 0 || j > 0) {
    path.push([i, j]);
    const step = stepAt(i, j);
    if (step !== LEFT) i--;
    if (step !== UP) j--;
  }
  path.push([0, 0]);
  return path.reverse();
}

interface CostMatrix {
  readonly rows: number;
  readonly columns: number;
  readonly dimension: number;
  readonly local: (i: number, j: number) => number;
}

function readMatrix(
  x: Series | VectorSeries,
  y: Series | VectorSeries,
  options: DtwPathOptions,
): CostMatrix {
  const cost = readChoice(options.cost, 'cost', POINT_COSTS);
  const mode = readChoice(options.mode, 'mode', VECTOR_MODES);
  if (isVectorSeries(x) || isVectorSeries(y)) {
    if (mode === 'independent') {
      throw new MidstreamError(
        'argument/invalid',
        'Finding a path failed: in the mode "independent" each dimension has a path of its own; ' +
          'ask for the mode "dependent", or for one dimension at a time',
        { details: { argument: 'mode' } },
      );
    }
    const [a, b] = readVectorPair(x as VectorSeries, y as VectorSeries);
    const local = vectorCost(a, b, cost);
    return { rows: a.length, columns: b.length, dimension: dimensionOf(a), local };
  }
  const a = readSeries(x, 'x');
  const b = readSeries(y, 'y');
  return { rows: a.length, columns: b.length, dimension: 1, local: numberCost(a, b, cost) };
}
