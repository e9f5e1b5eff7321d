/** The page. */
import type { VNode } from 'preact';
import { useEffect } from 'preact/hooks';
import { Help } from './help.tsx';
import { onKey } from './keys.ts';
import { PopoverCard } from './popover-card.tsx';
import { SessionDetail } from './session-detail.tsx';
import { SessionList } from './session-list.tsx';
import { StatusBar } from './status-bar.tsx';
import { TopBar } from './top-bar.tsx';

/** Everything. */
export function App(): VNode {
  useEffect(() => {
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
  return (
    <div class="page">
      <button type="button" class="skip" onClick={focusSession}>
        Skip to the session
      </button>
      <TopBar />
      <SessionList />
      <SessionDetail />
      <StatusBar />
      <PopoverCard />
      <Help />
    </div>
  );
}

/** The address carries the selected session, so this moves the focus and not the hash. */
function focusSession(): void {
  document.getElementById('session')?.focus();
}
