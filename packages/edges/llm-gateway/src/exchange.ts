/**
 * One chat request from beginning to end: opens the session, calls upstream, carries what may leave
 * to the client, and makes sure that each of the three ends when another does.
 *
 * - The client goes: upstream is disconnected at once, the session closed as `disconnected`.
 * - The session wants no more: upstream is disconnected at once, the client's answer ends in good
 *   order. Where upstream had finished by itself it is heard out instead, for it is about to say
 *   what the answer cost.
 * - Upstream fails: what came whole is judged and may leave, then the client is told.
 * - The client reads slowly: upstream is paused, so that at most one piece waits here.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  type Clock,
  type HostedSession,
  isMidstreamError,
  MidstreamError,
  type SessionHost,
} from '@midstream/core';
import { unreadable } from './chat-chunk.ts';
import { ChatPipeline } from './chat-pipeline.ts';
import type { ChatRequest } from './chat-request.ts';
import { type ClientSink, CompletionSink, onceGone, StreamSink } from './client-sink.ts';
import { Deadline } from './deadline.ts';
import { ExchangeReport } from './exchange-report.ts';
import { answerHeaders } from './headers.ts';
import type { GatewayLimitValues } from './limits.ts';
import { envelopeFor, openSession } from './open-session.ts';
import type { PipelineStep } from './pipeline-step.ts';
import type { ExchangeOutcome, GatewayTelemetry } from './telemetry.ts';
import type { Upstream, UpstreamCall } from './upstream.ts';
import { readAnswer } from './upstream-answer.ts';
import type { Refusal } from './upstream-error.ts';

/** What every exchange of a gateway shares. */
export interface ExchangeContext {
  readonly host: SessionHost;
  readonly upstream: Upstream;
  readonly clock: Clock;
  readonly limits: GatewayLimitValues;
  readonly splitFrames: boolean;
  readonly onTelemetry: ((event: GatewayTelemetry) => void) | undefined;
}

/** One request under way. */
export class ChatExchange {
  readonly #context: ExchangeContext;
  readonly #request: ChatRequest;
  readonly #res: ServerResponse;
  readonly #session: HostedSession;
  readonly #pipeline: ChatPipeline;
  readonly #sink: ClientSink;
  readonly #report: ExchangeReport;
  /** Upstream's silence, and the client's. */
  readonly #idle: Deadline;
  readonly #unread: Deadline;
  readonly #trail: Deadline;
  readonly #closed: Promise<void>;
  #call: UpstreamCall | null = null;
  #answer: IncomingMessage | null = null;
  #over = false;

  /** Opens the session; throws what the host throws. */
  constructor(
    context: ExchangeContext,
    http: { readonly req: IncomingMessage; readonly res: ServerResponse },
    request: ChatRequest,
  ) {
    const { clock, limits, splitFrames } = context;
    this.#context = context;
    this.#request = request;
    this.#res = http.res;
    this.#report = new ExchangeReport(context);
    this.#session = openSession(context.host, request, {
      req: http.req,
      onResult: (result) => {
        if (!this.#over) this.#guard(() => this.#carry(this.#pipeline.decided(result)));
      },
    });
    const fallback = envelopeFor(this.#session.id, request, clock);
    this.#pipeline = new ChatPipeline({
      session: this.#session,
      clock,
      limits,
      fallback,
      splitFrames,
    });
    const { id } = this.#session;
    this.#sink = request.stream
      ? new StreamSink(http.res, id)
      : new CompletionSink(http.res, id, { envelope: fallback, maxBytes: limits.answerBytes });
    this.#idle = new Deadline(clock, () => this.#silent());
    this.#unread = new Deadline(clock, () => http.req.socket.destroy());
    this.#trail = new Deadline(clock, () => this.#trailed());
    this.#closed = new Promise((resolve) => {
      onceGone(http, () => {
        this.#disconnected();
        resolve();
      });
    });
    this.#report.started(id, request);
  }

  /** Calls upstream. Resolves when the client's response is closed. */
  run(headers: IncomingMessage['headers']): Promise<void> {
    if (!this.#over) {
      const { upstreamBody: body } = this.#request;
      const accept = this.#request.stream
        ? 'text/event-stream'
        : 'text/event-stream, application/json';
      this.#call = this.#context.upstream.send(
        { method: 'POST', path: '/chat/completions', headers, accept, body },
        {
          answered: (answer) => this.#guard(() => this.#answered(answer)),
          failed: (error) => this.#fail(error),
        },
      );
    }
    return this.#closed;
  }

  /** Ends it because the gateway closes. */
  abort(): void {
    this.#broken(new MidstreamError('stream/aborted', 'Cannot finish: the gateway is closing'));
  }

  #answered(answer: IncomingMessage): void {
    const { limits } = this.#context;
    this.#answer = answer;
    this.#sink.headers(answerHeaders(answer.headers));
    this.#idle.start(limits.idleMillis);
    answer.on('data', () => this.#idle.touch());
    readAnswer(answer, limits, {
      streams: () => this.#sink.begin(),
      piece: (bytes) => this.#guard(() => this.#piece(bytes)),
      ended: () => this.#guard(() => this.#ended()),
      whole: (body) => this.#guard(() => this.#whole(body)),
      refused: (refusal) => this.#refused(refusal),
      broken: (error) => this.#broken(error),
    });
  }

  #refused({ status, body }: Refusal): void {
    if (this.#over) return;
    this.#pipeline.fail(unreadable(`its status is ${this.#answer?.statusCode}`));
    this.#end('failed', () => this.#sink.answer(status, body));
  }

  #whole(body: Buffer): void {
    if (this.#over) return;
    const { stream } = this.#request;
    const step = this.#pipeline.whole(body, { asStream: stream });
    const [only] = step.outgoing;
    if (!stream && step.failure === null && step.outgoing.length === 1 && only?.bytes === body) {
      this.#end('completed', () => this.#sink.answer(200, body));
      return;
    }
    this.#carry({ ...step, cancel: false });
    this.#finish();
  }

  #piece(bytes: Buffer): void {
    if (this.#over) return;
    const through = this.#report.piece();
    const step = this.#pipeline.push(bytes);
    this.#carry(step);
    through(step.deltas);
  }

  /** Sends what may leave, and does what the step asks for. */
  #carry(step: PipelineStep): void {
    if (this.#over) return;
    const ready = this.#sink.write(step.outgoing);
    if (step.failure !== null) this.#broken(step.failure);
    else if (step.done) this.#trail.start(this.#context.limits.trailMillis);
    else if (step.cancel && this.#pipeline.endedChoices < this.#request.choices) this.#cutOff();
    else if (step.cancel) this.#trail.start(this.#context.limits.trailMillis);
    if (!ready && !this.#over) this.#pause();
  }

  #pause(): void {
    const answer = this.#answer;
    if (answer === null || answer.isPaused()) return;
    answer.pause();
    this.#idle.stop();
    this.#unread.start(this.#context.limits.drainMillis);
    this.#res.once('drain', () => {
      this.#unread.stop();
      if (this.#over) return;
      this.#idle.start(this.#context.limits.idleMillis);
      answer.resume();
    });
  }

  /** Upstream's stream has ended in good order. */
  #ended(): void {
    if (this.#over) return;
    this.#carry(this.#pipeline.end());
    if (!this.#over) this.#finish();
  }

  #trailed(): void {
    if (this.#over) return;
    this.#guard(() => {
      if (this.#pipeline.done) this.#finish();
      else this.#cutOff();
    });
  }

  /** Upstream is of no more use: the answer ends here, in good order. */
  #cutOff(): void {
    this.#call?.destroy();
    const { includeUsage, stream } = this.#request;
    this.#sink.write(this.#pipeline.cutOff({ usage: stream && includeUsage }).outgoing);
    this.#end('completed', () => this.#sink.end(stream ? null : this.#pipeline.usage));
  }

  #finish(): void {
    const { refused } = this.#pipeline;
    if (refused === null) this.#end('completed', () => this.#sink.end(null));
    else this.#end('failed', () => this.#sink.fail(unreadable('it reports an error'), refused));
  }

  /** No more can come: a failure, unless the answer is complete already. */
  #broken(error: MidstreamError): void {
    if (this.#over) return;
    if (this.#pipeline.done) this.#finish();
    else this.#fail(error);
  }

  #fail(error: MidstreamError): void {
    if (this.#over) return;
    this.#call?.destroy();
    const step = this.#pipeline.fail(error);
    this.#end('failed', () => {
      if (this.#request.stream && step.outgoing.length > 0) this.#sink.write(step.outgoing);
      this.#sink.fail(error, this.#pipeline.refused);
    });
  }

  #silent(): void {
    const { idleMillis } = this.#context.limits;
    const message = `Upstream sent nothing for ${idleMillis} ms`;
    this.#broken(new MidstreamError('upstream/timeout', message));
  }

  #disconnected(): void {
    this.#unread.stop();
    if (this.#over) return;
    this.#pipeline.disconnect();
    this.#end('disconnected', () => {});
  }

  /** The one way out: nothing happens after it. */
  #end(how: ExchangeOutcome, last: () => void): void {
    if (this.#over) return;
    this.#over = true;
    for (const deadline of [this.#idle, this.#trail]) deadline.stop();
    if (!this.#answer?.readableEnded) this.#call?.destroy();
    const written = this.#write(last);
    if (this.#res.writableNeedDrain) this.#unread.start(this.#context.limits.drainMillis);
    const good = how === 'completed' && this.#pipeline.cut ? 'cut' : how;
    const outcome = written ? good : 'failed';
    const { tokens } = this.#pipeline;
    const status = how === 'disconnected' && !this.#res.headersSent ? 499 : this.#sink.status;
    this.#report.ended({ status, outcome, tokens });
  }

  /** Writes the last of the answer, or says that it cannot be written: nobody else will. */
  #write(last: () => void): boolean {
    try {
      last();
      return true;
    } catch (thrown) {
      const message = 'Cannot write the answer';
      try {
        this.#sink.fail(new MidstreamError('session/failed', message, { cause: thrown }), null);
      } catch {
        this.#res.req.socket.destroy();
      }
      return false;
    }
  }

  #guard(run: () => void): void {
    try {
      run();
    } catch (thrown) {
      const unknown = 'Cannot go on with the answer';
      const cause = { cause: thrown };
      this.#fail(
        isMidstreamError(thrown) ? thrown : new MidstreamError('session/failed', unknown, cause),
      );
    }
  }
}
