/**
 * An analyser looks at every event as it passes and appends what it finds. It is synchronous: no
 * I/O, no clock (time comes as the events' `time` and as ticks), no randomness, and it changes no
 * event.
 *
 * The contract, checked by the conformance suite for every analyser:
 * - One batch of N events gives the same findings as N batches of one, and how a track's text is
 *   cut into deltas changes nothing but the findings' event numbers.
 * - `reset()` equals a new one. The same events give the same findings.
 * - It survives gaps, empty text, unknown tracks and values that are not finite.
 * - Its memory stays under a stated bound however long the stream is.
 * - A `choice-end` ends the tracks of its choice, `stream-end` all of them: afterwards nothing of
 *   them is held.
 */
import type { StreamEvent, TrackId } from '../events.ts';
import type { Finding } from '../findings.ts';

/** A detector that sits on a session. */
export interface Analyser {
  /** Unique in its session; part of every finding's id. */
  readonly name: string;
  /** The propositions that its findings may carry. */
  readonly propositions: readonly string[];
  /** Reads a batch and appends findings to the array that the caller owns. */
  push(events: readonly StreamEvent[], findings: Finding[]): void;
  /** Back to having read nothing. */
  reset(): void;
  /**
   * Exact holdback: the least position on the track that a match now forming could still cover, or
   * `undefined` when there is none. Everything before it may leave. Absent on analysers that only
   * report, whose findings have `held: false`.
   */
  holdFrom?(track: TrackId): number | undefined;
}
