/** How sure the model was of each token, where it tells. */
import { computed, type ReadonlySignal } from '@preact/signals';
import type { VNode } from 'preact';
import type uPlot from 'uplot';
import { choice, measured } from '../state/selection.ts';
import { logprobsOf, quantile } from '../state/series.ts';
import { Plot } from './plot.tsx';

const logprobs = computed(() => logprobsOf(measured.value.arrivals, choice.value));
const data: ReadonlySignal<uPlot.AlignedData> = computed(() => [
  [...logprobs.value.token],
  [...logprobs.value.logprob],
]);
const LINES = [{ label: 'log-probability', colour: '--violet' }] as const;

/** A line, when there is anything to draw. */
export function LogprobPlot(): VNode | null {
  const { logprob } = logprobs.value;
  const median = quantile(logprob, 0.5);
  if (median === null) return null;
  const words = `The median token had a probability of ${(Math.exp(median) * 100).toFixed(0)} %.`;
  return (
    <section class="card" data-testid="logprob-plot" aria-label="Log-probability of tokens">
      <h3>Log-probability</h3>
      <p class="quiet">{words}</p>
      <Plot data={data.value} lines={LINES} height={110} label={words} />
    </section>
  );
}
