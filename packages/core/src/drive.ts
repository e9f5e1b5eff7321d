/**
 * Drives a session from a source to its end: events in, what may leave out, actions to actors. The
 * asynchronous rim around the synchronous session.
 */
import type { Action } from './actions.ts';
import { MidstreamError, messageOf } from './errors.ts';
import type { StreamEvent } from './events.ts';
import type { Finding } from './findings.ts';
import type { Actor } from './seams/actor.ts';
import type { Source } from './seams/source.ts';
import type { PushResult, Session } from './session/session.ts';

/** What is driven, and where it goes. */
export interface DriveOptions {
  readonly source: Source;
  readonly session: Session;
  readonly actors?: readonly Actor[];
  /** Given every result before the next batch is read; awaiting in it is backpressure. */
  readonly onResult?: (result: PushResult) => void | Promise<void>;
  /** Told of an actor that failed. The stream goes on. */
  readonly onActorError?: (error: unknown, action: Action, actor: Actor) => void;
  readonly signal?: AbortSignal;
}

/** What a whole stream came to. */
export interface DriveSummary {
  readonly events: number;
  readonly released: number;
  readonly findings: readonly Finding[];
  readonly actions: readonly Action[];
  /** How it ended: the source ran out, every choice was cut or ended, or the signal said so. */
  readonly outcome: 'ended' | 'finished' | 'aborted';
}

/**
 * Reads the source to its end, or until the session is finished by a cut or the signal aborts; then
 * disposes the source and waits for the actors, which the signal, or a failure, tells to stop.
 * Nothing outlives the promise that is returned. A stream without a `stream-end` is given one.
 */
export async function drive(options: DriveOptions): Promise<DriveSummary> {
  const { source, session, signal } = options;
  const tally = { events: 0, released: 0, cancelled: false };
  const findings: Finding[] = [];
  const actions: Action[] = [];
  const performing: Promise<void>[] = [];
  const controller = new AbortController();
  const hand = async (batch: readonly StreamEvent[]): Promise<void> => {
    const result = session.push(batch);
    tally.events += batch.length;
    tally.released += result.released.length;
    for (const finding of result.findings) findings.push(finding);
    for (const action of result.actions) {
      actions.push(action);
      tally.cancelled ||= action.type === 'cancel-upstream';
      performing.push(...perform(action, options, controller.signal));
    }
    await options.onResult?.(result);
  };
  const read = async (): Promise<void> => {
    let last: StreamEvent | undefined;
    try {
      for await (const batch of untilAborted(source, controller.signal)) {
        last = batch[batch.length - 1] ?? last;
        await hand(batch);
        if (tally.cancelled || session.closed) break;
      }
      if (!session.closed) await hand([endAfter(last)]);
    } finally {
      await source[Symbol.asyncDispose]();
    }
  };
  const abort = (): void => controller.abort();
  if (signal?.aborted) abort();
  signal?.addEventListener('abort', abort, { once: true });
  try {
    await read();
    await Promise.all(performing);
  } finally {
    signal?.removeEventListener('abort', abort);
    abort();
    await Promise.allSettled(performing);
  }
  const outcome = signal?.aborted === true ? 'aborted' : tally.cancelled ? 'finished' : 'ended';
  return { events: tally.events, released: tally.released, findings, actions, outcome };
}

function perform(
  action: Action,
  { actors = [], onActorError }: DriveOptions,
  signal: AbortSignal,
): Promise<void>[] {
  return actors
    .filter((actor) => actor.handles.includes(action.type))
    .map((actor) => {
      const performed = Promise.resolve()
        .then(() => actor.perform(action, { signal }))
        .catch((error: unknown) => onActorError?.(error, action, actor));
      // What `onActorError` throws comes out of `drive` at the end, not of the process before.
      performed.catch(() => undefined);
      return performed;
    });
}

function endAfter(last: StreamEvent | undefined): StreamEvent {
  const { sequence, time } = last ?? { sequence: 0, time: 0 as StreamEvent['time'] };
  return { type: 'stream-end', channel: 'control', choice: 0, sequence: sequence + 1, time };
}

/** Iterates a source and stops, without waiting for its next batch, when the signal aborts. */
async function* untilAborted(
  source: Source,
  signal: AbortSignal,
): AsyncGenerator<readonly StreamEvent[], void, undefined> {
  const iterator = source[Symbol.asyncIterator]();
  while (!signal.aborted) {
    let next: IteratorResult<readonly StreamEvent[]> | undefined;
    try {
      next = await beforeAbort(iterator.next(), signal);
    } catch (thrown) {
      throw new MidstreamError('upstream/failed', `Cannot read the source: ${messageOf(thrown)}`, {
        cause: thrown,
      });
    }
    if (next === undefined || next.done === true) return;
    yield next.value;
  }
}

/**
 * What a promise gives, or `undefined` once the signal aborts. Leaves nothing behind on the signal.
 */
function beforeAbort<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const abort = (): void => resolve(undefined);
    signal.addEventListener('abort', abort, { once: true });
    const settled = (): void => signal.removeEventListener('abort', abort);
    promise.then(resolve, reject).finally(settled);
  });
}
