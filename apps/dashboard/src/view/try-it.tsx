/**
 * A prompt, sent through the gateway. "Run" and "Stop" have keys: were they one element, the click
 * that stops would go on to submit the form.
 */
import type { Signal } from '@preact/signals';
import type { VNode } from 'preact';
import { maxTokens, pace, prompt, run, start, stop, temperature } from '../state/try-it.ts';
import { Icon } from './icon.tsx';

/** The composer above the session. */
export function TryIt(): VNode {
  const running = run.value.state === 'running';
  const submit = (event: Event): void => {
    event.preventDefault();
    void start();
  };
  return (
    <form class="try" aria-label="Try a prompt" onSubmit={submit}>
      <div class="try-line">
        <input
          id="prompt"
          data-testid="prompt"
          class="prompt"
          type="text"
          autocomplete="off"
          aria-label="Prompt"
          placeholder="A prompt to stream through the gateway"
          value={prompt.value}
          onInput={(event) => {
            prompt.value = event.currentTarget.value;
          }}
        />
        {running ? (
          <button key="stop" type="button" class="secondary stop" data-testid="stop" onClick={stop}>
            <Icon name="stop" /> Stop
          </button>
        ) : (
          <button
            key="run"
            type="submit"
            class="primary"
            data-testid="run"
            disabled={prompt.value.trim() === ''}
          >
            <Icon name="play" /> Run
          </button>
        )}
      </div>
      <div class="try-options">
        <label>
          Temperature
          <input
            type="range"
            min="0"
            max="2"
            step="0.1"
            value={temperature.value}
            data-testid="temperature"
            onInput={(event) => {
              temperature.value = event.currentTarget.valueAsNumber;
            }}
          />
          <output>{temperature.value.toFixed(1)}</output>
        </label>
        <NumberField label="Max tokens" id="max-tokens" value={maxTokens} max={4096} />
        <NumberField label="Tokens per second" id="pace" value={pace} max={1000} />
      </div>
      {run.value.state === 'failed' && (
        <p class="error" role="alert" data-testid="run-error">
          {run.value.reason}
        </p>
      )}
    </form>
  );
}

function NumberField(props: {
  readonly label: string;
  readonly id: string;
  readonly value: Signal<number>;
  readonly max: number;
}): VNode {
  const { label, id, value, max } = props;
  return (
    <label>
      {label}
      <input
        type="number"
        min="1"
        max={max}
        step="1"
        required
        value={value.value}
        data-testid={id}
        onInput={(event) => {
          const next = event.currentTarget.valueAsNumber;
          if (Number.isInteger(next)) value.value = next;
        }}
      />
    </label>
  );
}
