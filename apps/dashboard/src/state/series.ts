/** Numbers behind the plots. All are pure. */
import type { Arrival, SeriesPoint } from './view-model.ts';

/** The time between a token and the one before it, of the same choice. */
export interface Gaps {
  /** Which token, counted from 1. */
  readonly token: readonly number[];
  readonly gap: readonly number[];
}

/**
 * Gaps in milliseconds between arrivals of one choice. A piece of several tokens is one arrival.
 */
export function gapsOf(arrivals: readonly Arrival[], choice: number): Gaps {
  const token: number[] = [];
  const gap: number[] = [];
  let before: number | null = null;
  for (const arrival of arrivals) {
    if (arrival.choice !== choice) continue;
    if (before !== null) {
      token.push(arrival.token);
      gap.push(Math.max(0, arrival.time - before));
    }
    before = arrival.time;
  }
  return { token, gap };
}

/** Log-probabilities of one choice, where the model tells them. */
export function logprobsOf(
  arrivals: readonly Arrival[],
  choice: number,
): { readonly token: readonly number[]; readonly logprob: readonly number[] } {
  const token: number[] = [];
  const logprob: number[] = [];
  for (const arrival of arrivals) {
    if (arrival.choice !== choice || arrival.logprob === null) continue;
    token.push(arrival.token);
    logprob.push(arrival.logprob);
  }
  return { token, logprob };
}

/**
 * The value below which the share `q` of the values lies, between neighbours in proportion. `null`
 * of nothing. Cost: a sort. Example: quantile([1, 2, 3, 4], 0.5) is 2.5.
 */
export function quantile(values: readonly number[], q: number): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * q;
  const low = sorted[Math.floor(at)] ?? 0;
  const high = sorted[Math.ceil(at)] ?? low;
  return low + (high - low) * (at - Math.floor(at));
}

/** Named series on one time axis (seconds since the epoch); `null` where a series has no value. */
export interface AlignedSeries {
  readonly names: readonly string[];
  readonly times: readonly number[];
  readonly values: readonly (readonly (number | null)[])[];
}

/** Brings samples of several names onto one axis. Values that are not finite are left out. */
export function alignSamples(samples: readonly SeriesPoint[]): AlignedSeries {
  const names = [...new Set(samples.map(({ name }) => name))];
  const times = [...new Set(samples.map(({ time }) => time))].sort((a, b) => a - b);
  const column = new Map(times.map((time, at) => [time, at]));
  const values = names.map(() => new Array<number | null>(times.length).fill(null));
  const row = new Map(names.map((name, at) => [name, at]));
  for (const { name, time, value } of samples) {
    const line = values[row.get(name) ?? -1];
    const at = column.get(time);
    if (line !== undefined && at !== undefined && Number.isFinite(value)) line[at] = value;
  }
  return { names, times: times.map((time) => time / 1000), values };
}
