/** Several parallel answers, one shown at a time. */
import type { VNode } from 'preact';
import { choice, view } from '../state/selection.ts';
import { many } from '../state/words.ts';

/** Tabs, when there is more than one choice. */
export function ChoiceTabs(): VNode | null {
  const { choices } = view.value;
  if (choices.length < 2) return null;
  const onKeyDown = (event: KeyboardEvent): void => {
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    const at = choices.findIndex((each) => each.choice === choice.value);
    const next = choices[at + by];
    if (by === 0 || next === undefined) return;
    event.preventDefault();
    choice.value = next.choice;
    document.getElementById(`choice-${next.choice}`)?.focus();
  };
  return (
    <div class="tabs" role="tablist" aria-label="Choices" onKeyDown={onKeyDown}>
      {choices.map(({ choice: number, tokens, cut }) => (
        <button
          key={number}
          id={`choice-${number}`}
          type="button"
          role="tab"
          data-testid="choice-tab"
          aria-selected={number === choice.value}
          aria-controls="transcript"
          tabIndex={number === choice.value ? 0 : -1}
          onClick={() => {
            choice.value = number;
          }}
        >
          Choice {number + 1}
          <small>{cut === null ? many(tokens, 'token') : 'cut'}</small>
        </button>
      ))}
    </div>
  );
}
