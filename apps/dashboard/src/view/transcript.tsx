/**
 * The text as it streams, a column for each choice. It follows the end until the reader scrolls.
 */
import type { SessionSummary } from '@midstream/core';
import type { VNode } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { sessionConnection, view } from '../state/selection.ts';
import { ChoiceColumn } from './choice-column.tsx';

const NEAR_END = 48;

/** The transcript. */
export function Transcript({ summary }: { readonly summary: SessionSummary | null }): VNode {
  const box = useRef<HTMLElement>(null);
  const atEnd = useRef(true);
  useLayoutEffect(() => {
    if (atEnd.current && box.current) box.current.scrollTop = box.current.scrollHeight;
  });
  const { tracks, choices } = view.value;
  const empty = tracks.length === 0 && !choices.some(({ cut }) => cut !== null);
  return (
    <section
      ref={box}
      id="transcript"
      class="card transcript"
      data-testid="transcript"
      aria-label="Text that has left"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: keyboards scroll it
      tabIndex={0}
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        atEnd.current = scrollHeight - scrollTop - clientHeight < NEAR_END;
      }}
    >
      {empty && <p class="empty">{emptyWords()}</p>}
      <div class="choices" data-several={choices.length > 1}>
        {choices.map((standing) => (
          <ChoiceColumn
            key={standing.choice}
            standing={standing}
            summary={summary}
            several={choices.length > 1}
          />
        ))}
      </div>
    </section>
  );
}

function emptyWords(): string {
  const connection = sessionConnection.value;
  if (connection.state === 'live') return 'No text has arrived yet.';
  if (connection.state === 'ended') return 'This session carried no text.';
  if (connection.state === 'refused') return 'Nothing to show.';
  return 'Loading the session.';
}
