/**
 * A chunk made anew from its template: the same id, model and time, and of the choices only what
 * was released. What repeats or measures the original text (log-probabilities of altered text,
 * padding, token ids, details of the reasoning) is left out.
 */
import type { ChoiceEnd, StreamEvent } from '@midstream/core';
import type { Chunk } from './chat-chunk.ts';
import type { Slot } from './chat-events.ts';
import { isObject, type JsonObject } from './json.ts';

/** A released event, the event it was or is a part of, and where that stood. */
export interface Part {
  readonly event: StreamEvent;
  readonly original: StreamEvent;
  readonly slot: Slot;
}

/**
 * Whether the parts are all of the text of their originals, and nothing stands in for any of it.
 */
export function isWhole(parts: readonly Part[]): boolean {
  const lengths = new Map<StreamEvent, number>();
  for (const { event, original } of parts) {
    if (event.type !== 'text-delta') continue;
    if (event.edit !== undefined) return false;
    lengths.set(original, (lengths.get(original) ?? 0) + event.text.length);
  }
  for (const [original, length] of lengths) {
    if (original.type === 'text-delta' && original.text.length !== length) return false;
  }
  return true;
}

/** A chunk's fields besides its choices. Padding would no longer fit. */
export function envelopeOf(template: JsonObject): JsonObject {
  const { choices: _choices, obfuscation: _padding, ...envelope } = template;
  return envelope;
}

/** The chunk that carries these parts; `roles` are those that the client has not been told. */
export function chunkWith(
  template: Chunk,
  parts: readonly Part[],
  roles: ReadonlyMap<number, string>,
): JsonObject {
  const ofChoices = parts.filter(({ slot }) => slot.kind !== 'usage');
  const order = [...new Set(ofChoices.map(({ event }) => event.choice))];
  const choices = order.map((index) => {
    const own = ofChoices.filter(({ event }) => event.choice === index);
    return choiceWith(template, own, { index, role: roles.get(index) });
  });
  return { ...envelopeOf(template.json), choices };
}

/** The chunk that ends a choice which was cut. */
export function cutChunk(
  template: JsonObject,
  end: ChoiceEnd,
  role: string | undefined,
): JsonObject {
  const delta = role === undefined ? {} : { role };
  const choice = { index: end.choice, delta, logprobs: null, finish_reason: end.reason };
  return { ...envelopeOf(template), choices: [choice] };
}

function choiceWith(
  template: Chunk,
  parts: readonly Part[],
  { index, role }: { readonly index: number; readonly role: string | undefined },
): JsonObject {
  const original = template.choices.find((choice) => choice.index === index);
  const delta: Record<string, unknown> = role === undefined ? {} : { role };
  let reason: string | null = null;
  for (const part of parts) {
    if (part.event.type === 'choice-end') reason = part.event.reason;
    else place(delta, part);
  }
  const measured = isWhole(parts) && hasSameText(original?.delta, delta);
  const logprobs = measured ? (original?.logprobs ?? null) : null;
  return { index, delta, logprobs, finish_reason: reason };
}

/** Whether the text that log-probabilities measure is all there. */
function hasSameText(original: JsonObject | undefined, delta: JsonObject): boolean {
  const same = (key: string): boolean =>
    (original?.[key] || undefined) === (delta[key] || undefined);
  return same('content') && same('refusal');
}

function place(delta: Record<string, unknown>, { event, slot }: Part): void {
  const text = event.type === 'text-delta' ? event.text : '';
  switch (slot.kind) {
    case 'text':
      for (const key of slot.keys) delta[key] = `${delta[key] ?? ''}${text}`;
      return;
    case 'transcript':
      delta.audio = { transcript: `${fieldOf(delta.audio, 'transcript')}${text}` };
      return;
    case 'function': {
      const said = fieldOf(delta.function_call, 'arguments');
      delta.function_call = { ...(slot.name !== '' && { name: slot.name }), arguments: said };
      return;
    }
    case 'function-arguments': {
      const call = isObject(delta.function_call) ? delta.function_call : {};
      delta.function_call = { ...call, arguments: `${fieldOf(call, 'arguments')}${text}` };
      return;
    }
    case 'tool':
      toolIn(delta, slot.tool, slot.head);
      return;
    case 'arguments': {
      const tool = toolIn(delta, slot.tool);
      const body = isObject(tool[slot.of]) ? (tool[slot.of] as JsonObject) : {};
      const key = slot.of === 'custom' ? 'input' : 'arguments';
      tool[slot.of] = { ...body, [key]: `${fieldOf(body, key)}${text}` };
      return;
    }
    case 'tool-end':
    case 'finish':
    case 'usage':
      return;
  }
}

const fieldOf = (value: unknown, key: string): string =>
  isObject(value) && typeof value[key] === 'string' ? value[key] : '';

/** The entry of a tool call in a delta; a head begins a new one. */
function toolIn(
  delta: Record<string, unknown>,
  index: number,
  head?: JsonObject,
): Record<string, unknown> {
  const tools = Array.isArray(delta.tool_calls) ? delta.tool_calls : [];
  delta.tool_calls = tools;
  const last = tools.findLast((tool) => isObject(tool) && tool.index === index);
  if (last !== undefined && head === undefined) return last;
  const made = { index, ...head };
  tools.push(made);
  return made;
}
