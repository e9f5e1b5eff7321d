/**
 * What the gateway has to know of a chat request. It checks no more than that: unknown fields, and
 * known ones with strange values, are upstream's affair and reach it untouched.
 */
import { isUtf8 } from 'node:buffer';
import { LIMITS, MidstreamError } from '@midstream/core';
import { isObject, type JsonObject } from './json.ts';

/** A request, read. */
export interface ChatRequest {
  /** The body for upstream: as it came, or asking for a stream where the client did not. */
  readonly upstreamBody: Buffer;
  readonly model: string | null;
  readonly stream: boolean;
  /** Whether a streamed answer ends with what it cost. */
  readonly includeUsage: boolean;
  readonly choices: number;
  readonly tokenBudget: number | null;
  /** The beginning of the last user message. */
  readonly label: string;
}

const LABEL_LENGTH = 80;

/** Reads a body. Throws `http/bad-request`, with the field's name in `details.param`. */
export function readChatRequest(body: Buffer): ChatRequest {
  const fields = parseBody(body);
  const { messages, model = null, stream = null, n = null, stream_options: options } = fields;
  if (!Array.isArray(messages)) throw wrong('messages', messages, 'an array of messages');
  for (const [place, message] of messages.entries()) {
    if (!isObject(message)) throw wrong(`messages[${place}]`, message, 'an object');
  }
  if (model !== null && typeof model !== 'string') throw wrong('model', model, 'a string');
  if (stream !== null && typeof stream !== 'boolean') throw wrong('stream', stream, 'a boolean');
  return {
    upstreamBody: stream === true ? body : askingForStream(fields),
    model,
    stream: stream === true,
    includeUsage: isObject(options) && options.include_usage === true,
    choices: wholeNumber(n, 'n', LIMITS.choices.value) ?? 1,
    tokenBudget: tokenBudget(fields),
    label: labelOf(messages),
  };
}

function askingForStream(fields: JsonObject): Buffer {
  const asked = isObject(fields.stream_options) ? fields.stream_options : {};
  const stream_options = { ...asked, include_usage: true };
  try {
    return Buffer.from(JSON.stringify({ ...fields, stream: true, stream_options }));
  } catch (thrown) {
    const message = 'Cannot use the body: it is nested too deeply';
    throw new MidstreamError('http/bad-request', message, { cause: thrown });
  }
}

function parseBody(body: Buffer): JsonObject {
  let parsed: unknown;
  try {
    if (!isUtf8(body)) throw new SyntaxError('it is not valid UTF-8');
    parsed = JSON.parse(body.toString('utf8'));
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    throw new MidstreamError('http/bad-request', `Cannot parse the body as JSON: ${why}`, {
      cause: thrown,
    });
  }
  if (isObject(parsed)) return parsed;
  throw new MidstreamError('http/bad-request', 'Cannot use the body: a JSON object is wanted');
}

function tokenBudget(fields: JsonObject): number | null {
  const { max_completion_tokens: completion = null, max_tokens: tokens = null } = fields;
  const most = Number.MAX_SAFE_INTEGER;
  return (
    wholeNumber(completion, 'max_completion_tokens', most) ??
    wholeNumber(tokens, 'max_tokens', most)
  );
}

function wholeNumber(value: unknown, param: string, most: number): number | null {
  if (value === null) return null;
  if (Number.isInteger(value) && Number(value) >= 1 && Number(value) <= most) return Number(value);
  throw wrong(param, value, `a whole number from 1 to ${most}`);
}

function wrong(param: string, value: unknown, wanted: string): MidstreamError {
  const shown = value === undefined ? 'nothing' : (JSON.stringify(value) ?? '').slice(0, 60);
  const message = `Cannot use ${shown} as "${param}": ${wanted} is wanted`;
  return new MidstreamError('http/bad-request', message, { details: { param } });
}

function labelOf(messages: readonly unknown[]): string {
  const last = messages.findLast((message) => isObject(message) && message.role === 'user');
  const text = isObject(last) ? textOf(last.content) : '';
  const line = text
    .slice(0, 16 * LABEL_LENGTH)
    .replace(/\s+/g, ' ')
    .trim();
  return [...line].slice(0, LABEL_LENGTH).join('');
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  const texts = content.map((part) => (isObject(part) ? part.text : undefined));
  return texts.filter((text) => typeof text === 'string').join(' ');
}
