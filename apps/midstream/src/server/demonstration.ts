/**
 * What `npm start` shows: streams of the real upstream, sent through the gateway like any client's,
 * at a pace that a person can read, and then one of them again as a series of token gaps and
 * log-probabilities. A round is played at the start and again while somebody watches; the number of
 * rounds is bounded.
 */
import {
  type Clock,
  EventWriter,
  type HostedSession,
  messageOf,
  millis,
  type SessionHost,
  type SessionRecord,
} from '@midstream/core';
import type { SessionHub } from '@midstream/sdk';
import type { Logger } from 'pino';

/** A demonstration plays at most so many rounds, then rests until the server is started again. */
export const MAX_ROUNDS = 200;
/** Between rounds. */
export const PAUSE = millis(15_000);
/** How fast the streams flow, so that they can be read. */
export const TOKENS_PER_SECOND = 32;

/** One prompt of the round. */
interface Scene {
  readonly prompt: string;
  readonly temperature: number;
  readonly max_tokens: number;
}

/** The prompts, in order: one that falls into a loop, and one that wanders. */
export const SCENES: readonly Scene[] = [
  { prompt: 'The people of the United States', temperature: 0, max_tokens: 400 },
  { prompt: 'The whale', temperature: 0.8, max_tokens: 160 },
];

/** What the demonstration needs. */
export interface DemonstrationOptions {
  /** The address of this server. */
  readonly url: string;
  readonly model: string;
  readonly hub: SessionHub;
  readonly host: SessionHost;
  readonly clock: Clock;
  readonly log: Logger;
  /** How many pages watch. */
  readonly watchers: () => number;
  readonly signal: AbortSignal;
}

/** Plays rounds until the signal aborts. Never throws: a scene that fails is logged. */
export async function demonstrate(options: DemonstrationOptions): Promise<void> {
  const { signal, clock } = options;
  for (let round = 0; round < MAX_ROUNDS && !signal.aborted; round++) {
    if (round > 0) await until(() => options.watchers() > 0, clock, signal);
    let last: string | null = null;
    for (const scene of SCENES) {
      last = (await play(scene, round, options)) ?? last;
      if (signal.aborted) return;
    }
    if (last !== null) await replay(last, options);
    await pause(PAUSE, clock, signal);
  }
}

/** Sends one prompt as a client would; resolves to its session's id when the stream is over. */
async function play(
  scene: Scene,
  round: number,
  { url, model, signal, log }: DemonstrationOptions,
): Promise<string | null> {
  const body = {
    model,
    messages: [{ role: 'user', content: scene.prompt }],
    temperature: scene.temperature,
    max_tokens: scene.max_tokens,
    seed: 1 + round,
    stream: true,
    logprobs: true,
    tokens_per_second: TOKENS_PER_SECOND,
  };
  try {
    const response = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal,
    });
    for await (const _ of response.body ?? []) if (signal.aborted) break;
    if (!response.ok) log.warn({ status: response.status }, 'a demonstration stream was refused');
    return response.headers.get('x-midstream-session');
  } catch (thrown) {
    if (!signal.aborted) log.warn({ reason: messageOf(thrown) }, 'a demonstration stream failed');
    return null;
  }
}

/**
 * As {@link replaySeries}; where the session is gone, or no other can be opened, that is logged.
 */
async function replay(id: string, options: DemonstrationOptions): Promise<void> {
  try {
    await replaySeries(id, options);
  } catch (thrown) {
    options.log.warn({ reason: messageOf(thrown) }, 'a demonstration series failed');
  }
}

/** Plays the token gaps and log-probabilities of a session again, as a session of series. */
async function replaySeries(id: string, options: DemonstrationOptions): Promise<void> {
  const { hub, host, clock, signal } = options;
  const arrivals = hub.records(id, 0).filter((record) => record.type === 'arrived');
  if (arrivals.length < 2) return;
  const label = `Series of ${hub.get(id)?.label ?? id}, replayed`;
  const session = host.open({ origin: 'replay', label });
  const events = new EventWriter(clock);
  let previous = arrivals[0];
  try {
    for (const arrival of arrivals.slice(1)) {
      if (signal.aborted || session.finished) break;
      pushGap(session, events, arrival, previous);
      previous = arrival;
      await pause(millis(1000 / (2 * TOKENS_PER_SECOND)), clock, signal);
    }
  } finally {
    session.close('completed');
  }
}

type Arrival = Extract<SessionRecord, { type: 'arrived' }>;

function pushGap(
  session: HostedSession,
  events: EventWriter,
  arrival: Arrival,
  previous: Arrival | undefined,
): void {
  const gap = arrival.time - (previous?.time ?? arrival.time);
  const samples = [events.sample('token gap (ms)', gap)];
  if (arrival.logprob !== null) samples.push(events.sample('log-probability', arrival.logprob));
  session.push(samples);
}

function pause(delay: ReturnType<typeof millis>, clock: Clock, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      timer[Symbol.dispose]();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = clock.after(delay, done);
    if (signal.aborted) done();
    else signal.addEventListener('abort', done);
  });
}

async function until(ready: () => boolean, clock: Clock, signal: AbortSignal): Promise<void> {
  while (!ready() && !signal.aborted) await pause(millis(500), clock, signal);
}
