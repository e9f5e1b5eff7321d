/**
 * A multiplexer carries many independent streams and datagrams between two peers, with the
 * semantics of W3C WebTransport: QUIC in Node, WebTransport to and in the browser, WebSocket where
 * UDP is blocked, and memory in tests are its implementations, and one suite judges them all.
 *
 * What holds for every implementation:
 * - Bytes of one stream arrive in order, all of them or a reset. Between streams there is no order,
 *   and a stream that nobody reads delays no other. Message boundaries are not kept: a read may
 *   join or split what was written.
 * - Flow control is by credit: `write` waits while the peer does not read, so a slow reader keeps
 *   memory flat on both sides.
 * - How a stream ended is data, never an exception: a read answers `end`, `reset` with the peer's
 *   code, or `lost` when the session went down first; a write answers `false` when the peer wants
 *   no more.
 * - Codes are whole numbers from 0 to 2^32 - 1 and arrive on the other side as they were sent.
 * - Bytes belong to the caller again when `write` resolves, and what a read gives belongs to the
 *   reader: neither side keeps a hand on the other's memory.
 * - A session ends once, and `closed` always resolves, with the error where there was one.
 */
import type { MidstreamError } from '../errors.ts';
import type { Bytes, Nanos } from '../units.ts';

/** Connects and listens. Addresses are the implementation's own: a URL, a host and port, a name. */
export interface Multiplexer {
  /**
   * Resolves when the session is usable; rejects with `upstream/unreachable`, or `stream/aborted`
   * by the signal.
   */
  connect(
    address: string,
    options?: { readonly signal?: AbortSignal },
  ): Promise<MultiplexedSession>;
  /**
   * Resolves when peers can connect. Rejects with `argument/invalid` when the address is taken or
   * unusable.
   */
  listen(address: string): Promise<MultiplexListener>;
}

/** Accepts sessions until it is disposed of. Disposing closes no session that was accepted. */
export interface MultiplexListener extends AsyncDisposable {
  /**
   * Where peers connect to: the address asked for, with what was left open (a port 0) filled in.
   */
  readonly address: string;
  /**
   * The sessions of peers that connect, in order. Iterated once; it ends when the listener is
   * disposed of.
   */
  readonly sessions: AsyncIterable<MultiplexedSession>;
}

/**
 * The four classes of urgency. Bytes of a more urgent stream leave first; a class that waits is
 * never starved altogether. Priorities order one session's own sending and are not told to the
 * peer.
 */
export type StreamPriority = 'critical' | 'high' | 'normal' | 'low';

/** One connection between two peers. Disposing it is `close()` and waiting for `closed`. */
export interface MultiplexedSession extends AsyncDisposable {
  /**
   * Opens a stream that both sides write and read. Rejects with `session/closed` once draining or
   * closed.
   */
  openBidirectional(options?: OpenStreamOptions): Promise<BidirectionalStream>;
  /** Opens a stream that only this side writes. Rejects as `openBidirectional` does. */
  openUnidirectional(options?: OpenStreamOptions): Promise<SendStream>;
  /** Streams that the peer opens for both. Iterated once; it ends when the session does. */
  readonly incomingBidirectional: AsyncIterable<BidirectionalStream>;
  /**
   * Streams that the peer opens for itself to write. Iterated once; it ends when the session does.
   */
  readonly incomingUnidirectional: AsyncIterable<ReceiveStream>;
  /** Small messages that may be lost, doubled or reordered. */
  readonly datagrams: Datagrams;
  /**
   * Resolves when either side has asked for an orderly end: open streams go on, new ones are
   * refused.
   */
  readonly draining: Promise<void>;
  /** Resolves when the session is over. It never rejects, so an unread ending harms nobody. */
  readonly closed: Promise<SessionClose>;
  /** Asks for an orderly end. Idempotent. The session stays open until somebody closes it. */
  drain(): void;
  /**
   * Ends the session now: what was not yet read may be lost. The first close on either side is the
   * one that counts.
   */
  close(info?: { readonly code: number; readonly reason: string }): void;
  /** Counted since the session began. */
  statistics(): Promise<MultiplexStatistics>;
}

/** How a stream is opened. */
export interface OpenStreamOptions {
  /** Default `normal`; can be changed while the stream is open. */
  readonly priority?: StreamPriority;
}

/** How a session ended: the code and reason of whoever closed it, and the error when nobody did. */
export interface SessionClose {
  readonly code: number;
  readonly reason: string;
  readonly error: MidstreamError | null;
}

/** A stream in both directions; each direction ends by itself. */
export interface BidirectionalStream {
  readonly send: SendStream;
  readonly receive: ReceiveStream;
}

/** The writing end. */
export interface SendStream {
  /** May be changed at any time; it orders what has not left yet. */
  priority: StreamPriority;
  /**
   * Resolves `true` when the bytes have been taken and there is credit for more, and `false` when
   * they will not arrive: the stream was ended, reset or stopped, or the session is over. The bytes
   * must not be changed until then.
   */
  write(bytes: Uint8Array): Promise<boolean>;
  /**
   * No more will be written; what was written still arrives. Idempotent, and nothing after a reset.
   */
  end(): void;
  /**
   * Gives the stream up: the reader sees a reset with this code and may lose what it had not read.
   */
  reset(code: number): void;
  /**
   * Resolves with the code when the reader stopped it, or `null` when the stream is over otherwise.
   */
  readonly stopped: Promise<number | null>;
}

/** What one read gives. After anything but `data` every further read gives the same again. */
export type StreamRead =
  | { readonly type: 'data'; readonly bytes: Uint8Array }
  | { readonly type: 'end' }
  | { readonly type: 'reset'; readonly code: number }
  | { readonly type: 'lost' };

/** The reading end. One read at a time. */
export interface ReceiveStream {
  /** Waits for bytes (at least one) or for how the stream ended. */
  read(): Promise<StreamRead>;
  /** Wants no more: the writer learns the code, and reads here answer `lost` from now on. */
  stop(code: number): void;
}

/** Unreliable messages. */
export interface Datagrams {
  /** The largest that can be sent. */
  readonly maximumSize: Bytes;
  /**
   * Sends or drops, at once: `false` says that it was dropped here, for want of room or because the
   * session is over. One larger than `maximumSize` throws `argument/range`.
   */
  send(bytes: Uint8Array): boolean;
  /** What arrives and was not dropped. Iterated once; it ends when the session does. */
  readonly incoming: AsyncIterable<Uint8Array>;
}

/** What a session has carried. Fields that a transport cannot know are `null`, never invented. */
export interface MultiplexStatistics {
  /** Bytes of streams and datagrams, without the transport's own overhead. */
  readonly bytesSent: Bytes;
  readonly bytesReceived: Bytes;
  readonly datagramsSent: number;
  readonly datagramsReceived: number;
  /** Dropped here, on the way out or in. */
  readonly datagramsDropped: number;
  /** Streams of which at least one direction is open on this side. */
  readonly openStreams: number;
  /** Smoothed round-trip time. */
  readonly roundTrip: Nanos | null;
}
