/**
 * Text in a frame that is not judged: repeated, spelled out or hidden beside the text that is. A
 * frame that has any never leaves as it came; it is made anew from what was judged.
 *
 * - `message` and `text` beside a `delta`, and the words of `reasoning_details` where they are not
 *   the reasoning.
 * - Log-probabilities whose tokens do not spell the text beside them: servers that hold text back,
 *   for stop words say, send the tokens before it. Space and the marks of tokenizers are no
 *   difference. Alternatives in `top_logprobs` were never said and are not looked at.
 */
import { isObject, type JsonObject } from './json.ts';

/** Whether a choice carries text besides that of its delta. */
export function hasUnjudged(choice: JsonObject, delta: JsonObject): boolean {
  const { message, text, logprobs } = choice;
  if (message || text) return true;
  return !isReasoning(delta) || (isObject(logprobs) && !spells(logprobs, delta));
}

/** Whether the details of the reasoning, if any, have no words but its own. */
function isReasoning(delta: JsonObject): boolean {
  const { reasoning_details: details, reasoning, reasoning_content } = delta;
  if (details === undefined || details === null) return true;
  if (!Array.isArray(details)) return false;
  const words = details.flatMap((each) => (isObject(each) ? [each.text, each.summary] : [each]));
  const said = words.map((each) => each ?? '').join('');
  return said === '' || said === reasoning || said === reasoning_content;
}

/** Whether the tokens of all log-probabilities spell the text that they measure. */
export function spells(logprobs: JsonObject, delta: JsonObject): boolean {
  return Object.entries(logprobs).every(([key, list]) => {
    if (list === null) return true;
    if (!Array.isArray(list)) return false;
    const text = bare(delta[key] ?? '');
    return bare(tokensOf(list)) === text || bare(bytesOf(list)) === text;
  });
}

/**
 * A text without space, and without the marks that tokenizers put for it or for a part of a
 * character.
 */
const bare = (text: unknown): string => String(text).replace(/[\s\u2581\u0120\ufffd]+/g, '');

const tokensOf = (list: readonly unknown[]): string =>
  list.map((each) => (isObject(each) ? each.token : each)).join('');

const bytesOf = (list: readonly unknown[]): string => {
  const bytes = list.flatMap((each) => (isObject(each) ? each.bytes : null));
  const all = bytes.every((byte) => typeof byte === 'number');
  return all ? Buffer.from(bytes as number[]).toString('utf8') : tokensOf(list);
};
