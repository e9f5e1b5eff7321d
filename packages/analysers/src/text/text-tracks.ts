/**
 * The life of text tracks as an analyser sees it: which deltas are watched, when a track begins, is
 * broken by a gap, and ends. A choice that has ended stays ended: text that still comes for it is
 * ignored, since its positions would name other text than before.
 *
 * A gap says that events are missing. One on channel `control` may have lost text of any track; one
 * on a text channel only of that channel; one on `audio`, `series` or `media` lost no text. Its
 * choice is not relied on: a queue that loses events of several choices reports the first. Where it
 * says how much text was lost on a track, as a session does that has read it, positions go on after
 * that text, also on a track that was not open yet; otherwise after what was read.
 *
 * Cost: constant time an event; memory one state a track, at most `analyserTracks` of them, and the
 * numbers of ended choices.
 */
import {
  type Gap,
  LIMITS,
  MidstreamError,
  type StreamEvent,
  TEXT_CHANNELS,
  type TextChannel,
  type TextDelta,
  type TrackId,
  trackOf,
} from '@midstream/core';
import { ANALYSER_LIMITS } from '../limits.ts';

/** What an analyser keeps of each track. */
export interface TrackState {
  /**
   * Text is missing here, so many units as far as is known: nothing that spans this place may be
   * claimed, and positions go on after it.
   */
  breakOff(units: number): void;
}

/** How the tracks of one analyser are kept. */
export interface TextTracksOptions<State> {
  readonly channels: ReadonlySet<TextChannel>;
  readonly make: (track: TrackId) => State;
}

interface Entry<State> {
  readonly channel: TextChannel;
  readonly choice: number;
  readonly state: State;
}

/** The open tracks of one analyser, each with its state. */
export class TextTracks<State extends TrackState> {
  readonly #options: TextTracksOptions<State>;
  readonly #open: Map<TrackId, Entry<State>> = new Map();
  readonly #ended: Set<number> = new Set();
  #over = false;

  constructor(options: TextTracksOptions<State>) {
    this.#options = options;
  }

  /**
   * The state of the delta's track, for an event that is text to be read; otherwise keeps the
   * books.
   */
  read(event: StreamEvent): { readonly delta: TextDelta; readonly state: State } | undefined {
    if (this.#over) return undefined;
    switch (event.type) {
      case 'text-delta':
        return this.#text(event);
      case 'gap':
        this.#breakOff(event);
        return undefined;
      case 'choice-end':
        this.#end(event.choice);
        return undefined;
      case 'stream-end':
        this.#open.clear();
        this.#over = true;
        return undefined;
      default:
        return undefined;
    }
  }

  /** The state of an open track. */
  get(track: TrackId): State | undefined {
    return this.#open.get(track)?.state;
  }

  /** Back to having read nothing. */
  reset(): void {
    this.#open.clear();
    this.#ended.clear();
    this.#over = false;
  }

  #text(delta: TextDelta): { delta: TextDelta; state: State } | undefined {
    if (delta.text.length === 0) return undefined;
    const { channel, choice } = delta;
    const state = this.#watched(trackOf(delta), channel, choice);
    return state && { delta, state };
  }

  /** The state of a track, new where it was not open; `undefined` where it is not to be read. */
  #watched(id: TrackId, channel: TextChannel, choice: number): State | undefined {
    if (!this.#options.channels.has(channel) || this.#ended.has(choice)) return undefined;
    let entry = this.#open.get(id);
    if (entry === undefined) {
      refuseBeyond(this.#open.size, ANALYSER_LIMITS.analyserTracks.value, `track "${id}"`);
      entry = { channel, choice, state: this.#options.make(id) };
      this.#open.set(id, entry);
    }
    return entry.state;
  }

  #breakOff({ channel, units }: Gap): void {
    const text: readonly string[] = TEXT_CHANNELS;
    if (channel === 'control' || text.includes(channel)) {
      for (const entry of this.#open.values()) {
        if (channel === 'control' || channel === entry.channel) entry.state.breakOff(0);
      }
    }
    for (const [id, count] of Object.entries(units ?? {})) {
      const [of, choice] = id.split('/');
      if (!Number.isSafeInteger(count) || count <= 0) continue;
      this.#watched(id, of as TextChannel, Number(choice))?.breakOff(count);
    }
  }

  #end(choice: number): void {
    if (this.#ended.has(choice)) return;
    refuseBeyond(this.#ended.size, LIMITS.choices.value, `the end of choice ${choice}`);
    this.#ended.add(choice);
    for (const [id, entry] of this.#open) {
      if (entry.choice === choice) this.#open.delete(id);
    }
  }
}

function refuseBeyond(size: number, limit: number, what: string): void {
  if (size < limit) return;
  throw new MidstreamError(
    'session/limit',
    `Cannot follow ${what}: an analyser follows at most ${limit}`,
    { details: { limit } },
  );
}
