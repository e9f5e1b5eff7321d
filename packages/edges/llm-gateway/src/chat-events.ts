/**
 * Chunks into events. Each event remembers its slot: where in the chunk its text stood, so that what is released
 * of it can be put back there.
 */
import {
  type EventWriter,
  MidstreamError,
  type StreamEvent,
  type TextChannel,
} from '@midstream/core';
import {
  type Chunk,
  type ChunkChoice,
  isObject,
  type JsonObject,
  unreadable,
} from './chat-chunk.ts';

/** Where an event came from in its chunk. */
export type Slot =
  | { readonly kind: 'text'; readonly keys: readonly string[] }
  | { readonly kind: 'transcript' }
  | { readonly kind: 'arguments'; readonly tool: number; readonly of: 'function' | 'custom' }
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
}

/** The call id of the `function_call` that came before tools had ids. */
const FUNCTION_CALL = 'function_call';

const TEXT_KEYS: readonly (readonly [key: string, channel: TextChannel])[] = [
  ['reasoning_content', 'reasoning'],
  ['reasoning', 'reasoning'],
  ['content', 'text'],
  ['refusal', 'refusal'],
];

/** Reads the chunks of one stream. */
export class ChunkReader {
  readonly #writer: EventWriter;
  readonly #maxCalls: number;
  /** The open calls of each choice, by the index that the chunks use. */
  readonly #calls: Map<number, Map<number, string>> = new Map();
  readonly #ended: Set<number> = new Set();
  #callCount = 0;
  #inputTokens: number | null = null;
  #outputTokens: number | null = null;
  #counted = 0;

  constructor(writer: EventWriter, options: { readonly maxCalls: number }) {
    this.#writer = writer;
    this.#maxCalls = options.maxCalls;
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
    for (const call of this.#calls.get(choice.index)?.values() ?? []) {
      const event = this.#writer.toolEnd(call, choice.index);
      events.push({ event, slot: { kind: 'tool-end' } });
    }
    this.#calls.delete(choice.index);
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
      events.push({ event, slot: { kind: 'text', keys: twice ? [key, 'reasoning'] : [key] } });
    }
    if (!isObject(delta.audio)) return;
    const text = textIn(delta.audio, 'transcript');
    if (text === '') return;
    this.#counted += 1;
    const event = this.#writer.text(text, { channel: 'transcript', choice: index });
    events.push({ event, slot: { kind: 'transcript' } });
  }

  #tools({ index: choice, delta }: ChunkChoice, events: ReadEvent[]): void {
    const tools = delta.tool_calls ?? [];
    if (!Array.isArray(tools)) throw unreadable('"tool_calls" is not an array');
    for (const [place, tool] of tools.entries()) this.#tool(choice, place, tool, events);
    const { function_call: legacy } = delta;
    if (legacy === undefined || legacy === null) return;
    if (!isObject(legacy)) throw unreadable('"function_call" is not an object');
    const name = textIn(legacy, 'name');
    if (name !== '') {
      this.#open(choice, -1, FUNCTION_CALL);
      const event = this.#writer.toolStart(FUNCTION_CALL, name, choice);
      events.push({ event, slot: { kind: 'function', name } });
    }
    this.#arguments(
      legacy,
      { choice, call: FUNCTION_CALL, slot: { kind: 'function-arguments' } },
      events,
    );
  }

  #tool(choice: number, place: number, tool: unknown, events: ReadEvent[]): void {
    if (!isObject(tool)) throw unreadable(`tool_calls[${place}] is not an object`);
    const index = Number.isInteger(tool.index) ? Number(tool.index) : place;
    const of = isObject(tool.custom) ? 'custom' : 'function';
    const body = tool[of] ?? {};
    if (!isObject(body)) throw unreadable(`tool_calls[${place}].function is not an object`);
    const given = textIn(tool, 'id');
    const open = this.#calls.get(choice)?.get(index);
    const call = given || open || `call_${choice}_${index}`;
    if (open !== call) {
      if (open !== undefined) {
        const event = this.#writer.toolEnd(open, choice);
        events.push({ event, slot: { kind: 'tool-end' } });
      }
      this.#open(choice, index, call);
      const event = this.#writer.toolStart(call, textIn(body, 'name'), choice);
      events.push({ event, slot: { kind: 'tool', tool: index, head: headOf(tool, of) } });
    }
    this.#arguments(body, { choice, call, slot: { kind: 'arguments', tool: index, of } }, events);
  }

  #arguments(
    body: JsonObject,
    at: { readonly choice: number; readonly call: string; readonly slot: Slot },
    events: ReadEvent[],
  ): void {
    const { choice, call, slot } = at;
    const custom = slot.kind === 'arguments' && slot.of === 'custom';
    const text = textIn(body, custom ? 'input' : 'arguments');
    if (text === '') return;
    this.#counted += 1;
    events.push({ event: this.#writer.text(text, { channel: 'tool', choice, call }), slot });
  }

  #open(choice: number, index: number, call: string): void {
    this.#callCount += 1;
    if (this.#callCount > this.#maxCalls) {
      const message = `Cannot follow more than ${this.#maxCalls} tool calls in one answer`;
      throw new MidstreamError('budget/exceeded', message);
    }
    const calls = this.#calls.get(choice) ?? new Map<number, string>();
    this.#calls.set(choice, calls.set(index, call));
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

/** The string under a key, `''` when there is none; anything else cannot be judged and is refused. */
function textIn(object: JsonObject, key: string): string {
  const value = object[key];
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  throw unreadable(
    `"${key}" is ${Array.isArray(value) ? 'an array' : `a ${typeof value}`}, not text`,
  );
}

/** What a tool call says besides its arguments. */
function headOf(tool: JsonObject, of: 'function' | 'custom'): JsonObject {
  const { id, type } = tool;
  const body = tool[of];
  const name = isObject(body) ? body.name : undefined;
  return {
    ...(id !== undefined && { id }),
    ...(type !== undefined && { type }),
    ...(name !== undefined && { [of]: { name } }),
  };
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
