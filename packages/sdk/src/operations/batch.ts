/**
 * The batch face: JSON lines in, JSON lines out, one answer for each line, in order. Memory is that
 * of one line and its answer, however many there are, as long as `output` waits for whoever reads.
 */
import { isMidstreamError, MidstreamError, messageOf } from '@midstream/core';
import { SDK_LIMITS } from '../limits.ts';
import { show } from '../problems.ts';
import { type Line, linesOf } from './lines.ts';
import { toJsonNumbers } from './numbers.ts';
import { runOperation } from './run.ts';

/** Where requests come from and answers go. */
export interface BatchOptions {
  /** Chunks of text or UTF-8 bytes, cut anywhere. */
  readonly input: AsyncIterable<string | Uint8Array>;
  /** Takes one answer, without a line end; the next is not computed before it is done. */
  readonly output: (line: string) => Promise<void> | void;
  readonly signal?: AbortSignal;
}

/** What a batch came to. */
export interface BatchSummary {
  readonly answered: number;
  /** How many of the answers were errors. */
  readonly errors: number;
  /** `false` when the input ended in the middle of a line. */
  readonly complete: boolean;
}

type Id = string | number | null;

/**
 * Answers every line. Stops early, with what was answered so far, when the signal aborts. A request
 * on the last line is complete without a line end, since JSON shows where it ends.
 */
export async function runBatch(options: BatchOptions): Promise<BatchSummary> {
  const { input, output, signal } = options;
  let answered = 0;
  let errors = 0;
  let complete = true;
  for await (const line of linesOf(input, SDK_LIMITS.batchLine.value)) {
    if (signal?.aborted === true) break;
    const answer = await answerTo(line, signal);
    if (answer.truncated) complete = false;
    if (answer.failed) errors += 1;
    await output(answer.text);
    answered += 1;
  }
  return { answered, errors, complete };
}

interface Answer {
  readonly text: string;
  readonly failed: boolean;
  readonly truncated: boolean;
}

async function answerTo(line: Line, signal: AbortSignal | undefined): Promise<Answer> {
  let id: Id = null;
  let truncated = !line.complete;
  try {
    const request = parse(line);
    truncated = false;
    id = idOf(request);
    const { operation, input } = checked(request);
    const result = await runOperation(operation, input, signal === undefined ? {} : { signal });
    const text = JSON.stringify({ id, output: toJsonNumbers(result) });
    return { text, failed: false, truncated };
  } catch (thrown) {
    return { text: JSON.stringify({ id, error: errorOf(thrown) }), failed: true, truncated };
  }
}

function parse({ text, complete }: Line): unknown {
  if (text === null) {
    const { value } = SDK_LIMITS.batchLine;
    throw new MidstreamError('budget/exceeded', `A line has more than ${value} characters`);
  }
  try {
    return JSON.parse(text);
  } catch (thrown) {
    const why = complete ? messageOf(thrown) : 'the input ended in the middle of it';
    throw new MidstreamError('argument/invalid', `Cannot read the line as JSON: ${why}`, {
      cause: thrown,
    });
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function idOf(request: unknown): Id {
  const id = isObject(request) ? request.id : null;
  return typeof id === 'string' || typeof id === 'number' ? id : null;
}

function checked(request: unknown): { readonly operation: string; readonly input: unknown } {
  if (!isObject(request)) {
    throw new MidstreamError(
      'argument/invalid',
      `A request is an object with id, operation and input, but this is ${show(request)}`,
    );
  }
  const { id = null, operation, input, ...rest } = request;
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) {
    throw new MidstreamError(
      'argument/invalid',
      `A request has id, operation and input, and no "${unknown.slice(0, 40)}"`,
    );
  }
  if (id !== null && typeof id !== 'string' && typeof id !== 'number') {
    throw new MidstreamError(
      'argument/invalid',
      `A request's id is a text or a number, not ${show(id)}`,
    );
  }
  if (typeof operation !== 'string') {
    throw new MidstreamError(
      'argument/invalid',
      `A request names its operation, but this one says ${show(operation)}`,
    );
  }
  return { operation, input };
}

function errorOf(thrown: unknown): unknown {
  if (isMidstreamError(thrown)) return toJsonNumbers(thrown.toJSON());
  return { code: 'internal/assertion', message: messageOf(thrown) };
}
