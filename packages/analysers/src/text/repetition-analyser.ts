/**
 * An exact repetition loop: the model says the same again and again. What counts as one is defined
 * in `repetition-track.ts`. It is found at the unit that completes it, whatever the deltas were; it
 * only reports, so the text of the loop has left by then and a cut falls where the loop was found.
 *
 * The standard criterion is that of {@link REPETITION_DEFAULTS}. Four times the same, over a
 * hundred characters or more, with a word in it: most refrains, enumerations and equal lines of
 * code and of tables stay below that, and a greedy model's loop passes it within a few dozen
 * tokens. Four equal lines of 25 characters or more do not: what is data and what is a loop cannot
 * be told apart by repetition alone.
 *
 * Cost: that of one `RepetitionTrack` for each open track.
 */
import type {
  Analyser,
  Finding,
  StreamEvent,
  TextChannel,
  TextDelta,
  TrackId,
} from '@midstream/core';
import { checkChannels, checkName, checkWhole } from '../arguments.ts';
import { ANALYSER_LIMITS } from '../limits.ts';
import { type Loop, type LoopCriterion, RepetitionTrack } from './repetition-track.ts';
import { TextTracks } from './text-tracks.ts';

/** The standard criterion, in UTF-16 units. */
export const REPETITION_DEFAULTS = {
  repeats: 4,
  minimum: 100,
  wordlessMinimum: 4_096,
  maximumPeriod: 512,
} as const satisfies LoopCriterion;

/** When to report, and where to look. */
export interface RepetitionAnalyserOptions {
  readonly name: string;
  readonly proposition: string;
  /** How often the same must stand in a row, the first time included; at least 2. Default 4. */
  readonly repeats?: number;
  /** How long the whole repetition must be. Default 100. */
  readonly minimum?: number;
  /** As `minimum`, when what repeats has no word in it: rules, blanks, zeros. Default 4,096. */
  readonly wordlessMinimum?: number;
  /** The longest stretch whose repetition is seen. Default 512. */
  readonly maximumPeriod?: number;
  /** Default: text, reasoning, transcript. */
  readonly channels?: readonly TextChannel[];
}

/** Finds exact repetition loops. */
export class RepetitionAnalyser implements Analyser {
  readonly name: string;
  readonly propositions: readonly string[];
  readonly #proposition: string;
  readonly #tracks: TextTracks<RepetitionTrack>;

  constructor(options: RepetitionAnalyserOptions) {
    this.name = checkName(options.name, 'name');
    this.#proposition = checkName(options.proposition, 'proposition');
    this.propositions = [this.#proposition];
    const criterion = criterionOf(options);
    this.#tracks = new TextTracks({
      channels: checkChannels(options.channels, ['text', 'reasoning', 'transcript']),
      make: (track) => new RepetitionTrack(track, criterion),
    });
  }

  push(events: readonly StreamEvent[], findings: Finding[]): void {
    for (const event of events) {
      const text = this.#tracks.read(event);
      if (text === undefined) continue;
      for (const loop of text.state.read(text.delta)) {
        findings.push(this.#finding(loop, text.state.track, text.delta));
      }
    }
  }

  reset(): void {
    this.#tracks.reset();
  }

  #finding({ period, start, end, first }: Loop, track: TrackId, delta: TextDelta): Finding {
    const characters = end - start;
    const repeats = Math.floor(characters / period);
    return {
      id: `${this.name}/${this.#proposition}/${track}/${start}-${end}`,
      proposition: this.#proposition,
      analyser: this.name,
      choice: delta.choice,
      span: { track, start, end },
      events: { first, last: delta.sequence },
      time: delta.time,
      held: false,
      message: `The last ${characters} characters of ${track} are ${period} characters, ${repeats} times`,
      evidence: { period, repeats, characters },
    };
  }
}

function criterionOf(options: RepetitionAnalyserOptions): LoopCriterion {
  const standard = REPETITION_DEFAULTS;
  const most = ANALYSER_LIMITS.repetitionWindow.value;
  const { repetitionPeriod } = ANALYSER_LIMITS;
  const minimum = options.minimum ?? standard.minimum;
  const wordless = options.wordlessMinimum ?? Math.max(standard.wordlessMinimum, minimum);
  return {
    repeats: checkWhole(options.repeats ?? standard.repeats, 'repeats', { least: 2, most }),
    minimum: checkWhole(minimum, 'minimum', { least: 1, most }),
    wordlessMinimum: checkWhole(wordless, 'wordlessMinimum', { least: 1, most }),
    maximumPeriod: checkWhole(options.maximumPeriod ?? standard.maximumPeriod, 'maximumPeriod', {
      least: 1,
      most: repetitionPeriod.value,
    }),
  };
}
