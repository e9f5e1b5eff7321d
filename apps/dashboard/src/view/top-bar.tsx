/** Name, connection, theme and help. */
import type { VNode } from 'preact';
import { helpOpen } from '../state/popover.ts';
import { feedConnection } from '../state/sessions.ts';
import { theme, toggleTheme } from '../state/theme.ts';
import { ConnectionBadge } from './connection-badge.tsx';
import { Icon } from './icon.tsx';

/** The head of the page. */
export function TopBar(): VNode {
  const other = theme.value === 'dark' ? 'light' : 'dark';
  return (
    <header class="top-bar">
      <h1 class="brand">
        <svg viewBox="0 0 32 32" width="22" height="22" aria-hidden="true">
          <rect width="32" height="32" rx="8" />
          <path d="M6 20c4 0 4-8 8-8s3 4 5 4M23.5 8v16" />
        </svg>
        MidStream
      </h1>
      <ConnectionBadge connection={feedConnection.value} />
      <div class="top-actions">
        <button
          type="button"
          class="ghost"
          onClick={toggleTheme}
          aria-label={`Use the ${other} theme`}
        >
          <Icon name={other === 'dark' ? 'moon' : 'sun'} />
        </button>
        <button
          type="button"
          class="ghost"
          onClick={() => {
            helpOpen.value = true;
          }}
          aria-label="Keyboard help"
        >
          <Icon name="keys" />
        </button>
      </div>
    </header>
  );
}
