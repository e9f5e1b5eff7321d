/**
 * Literal patterns in text, however it is cut into deltas: every occurrence, overlapping ones
 * included, is found at the unit that completes it.
 *
 * With `hold: true` it asks for exact holdback: from the longest suffix of the track on that is a
 * proper prefix of some pattern. Of "ab" with the patterns ab and abc, both units wait for the next
 * one; nothing that cannot become a match any more waits. Its findings are then `held`: none of the
 * span has left. With `hold: false` it only reports, and has no `holdFrom`.
 *
 * A gap forgets what was forming: a match across lost text is not claimed. Positions go on after
 * the text that was lost where the gap says how much it was, otherwise after what was read.
 *
 * Cost: O(1) amortised a unit for each of at most two machines (see `aho-corasick.ts`), plus the
 * findings. Memory: a track keeps two numbers, and two more for each delta that the forming match
 * touches, at most the longest pattern.
 */
import {
  type Analyser,
  type Finding,
  type StreamEvent,
  TEXT_CHANNELS,
  type TextChannel,
  type TextDelta,
  type TrackId,
} from '@midstream/core';
import { checkChannels, checkName } from '../arguments.ts';
import { DeltaMarks } from './delta-marks.ts';
import { type Matcher, type Pattern, PatternSet } from './pattern-set.ts';
import { TextTracks, type TrackState } from './text-tracks.ts';

/** What to look for, where, and whether text waits for it. */
export interface PatternAnalyserOptions {
  readonly name: string;
  /** A set that is shared, or patterns to make one of. */
  readonly patterns: PatternSet | readonly Pattern[];
  /** Default: every channel that carries text. */
  readonly channels?: readonly TextChannel[];
  /** Whether text is held back while it may be part of a match. */
  readonly hold: boolean;
}

/** Finds literal patterns. */
export class PatternAnalyser implements Analyser {
  readonly name: string;
  readonly propositions: readonly string[];
  /** Present when `hold` was asked for. */
  readonly holdFrom?: (track: TrackId) => number | undefined;
  readonly #set: PatternSet;
  readonly #held: boolean;
  readonly #tracks: TextTracks<PatternTrack>;

  constructor(options: PatternAnalyserOptions) {
    this.name = checkName(options.name, 'name');
    const { patterns } = options;
    this.#set = patterns instanceof PatternSet ? patterns : new PatternSet(patterns);
    this.propositions = this.#set.propositions;
    this.#held = options.hold;
    this.#tracks = new TextTracks({
      channels: checkChannels(options.channels, TEXT_CHANNELS),
      make: (track) => new PatternTrack(track, this.#set.matchers),
    });
    if (options.hold) this.holdFrom = (track) => this.#tracks.get(track)?.holdFrom();
  }

  push(events: readonly StreamEvent[], findings: Finding[]): void {
    for (const event of events) {
      const text = this.#tracks.read(event);
      if (text === undefined) continue;
      for (const match of text.state.read(text.delta)) {
        findings.push(this.#finding(match, text.state.track, text.delta));
      }
    }
  }

  reset(): void {
    this.#tracks.reset();
  }

  #finding(match: Match, track: TrackId, delta: TextDelta): Finding {
    const { proposition, start, end } = match;
    return {
      id: `${this.name}/${proposition}/${track}/${start}-${end}`,
      proposition,
      analyser: this.name,
      choice: delta.choice,
      span: { track, start, end },
      events: { first: match.first, last: delta.sequence },
      time: delta.time,
      held: this.#held,
      message: `A pattern of "${proposition}" occurs in ${track} at ${start}`,
      evidence: { characters: end - start },
    };
  }
}

interface Match {
  readonly proposition: string;
  readonly start: number;
  readonly end: number;
  /** The event that brought the first unit. */
  readonly first: number;
}

/** One track: how far each machine is. */
class PatternTrack implements TrackState {
  readonly track: TrackId;
  readonly #matchers: readonly Matcher[];
  readonly #states: Int32Array;
  readonly #marks: DeltaMarks = new DeltaMarks();
  #position = 0;

  constructor(track: TrackId, matchers: readonly Matcher[]) {
    this.track = track;
    this.#matchers = matchers;
    this.#states = new Int32Array(matchers.length);
  }

  read({ text, sequence }: TextDelta): Match[] {
    const matches: Match[] = [];
    this.#marks.note(this.#position, sequence);
    for (let at = 0; at < text.length; at++) {
      const unit = text.charCodeAt(at);
      this.#position += 1;
      for (let number = 0; number < this.#matchers.length; number++) {
        const matcher = this.#matchers[number];
        if (matcher === undefined) continue;
        const { machine, fold } = matcher;
        const read = fold === null ? unit : (fold[unit] ?? unit);
        const state = machine.step(this.#states[number] ?? 0, read);
        this.#states[number] = state;
        if (machine.outputOf(state) !== 0) this.#collect(matcher, state, matches);
      }
    }
    this.#marks.forget(this.holdFrom() ?? this.#position);
    return matches;
  }

  holdFrom(): number | undefined {
    let waiting = 0;
    for (let number = 0; number < this.#matchers.length; number++) {
      const length = this.#matchers[number]?.machine.waiting(this.#states[number] ?? 0) ?? 0;
      waiting = Math.max(waiting, length);
    }
    return waiting === 0 ? undefined : this.#position - waiting;
  }

  breakOff(units: number): void {
    this.#states.fill(0);
    this.#position += units;
  }

  #collect({ machine, occurrences }: Matcher, state: number, matches: Match[]): void {
    for (let at = machine.outputOf(state); at !== 0; at = machine.nextOutput(at)) {
      const occurrence = occurrences[machine.textOf(at)];
      if (occurrence === undefined) continue;
      const end = this.#position;
      const start = end - occurrence.length;
      const first = this.#marks.sequenceAt(start);
      for (const proposition of occurrence.propositions) {
        matches.push({ proposition, start, end, first });
      }
    }
  }
}
