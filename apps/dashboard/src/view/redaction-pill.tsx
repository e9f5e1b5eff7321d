/** What stands in place of text that a rule took away; on hover or focus it says why. */
import type { VNode } from 'preact';
import { explain, unexplain } from '../state/popover.ts';
import type { Redacted } from '../state/segments.ts';
import { view } from '../state/selection.ts';
import { whyOf } from '../state/why.ts';

/** A pill with the replacement. */
export function RedactionPill({ segment }: { readonly segment: Redacted }): VNode {
  const { text, rule, finding, start, end } = segment;
  const show = (event: Event): void => {
    const reasons = whyOf(view.peek().moments, { finding, rule });
    explain(event.currentTarget as Element, { title: 'Redacted', reasons });
  };
  const shown = text === '' ? 'removed' : text;
  return (
    <button
      type="button"
      class="redaction"
      data-testid="redaction"
      data-rule={rule}
      aria-label={`Redacted by rule ${rule}, ${end - start} characters: ${shown}. Why?`}
      onMouseEnter={show}
      onFocus={show}
      onClick={show}
      onMouseLeave={unexplain}
      onBlur={unexplain}
    >
      {shown}
    </button>
  );
}
