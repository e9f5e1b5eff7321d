/** Reads a source through a session to its end. */
import {
  type Action,
  type Finding,
  MidstreamError,
  messageOf,
  type StreamEvent,
} from '@midstream/core';
import type { EventDraft } from './drafts.ts';
import type { StreamResult, StreamSession } from './stream-session.ts';

/** What can be watched: texts, or batches of events; a `Source` of core is one. */
export type WatchedInput = AsyncIterable<string | readonly (StreamEvent | EventDraft)[]>;

/** How it is watched. */
export interface WatchOptions {
  /** Given every result before the next piece is read; awaiting in it is backpressure. */
  readonly onResult?: (result: StreamResult) => void | Promise<void>;
  /** Stops the watching; what was held and may leave is released. */
  readonly signal?: AbortSignal;
}

/** What a whole stream came to. */
export interface WatchSummary {
  /** The session's id in the hub. */
  readonly session: string;
  /** All text that was released. */
  readonly text: string;
  readonly findings: readonly Finding[];
  readonly actions: readonly Action[];
  /** How it ended: the source ran out, every choice was cut, or the signal said so. */
  readonly outcome: 'ended' | 'cut' | 'aborted';
}

/** Reads to the end, a cut or an abort, then ends the session and stops the source. */
export async function watchSource(
  source: WatchedInput,
  session: StreamSession,
  options: WatchOptions,
): Promise<WatchSummary> {
  const { onResult, signal } = options;
  const seen = { text: '', findings: [] as Finding[], actions: [] as Action[] };
  const take = async (result: StreamResult): Promise<void> => {
    seen.text += result.text;
    seen.findings.push(...result.findings);
    seen.actions.push(...result.actions);
    await onResult?.(result);
  };
  let reason: 'completed' | 'disconnected' | 'failed' = 'failed';
  try {
    for await (const piece of untilAborted(source, signal)) {
      await take(session.push(piece));
      if (session.finished) break;
    }
    reason = signal?.aborted === true ? 'disconnected' : 'completed';
    await take(session.end(reason));
  } finally {
    session.end(reason);
  }
  const cut = seen.actions.some(({ type }) => type === 'cancel-upstream');
  const outcome = cut ? 'cut' : reason === 'disconnected' ? 'aborted' : 'ended';
  return { session: session.id, ...seen, outcome };
}

/**
 * Iterates the source, without waiting for its next piece when the signal aborts; in the end it is
 * told to stop.
 */
async function* untilAborted<T>(
  source: AsyncIterable<T>,
  signal: AbortSignal | undefined,
): AsyncGenerator<T, void, undefined> {
  const iterator = source[Symbol.asyncIterator]();
  let abort: (() => void) | undefined;
  const aborted = new Promise<'aborted'>((resolve) => {
    abort = () => resolve('aborted');
    if (signal?.aborted === true) abort();
    signal?.addEventListener('abort', abort, { once: true });
  });
  let done = false;
  try {
    for (;;) {
      const next = await Promise.race([aborted, iterator.next()]);
      if (next === 'aborted') return;
      done = next.done === true;
      if (next.done === true) return;
      yield next.value;
    }
  } catch (thrown) {
    done = true;
    throw new MidstreamError('upstream/failed', `Cannot read the source: ${messageOf(thrown)}`, {
      cause: thrown,
    });
  } finally {
    if (abort !== undefined) signal?.removeEventListener('abort', abort);
    // Not awaited: a source that hangs must not hang whoever aborted.
    if (!done) iterator.return?.().catch(() => undefined);
  }
}
