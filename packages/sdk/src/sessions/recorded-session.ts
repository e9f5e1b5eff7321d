/** One session with its records, counts and watchers: what the hub hands to an edge. */
import {
  type Clock,
  type HeldSpan,
  type HostedSession,
  LIMITS,
  type Millis,
  type OpenSessionOptions,
  type PushResult,
  Session,
  type SessionRecord,
  type SessionState,
  type SessionSummary,
  type StreamEvent,
} from '@midstream/core';
import { SDK_LIMITS } from '../limits.ts';
import type { CompiledPolicy } from '../policy/parse-policy.ts';
import { type RecordDraft, RecordRing } from './record-ring.ts';
import { Subscribers } from './subscribers.ts';
import { arrival, Tally } from './tally.ts';

/** What a recorded session is made of. */
export interface RecordedSessionOptions {
  readonly id: string;
  readonly clock: Clock;
  readonly policy: CompiledPolicy;
  readonly open: OpenSessionOptions;
  /** Something in the summary has changed. */
  readonly onChange: (session: RecordedSession) => void;
  readonly onClosed: (session: RecordedSession) => void;
  /** A subscriber, or the one who opened the session, threw. */
  readonly onError: (error: unknown) => void;
}

const LABEL_LENGTH = 200;
/** The step between ticks in sequence numbers: a million of them fit between two events. */
const TICK_STEP = 2 ** -20;
const NOTHING: PushResult = Object.freeze({ released: [], findings: [], actions: [] });

/** A session that is recorded. */
export class RecordedSession implements HostedSession {
  readonly id: string;
  readonly #options: RecordedSessionOptions;
  readonly #session: Session;
  readonly #ring: RecordRing;
  readonly #tally: Tally;
  readonly #subscribers: Subscribers<SessionRecord>;
  readonly #openedAt: Millis;
  #closedAt: Millis | null = null;
  #state: SessionState = 'open';
  #held: readonly HeldSpan[] = [];
  #sequence = 0;
  #lastPush: Millis;

  constructor(options: RecordedSessionOptions) {
    const { id, clock, policy, open, onError } = options;
    this.id = id;
    this.#options = options;
    this.#session = new Session({
      ...policy.open(),
      ...(open.choices === undefined ? {} : { choices: open.choices }),
    });
    this.#ring = new RecordRing({
      records: LIMITS.ringEvents.value,
      characters: SDK_LIMITS.ringCharacters.value,
    });
    this.#tally = new Tally(open.tokenBudget ?? null);
    this.#subscribers = new Subscribers(SDK_LIMITS.subscribers, onError);
    this.#openedAt = clock.now();
    this.#lastPush = this.#openedAt;
    this.#record({ type: 'opened', time: this.#openedAt, summary: this.summary() });
  }

  get finished(): boolean {
    return this.#closedAt !== null || this.#session.closed || this.#session.finished;
  }

  get closed(): boolean {
    return this.#closedAt !== null;
  }

  /** How many characters of released text its records keep. */
  get characters(): number {
    return this.#ring.characters;
  }

  /** When something was last pushed, or it was opened. */
  get lastPush(): Millis {
    return this.#lastPush;
  }

  /** The least whole sequence number that a further event may have. */
  get nextSequence(): number {
    return Math.floor(this.#sequence) + 1;
  }

  get held(): readonly HeldSpan[] {
    return this.#held;
  }

  push(events: readonly StreamEvent[]): PushResult {
    const result = this.#session.push(events);
    this.#lastPush = this.#options.clock.now();
    this.#note(events, result);
    return result;
  }

  close(reason: 'completed' | 'disconnected' | 'failed'): PushResult {
    if (this.#closedAt !== null) return NOTHING;
    const time = this.#options.clock.now();
    const result = this.#session.closed ? NOTHING : this.#end(time);
    this.#closedAt = time;
    this.#state = this.#session.failure !== null ? 'failed' : this.#tally.wasCut ? 'cut' : reason;
    this.#record({ type: 'closed', time, summary: this.summary() });
    this.#subscribers.clear();
    this.#options.onClosed(this);
    return result;
  }

  /** Lets the session know that time has passed; what it decides goes to whoever opened it. */
  tick(): void {
    if (this.finished) return;
    const { clock } = this.#options;
    const result = this.#session.push([
      {
        type: 'tick',
        channel: 'control',
        choice: 0,
        sequence: this.#sequence + TICK_STEP,
        time: clock.now(),
      },
    ]);
    this.#sequence += TICK_STEP;
    this.#note([], result);
    this.hand(result);
  }

  /** Gives the one who opened it what the session decided by itself. */
  hand(result: PushResult): void {
    const { released, findings, actions } = result;
    if (released.length + findings.length + actions.length === 0) return;
    try {
      this.#options.open.onResult?.(result);
    } catch (thrown) {
      this.#options.onError(thrown);
    }
  }

  summary(): SessionSummary {
    const { policy, open } = this.#options;
    return {
      id: this.id,
      origin: open.origin,
      label: open.label.slice(0, LABEL_LENGTH),
      model: open.model ?? null,
      policy: policy.name,
      state: this.#state,
      openedAt: this.#openedAt,
      closedAt: this.#closedAt,
      choices: open.choices ?? 1,
      tokenBudget: open.tokenBudget ?? null,
      counts: this.#tally.counts,
      cut: this.#tally.cut,
    };
  }

  records(after: number): SessionRecord[] {
    return this.#ring.after(after);
  }

  subscribe(after: number, onRecord: (record: SessionRecord) => void): Disposable {
    const subscription = this.#subscribers.add(onRecord, this.records(after));
    if (this.closed) this.#subscribers.clear();
    return subscription;
  }

  #end(time: Millis): PushResult {
    const events: readonly StreamEvent[] = [
      { type: 'stream-end', channel: 'control', choice: 0, sequence: this.nextSequence, time },
    ];
    const result = this.#session.push(events);
    this.#note([], result);
    return result;
  }

  /** Writes down what went in and what came of it. */
  #note(events: readonly StreamEvent[], result: PushResult): void {
    const last = events[events.length - 1];
    if (last !== undefined) this.#sequence = last.sequence;
    const held = this.#session.held();
    const waiting = held.reduce((sum, { start, end }) => sum + end - start, 0);
    this.#tally.count(events, result, waiting);
    const time = this.#options.clock.now();
    for (const event of events) {
      this.#record({
        type: 'arrived',
        time: event.time,
        choice: event.choice,
        ...arrival(event),
      });
    }
    for (const finding of result.findings) this.#record({ type: 'finding', time, finding });
    for (const action of result.actions) this.#record({ type: 'action', time, action });
    for (const event of result.released) {
      this.#record({ type: 'released', time, event: recordable(event) });
    }
    if (!sameSpans(held, this.#held)) this.#record({ type: 'held', time, spans: held });
    this.#held = held;
    if (events.length > 0 || result.actions.length > 0) this.#options.onChange(this);
  }

  #record(draft: RecordDraft): void {
    this.#subscribers.tell(this.#ring.append(draft));
  }
}

/** Sound is not kept: a record is plain JSON, and says that something sounded, not what. */
const recordable = (event: StreamEvent): StreamEvent =>
  event.type === 'audio-delta' ? { ...event, data: new Uint8Array(0) } : event;

function sameSpans(a: readonly HeldSpan[], b: readonly HeldSpan[]): boolean {
  return (
    a.length === b.length &&
    a.every((span, at) => {
      const other = b[at];
      return (
        other !== undefined &&
        span.track === other.track &&
        span.start === other.start &&
        span.end === other.end &&
        span.rules.join('\n') === other.rules.join('\n')
      );
    })
  );
}
