/** The client's side of an exchange: a stream of frames, or one JSON answer when all is known. */
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { MidstreamError } from '@midstream/core';
import { CompletionBuilder } from './chat-completion.ts';
import { errorAnswer } from './errors.ts';
import type { JsonObject } from './json.ts';
import { sseFrame } from './sse-writer.ts';
import type { Outgoing } from './waiting-frame.ts';

/** Where what may leave goes. */
export interface ClientSink {
  /** The status sent, or about to be. */
  readonly status: number;
  /** Headers for the answer; ignored once they are sent. */
  headers(headers: OutgoingHttpHeaders): void;
  /** Upstream has accepted the request: the client may be told so. */
  begin(): void;
  /** `false` asks for a pause until the response drains. */
  write(outgoing: readonly Outgoing[]): boolean;
  /** The answer is complete. `usage` is given after a cut, when upstream could not tell. */
  end(usage: JsonObject | null): void;
  /** The answer cannot be completed. `reported` is the error in upstream's own words. */
  fail(error: MidstreamError, reported: JsonObject | null): void;
  /** An answer that is ready: an upstream's error, or a completion that nothing was done to. */
  answer(status: number, body: Buffer): void;
}

/**
 * Calls back when a response is closed. One that still waits for the answers before it on the same
 * connection has no socket yet and is never told that this was closed: the connection itself is
 * listened to as well.
 */
export function onceGone(
  { req, res }: { readonly req: IncomingMessage; readonly res: ServerResponse },
  tell: () => void,
): void {
  const { socket } = req;
  const gone = (): void => {
    socket.off('close', gone);
    res.off('close', gone);
    tell();
  };
  res.on('close', gone);
  socket.on('close', gone);
}

/** The headers of every answer of a session. */
abstract class Sink {
  protected readonly res: ServerResponse;
  #headers: OutgoingHttpHeaders;
  status = 200;

  constructor(res: ServerResponse, session: string) {
    this.res = res;
    this.#headers = { 'x-midstream-session': session };
  }

  headers(headers: OutgoingHttpHeaders): void {
    this.#headers = { ...headers, ...this.#headers };
  }

  answer(status: number, body: Buffer): void {
    this.status = status;
    const type = { 'content-type': 'application/json', 'content-length': body.length };
    this.res.writeHead(status, { ...this.#headers, ...type }).end(body);
  }

  protected writeHead(headers: OutgoingHttpHeaders): void {
    this.res.writeHead(200, { ...this.#headers, ...headers });
  }

  protected error(error: MidstreamError): void {
    const { status, body } = errorAnswer(error);
    this.answer(status, Buffer.from(JSON.stringify(body)));
  }
}

const STREAM_HEADERS = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-cache',
  'x-accel-buffering': 'no',
} as const;

/** For `stream: true`. */
export class StreamSink extends Sink implements ClientSink {
  begin(): void {
    if (this.res.headersSent) return;
    this.writeHead(STREAM_HEADERS);
    this.res.flushHeaders();
  }

  write(outgoing: readonly Outgoing[]): boolean {
    const first = outgoing[0];
    if (first === undefined) return !this.res.writableNeedDrain;
    this.begin();
    if (outgoing.length === 1) return this.res.write(bytesOf(first));
    return this.res.write(Buffer.concat(outgoing.map(bytesOf)));
  }

  end(): void {
    this.begin();
    this.res.end();
  }

  /**
   * Before the headers, an HTTP error. After them a frame `{"error": {…}}` and the end, without a
   * `finish_reason` that never came and without `[DONE]`: the official clients throw it as an
   * error. When upstream has sent such a frame itself, that is the one.
   */
  fail(error: MidstreamError, reported: JsonObject | null): void {
    if (!this.res.headersSent) {
      this.error(error);
      return;
    }
    if (reported === null) this.res.write(sseFrame(errorAnswer(error).body));
    this.res.end();
  }
}

/** For requests that are not streamed. */
export class CompletionSink extends Sink implements ClientSink {
  readonly #builder: CompletionBuilder;
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(
    res: ServerResponse,
    session: string,
    options: { readonly envelope: JsonObject; readonly maxBytes: number },
  ) {
    super(res, session);
    this.#builder = new CompletionBuilder(options.envelope);
    this.#maxBytes = options.maxBytes;
  }

  begin(): void {}

  /** Throws `budget/exceeded` when the answer is larger than may be. */
  write(outgoing: readonly Outgoing[]): boolean {
    for (const { json, bytes } of outgoing) {
      if (json === null) continue;
      this.#bytes += bytes?.length ?? JSON.stringify(json).length;
      if (this.#bytes > this.#maxBytes) {
        const message = `Cannot put together an answer of more than ${this.#maxBytes} bytes`;
        throw new MidstreamError('budget/exceeded', message);
      }
      this.#builder.add(json);
    }
    return true;
  }

  end(usage: JsonObject | null): void {
    const completion = this.#builder.build(usage === null ? {} : { usage });
    this.answer(200, Buffer.from(JSON.stringify(completion)));
  }

  fail(error: MidstreamError, reported: JsonObject | null): void {
    if (reported === null) this.error(error);
    else this.answer(502, Buffer.from(JSON.stringify(reported)));
  }
}

const bytesOf = ({ bytes, json }: Outgoing): Buffer => bytes ?? sseFrame(json);
