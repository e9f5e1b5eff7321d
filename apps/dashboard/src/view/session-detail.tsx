/** One session in depth. */
import type { SessionSummary } from '@midstream/core';
import { computed, type ReadonlySignal } from '@preact/signals';
import type { VNode } from 'preact';
import { selected, sessionConnection, view } from '../state/selection.ts';
import { summaries } from '../state/sessions.ts';
import { ConnectionBadge } from './connection-badge.tsx';
import { Counts } from './counts.tsx';
import { GapPlot } from './gap-plot.tsx';
import { LogprobPlot } from './logprob-plot.tsx';
import { Notices } from './notices.tsx';
import { PolicyPanel } from './policy-panel.tsx';
import { Saved } from './saved.tsx';
import { SeriesPlot } from './series-plot.tsx';
import { StateBadge } from './state-badge.tsx';
import { TimelinePanel } from './timeline-panel.tsx';
import { Transcript } from './transcript.tsx';
import { TryIt } from './try-it.tsx';

/** The newest summary: the feed's while the session runs, its own last word afterwards. */
const summary: ReadonlySignal<SessionSummary | null> = computed(() => {
  const own = view.value.summary;
  if (view.value.closed) return own;
  return summaries.value.get(selected.value ?? '') ?? own;
});

/** Everything right of the list. */
export function SessionDetail(): VNode {
  const current = summary.value;
  const series = view.value.samples.length > 0;
  const text = view.value.tracks.length > 0 || !series;
  return (
    <main class="detail" id="session" tabIndex={-1}>
      <TryIt />
      <div class="columns">
        <div class="column-main">
          <SessionHead summary={current} />
          <Notices />
          {series && <SeriesPlot />}
          {text && <Transcript summary={current} />}
          <TimelinePanel />
        </div>
        <aside class="column-side" aria-label="Measurements and policy">
          {text && <Saved summary={current} />}
          <Counts summary={current} />
          {text && <GapPlot />}
          {text && <LogprobPlot />}
          <PolicyPanel />
        </aside>
      </div>
    </main>
  );
}

function SessionHead({ summary }: { readonly summary: SessionSummary | null }): VNode {
  if (selected.value === null) {
    return (
      <header class="session-head">
        <h2>No session yet</h2>
        <p class="quiet">Run a prompt above and watch it being judged while it streams.</p>
      </header>
    );
  }
  return (
    <header class="session-head">
      <div class="head-line">
        <h2>{summary === null ? 'Session' : summary.label || summary.id}</h2>
        {summary !== null && <StateBadge state={summary.state} />}
      </div>
      <p class="head-facts">
        {summary !== null && (
          <>
            <span>{summary.model ?? summary.origin}</span>
            <span>policy {summary.policy}</span>
          </>
        )}
        <code>{selected.value}</code>
        <ConnectionBadge connection={sessionConnection.value} />
      </p>
    </header>
  );
}
