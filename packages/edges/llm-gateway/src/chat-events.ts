/**
 * Chunks into events. Each event remembers its slot: where in the chunk its text stood, so that
 * what is released of it can be put back there.
 */
import type { EventWriter, StreamEvent, TextChannel } from '@midstream/core';
import { type Chunk, type ChunkChoice, textIn, unreadable } from './chat-chunk.ts';
import { isObject, type JsonObject } from './json.ts';
import { type ToolCall, ToolCalls } from './tool-calls.ts';
import { readToolPiece, type ToolKind } from './tool-piece.ts';

/** Where an event came from in its chunk. */
export type Slot =
  | { readonly kind: 'text'; readonly keys: readonly string[] }
  | { readonly kind: 'transcript' }
  | { readonly kind: 'arguments'; readonly tool: number; readonly of: ToolKind }
  | { readonly kind: 'tool'; readonly tool: number; readonly head: JsonObject }
  | { readonly kind: 'function-arguments' }
  | { readonly kind: 'function'; readonly name: string }
  | { readonly kind: 'tool-end' }
  | { readonly kind: 'finish' }
  | { readonly kind: 'usage' };

/** An event and its slot. */
export interface ReadEvent {
  readonly event: StreamEvent;
  readonly slot: Slot;
  /** Whether the slot is another than where the text stood: its frame cannot leave as it came. */
  readonly moved?: boolean;
}

/** The call id of the `function_call` that came before tools had ids. */
const FUNCTION_CALL = 'function_call';

/** Its index, which no tool has. */
const NO_TOOL = -1;

const TEXT_KEYS: readonly (readonly [key: string, channel: TextChannel])[] = [
  ['reasoning_content', 'reasoning'],
  ['reasoning', 'reasoning'],
  ['content', 'text'],
  ['refusal', 'refusal'],
];

/**
 * The fields that a choice's reasoning stands in now, and those it stood in before. Who reads one
 * of them must not join over what came in the other: such text was never judged as one.
 */
interface ReasoningKeys {
  readonly open: readonly string[];
  readonly left: Set<string>;
}

/** Reads the chunks of one stream. */
export class ChunkReader {
  readonly #writer: EventWriter;
  readonly #calls: ToolCalls;
  readonly #reasoning: Map<number, ReasoningKeys> = new Map();
  readonly #ended: Set<number> = new Set();
  #inputTokens: number | null = null;
  #outputTokens: number | null = null;
  #counted = 0;

  constructor(writer: EventWriter, options: { readonly maxCalls: number }) {
    this.#writer = writer;
    this.#calls = new ToolCalls(options.maxCalls);
  }

  /** How many choices have come to their end. */
  get endedChoices(): number {
    return this.#ended.size;
  }

  /** What the answer cost so far: as upstream says, otherwise counted from the deltas. */
  get usage(): { input: number | null; output: number; counted: boolean } {
    const counted = this.#outputTokens === null;
    return { input: this.#inputTokens, output: this.#outputTokens ?? this.#counted, counted };
  }

  /** The events of a chunk, in the order in which they are to be judged. */
  read(chunk: Chunk): ReadEvent[] {
    const events: ReadEvent[] = [];
    for (const choice of chunk.choices) this.#choice(choice, events);
    this.#usage(chunk.json.usage, events);
    return events;
  }

  #choice(choice: ChunkChoice, events: ReadEvent[]): void {
    this.#texts(choice, events);
    this.#tools(choice, events);
    if (choice.finishReason === null) return;
    for (const { key } of this.#calls.end(choice.index)) {
      const event = this.#writer.toolEnd(key, choice.index);
      events.push({ event, slot: { kind: 'tool-end' } });
    }
    this.#ended.add(choice.index);
    const event = this.#writer.choiceEnd(choice.finishReason, choice.index);
    events.push({ event, slot: { kind: 'finish' } });
  }

  #texts({ index, delta, logprobs }: ChunkChoice, events: ReadEvent[]): void {
    for (const [key, channel] of TEXT_KEYS) {
      const text = textIn(delta, key);
      if (text === '') continue;
      const twice = key === 'reasoning_content' && delta.reasoning === text;
      if (key === 'reasoning' && delta.reasoning_content === text) continue;
      const measured = logprobs === null ? {} : measure(logprobs[key]);
      this.#counted += measured.tokens ?? 1;
      const event = this.#writer.text(text, { channel, choice: index, ...measured });
      const stood = twice ? [key, 'reasoning'] : [key];
      const keys = channel === 'reasoning' ? this.#reasoningKeys(index, stood) : stood;
      const moved = keys.join() !== stood.join();
      events.push({ event, slot: { kind: 'text', keys }, moved });
    }
    const { audio } = delta;
    if (audio === undefined || audio === null) return;
    if (!isObject(audio)) throw unreadable('"audio" is not an object');
    const text = textIn(audio, 'transcript');
    if (text === '') return;
    this.#counted += 1;
    const event = this.#writer.text(text, { channel: 'transcript', choice: index });
    events.push({ event, slot: { kind: 'transcript' } });
  }

  /**
   * The fields that a piece of reasoning goes to: those it stood in, unless they have been left
   * before.
   */
  #reasoningKeys(choice: number, stood: readonly string[]): readonly string[] {
    const { open, left } = this.#reasoning.get(choice) ?? { open: [], left: new Set<string>() };
    const free = stood.filter((key) => !left.has(key));
    const keys = free.length > 0 ? free : open;
    for (const key of open) if (!keys.includes(key)) left.add(key);
    this.#reasoning.set(choice, { open: keys, left });
    return keys;
  }

  #tools({ index: choice, delta }: ChunkChoice, events: ReadEvent[]): void {
    const tools = delta.tool_calls ?? [];
    if (!Array.isArray(tools)) throw unreadable('"tool_calls" is not an array');
    for (const [place, tool] of tools.entries()) this.#tool(choice, place, tool, events);
    const { function_call: legacy } = delta;
    if (legacy === undefined || legacy === null) return;
    if (!isObject(legacy)) throw unreadable('"function_call" is not an object');
    const name = textIn(legacy, 'name');
    const { call, news } = this.#calls.find(choice, NO_TOOL, {
      id: FUNCTION_CALL,
      name,
      of: 'function',
    });
    if (news) {
      const event = this.#writer.toolStart(call.key, name, choice);
      events.push({ event, slot: { kind: 'function', name } });
    }
    const text = textIn(legacy, 'arguments');
    this.#arguments(text, { choice, call, slot: { kind: 'function-arguments' } }, events);
  }

  #tool(choice: number, place: number, tool: unknown, events: ReadEvent[]): void {
    const piece = readToolPiece(tool, place);
    const { call, news, ended } = this.#calls.find(choice, piece.index, piece);
    const moved = call.index !== piece.index;
    if (ended !== null) {
      const event = this.#writer.toolEnd(ended.key, choice);
      events.push({ event, slot: { kind: 'tool-end' }, moved });
    }
    if (news) {
      const event = this.#writer.toolStart(call.key, piece.name, choice);
      events.push({ event, slot: { kind: 'tool', tool: call.index, head: piece.head }, moved });
    }
    const slot = { kind: 'arguments', tool: call.index, of: piece.of ?? 'function' } as const;
    this.#arguments(piece.text, { choice, call, slot, moved }, events);
  }

  #arguments(
    text: string,
    at: {
      readonly choice: number;
      readonly call: ToolCall;
      readonly slot: Slot;
      readonly moved?: boolean;
    },
    events: ReadEvent[],
  ): void {
    if (text === '') return;
    this.#counted += 1;
    const { choice, call, slot, moved = false } = at;
    const event = this.#writer.text(text, { channel: 'tool', choice, call: call.key });
    events.push({ event, slot, moved });
  }

  #usage(usage: unknown, events: ReadEvent[]): void {
    if (!isObject(usage)) return;
    const { prompt_tokens: input, completion_tokens: output } = usage;
    if (typeof input !== 'number' || typeof output !== 'number') return;
    this.#inputTokens = input;
    this.#outputTokens = output;
    events.push({ event: this.#writer.usage(input, output), slot: { kind: 'usage' } });
  }
}

/** How many tokens a piece is and how likely it was, when its log-probabilities are there. */
function measure(list: unknown): { tokens?: number; logprob?: number } {
  if (!Array.isArray(list) || list.length === 0) return {};
  let logprob = 0;
  for (const token of list) {
    if (!isObject(token) || typeof token.logprob !== 'number') return { tokens: list.length };
    logprob += token.logprob;
  }
  return { tokens: list.length, logprob };
}
