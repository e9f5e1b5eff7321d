/** The keys, in a dialog. */
import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { helpOpen } from '../state/popover.ts';
import { SHORTCUTS } from './keys.ts';

/** A modal dialog: the browser keeps the focus in it and closes it on Escape. */
export function Help(): VNode {
  const dialog = useRef<HTMLDialogElement>(null);
  const open = helpOpen.value;
  useEffect(() => {
    if (open) dialog.current?.showModal();
    else dialog.current?.close();
  }, [open]);
  const close = (): void => {
    helpOpen.value = false;
  };
  return (
    <dialog ref={dialog} class="help" aria-label="Keyboard help" data-testid="help" onClose={close}>
      <h2>Keyboard</h2>
      <dl>
        {SHORTCUTS.map(([keys, what]) => (
          <div key={keys}>
            <dt>
              {keys.split('  ').map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <button type="button" class="secondary" onClick={close}>
        Close
      </button>
    </dialog>
  );
}
