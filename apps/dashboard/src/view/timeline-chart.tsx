/** The timeline as a drawing of lanes: findings over the text, actions under it. */
import type { VNode } from 'preact';
import { explain, unexplain } from '../state/popover.ts';
import { view } from '../state/selection.ts';
import type { Band, Mark, Timeline } from '../state/timeline.ts';
import { whyOf } from '../state/why.ts';

const percent = (share: number): string => `${(share * 100).toFixed(2)}%`;
/**
 * In pixels: the height of a lane, the least width of a mark, and the step of marks at one place.
 */
const LANE = 18;
const LEAST = 6;
const STEP = 8;

/** Lanes of marks; each mark says what it is on hover and focus. */
export function TimelineChart({ timeline }: { readonly timeline: Timeline }): VNode {
  const { marks, bands, start, end } = timeline;
  return (
    <div class="timeline">
      <Lane name="Findings" marks={marks.filter(({ lane }) => lane === 'finding')} />
      {bands.length > 0 && <Bands bands={bands} />}
      <Lane name="Actions" marks={marks.filter(({ lane }) => lane === 'action')} />
      <div class="lane-row axis">
        <span class="lane-name" />
        <span>{start}</span>
        <span>{end}</span>
      </div>
    </div>
  );
}

function Bands({ bands }: { readonly bands: readonly Band[] }): VNode {
  const tokens = bands[0]?.kind === 'arrived';
  return (
    <div class="lane-row">
      <span class="lane-name">{tokens ? 'Tokens' : 'Text'}</span>
      <svg class="lane bands" width="100%" height="8" aria-hidden="true">
        {bands.map(({ kind, from, to }) => (
          <rect
            key={`${kind}${from}`}
            class="band"
            data-kind={kind}
            x={percent(from)}
            width={to === from ? '3' : percent(to - from)}
            height="8"
            transform={to === from ? 'translate(-3)' : undefined}
          />
        ))}
      </svg>
    </div>
  );
}

function Lane({ name, marks }: { readonly name: string; readonly marks: readonly Mark[] }): VNode {
  return (
    <div class="lane-row">
      <span class="lane-name">{name}</span>
      {/* biome-ignore lint/a11y/useSemanticElements: a drawing has no fieldset. */}
      <svg class="lane" width="100%" height={LANE} role="group" aria-label={name}>
        {marks.map((mark) => (
          <MarkShape key={mark.key} mark={mark} />
        ))}
      </svg>
    </div>
  );
}

/** A stretch of text, or a narrow mark that leans inwards at the end of the axis. */
function MarkShape({ mark }: { readonly mark: Mark }): VNode {
  const { lane, kind, from, to, title, rule, finding, stack } = mark;
  const show = (event: Event): void => {
    const reasons = whyOf(view.peek().moments, { finding, rule });
    const chain = lane === 'finding' ? reasons.filter(({ step }) => step !== 'Rule') : reasons;
    explain(event.currentTarget as Element, { title: kind, reasons: chain });
  };
  const shift = -from * LEAST + (from > 0.5 ? -stack : stack) * STEP;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a drawing has no button.
    <rect
      class="mark"
      role="button"
      tabIndex={0}
      data-lane={lane}
      data-kind={kind}
      aria-label={title}
      x={percent(from)}
      y="2"
      rx="3"
      height={LANE - 4}
      width="100%"
      style={{ width: `max(${LEAST}px, ${percent(to - from)})` }}
      transform={`translate(${shift.toFixed(1)})`}
      onMouseEnter={show}
      onFocus={show}
      onClick={show}
      onMouseLeave={unexplain}
      onBlur={unexplain}
    />
  );
}
