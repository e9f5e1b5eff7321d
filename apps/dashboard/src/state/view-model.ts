/** What the page knows of one session, as data: the result of folding its records. */
import type { Action, CutAction, Finding, SessionSummary } from '@midstream/core';
import type { TrackText } from './segments.ts';

/** One track of a session. */
export interface TrackView {
  readonly id: string;
  readonly channel: string;
  readonly choice: number;
  /** The tool's name, on the track of a tool call. */
  readonly tool: string | null;
  readonly text: TrackText;
}

/** What is known of one choice. */
export interface ChoiceView {
  readonly choice: number;
  readonly cut: CutAction | null;
  /** Tokens and characters that have arrived. */
  readonly tokens: number;
  readonly characters: number;
  /** Tokens at the moment of the cut. */
  readonly cutAtToken: number | null;
  /** Why it ended, in the stream's words; `null` while it goes on. */
  readonly ended: string | null;
}

/** A finding or an action, with where in the text it lies. */
export interface Moment {
  readonly record: number;
  readonly time: number;
  readonly choice: number;
  /** In UTF-16 units of its track; for what is not about text, how much text had arrived. */
  readonly start: number;
  readonly end: number;
  readonly what:
    | { readonly kind: 'finding'; readonly finding: Finding }
    | { readonly kind: 'action'; readonly action: Action };
}

/** Text that arrived. */
export interface Arrival {
  readonly record: number;
  readonly time: number;
  readonly choice: number;
  /** Which token of its choice it is, counted from 1; of several, the last. */
  readonly token: number;
  readonly logprob: number | null;
}

/** One value of a series. */
export interface SeriesPoint {
  readonly record: number;
  readonly time: number;
  readonly name: string;
  readonly value: number;
}

/** Something that interrupted the stream. */
export interface Notice {
  readonly record: number;
  readonly message: string;
}

/** One session as the page shows it. */
export interface SessionView {
  readonly summary: SessionSummary | null;
  readonly closed: boolean;
  readonly firstRecord: number;
  readonly lastRecord: number;
  /** Records that are no longer in view: forgotten by the server, dropped by the page. */
  readonly forgotten: number;
  readonly dropped: number;
  readonly tracks: readonly TrackView[];
  readonly choices: readonly ChoiceView[];
  readonly moments: readonly Moment[];
  readonly arrivals: readonly Arrival[];
  readonly samples: readonly SeriesPoint[];
  readonly notices: readonly Notice[];
}

/** A session of which nothing has been read. */
export const EMPTY_VIEW: SessionView = {
  summary: null,
  closed: false,
  firstRecord: 0,
  lastRecord: 0,
  forgotten: 0,
  dropped: 0,
  tracks: [],
  choices: [],
  moments: [],
  arrivals: [],
  samples: [],
  notices: [],
};

/** The track that stands for a choice: its answer, or what it has instead. */
export function mainTrack(tracks: readonly TrackView[], choice: number): TrackView | undefined {
  const mine = tracks.filter((track) => track.choice === choice);
  return mine.find(({ channel }) => channel === 'text') ?? mine[0];
}

/** How much text is known of a choice's main track. */
export function extentOf(tracks: readonly TrackView[], choice: number): number {
  const text = mainTrack(tracks, choice)?.text;
  return text === undefined ? 0 : Math.max(text.position, text.held?.end ?? 0);
}
