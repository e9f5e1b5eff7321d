/** Findings and actions: drawn along the text or the time, and listed. */
import { type Signal, signal } from '@preact/signals';
import type { VNode } from 'preact';
import { choice, measured } from '../state/selection.ts';
import { now } from '../state/server.ts';
import { type Axis, timelineOf } from '../state/timeline.ts';
import { count } from '../state/words.ts';
import { MomentTable } from './moment-table.tsx';
import { TimelineChart } from './timeline-chart.tsx';

const axis: Signal<Axis> = signal('time');

/** The timeline and its list. */
export function TimelinePanel(): VNode {
  const state = measured.value;
  const end = axis.value === 'time' && !state.closed ? now.value : 0;
  const shown: Axis = state.arrivals.length === 0 ? 'time' : axis.value;
  const timeline = timelineOf(state, choice.value, { axis: shown, now: end || now.peek() });
  const empty = timeline.marks.length === 0;
  return (
    <section class="card" data-testid="timeline" aria-label="Timeline of findings and actions">
      <div class="card-head">
        <h3>Findings and actions</h3>
        <fieldset class="segmented" aria-label="Axis">
          {(['time', 'position'] as const).map((name) => (
            <button
              key={name}
              type="button"
              aria-pressed={shown === name}
              onClick={() => {
                axis.value = name;
              }}
            >
              {name === 'position' ? 'Text' : 'Time'}
            </button>
          ))}
        </fieldset>
      </div>
      <TimelineChart timeline={timeline} />
      {timeline.omitted > 0 && (
        <p class="quiet">{count(timeline.omitted)} earlier marks are not drawn.</p>
      )}
      {empty ? <p class="empty">Nothing has been found.</p> : <MomentTable />}
    </section>
  );
}
