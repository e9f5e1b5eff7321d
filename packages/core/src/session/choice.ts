/** One choice of a session: its tracks, its policy run, and how it ended. */
import type { CutAction } from '../actions.ts';
import type { PolicyRun } from '../seams/policy.ts';
import type { Millis } from '../units.ts';
import type { Track } from './track.ts';

/** Where and why a choice was cut. */
export interface Cut {
  readonly action: CutAction;
  /** Of other tracks and events, what came up to here leaves; minus infinity: nothing more does. */
  readonly sequence: number;
  /** The event at which it happened. */
  readonly event: number;
  readonly time: Millis;
  /** Whether that event itself still leaves, when it is not text of the cut track. */
  readonly inclusive: boolean;
}

/** A choice's state. */
export class Choice {
  readonly number: number;
  readonly run: PolicyRun;
  readonly tracks: Track[] = [];
  /** A `choice-end` has been read: nothing more of it can come. */
  ended = false;
  cut: Cut | null = null;
  /** Whether the cut's own `choice-end` has been released. */
  announced = false;

  constructor(number: number, run: PolicyRun) {
    this.number = number;
    this.run = run;
  }

  get finished(): boolean {
    return this.ended || this.cut !== null;
  }

  /** How far a track may leave, given where this choice was cut. */
  cutLimit(track: Track, cut: Cut): number {
    const { position } = cut.action;
    let limit =
      position?.track === track.id
        ? position.offset
        : track.lengthAt(cut.inclusive ? cut.sequence : cut.sequence - 1);
    for (const hold of track.holds) {
      if (hold.otherwise === 'cut') limit = Math.min(limit, hold.from);
    }
    return Math.max(limit, track.released);
  }
}
