/** The one popover of the page: what it says and where it points. */
import { type Signal, signal } from '@preact/signals';
import type { Reason } from './why.ts';

/** What is shown, at which element. */
export interface Popover {
  readonly title: string;
  readonly reasons: readonly Reason[];
  readonly at: { readonly left: number; readonly top: number; readonly bottom: number };
}

export const popover: Signal<Popover | null> = signal(null);
export const helpOpen: Signal<boolean> = signal(false);

/** Explains an element. */
export function explain(
  element: Element,
  what: { readonly title: string; readonly reasons: readonly Reason[] },
): void {
  const { left, top, bottom } = element.getBoundingClientRect();
  popover.value = { ...what, at: { left, top, bottom } };
}

/** Takes the explanation away. */
export function unexplain(): void {
  popover.value = null;
}
