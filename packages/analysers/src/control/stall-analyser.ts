/**
 * Silence: a choice that has not ended says nothing for a while. Said is what a choice brings by
 * itself: text, tool calls, sound; and a gap, since something was there. A silence begins with the
 * last such event, or with the first event of the stream, and is found at the first event, a tick
 * or any other, at least `after` later; so how soon depends on how often the session ticks. Each
 * silence is found once; whatever is said next ends it.
 *
 * Before anything was said the silence is that of choice 0. From then on each choice that has said
 * something has its own. The findings rest on events and their times, not on text: two streams that
 * differ in where deltas are cut, but not in when text came, give the same.
 *
 * Cost: O(open choices) an event, at most `LIMITS.choices`. Memory: five numbers a choice.
 *
 * Edge cases: an event whose time is not finite tells nothing about time; a clock that is set back
 * begins the silence anew at the next thing said.
 */
import {
  type Analyser,
  type Finding,
  LIMITS,
  MidstreamError,
  type Millis,
  type StreamEvent,
} from '@midstream/core';
import { checkName } from '../arguments.ts';

/** How long is too long. */
export interface StallAnalyserOptions {
  readonly name: string;
  readonly proposition: string;
  /** How long a silence must be; more than 0 and finite. */
  readonly after: Millis;
}

interface Silence {
  /** When and with which event it began. */
  since: number;
  sequence: number;
  found: boolean;
  /** Dormant: another choice spoke first, and this one has said nothing yet. */
  state: 'open' | 'dormant' | 'ended';
  /** How many silences of this choice were found. */
  count: number;
}

/** Finds silences. */
export class StallAnalyser implements Analyser {
  readonly name: string;
  readonly propositions: readonly string[];
  readonly #proposition: string;
  readonly #after: number;
  readonly #choices: Map<number, Silence> = new Map();
  /** Whether nothing has been said yet, so that choice 0 stands for the stream. */
  #mute = true;
  #over = false;

  constructor(options: StallAnalyserOptions) {
    this.name = checkName(options.name, 'name');
    this.#proposition = checkName(options.proposition, 'proposition');
    this.propositions = [this.#proposition];
    this.#after = options.after;
    if (!(Number.isFinite(this.#after) && this.#after > 0)) {
      throw new MidstreamError(
        'argument/range',
        `Cannot use after ${String(options.after)}: a finite number of milliseconds above 0 is wanted`,
        { details: { argument: 'after' } },
      );
    }
  }

  push(events: readonly StreamEvent[], findings: Finding[]): void {
    for (const event of events) {
      if (this.#over) return;
      if (Number.isFinite(event.time)) this.#listen(event, findings);
      this.#follow(event);
    }
  }

  reset(): void {
    this.#choices.clear();
    this.#mute = true;
    this.#over = false;
  }

  /** Finds the silences that have lasted long enough by this event. */
  #listen(event: StreamEvent, findings: Finding[]): void {
    if (this.#choices.size === 0) this.#choices.set(0, silenceFrom(event));
    for (const [choice, silence] of this.#choices) {
      if (Number.isNaN(silence.since)) begin(silence, event);
      if (silence.found || silence.state !== 'open') continue;
      if (event.time - silence.since < this.#after) continue;
      silence.found = true;
      silence.count += 1;
      findings.push(this.#finding(choice, silence, event));
    }
  }

  #follow(event: StreamEvent): void {
    switch (event.type) {
      case 'text-delta':
      case 'tool-start':
      case 'tool-end':
      case 'audio-delta':
        this.#said(event);
        break;
      case 'gap':
        for (const silence of this.#choices.values()) renew(silence, event);
        break;
      case 'choice-end':
        this.#choice(event).state = 'ended';
        break;
      case 'stream-end':
        this.#over = true;
        break;
      default:
        break;
    }
  }

  #said(event: StreamEvent): void {
    if (this.#mute) {
      this.#mute = false;
      const first = this.#choices.get(0);
      if (event.choice !== 0 && first?.state === 'open') first.state = 'dormant';
    }
    const silence = this.#choice(event);
    if (silence.state === 'dormant') silence.state = 'open';
    renew(silence, event);
  }

  #choice(event: StreamEvent): Silence {
    let silence = this.#choices.get(event.choice);
    if (silence === undefined) {
      if (this.#choices.size >= LIMITS.choices.value) {
        throw new MidstreamError(
          'session/limit',
          `Cannot follow choice ${event.choice}: an analyser follows at most ${LIMITS.choices.value}`,
        );
      }
      silence = silenceFrom(event);
      this.#choices.set(event.choice, silence);
    }
    return silence;
  }

  #finding(choice: number, silence: Silence, event: StreamEvent): Finding {
    const silentFor = event.time - silence.since;
    return {
      id: `${this.name}/${this.#proposition}/${choice}/${silence.count}`,
      proposition: this.#proposition,
      analyser: this.name,
      choice,
      span: null,
      events: { first: silence.sequence, last: event.sequence },
      time: event.time,
      held: false,
      message: `Choice ${choice} has said nothing for ${Math.round(silentFor)} ms`,
      evidence: { silentFor },
    };
  }
}

function silenceFrom({ time, sequence }: StreamEvent): Silence {
  const since = Number.isFinite(time) ? time : Number.NaN;
  return { since, sequence, found: false, state: 'open', count: 0 };
}

function begin(silence: Silence, { time, sequence }: StreamEvent): void {
  silence.since = time;
  silence.sequence = sequence;
}

function renew(silence: Silence, event: StreamEvent): void {
  if (!Number.isFinite(event.time)) return;
  begin(silence, event);
  silence.found = false;
}
