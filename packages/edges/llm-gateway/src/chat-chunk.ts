/**
 * Chunks of a streamed chat completion as JSON values. Only what has to be understood is looked at;
 * all other fields stay as they are. What should carry text and cannot be read is refused: it could
 * not be judged.
 */
import { LIMITS, MidstreamError } from '@midstream/core';
import { isErrorBody } from './errors.ts';
import { isObject, type JsonObject } from './json.ts';
import { hasUnjudged, spells } from './unjudged.ts';

/** One choice's part of a chunk. */
export interface ChunkChoice {
  readonly index: number;
  readonly delta: JsonObject;
  readonly finishReason: string | null;
  /** `null` as well where they are of other text. */
  readonly logprobs: JsonObject | null;
  /** Whether it has text that is not judged, so that it must not leave as it came. */
  readonly unjudged: boolean;
}

/** A chunk: its JSON, and the parts of it that matter. */
export interface Chunk {
  readonly json: JsonObject;
  readonly choices: readonly ChunkChoice[];
}

/** The error for upstream output that cannot be read. Quotes the place, never the text. */
export function unreadable(what: string, cause?: unknown): MidstreamError {
  const message = `Cannot read the upstream's answer: ${what}`;
  return new MidstreamError('upstream/failed', message, cause === undefined ? {} : { cause });
}

/** Reads the data of one frame. Throws `upstream/failed` for anything that is no chunk. */
export function parseChunk(data: string): Chunk {
  return chunkOf(parseObject(data));
}

/** Reads a JSON object. Throws `upstream/failed` for anything else. */
export function parseObject(data: string): JsonObject {
  let json: unknown;
  try {
    json = JSON.parse(data);
  } catch (thrown) {
    throw unreadable('it is not JSON', thrown);
  }
  if (!isObject(json)) throw unreadable('it is not a JSON object');
  return json;
}

/**
 * Finds the choices of a chunk. Only an error or the usage may come without: what else could be
 * text.
 */
export function chunkOf(json: JsonObject): Chunk {
  const { choices } = json;
  const other = isErrorBody(json) || isObject(json.usage);
  if (other && (choices === undefined || choices === null)) return { json, choices: [] };
  if (!Array.isArray(choices)) throw unreadable('"choices" is not an array');
  return { json, choices: choices.map(readChoice) };
}

function readChoice(choice: unknown, place: number): ChunkChoice {
  if (!isObject(choice)) throw unreadable(`choices[${place}] is not an object`);
  const { index = place, finish_reason: reason, logprobs, message } = choice;
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
    logprobs: isObject(logprobs) && spells(logprobs, delta) ? logprobs : null,
    unjudged: hasUnjudged(choice, delta),
  };
}

/**
 * The string under a key, `''` when there is none; anything else cannot be judged and is refused.
 */
export function textIn(object: JsonObject, key: string): string {
  const value = object[key];
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  throw unreadable(
    `"${key}" is ${Array.isArray(value) ? 'an array' : `a ${typeof value}`}, not text`,
  );
}
