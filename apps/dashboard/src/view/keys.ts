/** The keyboard, for the page as a whole. */
import { helpOpen, popover, unexplain } from '../state/popover.ts';
import { step, toggleFollowing } from '../state/selection.ts';
import { stop } from '../state/try-it.ts';

/** What the help says. */
export const SHORTCUTS: readonly (readonly [keys: string, what: string])[] = [
  ['j  k', 'Next, previous session (arrow keys in the list)'],
  ['f', 'Follow the newest session, or stay'],
  ['/', 'Filter the sessions'],
  ['p', 'Write a prompt'],
  ['s', 'Stop the running prompt'],
  ['?', 'This help'],
  ['Esc', 'Close, or leave a field'],
];

/** Handles a key that no field has use for. */
export function onKey(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const target = event.target instanceof HTMLElement ? event.target : null;
  if (event.key === 'Escape') {
    if (popover.peek() !== null) unexplain();
    else if (isField(target)) target?.blur();
    return;
  }
  if (isField(target) || helpOpen.peek()) return;
  const act = ACTS[event.key];
  if (act === undefined) return;
  event.preventDefault();
  act();
}

const ACTS: Readonly<Record<string, () => void>> = {
  j: () => step(1),
  k: () => step(-1),
  f: toggleFollowing,
  '/': () => document.getElementById('filter')?.focus(),
  p: () => document.getElementById('prompt')?.focus(),
  s: stop,
  '?': () => {
    helpOpen.value = true;
  },
};

const isField = (element: HTMLElement | null): boolean =>
  element !== null && /^(?:INPUT|TEXTAREA|SELECT)$/.test(element.tagName);
