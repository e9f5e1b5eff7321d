/** What is kept of a frame between its arrival and its leaving. */
import type { StreamEvent } from '@midstream/core';
import type { Chunk } from './chat-chunk.ts';
import type { ReadEvent, Slot } from './chat-events.ts';
import type { Part } from './chat-frame.ts';
import type { Fifo } from './fifo.ts';
import type { JsonObject } from './json.ts';

/** Something to be sent to the client. */
export interface Outgoing {
  /** The frame as it came; `null` where it was made anew from `json`. */
  readonly bytes: Buffer | null;
  /** The chunk; `null` for frames that carry none, such as comments. */
  readonly json: JsonObject | null;
}

/** A frame on its way through. */
export interface IncomingFrame {
  readonly bytes: Buffer;
  /** Whether the bytes may be sent on as they are, if nothing of them is touched. */
  readonly exact: boolean;
  readonly chunk: Chunk | null;
  readonly events: readonly ReadEvent[];
}

/** A frame of which something has not left yet. */
export interface Waiting {
  readonly frame: IncomingFrame;
  /** Events of which not everything has left yet. */
  open: number;
  /** Whether the frame has to be made anew. */
  touched: boolean;
  /** Whether what was released may wait for the rest. */
  readonly patient: boolean;
  parts: Part[];
  settled: boolean;
}

/** An event of a frame. */
export interface Entry {
  readonly waiting: Waiting;
  readonly event: StreamEvent;
  readonly slot: Slot;
  readonly track: TrackState | null;
  /** Where the event's text ends on its track. */
  readonly end: number;
}

/** How far a track has come, and its events of which text may still be waiting. */
export interface TrackState {
  length: number;
  /** Up to where text is known to have left, or to have been replaced. */
  consumed: number;
  readonly entries: Fifo<Entry>;
}
