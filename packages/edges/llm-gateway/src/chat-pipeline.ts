/**
 * Upstream bytes in, frames for the client out, the session in between. Synchronous: everything
 * that a piece of the answer leads to is known when `push` returns.
 */
import { isUtf8 } from 'node:buffer';
import {
  type Clock,
  EventWriter,
  type HostedSession,
  type MidstreamError,
  type PushResult,
  type StreamEvent,
} from '@midstream/core';
import { type Chunk, parseChunk, parseObject, unreadable } from './chat-chunk.ts';
import { completionAsChunk } from './chat-completion.ts';
import { ChunkReader } from './chat-events.ts';
import { ReleasedFrames } from './chat-stream.ts';
import { isErrorBody } from './errors.ts';
import { type JsonObject, repeatsKey } from './json.ts';
import type { GatewayLimitValues } from './limits.ts';
import { attempt, emptyStep, type PipelineStep } from './pipeline-step.ts';
import { type SseFrame, SseParser } from './sse-parser.ts';
import { DONE_FRAME, sseFrame } from './sse-writer.ts';
import type { Outgoing } from './waiting-frame.ts';

/** What a pipeline works with. */
export interface ChatPipelineOptions {
  readonly session: HostedSession;
  readonly clock: Pick<Clock, 'now'>;
  readonly limits: GatewayLimitValues;
  /** The template of a frame that has to be written before upstream said anything. */
  readonly fallback: JsonObject;
  readonly splitFrames: boolean;
}

/** One answer on its way through. */
export class ChatPipeline {
  readonly #session: HostedSession;
  readonly #writer: EventWriter;
  readonly #reader: ChunkReader;
  readonly #parser: SseParser;
  readonly #frames: ReleasedFrames;
  #done = false;
  #cut = false;
  #refused: JsonObject | null = null;

  constructor({ session, clock, limits, fallback, splitFrames }: ChatPipelineOptions) {
    this.#session = session;
    this.#writer = new EventWriter(clock);
    this.#reader = new ChunkReader(this.#writer, { maxCalls: limits.toolCalls });
    this.#parser = new SseParser({ maxFrameBytes: limits.frameBytes });
    const maxWaitingBytes = limits.waitingBytes;
    this.#frames = new ReleasedFrames({ fallback, maxWaitingBytes, split: splitFrames });
  }

  /** Whether the answer is complete and its session closed. */
  get done(): boolean {
    return this.#done;
  }

  /** Whether a choice was cut. */
  get cut(): boolean {
    return this.#cut;
  }

  /** The error that upstream itself reported within its stream. */
  get refused(): JsonObject | null {
    return this.#refused;
  }

  /** How many choices upstream has brought to an end. */
  get endedChoices(): number {
    return this.#reader.endedChoices;
  }

  /** Tokens that came from upstream. */
  get tokens(): number {
    return this.#reader.usage.output;
  }

  /** The fields of this answer's chunks besides their choices. */
  get envelope(): JsonObject {
    return this.#frames.envelope;
  }

  /** What it cost: as upstream said last, or else counted here, and marked so. */
  get usage(): JsonObject {
    const { input, output, counted } = this.#reader.usage;
    const sums = { prompt_tokens: input ?? 0, completion_tokens: output };
    const usage = { ...sums, total_tokens: (input ?? 0) + output };
    const source = { completion_tokens: 'counted from deltas', prompt_tokens: 'unknown' };
    return counted ? { ...usage, midstream: source } : usage;
  }

  /** A piece of an event stream. */
  push(bytes: Buffer): PipelineStep {
    const step = emptyStep();
    const frames: SseFrame[] = [];
    const parsed = attempt(() => this.#parser.push(bytes, frames));
    this.#read(frames, step);
    step.failure ??= parsed;
    return step;
  }

  /** Upstream's event stream has ended, as HTTP has it, in good order. */
  end(): PipelineStep {
    const step = emptyStep();
    const rest = this.#parser.end();
    const last = rest !== null && (rest.data === null || rest.data.trim() === '[DONE]');
    if (rest !== null && (last || this.#done)) this.#read(last ? [rest] : [], step);
    if (this.#done) return step;
    if (rest !== null && !last) {
      step.failure = unreadable('it ended within a frame');
    } else if (this.#frames.complete || this.#refused !== null) {
      this.#finish(step);
    } else {
      step.failure = unreadable('it ended before the answer was finished');
    }
    return step;
  }

  /** An answer that came in one piece, as JSON. `asStream` makes it the frames of a stream. */
  whole(body: Buffer, { asStream }: { readonly asStream: boolean }): PipelineStep {
    const step = emptyStep();
    step.failure = attempt(() => {
      const text = body.toString('utf8');
      const json = parseObject(text);
      if (isErrorBody(json)) this.#refused = json;
      if (isErrorBody(json)) throw unreadable('it reports an error');
      const chunk = completionAsChunk(json);
      const bytes = asStream ? sseFrame(chunk.json) : body;
      const exact = isUtf8(body) && !repeatsKey(text, json);
      this.#judge(this.#enter({ bytes, exact }, chunk), step);
    });
    if (step.failure === null) this.#finish(step);
    if (step.failure === null && asStream) step.outgoing.push(DONE);
    return step;
  }

  /** What the session decided by itself. */
  decided(result: PushResult): PipelineStep {
    const step = emptyStep();
    this.#apply(result, step);
    return step;
  }

  /**
   * The end after a cut: what may still leave, what it cost if that is wanted, and the last frame.
   */
  cutOff({ usage }: { readonly usage: boolean }): PipelineStep {
    const step = emptyStep();
    this.#finish(step);
    const { envelope } = this;
    if (usage)
      step.outgoing.push({ bytes: null, json: { ...envelope, choices: [], usage: this.usage } });
    step.outgoing.push(DONE);
    return step;
  }

  /** The end after a failure: what came whole is judged and may leave. */
  fail({ code, message }: MidstreamError): PipelineStep {
    const step = emptyStep();
    attempt(() => this.#judge([this.#writer.failure(code, message)], step));
    this.#close('failed', step);
    return step;
  }

  /** The client went away. */
  disconnect(): void {
    attempt(() => this.#session.close('disconnected'));
  }

  #read(frames: readonly SseFrame[], step: PipelineStep): void {
    const events: StreamEvent[] = [];
    let last: SseFrame | null = null;
    const after: SseFrame[] = [];
    step.failure = attempt(() => {
      for (const frame of frames) {
        if (last !== null || this.#done) after.push(frame);
        else if (frame.data?.trim() === '[DONE]') last = frame;
        else for (const event of this.#frame(frame)) events.push(event);
      }
    });
    step.failure = attempt(() => this.#judge(events, step)) ?? step.failure;
    if (last !== null && step.failure === null) this.#finish(step, last);
    for (const { bytes, data, exact } of after) {
      if (data === null && exact) step.outgoing.push({ bytes, json: null });
    }
  }

  #frame(frame: SseFrame): readonly StreamEvent[] {
    if (frame.data === null) return this.#enter(frame, null);
    const chunk = parseChunk(frame.data);
    const exact = frame.exact && !repeatsKey(frame.data, chunk.json);
    const events = this.#enter({ bytes: frame.bytes, exact }, chunk);
    if (!isErrorBody(chunk.json)) return events;
    this.#refused = chunk.json;
    return [...events, this.#writer.failure('upstream/failed', 'Upstream reported an error')];
  }

  #enter(
    { bytes, exact }: { readonly bytes: Buffer; readonly exact: boolean },
    chunk: Chunk | null,
  ): readonly StreamEvent[] {
    const events = chunk === null ? [] : this.#reader.read(chunk);
    this.#frames.enter({ bytes, exact, chunk, events });
    return events.map(({ event }) => event);
  }

  #judge(events: readonly StreamEvent[], step: PipelineStep): void {
    for (const { type } of events) if (type === 'text-delta') step.deltas += 1;
    const nothing = { released: [], findings: [], actions: [] };
    this.#apply(events.length === 0 ? nothing : this.#session.push(events), step);
  }

  #apply({ released, actions }: PushResult, step: PipelineStep): void {
    this.#frames.release(released, step.outgoing);
    for (const { type } of actions) {
      if (type === 'cut') this.#cut = true;
      if (type === 'cancel-upstream') step.cancel = true;
    }
  }

  #finish(step: PipelineStep, last?: SseFrame): void {
    this.#done = true;
    step.done = true;
    this.#close(this.#refused === null ? 'completed' : 'failed', step);
    if (last !== undefined)
      step.outgoing.push({ bytes: last.exact ? last.bytes : DONE_FRAME, json: null });
  }

  #close(reason: 'completed' | 'failed', step: PipelineStep): void {
    const failure = attempt(() => this.#apply(this.#session.close(reason), step));
    step.failure ??= failure;
    this.#frames.flush(step.outgoing);
  }
}

const DONE: Outgoing = { bytes: DONE_FRAME, json: null };
