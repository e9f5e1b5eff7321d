/** Where findings and actions lie on the timeline: marks in shares (0 to 1) of its axis. */
import { segmentsOf } from './segments.ts';
import { extentOf, type Moment, mainTrack, type SessionView } from './view-model.ts';
import { clockTime, count } from './words.ts';

/** What the axis measures. */
export type Axis = 'position' | 'time';

/** One mark. */
export interface Mark {
  readonly key: number;
  readonly lane: 'finding' | 'action';
  /** A proposition, or an action's type. */
  readonly kind: string;
  readonly from: number;
  readonly to: number;
  readonly title: string;
  readonly rule: string | null;
  readonly finding: string | null;
}

/** A stretch of the text's own lane. */
export interface Band {
  readonly kind: 'released' | 'redacted' | 'held' | 'cut';
  readonly from: number;
  readonly to: number;
}

/** A timeline to draw. */
export interface Timeline {
  readonly marks: readonly Mark[];
  readonly bands: readonly Band[];
  readonly start: string;
  readonly end: string;
  /** Marks that are not drawn because there are more than fit. */
  readonly omitted: number;
}

/** As many marks as can be told apart; older ones are listed, not drawn. */
export const MARKS_DRAWN = 300;

/** The timeline of one choice. `now` ends the time axis of a session that is still open. */
export function timelineOf(
  view: SessionView,
  choice: number,
  { axis, now }: { readonly axis: Axis; readonly now: number },
): Timeline {
  const moments = view.moments.filter((moment) => moment.choice === choice);
  const drawn = moments.slice(-MARKS_DRAWN);
  const scale = scaleOf(view, choice, { axis, now });
  const share = (value: number): number =>
    scale.to <= scale.from ? 0 : clamp((value - scale.from) / (scale.to - scale.from));
  const marks = drawn.map((moment) => {
    const [from, to] =
      axis === 'position' ? [moment.start, moment.end] : [moment.time, moment.time];
    return markOf(moment, share(from), share(to));
  });
  return {
    marks,
    bands: axis === 'position' ? bandsOf(view, choice, share) : [],
    start: axis === 'position' ? count(scale.from) : clockTime(scale.from),
    end: axis === 'position' ? `${count(scale.to)} characters` : clockTime(scale.to),
    omitted: moments.length - drawn.length,
  };
}

const clamp = (value: number): number => Math.min(1, Math.max(0, value));

function scaleOf(
  view: SessionView,
  choice: number,
  { axis, now }: { readonly axis: Axis; readonly now: number },
): { readonly from: number; readonly to: number } {
  if (axis === 'position') {
    const arrived = extentOf(view.tracks, choice);
    const ends = view.moments.filter((m) => m.choice === choice).map((moment) => moment.end);
    return { from: 0, to: Math.max(1, arrived, ...ends) };
  }
  const from = view.summary?.openedAt ?? view.arrivals[0]?.time ?? now;
  return { from, to: view.summary?.closedAt ?? now };
}

function markOf({ record, what }: Moment, from: number, to: number): Mark {
  if (what.kind === 'finding') {
    const { proposition, message, id } = what.finding;
    const title = `Finding ${proposition}: ${message}`;
    const lane = 'finding';
    return { key: record, lane, kind: proposition, from, to, title, rule: null, finding: id };
  }
  const { type, rule, message, finding } = what.action;
  const title = `${type} by ${rule === null ? 'the session' : `rule ${rule}`}: ${message}`;
  const id = finding?.id ?? null;
  return { key: record, lane: 'action', kind: type, from, to, title, rule, finding: id };
}

/** The answer of the choice (or what it has instead), as bands. */
function bandsOf(view: SessionView, choice: number, share: (value: number) => number): Band[] {
  const track = mainTrack(view.tracks, choice);
  const cut = view.choices.find((each) => each.choice === choice)?.cut ?? null;
  if (track === undefined) return [];
  const bands: { kind: Band['kind']; from: number; to: number }[] = [];
  for (const { kind, start, end } of segmentsOf(track.text, cut)) {
    const last = bands[bands.length - 1];
    if (last?.kind === kind && kind === 'released') last.to = share(end);
    else bands.push({ kind, from: share(start), to: share(end) });
  }
  return bands;
}
