/**
 * One track: the answer, a reasoning, the arguments of a tool call. Text is only ever a text node.
 */
import type { CutAction } from '@midstream/core';
import type { VNode } from 'preact';
import { type Segment, segmentsOf } from '../state/segments.ts';
import type { TrackView } from '../state/view-model.ts';
import { HeldBlock } from './held-block.tsx';
import { RedactionPill } from './redaction-pill.tsx';

/** A block of text with what was done to it. */
export function TrackBlock(props: {
  readonly track: TrackView;
  /** The only text of its choice: it needs no heading. */
  readonly plain: boolean;
  readonly cut: CutAction | null;
  readonly open: boolean;
}): VNode {
  const { track, plain, cut, open } = props;
  const segments = segmentsOf(track.text, cut);
  const caret = open && cut === null && track.channel === 'text';
  return (
    <div class="track" data-channel={track.channel}>
      {!plain && <h3 class="track-name">{nameOf(track)}</h3>}
      <div class="track-text">
        {segments.map((segment) => (
          <Stretch key={`${segment.kind}${segment.start}`} segment={segment} />
        ))}
        {caret && <i class="caret" aria-hidden="true" />}
      </div>
    </div>
  );
}

function Stretch({ segment }: { readonly segment: Segment }): VNode | null {
  switch (segment.kind) {
    case 'released':
      return <span>{segment.text}</span>;
    case 'redacted':
      return <RedactionPill segment={segment} />;
    case 'held':
      return <HeldBlock segment={segment} />;
    case 'cut':
      return null;
  }
}

function nameOf({ channel, tool, id }: TrackView): string {
  if (channel === 'tool') return `Tool call: ${tool ?? id.split('/').slice(2).join('/')}`;
  if (channel === 'text') return 'Answer';
  return channel.slice(0, 1).toUpperCase() + channel.slice(1);
}
