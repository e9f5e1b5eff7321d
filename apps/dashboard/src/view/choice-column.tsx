/** One choice: its tracks in order, and how it ended. Text is only ever a text node. */
import type { SessionSummary } from '@midstream/core';
import type { VNode } from 'preact';
import { choice as measuredChoice, sessionConnection, view } from '../state/selection.ts';
import type { ChoiceView } from '../state/view-model.ts';
import { many } from '../state/words.ts';
import { CutMarker } from './cut-marker.tsx';
import { TrackBlock } from './track-block.tsx';

/** A column; with a heading that picks it for measuring where there are several. */
export function ChoiceColumn(props: {
  readonly standing: ChoiceView;
  readonly summary: SessionSummary | null;
  readonly several: boolean;
}): VNode {
  const { standing, summary, several } = props;
  const { choice, cut, ended } = standing;
  const mine = view.value.tracks.filter((track) => track.choice === choice);
  const cutTrack = cutTrackOf(standing, mine[mine.length - 1]?.id);
  return (
    <div class="choice" data-testid="choice">
      {several && <ChoiceHead standing={standing} />}
      {mine.map((track) => (
        <TrackBlock
          key={track.id}
          track={track}
          plain={mine.length === 1 && track.channel === 'text'}
          cut={track.id === cutTrack ? cut : null}
          open={sessionConnection.value.state === 'live' && ended === null}
        />
      ))}
      {cut !== null && <CutMarker cut={cut} summary={summary} choice={standing} />}
      {ended !== null && cut === null && <p class="ended">ended: {ended.replaceAll('_', ' ')}</p>}
    </div>
  );
}

function ChoiceHead({ standing }: { readonly standing: ChoiceView }): VNode {
  const { choice, tokens } = standing;
  return (
    <button
      type="button"
      class="choice-head"
      data-testid="choice-head"
      aria-pressed={measuredChoice.value === choice}
      title="Show the measurements of this choice"
      onClick={() => {
        measuredChoice.value = choice;
      }}
    >
      Choice {choice + 1}
      <small>{many(tokens, 'token')}</small>
    </button>
  );
}

function cutTrackOf({ cut }: ChoiceView, last: string | undefined): string | null {
  if (cut === null) return null;
  return cut.position?.track ?? cut.finding?.span?.track ?? last ?? null;
}
