/**
 * A source yields batches of events, oldest first, with strictly increasing sequence numbers.
 * Batches, never single events, cross this asynchronous seam; at low rates a batch has one event.
 *
 * A source is iterated once. Ending the iteration early (`break`, `return()`) or disposing it
 * releases whatever is upstream; disposing twice does nothing. A source that fails yields a
 * `stream-failure` event and ends, so that what came before is judged; it throws only for a
 * programmer's error. A batch is not changed after it was yielded, and is never empty.
 */
import type { StreamEvent } from '../events.ts';

/** Where events come from. */
export interface Source extends AsyncIterable<readonly StreamEvent[]>, AsyncDisposable {
  [Symbol.asyncIterator](): AsyncIterator<readonly StreamEvent[]>;
  [Symbol.asyncDispose](): Promise<void>;
}
