/** "Try it": a prompt sent through the gateway, watched as a session like any other. */
import { type Signal, signal } from '@preact/signals';
import { runCompletion } from '../api/completion.ts';
import { getJson, inWords, isAbort } from '../api/http.ts';
import { select } from './selection.ts';
import { status } from './server.ts';
import { filter } from './sessions.ts';

export const prompt: Signal<string> = signal('The people of the United States');
export const temperature: Signal<number> = signal(0);
export const maxTokens: Signal<number> = signal(400);
export const pace: Signal<number> = signal(30);

/** How the last run stands. */
export type Run =
  | { readonly state: 'idle' }
  | { readonly state: 'running' }
  | { readonly state: 'failed'; readonly reason: string };

export const run: Signal<Run> = signal({ state: 'idle' });
let running: AbortController | null = null;

/** Sends the prompt; ends when the stream does. */
export async function start(): Promise<void> {
  if (run.peek().state === 'running') return;
  const abort = new AbortController();
  running = abort;
  run.value = { state: 'running' };
  try {
    const ask = {
      model: await modelName(abort.signal),
      prompt: prompt.peek(),
      temperature: temperature.peek(),
      maxTokens: maxTokens.peek(),
      tokensPerSecond: pace.peek(),
    };
    const onSession = (id: string): void => {
      filter.value = '';
      select(id);
    };
    await runCompletion(ask, { signal: abort.signal, onSession });
    run.value = { state: 'idle' };
  } catch (thrown) {
    const aborted = abort.signal.aborted || isAbort(thrown);
    run.value = aborted ? { state: 'idle' } : { state: 'failed', reason: inWords(thrown) };
  }
}

/** Hangs up, as a client that goes away. */
export function stop(): void {
  running?.abort();
}

async function modelName(signal: AbortSignal): Promise<string> {
  const known = status.peek();
  if (known.state === 'ready' && known.value.upstream.model) return known.value.upstream.model;
  const { data } = await getJson<{ data: readonly { id: string }[] }>('/v1/models', signal);
  const [first] = data;
  if (first === undefined) throw new Error('The server offers no model.');
  return first.id;
}
