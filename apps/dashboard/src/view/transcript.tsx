/** The text of one choice as it streams. It follows the end until the reader scrolls away. */
import type { SessionSummary } from '@midstream/core';
import type { VNode } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { choice, sessionConnection, view } from '../state/selection.ts';
import type { ChoiceView } from '../state/view-model.ts';
import { ChoiceTabs } from './choice-tabs.tsx';
import { CutMarker } from './cut-marker.tsx';
import { TrackBlock } from './track-block.tsx';

const NEAR_END = 48;

/** The transcript. */
export function Transcript({ summary }: { readonly summary: SessionSummary | null }): VNode {
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  useLayoutEffect(() => {
    if (atEnd.current && box.current) box.current.scrollTop = box.current.scrollHeight;
  });
  const { tracks, choices } = view.value;
  const mine = tracks.filter((track) => track.choice === choice.value);
  const standing = choices.find((each) => each.choice === choice.value);
  const cutTrack = cutTrackOf(standing, mine[mine.length - 1]?.id);
  return (
    <section class="card transcript-card" aria-label="Transcript">
      <ChoiceTabs />
      {/* What scrolls must be reachable by keyboard. */}
      {/* biome-ignore lint/a11y/useAriaPropsSupportedByRole: both roles take a label. */}
      <div
        ref={box}
        id="transcript"
        class="transcript"
        data-testid="transcript"
        role={choices.length > 1 ? 'tabpanel' : 'region'}
        aria-label="Text that has left"
        tabIndex={0}
        onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
          atEnd.current = scrollHeight - scrollTop - clientHeight < NEAR_END;
        }}
      >
        {mine.length === 0 && !standing?.cut && <p class="empty">{emptyWords()}</p>}
        {mine.map((track) => (
          <TrackBlock
            key={track.id}
            track={track}
            plain={mine.length === 1 && track.channel === 'text'}
            cut={track.id === cutTrack ? (standing?.cut ?? null) : null}
            open={sessionConnection.value.state === 'live' && standing?.ended == null}
          />
        ))}
        {standing?.cut && <CutMarker cut={standing.cut} summary={summary} choice={standing} />}
        {standing?.ended != null && !standing.cut && (
          <p class="ended">ended: {standing.ended.replaceAll('_', ' ')}</p>
        )}
      </div>
    </section>
  );
}

function cutTrackOf(standing: ChoiceView | undefined, last: string | undefined): string | null {
  if (!standing?.cut) return null;
  return standing.cut.position?.track ?? standing.cut.finding?.span?.track ?? last ?? null;
}

function emptyWords(): string {
  const connection = sessionConnection.value;
  if (connection.state === 'live') return 'No text has arrived yet.';
  if (connection.state === 'ended') return 'This session carried no text.';
  if (connection.state === 'refused') return 'Nothing to show.';
  return 'Loading the session.';
}
