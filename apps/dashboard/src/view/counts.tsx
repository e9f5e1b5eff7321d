/** The counts of a session. */
import type { SessionSummary } from '@midstream/core';
import type { VNode } from 'preact';
import { count } from '../state/words.ts';

/** A small table of numbers. */
export function Counts({ summary }: { readonly summary: SessionSummary | null }): VNode {
  const counts = summary?.counts;
  const rows: readonly (readonly [string, number | undefined])[] = [
    ['Characters in', counts?.charactersIn],
    ['Characters out', counts?.charactersOut],
    ['Held now', counts?.charactersHeld],
    ['Redactions', counts?.redactions],
    ['Findings', counts?.findings],
    ['Alerts', counts?.alerts],
  ];
  return (
    <section class="card" aria-label="Counts">
      <dl class="counts" data-testid="counts">
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value === undefined ? '–' : count(value)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
