/**
 * The slot for numeric kernels. An engine function is written once against {@link Kernels}; which
 * table it runs on (plain JavaScript, WebAssembly, WebAssembly with SIMD) is injected, and all of
 * them give the same numbers to a stated tolerance. The plain table is always present, so nothing
 * depends on a build step or on what the machine can do.
 *
 * Kernels own no memory that outlives a call and no state. Arguments have been checked by the
 * caller: series are non-empty, finite, and within the caller's cell budget.
 */

/** Which build a table is. */
export type KernelBuild = 'js' | 'wasm' | 'wasm-simd';

/** The local cost of a dynamic-time-warping cell. */
export type PointCost = 'squared' | 'absolute';

/** How a banded alignment is asked for. */
export interface DtwKernelOptions {
  readonly cost: PointCost;
  /** Sakoe-Chiba radius in cells, `|i - j| <= band`; `Infinity` for none. */
  readonly band: number;
}

/** A table of kernels. New kernels join as further members; a table has all of them. */
export interface Kernels {
  readonly build: KernelBuild;
  /** Dynamic-time-warping distance without a root; `Infinity` when the band admits no path. */
  dtw(x: Float64Array, y: Float64Array, options: DtwKernelOptions): number;
}
