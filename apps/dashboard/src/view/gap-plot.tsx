/** The time between tokens. */
import { computed, type ReadonlySignal } from '@preact/signals';
import type { VNode } from 'preact';
import type uPlot from 'uplot';
import { choice, measured } from '../state/selection.ts';
import { gapsOf, quantile } from '../state/series.ts';
import { duration } from '../state/words.ts';
import { Plot } from './plot.tsx';

const gaps = computed(() => gapsOf(measured.value.arrivals, choice.value));
const data: ReadonlySignal<uPlot.AlignedData> = computed(() => [
  [...gaps.value.token],
  [...gaps.value.gap],
]);
const LINES = [{ label: 'gap', colour: '--accent', bars: true }] as const;

/** A bar for each token, with the median and the 95th percentile in words. */
export function GapPlot(): VNode {
  const { gap } = gaps.value;
  const median = quantile(gap, 0.5);
  const high = quantile(gap, 0.95);
  const words =
    median === null || high === null
      ? 'At least two tokens are needed.'
      : `The median gap is ${duration(median)}; 95 % are within ${duration(high)}.`;
  return (
    <section class="card" data-testid="gap-plot" aria-label="Time between tokens">
      <h3>
        Token gaps <small class="quiet">ms</small>
      </h3>
      <p class="quiet">{words}</p>
      {gap.length > 0 && (
        <Plot
          data={data.value}
          lines={LINES}
          height={130}
          label={`Gaps in milliseconds. ${words}`}
        />
      )}
    </section>
  );
}
