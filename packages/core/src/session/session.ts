/**
 * The spine: a session hands events to analysers, their findings to a policy, applies what it
 * decides, and says what may leave. All of it is synchronous, inside `push`.
 *
 * What leaves, and every verdict, depends on the text and not on how it was cut into deltas:
 * findings are judged in the order of the text units that completed them, spans are replaced only
 * when every match that could touch them is settled, and a cut lies at a position of the text. Text
 * is held back exactly as far as the analysers that a rule needs ask for (`Analyser.holdFrom`), or
 * a rule holds it.
 *
 * A fault of an analyser or policy fails closed: nothing that was not judged leaves, the session
 * ends with a cut, and the process goes on.
 *
 * Cost: per event, one call of each analyser; memory, what is held plus the analysers' own bounds.
 */
import type { Action } from '../actions.ts';
import { MidstreamError, messageOf } from '../errors.ts';
import { type StreamEvent, type TextDelta, trackOf } from '../events.ts';
import type { Finding } from '../findings.ts';
import { LIMITS } from '../limits.ts';
import type { Analyser } from '../seams/analyser.ts';
import { type Dispatcher, runNow } from '../seams/dispatcher.ts';
import type { Policy } from '../seams/policy.ts';
import type { Millis } from '../units.ts';
import { AnalyserRunner } from './analyser-runner.ts';
import { Choice } from './choice.ts';
import { Decider, type Ending } from './decider.ts';
import { Outbox } from './outbox.ts';
import { Track } from './track.ts';

/** What a session is made of. */
export interface SessionOptions {
  readonly analysers: readonly Analyser[];
  readonly policy: Policy;
  /**
   * How many choices the stream carries; when all are finished, upstream is cancelled. Default 1.
   */
  readonly choices?: number;
  /** Decides which analysers run at overload. Default: all. */
  readonly dispatcher?: Dispatcher;
}

/** What one push gave. The arrays are the caller's to keep. */
export interface PushResult {
  /**
   * What may leave, in order. An event that is untouched is the very object that was pushed; parts
   * of a delta share its sequence number.
   */
  readonly released: readonly StreamEvent[];
  readonly findings: readonly Finding[];
  readonly actions: readonly Action[];
}

/** A stretch of text that has arrived and may not leave yet. */
export interface HeldSpan {
  readonly track: string;
  readonly start: number;
  readonly end: number;
  /** The rules that hold it; empty when a match may still be forming. */
  readonly rules: readonly string[];
}

/** One stream being judged. */
export class Session {
  readonly #analysers: AnalyserRunner;
  readonly #policy: Policy;
  readonly #declared: number;
  readonly #choices: Map<number, Choice> = new Map();
  readonly #tracks: Map<string, Track> = new Map();
  readonly #outbox: Outbox;
  #sequence = Number.NEGATIVE_INFINITY;
  #closed = false;
  #cancelled = false;
  #failure: MidstreamError | null = null;

  constructor(options: SessionOptions) {
    this.#declared = options.choices ?? 1;
    const { value } = LIMITS.choices;
    if (!Number.isInteger(this.#declared) || this.#declared < 1 || this.#declared > value) {
      throw new MidstreamError(
        'argument/range',
        `Cannot open a session with ${this.#declared} choices: a whole number from 1 to ${value} is wanted`,
      );
    }
    this.#policy = options.policy;
    this.#analysers = new AnalyserRunner(options.analysers, options.dispatcher ?? runNow);
    this.#outbox = new Outbox(this.#tracks, this.#choices, this.#analysers);
    for (let number = 0; number < this.#declared; number++) this.#choice(number);
  }

  /** Whether every declared choice has ended or was cut; only control events are of use now. */
  get finished(): boolean {
    for (const choice of this.#choices.values()) if (!choice.finished) return false;
    return true;
  }

  /** Whether the stream has ended; a further push throws `session/closed`. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Why the session failed closed, when it did. */
  get failure(): MidstreamError | null {
    return this.#failure;
  }

  /**
   * Judges a batch. Sequence numbers must increase (`sequence/not-increasing`). Events of a
   * finished choice are dropped. A `stream-end` closes the session and lets go what no rule
   * forbids.
   */
  push(batch: readonly StreamEvent[]): PushResult {
    this.#check(batch);
    const released: StreamEvent[] = [];
    const findings: Finding[] = [];
    const actions: Action[] = [];
    const last = batch[batch.length - 1];
    if (last === undefined) return { released, findings, actions };
    const endings: Ending[] = [];
    const context = { choices: this.#choices, tracks: this.#tracks, findings, actions };
    const decider = new Decider(context, endings);
    try {
      const live = this.#accept(batch, endings);
      if (live.length > 0 && this.#failure === null) decider.judge(this.#analysers.run(live));
    } catch (thrown) {
      this.#fail(thrown, decider, last);
    }
    this.#release(released, decider, last);
    if (decider.limitHeld(last)) this.#release(released, decider, last);
    this.#cancelWhenCut(last.time, actions);
    return { released, findings, actions };
  }

  /** What is being held now, oldest first. */
  held(): readonly HeldSpan[] {
    const spans: { readonly since: number; readonly span: HeldSpan }[] = [];
    for (const track of this.#tracks.values()) {
      if (track.first === undefined) continue;
      const rules = track.holds.map((hold) => hold.rule ?? '');
      const span = { track: track.id, start: track.released, end: track.length, rules };
      spans.push({ since: track.first.event.sequence, span });
    }
    return spans.sort((a, b) => a.since - b.since).map(({ span }) => span);
  }

  #fail(thrown: unknown, decider: Decider, last: StreamEvent): void {
    const message = `Cannot judge the stream any further: ${messageOf(thrown)}`;
    this.#failure = new MidstreamError('session/failed', message, { cause: thrown });
    decider.failClosed(last, message);
  }

  /** Lets go what may leave. Asks the analysers how far, so this may fail as well as judging. */
  #release(released: StreamEvent[], decider: Decider, last: StreamEvent): void {
    try {
      this.#outbox.release(released, this.#closed);
    } catch (thrown) {
      this.#fail(thrown, decider, last);
      this.#outbox.release(released, this.#closed);
    }
  }

  #check(batch: readonly StreamEvent[]): void {
    if (this.#closed && batch.length > 0) {
      throw new MidstreamError('session/closed', 'Cannot push to a session that has ended');
    }
    let last = this.#sequence;
    for (const { sequence, choice } of batch) {
      if (!(sequence > last && sequence < Number.POSITIVE_INFINITY)) {
        throw new MidstreamError(
          'sequence/not-increasing',
          `Cannot push event ${sequence} after ${last}: sequence numbers must increase`,
          { details: { sequence, last } },
        );
      }
      if (!Number.isInteger(choice) || choice < 0 || choice >= LIMITS.choices.value) {
        throw new MidstreamError(
          'session/limit',
          `Cannot push an event of choice ${choice}: choices are 0 to ${LIMITS.choices.value - 1}`,
        );
      }
      last = sequence;
    }
    this.#sequence = last;
  }

  #choice(number: number): Choice {
    let choice = this.#choices.get(number);
    if (choice === undefined) {
      choice = new Choice(number, this.#policy.start(number));
      this.#choices.set(number, choice);
    }
    return choice;
  }

  /**
   * Files the batch's events and drops what no longer matters. What fails is thrown when all are
   * filed.
   */
  #accept(batch: readonly StreamEvent[], endings: Ending[]): StreamEvent[] {
    const live: StreamEvent[] = [];
    let fault: { readonly thrown: unknown } | undefined;
    for (const event of batch) {
      if (this.#closed) break;
      try {
        if (this.#file(event, endings)) live.push(event);
      } catch (thrown) {
        fault ??= { thrown };
      }
    }
    if (fault !== undefined) throw fault.thrown;
    return live;
  }

  /** Puts an event where it waits for its release; whether it is to be judged. */
  #file(event: StreamEvent, endings: Ending[]): boolean {
    if (belongsToChoice(event)) {
      if (this.#failure !== null) return false;
      const choice = this.#choice(event.choice);
      if (choice.finished) return false;
      if (event.type === 'text-delta') {
        this.#track(event, choice).append(event);
        return true;
      }
      if (event.type === 'choice-end') this.#ends(choice, event, endings);
      const track = event.type === 'tool-end' ? this.#tracks.get(trackOf(event)) : undefined;
      if (event.type === 'tool-end' && track !== undefined) {
        track.appendEnd(event);
        return true;
      }
    }
    if (event.type === 'stream-end') {
      this.#closed = true;
      for (const choice of this.#choices.values()) this.#ends(choice, event, endings);
    }
    if (event.type !== 'tick') this.#outbox.enqueue(event);
    return true;
  }

  #ends(choice: Choice, event: StreamEvent, endings: Ending[]): void {
    if (choice.finished) return;
    choice.ended = true;
    endings.push({ choice, event });
  }

  #track(event: TextDelta, choice: Choice): Track {
    const id = trackOf(event);
    let track = this.#tracks.get(id);
    if (track === undefined) {
      if (this.#tracks.size >= LIMITS.tracks.value) {
        throw new MidstreamError(
          'session/limit',
          `Cannot open track "${id}": a session has at most ${LIMITS.tracks.value}`,
        );
      }
      track = new Track(id, choice.number);
      this.#tracks.set(id, track);
      choice.tracks.push(track);
    }
    return track;
  }

  #cancelWhenCut(time: Millis, actions: Action[]): void {
    if (this.#cancelled || !this.finished) return;
    const cut = [...this.#choices.values()].find((choice) => choice.cut !== null)?.cut;
    if (cut === undefined || cut === null) return;
    this.#cancelled = true;
    const { rule, finding, choice } = cut.action;
    const message = 'Every choice has ended or was cut: nothing more is wanted from upstream';
    actions.push({ type: 'cancel-upstream', rule, finding, choice, time, message });
  }
}

/** Whether an event is about one choice; the others are about the stream as a whole. */
function belongsToChoice(event: StreamEvent): boolean {
  switch (event.type) {
    case 'text-delta':
    case 'tool-start':
    case 'tool-end':
    case 'audio-delta':
    case 'choice-end':
      return true;
    case 'sample':
    case 'stream-start':
    case 'usage':
    case 'tick':
    case 'gap':
    case 'stream-failure':
    case 'stream-end':
      return false;
  }
}
