/** What one step of a pipeline led to. */
import { isMidstreamError, MidstreamError, messageOf } from '@midstream/core';
import type { Outgoing } from './waiting-frame.ts';

/** What to send, and what to do then. */
export interface PipelineStep {
  readonly outgoing: Outgoing[];
  /** Text deltas that arrived. */
  deltas: number;
  /** The session wants nothing more from upstream. */
  cancel: boolean;
  /** The answer is complete, its session closed. */
  done: boolean;
  /** Upstream cannot be read, or the session not used, any further. */
  failure: MidstreamError | null;
}

/** A step that has led to nothing yet. */
export const emptyStep = (): PipelineStep => ({
  outgoing: [],
  deltas: 0,
  cancel: false,
  done: false,
  failure: null,
});

/** Runs it and returns what it threw. */
export function attempt(run: () => void): MidstreamError | null {
  try {
    run();
    return null;
  } catch (thrown) {
    if (isMidstreamError(thrown)) return thrown;
    const message = `Cannot go on with the answer: ${messageOf(thrown)}`;
    return new MidstreamError('session/failed', message, { cause: thrown });
  }
}
