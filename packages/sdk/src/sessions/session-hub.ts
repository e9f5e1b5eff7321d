/**
 * Opens sessions, ticks them, keeps their records, and tells whoever watches. The one host of
 * sessions in a process: the gateway, the API, the command line and programs all open theirs here.
 *
 * Ticks come once a second while a session is open, so a rule about silence needs no event. What a
 * session decides at a tick goes to the `onResult` of whoever opened it.
 */
import { randomBytes } from 'node:crypto';
import {
  type Clock,
  type HostedSession,
  type Limit,
  MidstreamError,
  millis,
  type OpenSessionOptions,
  type PushResult,
  type SessionHost,
  type SessionRecord,
  type SessionSummary,
  type Timer,
} from '@midstream/core';
import { SDK_LIMITS } from '../limits.ts';
import type { CompiledPolicy } from '../policy/parse-policy.ts';
import { didYouMean } from '../suggest.ts';
import { readDrafts } from './drafts.ts';
import { RecordedSession } from './recorded-session.ts';
import { Subscribers } from './subscribers.ts';

/** What a hub is made of. */
export interface SessionHubOptions {
  readonly clock: Clock;
  /** The policies there are; the first is the default. At least one. */
  readonly policies: readonly CompiledPolicy[];
  readonly limits?: HubLimits;
  /** A new session's id; default 96 random bits, URL-safe. */
  readonly newId?: () => string;
  /** Told of a subscriber, or the opener of a session, that threw. Default: nobody is. */
  readonly onError?: (error: unknown) => void;
}

/** Limits of a hub; defaults in `SDK_LIMITS`. */
export interface HubLimits {
  readonly openSessions?: number;
  readonly closedSessions?: number;
  readonly idleSession?: number;
}

/** What came of pushed drafts, and what waits now. */
export interface DraftResult extends PushResult {
  readonly held: RecordedSession['held'];
}

const TICK_EVERY = millis(1_000);
/** Watchers hear of a changing session at most four times a second. */
const TELL_EVERY = millis(250);

/** All sessions of a process. */
export class SessionHub implements SessionHost {
  readonly #options: SessionHubOptions;
  readonly #sessions: Map<string, RecordedSession> = new Map();
  /** Those that are open, and those that are closed in the order they closed. */
  readonly #open: Set<RecordedSession> = new Set();
  readonly #closed: Set<RecordedSession> = new Set();
  readonly #watchers: Subscribers<SessionSummary>;
  readonly #changed: Set<RecordedSession> = new Set();
  #policies: ReadonlyMap<string, CompiledPolicy> = new Map();
  #default = '';
  #tick: Timer | null = null;
  #telling: Timer | null = null;
  #over = false;

  constructor(options: SessionHubOptions) {
    this.#options = options;
    this.#watchers = new Subscribers(SDK_LIMITS.subscribers, (error) => this.#failed(error));
    this.usePolicies(options.policies);
  }

  /** The policies there are, the default first. */
  get policies(): readonly CompiledPolicy[] {
    return [...this.#policies.values()];
  }

  /** Takes other policies into use, the first as the default. Open sessions keep theirs. */
  usePolicies(policies: readonly CompiledPolicy[]): void {
    const [first] = policies;
    if (first === undefined) {
      throw new MidstreamError('argument/invalid', 'Cannot host sessions without any policy');
    }
    const named = new Map(policies.map((policy) => [policy.name, policy]));
    if (named.size < policies.length) {
      throw new MidstreamError(
        'argument/invalid',
        `Cannot use two policies of the same name: ${policies.map(({ name }) => name).join(', ')}`,
      );
    }
    this.#policies = named;
    this.#default = first.name;
  }

  open(options: OpenSessionOptions): HostedSession {
    if (this.#over) {
      throw new MidstreamError('session/closed', 'Cannot open a session: the hub is closed');
    }
    checkBudget(options.tokenBudget);
    const most = this.#limit('openSessions');
    if (this.#open.size >= most) {
      throw new MidstreamError(
        'session/limit',
        `Cannot open a session: ${most} are open already, the limit openSessions`,
        { details: { limit: 'openSessions', allowed: most } },
      );
    }
    const session = new RecordedSession({
      id: this.#newId(),
      clock: this.#options.clock,
      policy: this.#policy(options.policy ?? this.#default),
      open: options,
      onChange: (changed) => this.#change(changed),
      onClosed: (closed) => this.#close(closed),
      onError: (error) => this.#failed(error),
    });
    this.#sessions.set(session.id, session);
    this.#open.add(session);
    this.#startTicking();
    this.#watchers.tell(session.summary());
    return session;
  }

  /** Every session there is, the newest first. */
  list(): SessionSummary[] {
    return [...this.#sessions.values()].map((session) => session.summary()).reverse();
  }

  /** One session's summary. */
  get(id: string): SessionSummary | undefined {
    return this.#sessions.get(id)?.summary();
  }

  /** One session, to push to. */
  session(id: string): HostedSession | undefined {
    return this.#sessions.get(id);
  }

  /** The records after `after` that are kept. Throws `http/not-found`. */
  records(id: string, after: number): SessionRecord[] {
    return this.#find(id).records(after);
  }

  /**
   * Calls `onRecord` with every record after `after` that is kept, at once, and with each further
   * one as it happens. The last is the `closed` record. A subscriber that cannot keep up disposes
   * its subscription and comes back.
   */
  subscribe(id: string, after: number, onRecord: (record: SessionRecord) => void): Disposable {
    return this.#find(id).subscribe(after, onRecord);
  }

  /**
   * Calls `onSummary` with every session there is, the oldest first, at once; then when one is
   * opened or closed, and at most four times a second for each while it changes.
   */
  watch(onSummary: (summary: SessionSummary) => void): Disposable {
    return this.#watchers.add(onSummary, this.list().reverse());
  }

  /**
   * Pushes events that have no sequence number and no time yet, as the API takes them. Throws
   * `http/not-found`, `argument/invalid` for what is no event, and what `push` throws.
   */
  pushDrafts(id: string, drafts: unknown): DraftResult {
    const session = this.#find(id);
    const { nextSequence } = session;
    const time = this.#options.clock.now();
    const events = readDrafts(drafts).map((draft, at) => ({
      ...draft,
      sequence: nextSequence + at,
      time,
    }));
    const result = session.push(events);
    return { ...result, held: session.held };
  }

  /** Ends a session. Throws `http/not-found`. */
  end(id: string, reason: 'completed' | 'disconnected' | 'failed' = 'completed'): SessionSummary {
    const session = this.#find(id);
    session.close(reason);
    return session.summary();
  }

  /** Forgets closed sessions, those that closed first, until at most `keep` are left. */
  prune(keep = 0): void {
    for (const session of this.#closed) {
      if (this.#closed.size <= keep) return;
      this.#closed.delete(session);
      this.#sessions.delete(session.id);
      this.#changed.delete(session);
    }
  }

  /** Closes every session as disconnected; nothing can be opened any more. Idempotent. */
  close(): void {
    this.#over = true;
    for (const session of [...this.#open]) session.hand(session.close('disconnected'));
    this.#tick?.[Symbol.dispose]();
    this.#telling?.[Symbol.dispose]();
    this.#watchers.clear();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #limit(name: keyof HubLimits): number {
    const limit: Limit = SDK_LIMITS[name];
    return this.#options.limits?.[name] ?? limit.value;
  }

  #newId(): string {
    return this.#options.newId?.() ?? randomBytes(12).toString('base64url');
  }

  #policy(name: string): CompiledPolicy {
    const policy = this.#policies.get(name);
    if (policy !== undefined) return policy;
    const hint = didYouMean(name, [...this.#policies.keys()]);
    throw new MidstreamError('policy/invalid', `There is no policy "${name}"${hint}`, {
      details: { policy: name },
    });
  }

  #find(id: string): RecordedSession {
    const session = this.#sessions.get(id);
    if (session !== undefined) return session;
    throw new MidstreamError('http/not-found', `There is no session "${id.slice(0, 64)}"`);
  }

  #failed(error: unknown): void {
    this.#options.onError?.(error);
  }

  #close(session: RecordedSession): void {
    this.#open.delete(session);
    this.#closed.add(session);
    this.#changed.delete(session);
    if (this.#open.size === 0) this.#stopTicking();
    this.#watchers.tell(session.summary());
    this.prune(this.#limit('closedSessions'));
    let characters = 0;
    let keep = 0;
    for (const closed of [...this.#closed].reverse()) {
      characters += closed.characters;
      if (characters > SDK_LIMITS.closedCharacters.value) break;
      keep += 1;
    }
    this.prune(keep);
  }

  #startTicking(): void {
    this.#tick ??= this.#options.clock.after(TICK_EVERY, () => {
      this.#tick = null;
      for (const session of [...this.#open]) this.#tickOne(session);
      if (this.#open.size > 0) this.#startTicking();
    });
  }

  #tickOne(session: RecordedSession): void {
    const idle = this.#options.clock.now() - session.lastPush;
    if (idle >= this.#limit('idleSession')) session.hand(session.close('disconnected'));
    else session.tick();
  }

  #stopTicking(): void {
    this.#tick?.[Symbol.dispose]();
    this.#tick = null;
  }

  #change(session: RecordedSession): void {
    if (this.#watchers.size === 0) return;
    this.#changed.add(session);
    this.#telling ??= this.#options.clock.after(TELL_EVERY, () => {
      this.#telling = null;
      const changed = [...this.#changed];
      this.#changed.clear();
      for (const each of changed) this.#watchers.tell(each.summary());
    });
  }
}

function checkBudget(budget: number | undefined): void {
  if (budget === undefined || (Number.isInteger(budget) && budget >= 0)) return;
  throw new MidstreamError(
    'argument/range',
    `Cannot use tokenBudget ${budget}: a whole number of tokens is wanted`,
  );
}
