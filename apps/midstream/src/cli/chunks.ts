/** Any stream as pieces of text, or as numbers: what `midstream watch` reads. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { isMidstreamError, MidstreamError, messageOf } from '@midstream/core';
import type { EventDraft } from '@midstream/sdk';

/** The longest line that is read as a number, in characters; a longer one is refused. */
export const MAX_NUMBER_LINE = 1_000;
const SAMPLE = { type: 'sample', channel: 'series', choice: 0, name: 'value' } as const;

/** Opens a file, a pipe, a URL or, for `-`, standard input. */
export async function openSource(source: string): Promise<Readable> {
  if (source === '-') return process.stdin;
  try {
    if (/^https?:\/\//.test(source)) {
      const response = await fetch(source);
      if (!response.ok || response.body === null) throw new Error(`status ${response.status}`);
      return Readable.fromWeb(response.body as ReadableStream);
    }
    if ((await stat(source)).isDirectory()) throw new Error('it is a folder');
    return createReadStream(source);
  } catch (thrown) {
    throw new MidstreamError(
      'argument/invalid',
      `Cannot watch ${source}: ${reasonOf(thrown)}; a file, an http(s) URL or - is wanted`,
      { cause: thrown },
    );
  }
}

/** `fetch` says why it failed only in its cause. */
function reasonOf(thrown: unknown): string {
  const cause = thrown instanceof Error ? thrown.cause : undefined;
  return cause === undefined ? messageOf(thrown) : `${messageOf(thrown)}: ${messageOf(cause)}`;
}

/** The bytes of a stream; a failure to read is an error with a code. */
async function* bytesOf(chunks: Readable): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    for await (const chunk of chunks) yield chunk;
  } catch (thrown) {
    if (isMidstreamError(thrown)) throw thrown;
    throw new MidstreamError('upstream/failed', `Cannot read on: ${messageOf(thrown)}`, {
      cause: thrown,
    });
  }
}

/** Text, a delta for each chunk; bytes that are no UTF-8 become U+FFFD. */
export async function* texts(chunks: Readable): AsyncGenerator<EventDraft[], void, undefined> {
  const decoder = new TextDecoder();
  const delta = (text: string): EventDraft[] =>
    text === '' ? [] : [{ type: 'text-delta', channel: 'text', choice: 0, text }];
  for await (const chunk of bytesOf(chunks)) yield delta(decoder.decode(chunk, { stream: true }));
  yield delta(decoder.decode());
}

/** Numbers, one a line; empty lines are skipped. */
export async function* numbers(chunks: Readable): AsyncGenerator<EventDraft[], void, undefined> {
  let line = 0;
  let rest = '';
  const decoder = new TextDecoder();
  const sample = (text: string): EventDraft[] => {
    line += 1;
    if (text.trim() === '') return [];
    const value = Number(text);
    if (!Number.isNaN(value)) return [{ ...SAMPLE, value }];
    throw new MidstreamError(
      'argument/invalid',
      `Cannot read line ${line}: ${JSON.stringify(text.slice(0, 40))} is not a number`,
      { details: { line } },
    );
  };
  for await (const chunk of bytesOf(chunks)) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield lines.flatMap(sample);
    if (rest.length > MAX_NUMBER_LINE) sample(`${rest} has no end and so`);
  }
  yield sample(rest + decoder.decode());
}
