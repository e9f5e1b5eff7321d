/**
 * What the page knows of one session: a pure fold of its records. `reduce(view, batch)` gives a new
 * view and leaves the old one as it was. Memory: what stems from the newest {@link RECORDS_IN_VIEW}
 * records. Cost: O(batch + what is in view) for each batch, so records are handed over once a
 * frame.
 */
import type { Action, HeldSpan, SessionRecord, StreamEvent } from '@midstream/core';
import { appendDelta, dropBefore, EMPTY_TEXT, noteRedaction, type TrackText } from './segments.ts';
import {
  type Arrival,
  type ChoiceView,
  extentOf,
  type Moment,
  type Notice,
  type SeriesPoint,
  type SessionView,
  type TrackView,
} from './view-model.ts';

/** What is older than this many records is dropped, and the page says so. */
export const RECORDS_IN_VIEW = 20_000;

type Draft = { -readonly [K in keyof SessionView]: SessionView[K] } & {
  tracks: TrackView[];
  choices: ChoiceView[];
  moments: Moment[];
  arrivals: Arrival[];
  samples: SeriesPoint[];
  notices: Notice[];
};

/** The view after a batch of records. Records that were read before are passed over. */
export function reduce(
  view: SessionView,
  records: readonly SessionRecord[],
  keep: number = RECORDS_IN_VIEW,
): SessionView {
  const draft: Draft = {
    ...view,
    tracks: [...view.tracks],
    choices: [...view.choices],
    moments: [...view.moments],
    arrivals: [...view.arrivals],
    samples: [...view.samples],
    notices: [...view.notices],
  };
  for (const record of records) {
    if (record.id <= draft.lastRecord) continue;
    if (draft.firstRecord === 0) draft.firstRecord = record.id;
    draft.lastRecord = record.id;
    read(draft, record);
  }
  return trim(draft, keep);
}

function read(draft: Draft, record: SessionRecord): void {
  switch (record.type) {
    case 'opened':
      draft.summary = record.summary;
      return;
    case 'closed':
      draft.summary = record.summary;
      draft.closed = true;
      hold(draft, []);
      return;
    case 'arrived':
      arrive(draft, record);
      return;
    case 'released':
      release(draft, record.event, record.id);
      return;
    case 'held':
      hold(draft, record.spans);
      return;
    case 'finding': {
      const { finding } = record;
      const what = { kind: 'finding', finding } as const;
      draft.moments.push(
        moment(draft, record.id, { choice: finding.choice, time: finding.time, what }),
      );
      return;
    }
    case 'action':
      act(draft, record.action, record.id);
      return;
    case 'forgotten':
      draft.forgotten += record.records;
      return;
  }
}

function arrive(draft: Draft, record: SessionRecord & { type: 'arrived' }): void {
  if (record.tokens === 0 && record.characters === 0) return;
  const { id, time, choice, tokens, characters, logprob } = record;
  editChoice(draft, choice, (old) => ({
    ...old,
    tokens: old.tokens + tokens,
    characters: old.characters + characters,
  }));
  const token = draft.choices.find((each) => each.choice === choice)?.tokens ?? tokens;
  draft.arrivals.push({ record: id, time, choice, token, logprob });
}

function act(draft: Draft, action: Action, record: number): void {
  const { choice, time } = action;
  draft.moments.push(moment(draft, record, { choice, time, what: { kind: 'action', action } }));
  if (action.type === 'redact') {
    editTrack(draft, action.span.track, (text) => noteRedaction(text, action));
  }
  if (action.type === 'cut') {
    editChoice(draft, choice, (old) => ({ ...old, cut: action, cutAtToken: old.tokens }));
  }
}

function moment(
  draft: Draft,
  record: number,
  { choice, time, what }: Pick<Moment, 'choice' | 'time' | 'what'>,
): Moment {
  const arrived = extentOf(draft.tracks, choice);
  const place = placeOf(what) ?? { start: arrived, end: arrived };
  return { record, time, choice, what, start: place.start, end: place.end };
}

function placeOf(what: Moment['what']): { start: number; end: number } | null {
  if (what.kind === 'finding') return what.finding.span;
  const { action } = what;
  if (action.type === 'redact') return action.span;
  if (action.type === 'hold') return { start: action.from, end: action.from };
  if (action.type === 'cut' && action.position !== null) {
    return { start: action.position.offset, end: action.position.offset };
  }
  const end = action.finding?.span?.end;
  return end === undefined ? null : { start: end, end };
}

function release(draft: Draft, event: StreamEvent, record: number): void {
  const { choice } = event;
  switch (event.type) {
    case 'text-delta':
      editTrack(draft, trackId(event), (text) => appendDelta(text, event, record));
      return;
    case 'tool-start':
      nameTool(draft, `tool/${choice}/${event.call}`, event.name);
      return;
    case 'sample':
      draft.samples.push({ record, time: event.time, name: event.name, value: event.value });
      return;
    case 'choice-end':
      editChoice(draft, choice, (old) => ({ ...old, ended: event.reason }));
      return;
    case 'gap':
      draft.notices.push({ record, message: `${event.lost} events are missing: ${event.reason}` });
      return;
    case 'stream-failure':
      draft.notices.push({ record, message: `The source failed: ${event.message}` });
      return;
    default:
      return;
  }
}

const trackId = (event: { channel: string; choice: number; call?: string }): string =>
  `${event.channel}/${event.choice}${event.call === undefined ? '' : `/${event.call}`}`;

/** A `held` record tells of every track: one that it does not name holds nothing. */
function hold(draft: Draft, spans: readonly HeldSpan[]): void {
  for (const span of spans) editTrack(draft, span.track, (text) => ({ ...text, held: span }));
  draft.tracks = draft.tracks.map((track) =>
    track.text.held === null || spans.some((span) => span.track === track.id)
      ? track
      : { ...track, text: { ...track.text, held: null } },
  );
}

function editTrack(draft: Draft, id: string, edit: (text: TrackText) => TrackText): void {
  const at = draft.tracks.findIndex((track) => track.id === id);
  const old = draft.tracks[at];
  if (old !== undefined) {
    draft.tracks[at] = { ...old, text: edit(old.text) };
    return;
  }
  const [channel = 'text', choice = '0'] = id.split('/');
  const text = edit(EMPTY_TEXT);
  draft.tracks.push({ id, channel, choice: Number(choice), tool: null, text });
  editChoice(draft, Number(choice), (same) => same);
}

function nameTool(draft: Draft, id: string, tool: string): void {
  editTrack(draft, id, (text) => text);
  draft.tracks = draft.tracks.map((track) => (track.id === id ? { ...track, tool } : track));
}

function editChoice(draft: Draft, choice: number, edit: (old: ChoiceView) => ChoiceView): void {
  const at = draft.choices.findIndex((each) => each.choice === choice);
  const old = draft.choices[at];
  if (old !== undefined) {
    draft.choices[at] = edit(old);
    return;
  }
  const fresh = { choice, cut: null, tokens: 0, characters: 0, cutAtToken: null, ended: null };
  draft.choices.push(edit(fresh));
  draft.choices.sort((a, b) => a.choice - b.choice);
}

/** Drops what is older than the newest `keep` records. */
function trim(draft: Draft, keep: number): SessionView {
  const oldest = draft.lastRecord - keep + 1;
  if (oldest <= draft.firstRecord) return draft;
  const since = <T extends { readonly record: number }>(items: readonly T[]): T[] => {
    const first = items.findIndex(({ record }) => record >= oldest);
    return first < 0 ? [] : items.slice(first);
  };
  return {
    ...draft,
    dropped: oldest - draft.firstRecord,
    moments: since(draft.moments),
    arrivals: since(draft.arrivals),
    samples: since(draft.samples),
    notices: since(draft.notices),
    tracks: draft.tracks.map((track) => ({ ...track, text: dropBefore(track.text, oldest) })),
  };
}
