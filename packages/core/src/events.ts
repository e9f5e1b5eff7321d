/**
 * The vocabulary of streams. A stream of any kind (tokens of a language model, a realtime call,
 * prices, sensors, media) is a sequence of {@link StreamEvent}s: one discriminated union, so that
 * every switch over it is exhaustive. Names are noun-verb: `text-delta`, `choice-end`.
 */
import type { Millis } from './units.ts';

/** What an event is about. Text-bearing channels are those of {@link TEXT_CHANNELS}. */
export type Channel =
  | 'text'
  | 'reasoning'
  | 'refusal'
  | 'tool'
  | 'transcript'
  | 'audio'
  | 'series'
  | 'media'
  | 'control';

/** The channels that carry text, which is held back, redacted and cut. */
export const TEXT_CHANNELS = ['text', 'reasoning', 'refusal', 'tool', 'transcript'] as const;
/** A channel that carries text. */
export type TextChannel = (typeof TEXT_CHANNELS)[number];

interface EventBase {
  /** Strictly increasing within a session; gaps in it are allowed. */
  readonly sequence: number;
  /** When it happened, in milliseconds since the epoch. */
  readonly time: Millis;
  /** Which of several parallel answers it belongs to; 0 where there is only one. */
  readonly choice: number;
}

/** The stream has begun. */
export interface StreamStart extends EventBase {
  readonly type: 'stream-start';
  readonly channel: 'control';
  readonly model?: string;
}

/**
 * A piece of text. How a text is cut into deltas carries no meaning, and no verdict depends on it.
 */
export interface TextDelta extends EventBase {
  readonly type: 'text-delta';
  readonly channel: TextChannel;
  readonly text: string;
  /** The tool call whose arguments these are; on channel `tool` only. */
  readonly call?: string;
  /** Natural logarithm of the probability of this piece, where the model tells. */
  readonly logprob?: number;
  /** How many model tokens this piece is, where the source knows; otherwise counted as one. */
  readonly tokens?: number;
  /** Present on released text that stands in place of what a policy took away. */
  readonly edit?: Edit;
}

/** Where released text replaces what was there. */
export interface Edit {
  readonly rule: string;
  readonly finding: string;
  /** The span taken away, in UTF-16 units of the original track. */
  readonly start: number;
  readonly end: number;
}

/** The model begins to call a tool; its arguments follow as text on channel `tool`. */
export interface ToolStart extends EventBase {
  readonly type: 'tool-start';
  readonly channel: 'tool';
  readonly call: string;
  readonly name: string;
}

/** The arguments of a tool call are complete. */
export interface ToolEnd extends EventBase {
  readonly type: 'tool-end';
  readonly channel: 'tool';
  readonly call: string;
}

/** A piece of sound. */
export interface AudioDelta extends EventBase {
  readonly type: 'audio-delta';
  readonly channel: 'audio';
  readonly data: Uint8Array;
  readonly encoding: 'pcm16' | 'g711-ulaw' | 'g711-alaw' | 'opus';
  /** In hertz. */
  readonly sampleRate: number;
}

/** One value of a named series: a price, a sensor, a measured property of media. */
export interface Sample extends EventBase {
  readonly type: 'sample';
  readonly channel: 'series' | 'media';
  readonly name: string;
  readonly value: number;
}

/** One choice is complete. */
export interface ChoiceEnd extends EventBase {
  readonly type: 'choice-end';
  readonly channel: 'control';
  /** Why, in the field's words: `stop`, `length`, `tool_calls`, `content_filter`… */
  readonly reason: string;
  /** Present when a session ended it: the rule that asked for it, `null` for the session itself. */
  readonly cutBy?: { readonly rule: string | null; readonly finding: string | null };
}

/** What the stream cost, as its source counts it. */
export interface Usage extends EventBase {
  readonly type: 'usage';
  readonly channel: 'control';
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** Time has passed. Lets an analyser see a silence without having a clock; never released. */
export interface Tick extends EventBase {
  readonly type: 'tick';
  readonly channel: 'control';
}

/** Events are missing here: loss is data. */
export interface Gap extends EventBase {
  readonly type: 'gap';
  readonly channel: Channel;
  /** How many events were lost. */
  readonly lost: number;
  /**
   * How much of their text an analyser was not given, in UTF-16 units by track: its positions go on
   * after it. Only a session knows, which has read that text; a source leaves it out.
   */
  readonly units?: Readonly<Record<TrackId, number>>;
  /** Why, as a sentence. */
  readonly reason: string;
}

/** The source failed; what came before stands. */
export interface StreamFailure extends EventBase {
  readonly type: 'stream-failure';
  readonly channel: 'control';
  readonly code: string;
  readonly message: string;
}

/** The stream is over. */
export interface StreamEnd extends EventBase {
  readonly type: 'stream-end';
  readonly channel: 'control';
}

/** Anything that can happen on a stream. */
export type StreamEvent =
  | StreamStart
  | TextDelta
  | ToolStart
  | ToolEnd
  | AudioDelta
  | Sample
  | ChoiceEnd
  | Usage
  | Tick
  | Gap
  | StreamFailure
  | StreamEnd;

/** The name of an event's kind. */
export type StreamEventType = StreamEvent['type'];

/** Every event type, for validation at the edges. */
export const EVENT_TYPES = [
  'stream-start',
  'text-delta',
  'tool-start',
  'tool-end',
  'audio-delta',
  'sample',
  'choice-end',
  'usage',
  'tick',
  'gap',
  'stream-failure',
  'stream-end',
] as const satisfies readonly StreamEventType[];

/**
 * The text a delta belongs to: `text/0`, `tool/0/call_7`. Positions in text are UTF-16 units
 * counted from the beginning of the track.
 */
export type TrackId = string;

/** The track of a text delta. */
export function trackOf(event: Pick<TextDelta, 'channel' | 'choice' | 'call'>): TrackId {
  const base = `${event.channel}/${event.choice}`;
  return event.call === undefined ? base : `${base}/${event.call}`;
}
