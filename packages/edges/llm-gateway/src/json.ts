/** JSON as it is read, and as others may read it. */

/** A JSON object. */
export type JsonObject = { readonly [key: string]: unknown };

/** Whether a value is a JSON object. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Whether a JSON text has a key twice in one object; `value` is what it was parsed to. The last one
 * counts here, the first one in other readers, so that what was judged need not be what is read. A
 * text has as many keys as strings before colons; when its value has fewer, one came twice:
 * `{"a":1,"\u0061":2}` has two, and one. Cost: one pass over the text, one over the value.
 */
export function repeatsKey(text: string, value: unknown): boolean {
  return keysIn(text) !== keysOf(value);
}

const QUOTE = '"';
const BACKSLASH = 92;
const COLON = 58;

function keysIn(text: string): number {
  let keys = 0;
  let at = text.indexOf(QUOTE);
  while (at !== -1) {
    at = closing(text, at) + 1;
    while (isSpace(text.charCodeAt(at))) at += 1;
    if (text.charCodeAt(at) === COLON) keys += 1;
    at = text.indexOf(QUOTE, at);
  }
  return keys;
}

/**
 * Where the string ends that begins at `from`: at the next quote behind an even number of
 * backslashes.
 */
function closing(text: string, from: number): number {
  let end = text.indexOf(QUOTE, from + 1);
  for (; end !== -1; end = text.indexOf(QUOTE, end + 1)) {
    let escapes = 0;
    while (text.charCodeAt(end - 1 - escapes) === BACKSLASH) escapes += 1;
    if (escapes % 2 === 0) return end;
  }
  return text.length;
}

const isSpace = (unit: number): boolean => unit === 32 || unit === 9 || unit === 10 || unit === 13;

function keysOf(value: unknown): number {
  let keys = 0;
  const rest = [value];
  while (rest.length > 0) {
    const next = rest.pop();
    if (typeof next !== 'object' || next === null) continue;
    const values = Object.values(next);
    if (!Array.isArray(next)) keys += values.length;
    for (const each of values) if (typeof each === 'object') rest.push(each);
  }
  return keys;
}
