/** MidStream for programs: one object that opens sessions, watches sources and runs operations. */
import { type Action, type Clock, type Finding, type Random, realClock } from '@midstream/core';
import { runOperation } from './operations/run.ts';
import { type CompiledPolicy, parsePolicy } from './policy/parse-policy.ts';
import { DEFAULT_POLICY } from './policy/shipped.ts';
import { type HubLimits, SessionHub } from './sessions/session-hub.ts';
import { StreamSession } from './sessions/stream-session.ts';
import {
  type WatchedInput,
  type WatchOptions,
  type WatchSummary,
  watchSource,
} from './sessions/watch.ts';

/** What may be injected. */
export interface CreateOptions {
  /** The policy of every session: a YAML text, or one that was parsed. Default `DEFAULT_POLICY`. */
  readonly policy?: string | CompiledPolicy;
  /** Further policies, which a session may name. */
  readonly policies?: readonly CompiledPolicy[];
  readonly clock?: Clock;
  /**
   * Draws the ids of sessions, for runs that must be the same every time. Default: true randomness.
   */
  readonly random?: Random;
  readonly limits?: HubLimits;
  /** Told of a watcher that threw. */
  readonly onError?: (error: unknown) => void;
}

/** How a session is opened. */
export interface OpenOptions {
  /** What a person sees in a list. Default `program`. */
  readonly label?: string;
  readonly model?: string;
  readonly policy?: string;
  readonly choices?: number;
  readonly tokenBudget?: number;
  /** Told what the session decided by itself between pushes, when time passed. */
  readonly onResult?: (result: {
    readonly findings: readonly Finding[];
    readonly actions: readonly Action[];
  }) => void;
}

/** Everything wired: the hub with its sessions, the default policy, the operations. */
export class MidStream implements AsyncDisposable {
  readonly hub: SessionHub;
  readonly policy: CompiledPolicy;
  readonly operations: {
    /** As {@link runOperation}. */
    readonly run: typeof runOperation;
  } = { run: runOperation };
  readonly #clock: Clock;

  constructor(options: CreateOptions = {}) {
    const { policy = DEFAULT_POLICY, policies = [], random, limits, onError } = options;
    this.#clock = options.clock ?? realClock;
    this.policy = typeof policy === 'string' ? parsePolicy(policy) : policy;
    this.hub = new SessionHub({
      clock: this.#clock,
      policies: [this.policy, ...policies],
      ...(limits === undefined ? {} : { limits }),
      ...(random === undefined ? {} : { newId: () => drawId(random) }),
      ...(onError === undefined ? {} : { onError }),
    });
  }

  /** Opens a session to push text or events to. */
  open(options: OpenOptions = {}): StreamSession {
    const { label = 'program', ...rest } = options;
    const hosted = this.hub.open({ origin: 'program', label, ...rest });
    return new StreamSession(hosted, this.#clock);
  }

  /**
   * Reads a source to its end, or until every choice was cut; what may leave goes to `onResult`.
   */
  watch(
    source: WatchedInput,
    options: WatchOptions & Omit<OpenOptions, 'onResult'> = {},
  ): Promise<WatchSummary> {
    const { onResult, signal, ...open } = options;
    return watchSource(source, this.open({ label: 'watch', ...open }), {
      ...(onResult === undefined ? {} : { onResult }),
      ...(signal === undefined ? {} : { signal }),
    });
  }

  /** Ends every session. Idempotent. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.hub.close();
  }
}

/** Wires a MidStream. */
export function create(options: CreateOptions = {}): MidStream {
  return new MidStream(options);
}

/** 96 bits in 16 URL-safe letters. */
function drawId(random: Random): string {
  return Array.from({ length: 16 }, () => ID_LETTERS[random.integer(ID_LETTERS.length)]).join('');
}

const ID_LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
