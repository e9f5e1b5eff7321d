/** Which session is shown, and its records as they come: one reduction for each animation frame. */
import type { SessionRecord } from '@midstream/core';
import { effect, type Signal, signal } from '@preact/signals';
import type { Connection } from '../api/event-stream.ts';
import { followSession } from '../api/session-stream.ts';
import { reduce } from './session-view.ts';
import { shown } from './sessions.ts';
import { EMPTY_VIEW, type SessionView } from './view-model.ts';

export const selected: Signal<string | null> = signal(null);
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

/** Shows a session, and keeps it in the address so that a reload shows it again. */
export function select(id: string): void {
  if (selected.value === id) return;
  selected.value = id;
  history.replaceState(null, '', `#session=${encodeURIComponent(id)}`);
}

/** Moves up or down the list. */
export function step(by: 1 | -1): void {
  const list = shown.value;
  const at = list.findIndex(({ id }) => id === selected.value);
  const next = list[at < 0 ? 0 : Math.min(list.length - 1, Math.max(0, at + by))];
  if (next !== undefined) select(next.id);
}

/** Starts following what is selected; with nothing in the address, the newest session is. */
export function followSelection(): void {
  const named = HASH.exec(location.hash)?.[1];
  if (named !== undefined) selected.value = decodeURIComponent(named);
  effect(() => {
    const newest = shown.value[0];
    if (selected.value === null && newest !== undefined) select(newest.id);
  });
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
