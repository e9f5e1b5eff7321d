/** Named series over time, with the moments of findings marked. */
import { computed, type ReadonlySignal } from '@preact/signals';
import type { VNode } from 'preact';
import type uPlot from 'uplot';
import { measured } from '../state/selection.ts';
import { alignSamples } from '../state/series.ts';
import { many } from '../state/words.ts';
import { Plot } from './plot.tsx';

const COLOURS = ['--accent', '--violet', '--blue', '--red', '--ink'] as const;
const aligned = computed(() => alignSamples(measured.value.samples));
const data = computed(
  () => [aligned.value.times, ...aligned.value.values] as unknown as uPlot.AlignedData,
);
const marks: ReadonlySignal<readonly number[]> = computed(() =>
  measured.value.moments.flatMap(({ what, time }) =>
    what.kind === 'finding' ? [time / 1000] : [],
  ),
);

/** One line for each name. */
export function SeriesPlot(): VNode {
  const { names } = aligned.value;
  const lines = names.map((label, at) => ({
    label,
    colour: COLOURS[at % COLOURS.length] ?? '--accent',
  }));
  const samples = many(measured.value.samples.length, 'sample');
  const words = `${names.join(', ')}: ${samples}, ${many(marks.value.length, 'finding')} marked.`;
  return (
    <section class="card" data-testid="series-plot" aria-label="Series">
      <h3>Series</h3>
      <p class="quiet">{words}</p>
      <Plot data={data.value} lines={lines} marks={marks.value} height={260} label={words} time />
    </section>
  );
}
