/**
 * A multiplexer in memory: a test double that keeps the contract of `seams/multiplexer.ts` between
 * two ends in one process. Nothing is lost or delayed, so priorities are kept but order nothing,
 * and the round trip is unknown (`null`). Unread bytes are bounded by the window of each stream,
 * unread datagrams by their number.
 */
import { MidstreamError } from '../errors.ts';
import type {
  BidirectionalStream,
  Datagrams,
  MultiplexedSession,
  Multiplexer,
  MultiplexListener,
  MultiplexStatistics,
  OpenStreamOptions,
  ReceiveStream,
  SendStream,
  SessionClose,
} from '../seams/multiplexer.ts';
import { bytes } from '../units.ts';
import { Mailbox } from './mailbox.ts';
import { MemoryPipe } from './memory-pipe.ts';

const WINDOW = 65_536;
const DATAGRAM = 1_200;
const DATAGRAMS = 256;

/** Addresses are names within one instance. */
export class MemoryMultiplexer implements Multiplexer {
  readonly #listeners: Map<string, Mailbox<MultiplexedSession>> = new Map();

  async connect(
    address: string,
    { signal }: { readonly signal?: AbortSignal } = {},
  ): Promise<MultiplexedSession> {
    if (signal?.aborted) {
      throw new MidstreamError('stream/aborted', `Cannot connect to "${address}": it was aborted`);
    }
    const sessions = this.#listeners.get(address);
    if (sessions === undefined) {
      throw new MidstreamError(
        'upstream/unreachable',
        `Cannot connect to "${address}": nobody listens there`,
      );
    }
    const [near, far] = memorySessions();
    sessions.put(far);
    return near;
  }

  async listen(address: string): Promise<MultiplexListener> {
    if (this.#listeners.has(address)) {
      throw new MidstreamError('argument/invalid', `Cannot listen on "${address}": it is taken`);
    }
    const sessions = new Mailbox<MultiplexedSession>();
    this.#listeners.set(address, sessions);
    return {
      address,
      sessions,
      [Symbol.asyncDispose]: async () => {
        if (this.#listeners.get(address) === sessions) this.#listeners.delete(address);
        sessions.end();
      },
    };
  }
}

/** Two ends of one session. */
export function memorySessions(): readonly [MultiplexedSession, MultiplexedSession] {
  const near = new MemorySession();
  const far = new MemorySession();
  near.join(far);
  far.join(near);
  return [near, far];
}

class MemorySession implements MultiplexedSession, Datagrams {
  readonly incomingBidirectional: Mailbox<BidirectionalStream> = new Mailbox();
  readonly incomingUnidirectional: Mailbox<ReceiveStream> = new Mailbox();
  readonly incoming: Mailbox<Uint8Array> = new Mailbox();
  readonly draining: Promise<void>;
  readonly closed: Promise<SessionClose>;
  readonly maximumSize: Datagrams['maximumSize'] = bytes(DATAGRAM);
  readonly #pipes: Set<MemoryPipe> = new Set();
  /** Open streams of this end, each with how many of its directions are open. */
  #openStreams = 0;
  #peer: MemorySession | null = null;
  #drained: () => void = () => {};
  #isDraining = false;
  #end: (info: SessionClose) => void = () => {};
  #isClosed = false;
  readonly #counts: { sent: number; received: number; out: number; in: number; dropped: number } = {
    sent: 0,
    received: 0,
    out: 0,
    in: 0,
    dropped: 0,
  };

  constructor() {
    this.draining = new Promise((resolve) => {
      this.#drained = resolve;
    });
    this.closed = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  join(peer: MemorySession): void {
    this.#peer = peer;
  }

  get datagrams(): Datagrams {
    return this;
  }

  async openBidirectional(options: OpenStreamOptions = {}): Promise<BidirectionalStream> {
    const peer = this.#usable();
    const near = this.#stream(2);
    const far = peer.#stream(2);
    const out = this.#pipe(peer, { ...options, near, far });
    const back = peer.#pipe(this, { near: far, far: near });
    peer.incomingBidirectional.put({ send: back, receive: out });
    return { send: out, receive: back };
  }

  async openUnidirectional(options: OpenStreamOptions = {}): Promise<SendStream> {
    const peer = this.#usable();
    const out = this.#pipe(peer, { ...options, near: this.#stream(1), far: peer.#stream(1) });
    peer.incomingUnidirectional.put(out);
    return out;
  }

  drain(): void {
    if (this.#isDraining) return;
    this.#isDraining = true;
    this.#drained();
    this.#peer?.drain();
  }

  close(info: { readonly code: number; readonly reason: string } = { code: 0, reason: '' }): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const pipe of this.#pipes) pipe.lose();
    this.incomingBidirectional.end();
    this.incomingUnidirectional.end();
    this.incoming.end();
    this.#end({ code: info.code, reason: info.reason, error: null });
    this.#peer?.close(info);
  }

  async statistics(): Promise<MultiplexStatistics> {
    return {
      bytesSent: bytes(this.#counts.sent),
      bytesReceived: bytes(this.#counts.received),
      datagramsSent: this.#counts.out,
      datagramsReceived: this.#counts.in,
      datagramsDropped: this.#counts.dropped,
      openStreams: this.#openStreams,
      roundTrip: null,
    };
  }

  send(message: Uint8Array): boolean {
    if (message.length > DATAGRAM) {
      throw new MidstreamError(
        'argument/range',
        `Cannot send a datagram of ${message.length} bytes: at most ${DATAGRAM} are wanted`,
      );
    }
    if (this.#isClosed || this.#peer === null || !this.#peer.#receive(message.slice())) {
      this.#counts.dropped += 1;
      return false;
    }
    this.#counts.out += 1;
    this.#counts.sent += message.length;
    return true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this.closed;
  }

  #receive(message: Uint8Array): boolean {
    if (this.incoming.size >= DATAGRAMS) return false;
    this.#counts.in += 1;
    this.#counts.received += message.length;
    this.incoming.put(message);
    return true;
  }

  /** Counts a stream as open until that many of its directions are over. */
  #stream(directions: number): () => void {
    this.#openStreams += 1;
    let open = directions;
    return () => {
      open -= 1;
      if (open === 0) this.#openStreams -= 1;
    };
  }

  #pipe(
    peer: MemorySession,
    options: OpenStreamOptions & { readonly near: () => void; readonly far: () => void },
  ): MemoryPipe {
    const pipe: MemoryPipe = new MemoryPipe(WINDOW, options.priority ?? 'normal', {
      moved: (count, where) => {
        if (where === 'sent') this.#counts.sent += count;
        else peer.#counts.received += count;
      },
      over: () => {
        this.#pipes.delete(pipe);
        peer.#pipes.delete(pipe);
        options.near();
        options.far();
      },
    });
    this.#pipes.add(pipe);
    peer.#pipes.add(pipe);
    return pipe;
  }

  #usable(): MemorySession {
    if (!this.#isClosed && !this.#isDraining && this.#peer !== null) return this.#peer;
    throw new MidstreamError(
      'session/closed',
      'Cannot open a stream in a session that is draining or closed',
    );
  }
}
