/**
 * What a reader must know before believing what is shown: loss, errors, what is no longer in view.
 */
import type { VNode } from 'preact';
import { sessionConnection, view } from '../state/selection.ts';
import { RECORDS_IN_VIEW } from '../state/session-view.ts';
import { count, many } from '../state/words.ts';

/** Nothing, mostly. */
export function Notices(): VNode | null {
  const lines = linesOf();
  if (lines.length === 0) return null;
  return (
    <ul class="notices" role="status" data-testid="notices">
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}

function linesOf(): string[] {
  const { forgotten, dropped, notices } = view.value;
  const connection = sessionConnection.value;
  const lines: string[] = [];
  if (connection.state === 'refused')
    lines.push(`This session cannot be shown: ${connection.reason}`);
  if (connection.state === 'reconnecting') {
    lines.push(`Not live. ${connection.reason} What is shown is what had arrived; reconnecting.`);
  }
  if (forgotten > 0) {
    lines.push(`The server no longer has ${many(forgotten, 'earlier record')} of this session.`);
  }
  if (dropped > 0) {
    lines.push(
      `${many(dropped, 'older record')} left this view: it keeps the last ${count(RECORDS_IN_VIEW)}.`,
    );
  }
  for (const { message } of notices.slice(-3)) lines.push(message);
  return lines;
}
