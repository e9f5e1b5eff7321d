/**
 * Chunks of a streamed chat completion as JSON values. Only what has to be understood is looked at; all other
 * fields stay as they are. What should carry text and cannot be read is refused: it could not be judged.
 */
import { LIMITS, MidstreamError } from '@midstream/core';

/** A JSON object. */
export type JsonObject = { readonly [key: string]: unknown };

/** One choice's part of a chunk. */
export interface ChunkChoice {
  readonly index: number;
  readonly delta: JsonObject;
  readonly finishReason: string | null;
  readonly logprobs: JsonObject | null;
  /** The choice repeats its text in other fields, which must not leave unjudged. */
  readonly repeats: boolean;
}

/** A chunk: its JSON, and the parts of it that matter. */
export interface Chunk {
  readonly json: JsonObject;
  readonly choices: readonly ChunkChoice[];
}

/** Whether a value is a JSON object. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The error for upstream output that cannot be read. Quotes the place, never the text. */
export function unreadable(what: string, cause?: unknown): MidstreamError {
  const message = `Cannot read the upstream's answer: ${what}`;
  return new MidstreamError('upstream/failed', message, cause === undefined ? {} : { cause });
}

/** Reads the data of one frame. Throws `upstream/failed` for anything that is no JSON object. */
export function parseChunk(data: string): Chunk {
  let json: unknown;
  try {
    json = JSON.parse(data);
  } catch (thrown) {
    throw unreadable('a frame is not JSON', thrown);
  }
  if (!isObject(json)) throw unreadable('a frame is not a JSON object');
  return chunkOf(json);
}

/** Finds the choices of a chunk. */
export function chunkOf(json: JsonObject): Chunk {
  const { choices } = json;
  if (choices === undefined || choices === null) return { json, choices: [] };
  if (!Array.isArray(choices)) throw unreadable('"choices" is not an array');
  return { json, choices: choices.map(readChoice) };
}

function readChoice(choice: unknown, place: number): ChunkChoice {
  if (!isObject(choice)) throw unreadable(`choices[${place}] is not an object`);
  const { index = place, finish_reason: reason, logprobs, message, text } = choice;
  const last = LIMITS.choices.value - 1;
  if (typeof index !== 'number' || !Number.isInteger(index) || index < 0 || index > last) {
    throw unreadable(`choices[${place}].index is not a whole number from 0 to ${last}`);
  }
  const delta = choice.delta ?? message ?? {};
  if (!isObject(delta)) throw unreadable(`choices[${place}].delta is not an object`);
  if (reason !== undefined && reason !== null && typeof reason !== 'string') {
    throw unreadable(`choices[${place}].finish_reason is not a string`);
  }
  return {
    index,
    delta,
    finishReason: reason || null,
    logprobs: isObject(logprobs) ? logprobs : null,
    repeats: Boolean(message) || Boolean(text),
  };
}
