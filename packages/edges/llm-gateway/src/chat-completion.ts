/**
 * Chunks into one completion, and a completion into one chunk: requests that are not streamed go
 * through the same session as those that are.
 */
import { type Chunk, chunkOf, unreadable } from './chat-chunk.ts';
import { envelopeOf } from './chat-frame.ts';
import { isObject, type JsonObject } from './json.ts';

interface Answer {
  readonly message: Record<string, unknown>;
  readonly tools: Map<number, Record<string, unknown>>;
  readonly logprobs: Record<string, unknown[]>;
  finishReason: unknown;
}

/** Folds the chunks that may leave into a `chat.completion`. */
export class CompletionBuilder {
  #envelope: JsonObject;
  readonly #answers: Map<number, Answer> = new Map();

  /** `envelope` holds the fields to begin with: id, created, model. */
  constructor(envelope: JsonObject) {
    this.#envelope = envelope;
  }

  add(json: JsonObject): void {
    const known = Object.entries(envelopeOf(json)).filter(([, value]) => value !== null);
    this.#envelope = { ...this.#envelope, ...Object.fromEntries(known) };
    const { choices } = json;
    if (!Array.isArray(choices)) return;
    for (const [place, choice] of choices.entries()) {
      if (isObject(choice)) this.#fold(choice, place);
    }
  }

  /** The completion; fields in `last` stand before those of the chunks. */
  build(last: JsonObject = {}): JsonObject {
    const choices = [...this.#answers]
      .sort(([a], [b]) => a - b)
      .map(([index, answer]) => {
        const { message, tools, logprobs, finishReason } = answer;
        if (tools.size > 0) message.tool_calls = [...tools.values()].map(wholeCall);
        const measured = Object.keys(logprobs).length > 0 ? logprobs : null;
        return { index, message, logprobs: measured, finish_reason: finishReason };
      });
    return { ...this.#envelope, object: 'chat.completion', choices, ...last };
  }

  #fold(choice: JsonObject, place: number): void {
    const index = typeof choice.index === 'number' ? choice.index : place;
    const answer = this.#answers.get(index) ?? emptyAnswer();
    this.#answers.set(index, answer);
    if (choice.finish_reason) answer.finishReason = choice.finish_reason;
    if (isObject(choice.delta)) foldDelta(answer, choice.delta);
    if (!isObject(choice.logprobs)) return;
    for (const [key, list] of Object.entries(choice.logprobs)) {
      if (!Array.isArray(list)) continue;
      const all = answer.logprobs[key] ?? [];
      for (const token of list) all.push(token);
      answer.logprobs[key] = all;
    }
  }
}

const emptyAnswer = (): Answer => ({
  message: { role: 'assistant', content: null, refusal: null },
  tools: new Map(),
  logprobs: {},
  finishReason: null,
});

/** A call has arguments, if only empty ones: a cut may have taken them all. */
function wholeCall(call: JsonObject): JsonObject {
  const { function: of, custom } = call;
  if (isObject(of)) return { ...call, function: { arguments: '', ...of } };
  return isObject(custom) ? { ...call, custom: { input: '', ...custom } } : call;
}

/** What is said once, not in pieces. */
const ONCE: ReadonlySet<string> = new Set(['role', 'id', 'type', 'index', 'name']);

function foldDelta(answer: Answer, delta: JsonObject): void {
  const { tool_calls: tools, ...rest } = delta;
  foldInto(answer.message, rest);
  if (!Array.isArray(tools)) return;
  for (const [place, tool] of tools.entries()) {
    if (!isObject(tool)) continue;
    const { index, ...call } = tool;
    const key = typeof index === 'number' ? index : place;
    const target = answer.tools.get(key) ?? { id: '', type: 'function' };
    foldInto(target, call);
    answer.tools.set(key, target);
  }
}

/** Strings join, objects merge, anything else is taken as it came last. */
function foldInto(target: Record<string, unknown>, source: JsonObject): void {
  for (const [key, value] of Object.entries(source)) {
    if (value === undefined || value === null) continue;
    const before = target[key];
    if (typeof value === 'string' && typeof before === 'string' && !ONCE.has(key)) {
      target[key] = before + value;
    } else if (isObject(value)) {
      const inner: Record<string, unknown> = isObject(before) ? { ...before } : {};
      foldInto(inner, value);
      target[key] = inner;
    } else if (value !== '' || before === undefined || before === null) {
      target[key] = value;
    }
  }
}

/** A whole completion as one chunk: each message becomes a delta. */
export function completionAsChunk(completion: JsonObject): Chunk {
  const { choices } = completion;
  if (!Array.isArray(choices)) throw unreadable('"choices" is not an array');
  const json = { ...completion, object: 'chat.completion.chunk', choices: choices.map(asDelta) };
  return chunkOf(json);
}

function asDelta(choice: unknown): unknown {
  if (!isObject(choice) || !isObject(choice.message)) return choice;
  const { message, ...rest } = choice;
  if (rest.delta) throw unreadable('a choice has a "delta" beside its "message"');
  const tools = message.tool_calls;
  if (!Array.isArray(tools)) return { ...rest, delta: message };
  const indexed = tools.map((tool, index) => (isObject(tool) ? { index, ...tool } : tool));
  return { ...rest, delta: { ...message, tool_calls: indexed } };
}
