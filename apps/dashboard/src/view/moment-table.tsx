/** Findings and actions as a list, newest first. */
import type { VNode } from 'preact';
import { choice, view } from '../state/selection.ts';
import { policies } from '../state/server.ts';
import type { Moment } from '../state/view-model.ts';
import { clockTime } from '../state/words.ts';

/** More rows than this help nobody; the timeline shows where the others are. */
const ROWS = 200;

/** Time, rule, action, message, enforcement. */
export function MomentTable(): VNode {
  const mine = view.value.moments.filter((moment) => moment.choice === choice.value);
  const rows = mine.slice(-ROWS).reverse();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: keyboards scroll it
    <section class="table-box" tabIndex={0} aria-label="List of findings and actions">
      <table data-testid="moments">
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col">What</th>
            <th scope="col">Rule</th>
            <th scope="col">Message</th>
            <th scope="col">Enforcement</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((moment) => (
            <Row key={moment.record} moment={moment} />
          ))}
        </tbody>
      </table>
      {mine.length > ROWS && <p class="quiet">The newest {ROWS} are listed.</p>}
    </section>
  );
}

function Row({ moment: { what, time } }: { readonly moment: Moment }): VNode {
  if (what.kind === 'finding') {
    return (
      <tr data-kind="finding">
        <td class="num">{clockTime(time)}</td>
        <td>
          <span class="tag">{what.finding.proposition}</span>
        </td>
        <td class="quiet">–</td>
        <td>{what.finding.message}</td>
        <td class="quiet">finding</td>
      </tr>
    );
  }
  const { rule, type, message } = what.action;
  return (
    <tr data-kind={type}>
      <td class="num">{clockTime(time)}</td>
      <td>
        <span class="tag" data-action={type}>
          {type}
        </span>
      </td>
      <td>{rule ?? 'session'}</td>
      <td>{message}</td>
      <td class="quiet">{enforcementOf(rule)}</td>
    </tr>
  );
}

/** As the session's policy reports it; the session's own acts are always enforced. */
function enforcementOf(rule: string | null): string {
  if (rule === null) return 'enforced';
  if (policies.value.state !== 'ready') return '–';
  const name = view.value.summary?.policy;
  const policy = policies.value.value.find((each) => each.name === name);
  return policy?.report.rules.find(({ id }) => id === rule)?.enforcement ?? '–';
}
