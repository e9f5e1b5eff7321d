/**
 * A finding is something an analyser saw. It names the proposition that now holds, the span of text
 * and the events it rests on, and it is plain JSON: "why?" has an answer everywhere.
 */
import type { TrackId } from './events.ts';
import type { Millis } from './units.ts';

/** A stretch of one track, in UTF-16 units, end exclusive. */
export interface Span {
  readonly track: TrackId;
  readonly start: number;
  readonly end: number;
}

/** A value that JSON can hold. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

/** Something seen in a stream. */
export interface Finding {
  /** Unique in its session and independent of how text was cut into deltas. */
  readonly id: string;
  /** The name that formulas and rules use. */
  readonly proposition: string;
  /** Which analyser saw it. */
  readonly analyser: string;
  readonly choice: number;
  /** The text it is about; `null` when it is not about text. */
  readonly span: Span | null;
  /** The first and the last event it rests on, by sequence. The last one completed it. */
  readonly events: { readonly first: number; readonly last: number };
  /** The time of the event that completed it. */
  readonly time: Millis;
  /**
   * Whether the analyser held the span back until now, so that none of it has left. Only such a
   * finding can be redacted, or cut before its beginning; any other is cut where it was completed.
   */
  readonly held: boolean;
  /** What was seen, as a sentence for a person. Never quotes the text itself. */
  readonly message: string;
  /** Numbers and names behind it. */
  readonly evidence?: { readonly [key: string]: Json };
}

/** The order in which findings of one batch are judged: as if the text had come unit by unit. */
export function compareFindings(a: Finding, b: Finding): number {
  return (
    a.events.last - b.events.last ||
    (a.span?.end ?? 0) - (b.span?.end ?? 0) ||
    (a.span?.start ?? 0) - (b.span?.start ?? 0) ||
    (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
  );
}

/**
 * Names the moment of a finding: the choice, and the unit of a track or the event that completed
 * it.
 */
export function momentOf({ choice, span, events }: Finding): string {
  return span === null ? `${choice}@${events.last}` : `${choice}:${span.end}:${span.track}`;
}

/**
 * Whether two findings are of one moment: completed by the same unit of the same track, or event.
 */
export function sameMoment(a: Finding, b: Finding): boolean {
  return momentOf(a) === momentOf(b);
}
