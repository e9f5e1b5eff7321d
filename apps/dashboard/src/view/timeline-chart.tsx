/** The timeline as lanes: the text itself, findings over it, actions under it. */
import type { VNode } from 'preact';
import { explain, unexplain } from '../state/popover.ts';
import { view } from '../state/selection.ts';
import type { Mark, Timeline } from '../state/timeline.ts';
import { whyOf } from '../state/why.ts';

const percent = (share: number): string => `${(share * 100).toFixed(2)}%`;

/** Lanes of marks; each mark says what it is on hover and focus. */
export function TimelineChart({ timeline }: { readonly timeline: Timeline }): VNode {
  const { marks, bands, start, end } = timeline;
  return (
    <div class="timeline">
      <Lane name="Findings" marks={marks.filter(({ lane }) => lane === 'finding')} />
      {bands.length > 0 && (
        <div class="lane-row">
          <span class="lane-name">Text</span>
          <div class="lane bands" aria-hidden="true">
            {bands.map(({ kind, from, to }) => (
              <i
                key={`${kind}${from}`}
                class="band"
                data-kind={kind}
                style={{ left: `min(${percent(from)}, 100% - 6px)`, width: percent(to - from) }}
              />
            ))}
          </div>
        </div>
      )}
      <Lane name="Actions" marks={marks.filter(({ lane }) => lane === 'action')} />
      <div class="lane-row axis">
        <span class="lane-name" />
        <span>{start}</span>
        <span>{end}</span>
      </div>
    </div>
  );
}

function Lane({ name, marks }: { readonly name: string; readonly marks: readonly Mark[] }): VNode {
  return (
    <div class="lane-row">
      <span class="lane-name">{name}</span>
      <fieldset class="lane" aria-label={name}>
        {marks.map((mark) => (
          <MarkButton key={mark.key} mark={mark} />
        ))}
      </fieldset>
    </div>
  );
}

function MarkButton({ mark }: { readonly mark: Mark }): VNode {
  const { lane, kind, from, to, title, rule, finding } = mark;
  const show = (event: Event): void => {
    const reasons = whyOf(view.peek().moments, { finding, rule });
    const chain = lane === 'finding' ? reasons.filter(({ step }) => step !== 'Rule') : reasons;
    explain(event.currentTarget as Element, { title: kind, reasons: chain });
  };
  return (
    <button
      type="button"
      class="mark"
      data-lane={lane}
      data-kind={kind}
      aria-label={title}
      style={{
        left: `min(${percent(from)}, 100% - 6px)`,
        width: `max(6px, ${percent(to - from)})`,
      }}
      onMouseEnter={show}
      onFocus={show}
      onClick={show}
      onMouseLeave={unexplain}
      onBlur={unexplain}
    />
  );
}
