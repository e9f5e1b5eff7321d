/** One session in the list. */
import type { SessionSummary } from '@midstream/core';
import type { VNode } from 'preact';
import { select } from '../state/selection.ts';
import { now } from '../state/server.ts';
import { age, many } from '../state/words.ts';
import { StateBadge } from './state-badge.tsx';

/** Label, model, state, tokens, findings, age. */
export function SessionItem(props: {
  readonly summary: SessionSummary;
  readonly current: boolean;
}): VNode {
  const { summary, current } = props;
  const { id, label, model, origin, counts, openedAt } = summary;
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the listbox has the focus
    // biome-ignore lint/a11y/useKeyWithClickEvents: the listbox handles the keys.
    <div
      id={`session-${id}`}
      class="session-item"
      data-testid="session-item"
      data-session={id}
      data-state={summary.state}
      role="option"
      aria-selected={current}
      onClick={() => select(id)}
    >
      <div class="item-top">
        <span class="item-label">{label === '' ? id : label}</span>
        <StateBadge state={summary.state} />
      </div>
      <div class="item-facts">
        <span class="item-model">{model ?? origin}</span>
        <span>{many(counts.tokens, 'token')}</span>
        {counts.findings > 0 && <span>{many(counts.findings, 'finding')}</span>}
        <span class="item-age">{age(now.value - openedAt)}</span>
      </div>
    </div>
  );
}
