/**
 * Released events back into frames. A frame of which everything leaves as it came is forwarded byte
 * for byte; any other is made anew from what was released of it (see `chat-frame.ts`).
 *
 * A frame with one text of which a part may leave waits for the rest of it, so that where nothing
 * is found no frame is ever split; this withholds less than one delta more than the session does.
 * Frames without events of their own (roles, comments, provider extras) keep their place behind the
 * frames that came before them.
 *
 * A cut choice ends with a frame of its own; whatever else upstream says of it is dropped. So is
 * anything that follows a choice's end, since nothing judges it.
 *
 * Cost: constant per event; memory, the frames of which something waits, up to `waitingBytes`.
 */
import type { ChoiceEnd, StreamEvent } from '@midstream/core';
import type { Chunk } from './chat-chunk.ts';
import type { Slot } from './chat-events.ts';
import { chunkWith, cutChunk, envelopeOf, isWhole } from './chat-frame.ts';
import { FrameQueue } from './frame-queue.ts';
import type { JsonObject } from './json.ts';
import { TextTracks } from './text-tracks.ts';
import type { Entry, IncomingFrame, Outgoing, Waiting } from './waiting-frame.ts';

/** How frames are put together. */
export interface ReleasedFramesOptions {
  /** The template where a cut comes before any chunk. */
  readonly fallback: JsonObject;
  readonly maxWaitingBytes: number;
  /** Sends the part of a frame that may leave at once, in a frame of its own. Default `false`. */
  readonly split?: boolean;
}

/** Puts what a session releases back into frames. */
export class ReleasedFrames {
  readonly #fallback: JsonObject;
  readonly #split: boolean;
  readonly #queue: FrameQueue;
  readonly #entries: Map<number, Entry> = new Map();
  readonly #tracks: TextTracks = new TextTracks();
  readonly #roles: Map<number, string> = new Map();
  readonly #told: Set<number> = new Set();
  readonly #seen: Set<number> = new Set();
  readonly #cut: Set<number> = new Set();
  readonly #ended: Set<number> = new Set();
  #template: JsonObject | null = null;

  constructor(options: ReleasedFramesOptions) {
    this.#fallback = options.fallback;
    this.#queue = new FrameQueue(options.maxWaitingBytes);
    this.#split = options.split ?? false;
  }

  /** The fields that a further chunk of this stream has besides its choices. */
  get envelope(): JsonObject {
    return envelopeOf(this.#template ?? this.#fallback);
  }

  /** Whether every choice that upstream began has ended or was cut, and there was one. */
  get complete(): boolean {
    const over = (choice: number): boolean => this.#ended.has(choice) || this.#cut.has(choice);
    return this.#seen.size > 0 && [...this.#seen].every(over);
  }

  /** Files a frame, before its events are pushed to the session. */
  enter(frame: IncomingFrame): void {
    const { chunk, events } = frame;
    if (chunk !== null && chunk.choices.length > 0) this.#template = chunk.json;
    const texts = events.filter(({ event }) => event.type === 'text-delta').length;
    const moved = events.some((event) => event.moved === true);
    const touched = !frame.exact || moved || this.#mustRemake(chunk);
    const patient = !this.#split && texts <= 1 && (chunk?.choices.length ?? 0) <= 1;
    const waiting: Waiting = { frame, open: 0, touched, patient, parts: [], settled: false };
    const alone = events.length === 1;
    for (const { event, slot } of events) {
      if (slot.kind === 'tool-end' || (slot.kind === 'usage' && !alone)) continue;
      if (slot.kind !== 'usage' && this.#isOver(event.choice)) waiting.touched = true;
      else this.#file(waiting, event, slot);
    }
    for (const { index, delta } of chunk?.choices ?? []) {
      this.#seen.add(index);
      if (typeof delta.role === 'string') this.#roles.set(index, delta.role);
    }
    if (waiting.open > 0 || events.length === 0) this.#queue.add(waiting);
  }

  /** Appends what the released events come to. */
  release(released: readonly StreamEvent[], out: Outgoing[]): void {
    let at = 0;
    while (at < released.length) {
      const event = released[at];
      if (event?.type === 'choice-end' && event.cutBy !== undefined) {
        this.#announce(event, out);
        at += 1;
        continue;
      }
      const waiting = event && this.#entries.get(event.sequence)?.waiting;
      if (waiting === undefined) {
        at += 1;
        continue;
      }
      at = this.#take(waiting, { released, at }, out);
    }
    this.#sendPassive(out);
  }

  /** At the end of the stream: what is left of frames that still waited for more of themselves. */
  flush(out: Outgoing[]): void {
    for (const waiting of this.#queue.toArray()) {
      if (waiting.settled || waiting.frame.events.length === 0) continue;
      if (waiting.open > 0) waiting.touched = true;
      waiting.open = 0;
      this.#send(waiting, out);
    }
    this.#entries.clear();
    this.#sendPassive(out);
  }

  #isOver(choice: number): boolean {
    return this.#ended.has(choice) || this.#cut.has(choice);
  }

  #mustRemake(chunk: Chunk | null): boolean {
    return chunk?.choices.some(({ index, unjudged }) => unjudged || this.#cut.has(index)) ?? false;
  }

  #file(waiting: Waiting, event: StreamEvent, slot: Slot): void {
    waiting.open += 1;
    const track = event.type === 'text-delta' ? this.#tracks.extend(event) : null;
    if (event.type === 'choice-end') this.#ended.add(event.choice);
    const entry: Entry = { waiting, event, slot, track, end: track?.length ?? 0 };
    track?.entries.push(entry);
    this.#entries.set(event.sequence, entry);
  }

  /** Takes the run of released events that belong to one frame; returns where the next begins. */
  #take(
    waiting: Waiting,
    { released, at }: { readonly released: readonly StreamEvent[]; readonly at: number },
    out: Outgoing[],
  ): number {
    const after: Waiting[] = [];
    let next = at;
    for (; next < released.length; next++) {
      const event = released[next];
      if (event?.type === 'tool-end') continue;
      const entry = event && this.#entries.get(event.sequence);
      if (event === undefined || entry?.waiting !== waiting) break;
      if (event.type === 'choice-end' && event.cutBy !== undefined) break;
      this.#settleEarlier(entry, out);
      this.#part(entry, event, after);
    }
    if (waiting.open === 0 || !waiting.patient) this.#send(waiting, out);
    for (const covered of after) this.#send(covered, out);
    return next;
  }

  /** Files one released piece; `after` collects later frames that it replaces text of. */
  #part(entry: Entry, event: StreamEvent, after: Waiting[]): void {
    const { waiting, track, slot } = entry;
    waiting.parts.push({ event, original: entry.event, slot });
    if (track === null) this.#close(entry);
    for (const covered of this.#tracks.advance(entry, event)) {
      this.#close(covered);
      if (covered === entry) continue;
      covered.waiting.touched = true;
      if (covered.waiting.open === 0) after.push(covered.waiting);
    }
  }

  /** Text leaves in order: what came earlier on the track has left, or was replaced. */
  #settleEarlier(entry: Entry, out: Outgoing[]): void {
    for (const earlier of this.#tracks.before(entry)) {
      this.#close(earlier);
      earlier.waiting.touched = true;
      if (earlier.waiting === entry.waiting) continue;
      if (earlier.waiting.open === 0) this.#send(earlier.waiting, out);
    }
  }

  #close(entry: Entry): void {
    if (this.#entries.delete(entry.event.sequence)) entry.waiting.open -= 1;
  }

  /** Sends what there is of a frame: its bytes, or a chunk with the parts. */
  #send(waiting: Waiting, out: Outgoing[]): void {
    const { frame, parts } = waiting;
    if (waiting.settled || frame.chunk === null) return;
    this.#sendPassive(out);
    if (waiting.open === 0) this.#queue.settle(waiting);
    if (waiting.settled && !waiting.touched && isWhole(parts)) {
      out.push({ bytes: frame.bytes, json: frame.chunk.json });
      for (const { index, delta } of frame.chunk.choices) if (delta.role) this.#told.add(index);
    } else if (parts.length > 0) {
      waiting.touched = true;
      const untold = [...this.#roles].filter(([choice]) => !this.#told.has(choice));
      out.push({ bytes: null, json: chunkWith(frame.chunk, parts, new Map(untold)) });
      for (const { event, slot } of parts) if (slot.kind !== 'usage') this.#told.add(event.choice);
    }
    waiting.parts = [];
  }

  /** Sends the frames without events that nothing is waiting in front of. */
  #sendPassive(out: Outgoing[]): void {
    for (let head = this.#queue.first; head !== undefined; head = this.#queue.first) {
      if (head.frame.events.length > 0) return;
      this.#queue.settle(head);
      this.#passive(head, out);
    }
  }

  #passive({ frame, touched }: Waiting, out: Outgoing[]): void {
    const { bytes, chunk, exact } = frame;
    if (chunk === null) {
      if (exact) out.push({ bytes, json: null });
      return;
    }
    const left = chunk.choices.filter(({ index }) => !this.#cut.has(index));
    if (chunk.choices.length > 0 && left.length === 0) return;
    for (const { index, delta } of left) if (delta.role) this.#told.add(index);
    if (!touched && left.length === chunk.choices.length) {
      out.push({ bytes, json: chunk.json });
      return;
    }
    const choices = left.map(({ index, delta }) => ({
      index,
      delta: delta.role === undefined ? {} : { role: delta.role },
      logprobs: null,
      finish_reason: null,
    }));
    out.push({ bytes: null, json: { ...chunk.json, choices } });
  }

  /** A choice was cut: what was released of it goes first, then its end; the rest never leaves. */
  #announce(end: ChoiceEnd, out: Outgoing[]): void {
    const { choice } = end;
    this.#cut.add(choice);
    for (const waiting of this.#queue.toArray()) {
      if (waiting.frame.chunk?.choices.some(({ index }) => index === choice))
        waiting.touched = true;
    }
    for (const entry of [...this.#entries.values()]) {
      if (entry.event.choice !== choice || entry.slot.kind === 'usage') continue;
      this.#close(entry);
      entry.waiting.touched = true;
      if (entry.waiting.open === 0) this.#send(entry.waiting, out);
    }
    this.#tracks.drop(choice);
    const role = this.#told.has(choice) ? undefined : (this.#roles.get(choice) ?? 'assistant');
    this.#told.add(choice);
    out.push({ bytes: null, json: cutChunk(this.#template ?? this.#fallback, end, role) });
  }
}
