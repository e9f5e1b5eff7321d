/** The sessions, newest first. One stop for the Tab key; arrows move through it. */
import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { following, selected, step, toggleFollowing } from '../state/selection.ts';
import { feedConnection, filter, listed, shown, summaries } from '../state/sessions.ts';
import { Icon } from './icon.tsx';
import { SessionItem } from './session-item.tsx';

/** The left column. */
export function SessionList(): VNode {
  const list = shown.value;
  const current = selected.value;
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    box.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [current]);
  const active = list.some(({ id }) => id === current) ? `session-${current}` : undefined;
  return (
    <nav class="sidebar" aria-label="Sessions">
      <div class="sidebar-head">
        <h2>Sessions</h2>
        <span class="quiet">{list.length}</span>
        <button
          type="button"
          class="switch"
          role="switch"
          data-testid="follow"
          aria-checked={following.value}
          onClick={toggleFollowing}
        >
          Follow newest
        </button>
      </div>
      <label class="filter">
        <Icon name="search" />
        <input
          id="filter"
          type="search"
          placeholder="Filter"
          aria-label="Filter the sessions"
          value={filter.value}
          onInput={(event) => {
            filter.value = event.currentTarget.value;
          }}
        />
        <kbd>/</kbd>
      </label>
      <div
        ref={box}
        class="session-list"
        data-testid="session-list"
        role="listbox"
        tabIndex={0}
        aria-label="Sessions, newest first"
        aria-activedescendant={active}
        onKeyDown={onArrow}
      >
        {list.map((summary) => (
          <SessionItem key={summary.id} summary={summary} current={summary.id === current} />
        ))}
      </div>
      {list.length === 0 && <p class="empty">{emptyWords()}</p>}
    </nav>
  );
}

function emptyWords(): string {
  if (summaries.value.size > 0) return 'No session matches the filter.';
  if (feedConnection.value.state === 'reconnecting') return 'Waiting for the server.';
  if (!listed.value) return 'Loading the sessions.';
  return 'No sessions yet. Run a prompt, or send a stream through the gateway.';
}

function onArrow(event: KeyboardEvent): void {
  const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  if (by === 0) return;
  event.preventDefault();
  step(by);
}
