/**
 * The text of one track as stretches: released, redacted, held, cut. Positions are UTF-16 units of
 * the original track, as spans and edits name them: a replacement advances by what it took away,
 * not by its own length.
 */
import type { CutAction, HeldSpan, RedactAction, Span, TextDelta } from '@midstream/core';

/** A stretch of a track. */
export type Segment = Released | Redacted | Held | Cut;

interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** Text that left as it came. */
export interface Released extends Stretch {
  readonly kind: 'released';
  readonly text: string;
  /** The newest record behind it. */
  readonly record: number;
}

/** Text that left as something else. */
export interface Redacted extends Stretch {
  readonly kind: 'redacted';
  readonly text: string;
  readonly rule: string;
  readonly finding: string;
  readonly record: number;
}

/** Text that has arrived and waits. Its content is not known here. */
export interface Held extends Stretch {
  readonly kind: 'held';
  readonly rules: readonly string[];
}

/** Where the choice ends. */
export interface Cut extends Stretch {
  readonly kind: 'cut';
  readonly rule: string | null;
  readonly message: string;
  readonly finding: string | null;
}

/** One track's text. */
export interface TrackText {
  readonly segments: readonly (Released | Redacted)[];
  /** How far it has left, in units of the original track. */
  readonly position: number;
  /** What is waiting now. */
  readonly held: HeldSpan | null;
  /** The spans that rules took away; some may lie under another's replacement. */
  readonly redactions: readonly Span[];
}

/** A track that has nothing yet. */
export const EMPTY_TEXT: TrackText = { segments: [], position: 0, held: null, redactions: [] };

/**
 * A released stretch grows to this many units before the next begins, so that old text can be
 * dropped.
 */
export const STRETCH_UNITS = 2_000;
/** Spans further back than the newest of these can no longer touch what is to come. */
const REDACTIONS_KEPT = 64;

/** Appends a released delta, in place of `record`. */
export function appendDelta(track: TrackText, event: TextDelta, record: number): TrackText {
  if (event.edit !== undefined) {
    const { start, rule, finding } = event.edit;
    const end = reach(event.edit.end, start, track.redactions);
    const redacted: Redacted = {
      kind: 'redacted',
      text: event.text,
      start,
      end,
      rule,
      finding,
      record,
    };
    return { ...track, segments: [...track.segments, redacted], position: end };
  }
  if (event.text === '') return track;
  const start = track.position;
  const end = start + event.text.length;
  const last = track.segments[track.segments.length - 1];
  if (last?.kind === 'released' && last.end === start && last.text.length < STRETCH_UNITS) {
    const grown: Released = { ...last, text: last.text + event.text, end, record };
    return { ...track, segments: [...track.segments.slice(0, -1), grown], position: end };
  }
  const fresh: Released = { kind: 'released', text: event.text, start, end, record };
  return { ...track, segments: [...track.segments, fresh], position: end };
}

/**
 * Notes what a rule takes away; a span that overlaps the newest replacement makes that reach
 * further.
 */
export function noteRedaction(track: TrackText, action: RedactAction): TrackText {
  const redactions = [...track.redactions, action.span].slice(-REDACTIONS_KEPT);
  const last = track.segments[track.segments.length - 1];
  if (last?.kind !== 'redacted' || last.end !== track.position) return { ...track, redactions };
  const end = reach(last.end, last.start, redactions);
  const segments = [...track.segments.slice(0, -1), { ...last, end }];
  return { ...track, segments, redactions, position: end };
}

/** How far a replacement reaches that covers every span overlapping it. */
function reach(end: number, start: number, spans: readonly Span[]): number {
  let far = end;
  for (const span of spans) {
    if (span.start >= start && span.start < far && span.end > far) far = span.end;
  }
  return far;
}

/** Everything to show of a track, in order. */
export function segmentsOf(track: TrackText, cut: CutAction | null): readonly Segment[] {
  const segments: Segment[] = [...track.segments];
  const { held } = track;
  if (held !== null && held.end > held.start && cut === null) {
    segments.push({ kind: 'held', start: held.start, end: held.end, rules: held.rules });
  }
  if (cut !== null) {
    const { rule, message, finding } = cut;
    const at = cut.position?.offset ?? track.position;
    segments.push({ kind: 'cut', start: at, end: at, rule, message, finding: finding?.id ?? null });
  }
  return segments;
}

/** Lets go of stretches whose newest record is before `oldest`. */
export function dropBefore(track: TrackText, oldest: number): TrackText {
  const first = track.segments.findIndex(({ record }) => record >= oldest);
  if (first === 0 || track.segments.length === 0) return track;
  return { ...track, segments: first < 0 ? [] : track.segments.slice(first) };
}
