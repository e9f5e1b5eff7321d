/** A session host over real core sessions, with a small literal analyser. */
import {
  type Action,
  type Analyser,
  type Finding,
  type HostedSession,
  MidstreamError,
  millis,
  type OpenSessionOptions,
  type Policy,
  type PushResult,
  Session,
  type SessionHost,
  type StreamEvent,
  type TrackId,
  trackOf,
} from '@midstream/core';

/** Finds literals in every text channel, however they are cut, and holds what may become one. */
export class LiteralAnalyser implements Analyser {
  readonly name = 'literals';
  readonly propositions: readonly string[];
  readonly #literals: readonly string[];
  readonly #texts: Map<TrackId, string> = new Map();

  constructor(literals: readonly string[]) {
    this.#literals = literals;
    this.propositions = literals;
  }

  push(events: readonly StreamEvent[], findings: Finding[]): void {
    for (const event of events) {
      if (event.type !== 'text-delta') continue;
      const track = trackOf(event);
      for (const unit of event.text.split('')) {
        const text = (this.#texts.get(track) ?? '') + unit;
        this.#texts.set(track, text);
        for (const literal of this.#literals) {
          if (!text.endsWith(literal)) continue;
          const span = { track, start: text.length - literal.length, end: text.length };
          findings.push({
            id: `${literal}/${track}/${span.start}`,
            proposition: literal,
            analyser: this.name,
            choice: event.choice,
            span,
            events: { first: event.sequence, last: event.sequence },
            time: event.time,
            held: true,
            message: 'A literal was seen',
          });
        }
      }
    }
  }

  reset(): void {
    this.#texts.clear();
  }

  holdFrom(track: TrackId): number | undefined {
    const text = this.#texts.get(track) ?? '';
    const longest = Math.max(...this.#literals.map((literal) => literal.length));
    for (let start = Math.max(0, text.length - longest + 1); start < text.length; start++) {
      const tail = text.slice(start);
      if (this.#literals.some((literal) => literal.startsWith(tail))) return start;
    }
    return undefined;
  }
}

export type Decision = 'pass' | 'redact' | 'cut';

/** One rule: what to do about any finding. */
export function policyOf(decision: Decision, replacement = '[gone]'): Policy {
  return {
    name: decision,
    start: (choice) => ({
      step: (findings) => findings.map((finding) => actionFor(decision, finding, replacement)),
      end: () => [],
      snapshot: () => choice,
      restore: () => {},
    }),
  };
}

function actionFor(decision: Decision, finding: Finding, text: string): Action {
  const base = {
    rule: decision,
    finding,
    choice: finding.choice,
    time: finding.time,
    message: decision,
  };
  const { span } = finding;
  if (decision === 'pass' || span === null) return { type: 'pass', ...base };
  if (decision === 'redact') return { type: 'redact', ...base, span, text, precedence: 0 };
  return { type: 'cut', ...base, position: { track: span.track, offset: span.start } };
}

export interface TestHostOptions {
  readonly literals?: readonly string[];
  readonly decision?: Decision;
  readonly policy?: Policy;
  readonly analysers?: () => Analyser[];
  readonly replacement?: string;
}

/** Opens core sessions and remembers them. */
export class TestHost implements SessionHost {
  readonly sessions: TestSession[] = [];
  readonly #options: TestHostOptions;

  constructor(options: TestHostOptions = {}) {
    this.#options = options;
  }

  get last(): TestSession {
    const session = this.sessions.at(-1);
    if (session === undefined) throw new Error('No session was opened');
    return session;
  }

  open(options: OpenSessionOptions): TestSession {
    if (options.policy === 'none-such') {
      throw new MidstreamError('policy/invalid', 'No policy is called "none-such"');
    }
    if (options.policy === 'full') {
      throw new MidstreamError('session/limit', 'Cannot open another session');
    }
    const { literals = [], decision = 'pass', replacement } = this.#options;
    const analysers =
      this.#options.analysers?.() ?? (literals.length > 0 ? [new LiteralAnalyser(literals)] : []);
    const policy = this.#options.policy ?? policyOf(decision, replacement);
    const choices = options.choices ?? 1;
    const session = new Session({ analysers, policy, choices });
    const hosted = new TestSession(`s${this.sessions.length + 1}`, session, options);
    this.sessions.push(hosted);
    return hosted;
  }
}

export class TestSession implements HostedSession {
  readonly id: string;
  readonly options: OpenSessionOptions;
  readonly events: StreamEvent[] = [];
  readonly #session: Session;
  closedAs: string | null = null;
  #sequence = 0;

  constructor(id: string, session: Session, options: OpenSessionOptions) {
    this.id = id;
    this.options = options;
    this.#session = session;
  }

  get finished(): boolean {
    return this.#session.finished;
  }

  push(events: readonly StreamEvent[]): PushResult {
    this.events.push(...events);
    this.#sequence = events.at(-1)?.sequence ?? this.#sequence;
    return this.#session.push(events);
  }

  /** Time passes: a tick between two events. */
  tick(): void {
    this.#sequence += 2 ** -20;
    const { sequence, time } = { sequence: this.#sequence, time: millis(0) };
    const result = this.#session.push([
      { type: 'tick', channel: 'control', choice: 0, sequence, time },
    ]);
    this.options.onResult?.(result);
  }

  close(reason: 'completed' | 'disconnected' | 'failed'): PushResult {
    if (this.closedAs !== null) return { released: [], findings: [], actions: [] };
    this.closedAs = reason;
    if (this.#session.closed) return { released: [], findings: [], actions: [] };
    const sequence = this.#sequence + 1;
    return this.#session.push([
      { type: 'stream-end', channel: 'control', choice: 0, sequence, time: millis(0) },
    ]);
  }
}
