/** What the cut saved: the first number a reader wants. */
import type { SessionSummary } from '@midstream/core';
import type { VNode } from 'preact';
import { choice, view } from '../state/selection.ts';
import { count, savingsOf } from '../state/words.ts';

/** A large number with its meaning, or what has been spent so far. */
export function Saved({ summary }: { readonly summary: SessionSummary | null }): VNode {
  const standing = view.value.choices.find((each) => each.choice === choice.value);
  const savings = savingsOf(summary, standing);
  if (savings === null) return <Spent summary={summary} tokens={standing?.tokens ?? 0} />;
  const { atToken, budget, saved } = savings;
  const share = budget === null || budget === 0 ? null : Math.min(1, atToken / budget);
  return (
    <section class="card saved" data-testid="saved" data-cut="true" aria-label="What the cut saved">
      <h3>Saved by the cut</h3>
      <p class="figure">
        {saved === null ? 'Cut' : count(saved)}
        <span>{saved === null ? `at token ${count(atToken)}` : 'tokens never generated'}</span>
      </p>
      {share !== null && <Meter share={share} />}
      <p class="quiet">
        Cut at token {count(atToken)}
        {budget === null ? '; the request set no limit.' : ` of the ${count(budget)} allowed.`}
      </p>
    </section>
  );
}

function Spent(props: { readonly summary: SessionSummary | null; readonly tokens: number }): VNode {
  const { summary, tokens } = props;
  const budget = summary?.tokenBudget ?? null;
  return (
    <section class="card saved" data-testid="saved" data-cut="false" aria-label="Tokens so far">
      <h3>Tokens</h3>
      <p class="figure">
        {count(tokens)}
        <span>{budget === null ? 'so far' : `of ${count(budget)} allowed`}</span>
      </p>
      {budget !== null && budget > 0 && <Meter share={Math.min(1, tokens / budget)} />}
      <p class="quiet">
        {summary === null || summary.state === 'open'
          ? 'No rule has cut this stream.'
          : 'It was not cut.'}
      </p>
    </section>
  );
}

const Meter = ({ share }: { readonly share: number }): VNode => (
  <div class="meter" aria-hidden="true">
    <i style={{ width: `${(share * 100).toFixed(1)}%` }} />
  </div>
);
