/** Which session is shown, and its records as they come: one reduction for each animation frame. */
import type { SessionRecord } from '@midstream/core';
import { effect, type Signal, signal } from '@preact/signals';
import type { Connection } from '../api/event-stream.ts';
import { followSession } from '../api/session-stream.ts';
import { type Followed, followNewest } from './follow-newest.ts';
import { now } from './server.ts';
import { reduce } from './session-view.ts';
import { newestFirst, shown } from './sessions.ts';
import { EMPTY_VIEW, type SessionView } from './view-model.ts';

export const selected: Signal<string | null> = signal(null);
/** Whether the newest session is shown as sessions come; ends when a person picks one. */
export const following: Signal<boolean> = signal(true);
export const view: Signal<SessionView> = signal(EMPTY_VIEW);
/**
 * The view at a pace for what costs more to draw than text: plots. At the latest {@link
 * MEASURE_DELAY} behind.
 */
export const measured: Signal<SessionView> = signal(EMPTY_VIEW);
export const sessionConnection: Signal<Connection> = signal({ state: 'connecting' });
export const choice: Signal<number> = signal(0);

/** A hidden page gets no frames; at this many waiting records they are read at once. */
const BATCH_LIMIT = 4_096;
const MEASURE_DELAY = 250;
const HASH = /^#session=(.+)$/;

/** Shows the session that a person picked, and keeps it in the address for a reload. */
export function select(id: string): void {
  following.value = false;
  if (selected.value === id && HASH.test(location.hash)) return;
  selected.value = id;
  history.replaceState(null, '', `#session=${encodeURIComponent(id)}`);
}

/** Follows the newest session from now on, or stays with the one that is shown. */
export function toggleFollowing(): void {
  if (following.value && selected.value !== null) {
    select(selected.value);
    return;
  }
  history.replaceState(null, '', location.pathname);
  following.value = true;
}

/** Moves up or down the list. */
export function step(by: 1 | -1): void {
  const list = shown.value;
  const at = list.findIndex(({ id }) => id === selected.value);
  const next = list[at < 0 ? 0 : Math.min(list.length - 1, Math.max(0, at + by))];
  if (next !== undefined) select(next.id);
}

/** Starts following what is selected; with nothing in the address, that is the newest session. */
export function followSelection(): void {
  const named = HASH.exec(location.hash)?.[1];
  if (named !== undefined) {
    following.value = false;
    selected.value = decodeURIComponent(named);
  }
  followList();
  followMeasured();
  effect(() => {
    const id = selected.value;
    if (id === null) return;
    const stop = new AbortController();
    view.value = EMPTY_VIEW;
    measured.value = EMPTY_VIEW;
    choice.value = 0;
    follow(id, stop.signal);
    return () => stop.abort();
  });
}

function followList(): void {
  let followed: Followed | null = null;
  effect(() => {
    if (!following.value) {
      followed = null;
      return;
    }
    followed = followNewest(newestFirst.value, followed, now.value);
    if (followed !== null) selected.value = followed.id;
  });
}

/** The first change after a pause is drawn at once, those that follow at the end of the delay. */
function followMeasured(): void {
  let waiting = false;
  effect(() => {
    const newest = view.value;
    if (waiting) return;
    measured.value = newest;
    waiting = true;
    setTimeout(() => {
      waiting = false;
      measured.value = view.peek();
    }, MEASURE_DELAY);
  });
}

function follow(id: string, signal: AbortSignal): void {
  let waiting: SessionRecord[] = [];
  let frame = 0;
  const flush = (): void => {
    cancelAnimationFrame(frame);
    frame = 0;
    if (signal.aborted || waiting.length === 0) return;
    const records = waiting;
    waiting = [];
    view.value = reduce(view.peek(), records);
  };
  signal.addEventListener('abort', () => cancelAnimationFrame(frame));
  void followSession({
    id,
    signal,
    onConnection: (connection) => {
      if (connection.state !== 'connecting' && connection.state !== 'live') flush();
      sessionConnection.value = connection;
    },
    onRecord: (record) => {
      waiting.push(record);
      if (waiting.length >= BATCH_LIMIT) flush();
      else if (frame === 0) frame = requestAnimationFrame(flush);
    },
  });
}
