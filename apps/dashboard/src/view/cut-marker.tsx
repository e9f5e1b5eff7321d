/** Where a choice was cut: by which rule, why, and what that saved. */
import type { CutAction, SessionSummary } from '@midstream/core';
import type { VNode } from 'preact';
import { explain, unexplain } from '../state/popover.ts';
import { view } from '../state/selection.ts';
import type { ChoiceView } from '../state/view-model.ts';
import { whyOf } from '../state/why.ts';
import { savingsInWords, savingsOf } from '../state/words.ts';

/** The end of the text. */
export function CutMarker(props: {
  readonly cut: CutAction;
  readonly summary: SessionSummary | null;
  readonly choice: ChoiceView;
}): VNode {
  const { cut, summary, choice } = props;
  const savings = savingsOf(summary, choice);
  const show = (event: Event): void => {
    const reasons = whyOf(view.peek().moments, {
      finding: cut.finding?.id ?? null,
      rule: cut.rule,
    });
    explain(event.currentTarget as Element, { title: 'Cut', reasons });
  };
  return (
    <div class="cut-marker" data-testid="cut-marker">
      <div class="cut-line">
        <span class="cut-word">Cut</span>
        <span class="cut-rule">{cut.rule === null ? 'by the session' : `rule ${cut.rule}`}</span>
        <button
          type="button"
          class="why"
          onMouseEnter={show}
          onFocus={show}
          onClick={show}
          onMouseLeave={unexplain}
          onBlur={unexplain}
        >
          Why?
        </button>
      </div>
      <p>{cut.message}</p>
      {savings !== null && <p class="quiet">{savingsInWords(savings)}</p>}
    </div>
  );
}
