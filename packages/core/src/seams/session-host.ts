/**
 * Who opens sessions for the edges. An edge (the gateway, a media server) is handed a host and
 * opens a session for each stream it carries; which analysers and which policy sit on it, who
 * watches it and where its records are kept is the host's affair.
 */
import type { StreamEvent } from '../events.ts';
import type { PushResult } from '../session/session.ts';

/** Opens sessions. */
export interface SessionHost {
  /**
   * Throws `session/limit` when as many are open as may be, `policy/invalid` for an unknown policy.
   */
  open(options: OpenSessionOptions): HostedSession;
}

/** What a session is for. */
export interface OpenSessionOptions {
  /** Which face opened it: `gateway`, `api`, `watch`, `run`… */
  readonly origin: string;
  /** What a person sees in a list; the beginning of a prompt, a file's name. */
  readonly label: string;
  readonly model?: string;
  /** How many choices the stream will carry. Default 1. */
  readonly choices?: number;
  /** The most tokens that the request allows for each choice; tells what a cut saved. */
  readonly tokenBudget?: number;
  /** A policy by name; default the host's. */
  readonly policy?: string;
  /**
   * Called with what the session decided by itself between pushes, when time passed and a rule
   * about silence fired: the edge releases, ends the client's stream or stops the upstream
   * accordingly.
   */
  readonly onResult?: (result: PushResult) => void;
}

/** A session that is being watched and recorded. */
export interface HostedSession {
  readonly id: string;
  /** As `Session.push`. */
  push(events: readonly StreamEvent[]): PushResult;
  /** Whether nothing more is wanted: every choice has been cut or has ended. */
  readonly finished: boolean;
  /** Ends it. Idempotent; releases what was held where no rule forbids it. */
  close(reason: 'completed' | 'disconnected' | 'failed'): PushResult;
}
