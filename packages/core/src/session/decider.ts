/**
 * Judges the findings of one batch, moment by moment, and applies what the policy decides to tracks
 * and choices. Everything here is a function of positions in the text, never of where deltas begin
 * or end.
 */
import type { Action, CutAction, HoldAction } from '../actions.ts';
import type { StreamEvent } from '../events.ts';
import type { Finding } from '../findings.ts';
import { LIMITS } from '../limits.ts';
import type { Millis } from '../units.ts';
import type { Choice, Cut } from './choice.ts';
import { filledHolds, holdsOf } from './holds.ts';
import { momentsOf } from './moments.ts';
import { checkReach } from './reach.ts';
import type { Track } from './track.ts';

/** A choice that ended in this batch, and the event that ended it. */
export interface Ending {
  readonly choice: Choice;
  readonly event: StreamEvent;
}

/** What a decider works on; `findings` and `actions` are appended to. */
export interface DeciderContext {
  readonly choices: ReadonlyMap<number, Choice>;
  readonly tracks: ReadonlyMap<string, Track>;
  readonly findings: Finding[];
  readonly actions: Action[];
}

/** Judges one batch. */
export class Decider {
  readonly #context: DeciderContext;
  readonly #endings: readonly Ending[];

  constructor(context: DeciderContext, endings: readonly Ending[]) {
    this.#context = context;
    this.#endings = endings;
  }

  /** Judges all findings, then the choices that ended. */
  judge(found: readonly Finding[]): void {
    for (const moment of momentsOf(found)) this.#moment(moment);
    for (const choice of this.#context.choices.values()) this.#limitHolds(choice, null);
    for (const ending of this.#endings) this.#end(ending);
  }

  /** Cuts every choice where it stands: nothing that was not judged leaves. */
  failClosed(last: StreamEvent, message: string): void {
    for (const choice of this.#context.choices.values()) {
      if (choice.cut !== null || (choice.ended && this.#endOf(choice) === undefined)) continue;
      const action = this.#sessionCut(choice, null, { time: last.time, message });
      const event = last.sequence;
      choice.cut = {
        action,
        sequence: Number.NEGATIVE_INFINITY,
        event,
        time: last.time,
        inclusive: false,
      };
    }
  }

  /**
   * The safety net behind every holdback: cuts a choice that holds more than the limit. Returns
   * whether one was cut.
   */
  limitHeld(last: StreamEvent): boolean {
    let any = false;
    for (const track of this.#context.tracks.values()) {
      const choice = this.#context.choices.get(track.choice);
      if (choice === undefined || choice.finished) continue;
      const { heldCharacters, heldEvents } = LIMITS;
      const reached =
        track.length - track.released > heldCharacters.value
          ? `${heldCharacters.value} characters`
          : track.waiting > heldEvents.value && `${heldEvents.value} events`;
      if (!reached) continue;
      const message = `Cannot hold more than ${reached}: hold-limit`;
      const position = { track: track.id, offset: track.released };
      const action = this.#sessionCut(choice, position, { time: last.time, message });
      choice.cut = cutAt(action, last, false);
      any = true;
    }
    return any;
  }

  #endOf(choice: Choice): StreamEvent | undefined {
    return this.#endings.find((ending) => ending.choice === choice)?.event;
  }

  /**
   * Whether a choice had ended before an event: what is found then is about nothing that goes on.
   */
  #endedBefore(choice: Choice, sequence: number): boolean {
    return choice.ended && !(sequence <= (this.#endOf(choice)?.sequence ?? Number.NaN));
  }

  #sessionCut(
    choice: Choice,
    position: CutAction['position'],
    what: { readonly time: Millis; readonly message: string },
  ): CutAction {
    const action: CutAction = {
      type: 'cut',
      rule: null,
      finding: null,
      choice: choice.number,
      position,
      ...what,
    };
    this.#context.actions.push(action);
    return action;
  }

  #moment(moment: readonly Finding[]): void {
    const [first] = moment;
    const choice = first && this.#context.choices.get(first.choice);
    if (first === undefined || choice === undefined || choice.cut !== null) return;
    if (this.#endedBefore(choice, first.events.last)) return;
    this.#limitHolds(choice, first);
    if (choice.cut !== null) return;
    for (const finding of moment) this.#context.findings.push(finding);
    const at = { sequence: first.events.last, time: first.time };
    for (const action of choice.run.step(moment)) this.#apply(action, choice, at);
  }

  #end({ choice, event }: Ending): void {
    if (choice.cut !== null) return;
    for (const action of choice.run.end(event.time)) this.#apply(action, choice, event);
    for (const { hold } of holdsOf(choice)) this.#otherwise(choice, hold, event);
  }

  #apply(
    action: Action,
    choice: Choice,
    at: { readonly sequence: number; readonly time: Millis },
  ): void {
    checkReach(action, this.#context.tracks);
    switch (action.type) {
      case 'redact':
        this.#context.tracks.get(action.span.track)?.edit(action);
        break;
      case 'hold':
        if (!this.#hold(action)) return;
        break;
      case 'release':
        if (!releaseRule(choice, action.rule)) return;
        break;
      case 'cut':
        if (!cutEarlier(choice.cut?.action, action)) return;
        choice.cut = cutAt(action, at, action.finding?.held !== true);
        break;
      case 'pass':
      case 'alert':
      case 'cancel-upstream':
        break;
    }
    this.#context.actions.push(action);
  }

  #hold(action: HoldAction): boolean {
    const track = this.#context.tracks.get(action.track);
    if (track === undefined || track.holds.some((hold) => hold.rule === action.rule)) return false;
    track.holds.push(action);
    return true;
  }

  /**
   * Ends the holds that had let more than their limit arrive by the given moment, first come first.
   */
  #limitHolds(choice: Choice, moment: Finding | null): void {
    for (const { hold, track, event } of filledHolds(choice, moment)) {
      if (choice.cut === null && track.holds.includes(hold)) this.#otherwise(choice, hold, event);
    }
  }

  #otherwise(
    choice: Choice,
    hold: HoldAction,
    at: { readonly sequence: number; readonly time: Millis },
  ): void {
    const { rule, finding } = hold;
    const base = { rule, finding, choice: choice.number, time: at.time };
    if (hold.otherwise === 'release') {
      const message = `What rule "${rule}" held is let go: it waited for too long or to the end`;
      this.#apply({ type: 'release', ...base, message }, choice, at);
      return;
    }
    const position = { track: hold.track, offset: hold.from };
    const message = `What rule "${rule}" held never was released`;
    this.#apply({ type: 'cut', ...base, position, message }, choice, at);
  }
}

const cutAt = (
  action: CutAction,
  at: { readonly sequence: number; readonly time: Millis },
  inclusive: boolean,
): Cut => ({ action, sequence: at.sequence, event: at.sequence, time: at.time, inclusive });

/** Of two cuts of one moment the one that lets less of the track leave stands. */
function cutEarlier(standing: CutAction | undefined, next: CutAction): boolean {
  if (standing === undefined) return true;
  const { position } = standing;
  return (
    position !== null &&
    next.position?.track === position.track &&
    next.position.offset < position.offset
  );
}

/** Removes a rule's holds from every track of a choice; whether there were any. */
function releaseRule(choice: Choice, rule: string | null): boolean {
  let any = false;
  for (const track of choice.tracks) {
    const kept = track.holds.filter((hold) => hold.rule !== rule);
    any ||= kept.length < track.holds.length;
    track.holds = kept;
  }
  return any;
}
