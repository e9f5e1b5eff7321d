/** Where findings and actions lie on the timeline: marks in shares (0 to 1) of its axis. */
import { segmentsOf } from './segments.ts';
import { extentOf, type Moment, mainTrack, type SessionView } from './view-model.ts';
import { clockTime, count, duration } from './words.ts';

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
  /** How many marks of its lane lie at the same place before it. */
  readonly stack: number;
}

/** A stretch of the text's own lane: text by what became of it, or times at which tokens came. */
export interface Band {
  readonly kind: 'released' | 'redacted' | 'held' | 'cut' | 'arrived';
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
/** The time axis shows arrivals in so many slots: a pause longer than one is seen as a gap. */
export const ARRIVAL_SLOTS = 240;

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
    marks: stacked(marks),
    bands: axis === 'position' ? bandsOf(view, choice, share) : arrivalsOf(view, choice, share),
    start: axis === 'position' ? count(scale.from) : clockTime(scale.from),
    end:
      axis === 'position'
        ? `${count(scale.to)} characters`
        : `${clockTime(scale.to)}, after ${duration(Math.max(0, scale.to - scale.from))}`,
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
  const newest = view.arrivals[view.arrivals.length - 1]?.time ?? now;
  return { from, to: view.summary?.closedAt ?? Math.max(now, newest) };
}

type Placed = Omit<Mark, 'stack'>;

function stacked(marks: readonly Placed[]): Mark[] {
  const places = new Map<string, number>();
  return marks.map((mark) => {
    const place = `${mark.lane} ${mark.from}`;
    const stack = places.get(place) ?? 0;
    places.set(place, stack + 1);
    return { ...mark, stack };
  });
}

function markOf({ record, what }: Moment, from: number, to: number): Placed {
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

/** When tokens arrived, in slots of time; neighbouring slots are one band. */
function arrivalsOf(view: SessionView, choice: number, share: (value: number) => number): Band[] {
  const bands: { kind: 'arrived'; from: number; to: number }[] = [];
  const slots = new Set<number>();
  for (const arrival of view.arrivals) {
    if (arrival.choice !== choice) continue;
    slots.add(Math.min(ARRIVAL_SLOTS - 1, Math.floor(share(arrival.time) * ARRIVAL_SLOTS)));
  }
  for (const slot of [...slots].sort((a, b) => a - b)) {
    const last = bands[bands.length - 1];
    const [from, to] = [slot / ARRIVAL_SLOTS, (slot + 1) / ARRIVAL_SLOTS];
    if (last?.to === from) last.to = to;
    else bands.push({ kind: 'arrived', from, to });
  }
  return bands;
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
