/** Light or dark: the system's wish until the reader says otherwise. */
import { type Signal, signal } from '@preact/signals';

/** What the page is drawn in. */
export type Theme = 'light' | 'dark';

const KEY = 'midstream-theme';
export const theme: Signal<Theme> = signal('light');

/** Takes up the stored choice, or follows the system. */
export function followTheme(): void {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const stored = read();
  const apply = (): void => show(read() ?? (dark.matches ? 'dark' : 'light'));
  if (stored !== null) show(stored);
  else apply();
  dark.addEventListener('change', apply);
}

/** Changes to the other one, and remembers it. */
export function toggleTheme(): void {
  const next = theme.value === 'dark' ? 'light' : 'dark';
  try {
    localStorage.setItem(KEY, next);
  } catch {
    // Without storage the choice lasts as long as the page.
  }
  show(next);
}

function show(next: Theme): void {
  theme.value = next;
  document.documentElement.dataset.theme = next;
}

function read(): Theme | null {
  try {
    const stored = localStorage.getItem(KEY);
    return stored === 'light' || stored === 'dark' ? stored : null;
  } catch {
    return null;
  }
}
