/**
 * A bus carries messages between processes that need not run at the same time. Tables in the
 * embedded store, NATS JetStream, and memory in tests implement it, judged by one suite.
 *
 * What holds for every implementation:
 * - A topic is a log: messages have positions 1, 2, 3… in the order in which they were published,
 *   and keep them.
 * - Delivery is at least once. A message is handed to one consumer of a group and stays owed until
 *   it is acknowledged; it is handed out again when that consumer stops without acknowledging, or
 *   refuses it. Effects become exactly-once by an inbox keyed by topic and position, in one
 *   transaction with the effect.
 * - Publishing is idempotent by key: a second message of the same topic and key is not stored, and
 *   the answer names the position of the first. How long keys are remembered is stated by the
 *   implementation.
 * - Groups are independent: each sees every message from where it began.
 * - After disposal every call rejects with `session/closed`, and every consumer ends.
 */
import type { Json } from '../findings.ts';

/** Where a message went. */
export interface Published {
  readonly position: number;
  /** Whether its key was known, so that nothing new was stored. */
  readonly duplicate: boolean;
}

/** A message in a log. */
export interface BusMessage {
  readonly topic: string;
  readonly position: number;
  readonly value: Json;
}

/** A message that is owed to this consumer. */
export interface Delivery extends BusMessage {
  /** 1 the first time; more when it was handed out before. */
  readonly attempt: number;
  /** It has been dealt with and will not be handed out again. Idempotent. */
  acknowledge(): Promise<void>;
  /**
   * It has not been dealt with: hand it out again, here or elsewhere. Nothing after `acknowledge`.
   */
  refuse(): Promise<void>;
}

/** How to consume. */
export interface ConsumeOptions {
  /** Consumers of one group share the messages. */
  readonly group: string;
  /**
   * Where a group that does not exist yet begins: after this position; default 0, the beginning.
   */
  readonly after?: number;
  /**
   * How many deliveries may be unacknowledged at once in this consumer; default 64. It waits at the
   * limit.
   */
  readonly inFlight?: number;
  /**
   * Ends the consumer, as leaving the iteration does; what it had not acknowledged goes to others.
   */
  readonly signal?: AbortSignal;
}

/** Publish, consume, replay. */
export interface Bus extends AsyncDisposable {
  /** Resolves when the message is durable. */
  publish(topic: string, value: Json, options?: { readonly key?: string }): Promise<Published>;
  /** Messages as they come, oldest first, without end until it is left. */
  consume(topic: string, options: ConsumeOptions): AsyncIterable<Delivery>;
  /** What a topic holds now after a position, oldest first; no group, no acknowledgement. */
  replay(
    topic: string,
    options?: { readonly after?: number; readonly limit?: number },
  ): Promise<readonly BusMessage[]>;
}
