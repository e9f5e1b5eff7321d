/**
 * The body of `POST /v1/chat/completions`, checked by hand against OpenAI's shape.
 *
 * Fields with null count as absent. Fields that a text continuer cannot honour but may ignore
 * (`user`, `tools`, `metadata`...) are ignored; those that promise a form of answer it cannot give
 * are refused.
 */
import { ApiError } from './api-error.ts';
import {
  DEFAULT_MAX_TOKENS,
  type GenerateOptions,
  isStop,
  MAX_STOP_LENGTH,
  MAX_STOPS,
} from './generate.ts';
import { MODEL_ID } from './model.ts';

/** The most choices one request may ask for; more are refused. */
export const MAX_CHOICES = 16;

/**
 * The slowest and the fastest pace in tokens a second; a timer cannot wait for a much slower one.
 */
const PACES: Range = [0.001, 1_000_000];

/** A checked request. */
export interface ChatRequest {
  readonly options: Omit<GenerateOptions, 'seed'>;
  /** Absent: the server draws one. */
  readonly seed: number | undefined;
  readonly choices: number;
  readonly stream: boolean;
  readonly includeUsage: boolean;
  readonly logprobs: boolean;
  /** The pace of each choice; absent: as fast as it goes. */
  readonly tokensPerSecond: number | undefined;
}

type Range = readonly [low: number, high: number];

type Fields = Readonly<Record<string, unknown>>;

/** Checks a parsed body; throws an {@link ApiError} that names the field. */
export function readChatRequest(body: unknown, vocabulary: number): ChatRequest {
  if (!isFields(body)) throw new ApiError(400, 'Body must be a JSON object');
  checkModel(body);
  checkUnsupported(body);
  const logprobs = flag(body, 'logprobs');
  const topLogprobs = integer(body, 'top_logprobs', [0, 20]);
  if (topLogprobs !== undefined && !logprobs) {
    throw invalid('top_logprobs', topLogprobs, 'logprobs true beside it');
  }
  const stream = flag(body, 'stream');
  const streamOptions = body.stream_options ?? {};
  if (!isFields(streamOptions)) throw invalid('stream_options', streamOptions, 'an object');
  return {
    options: {
      prompt: lastUserText(body.messages),
      maxTokens:
        integer(body, 'max_completion_tokens', [1, Number.MAX_SAFE_INTEGER]) ??
        integer(body, 'max_tokens', [1, Number.MAX_SAFE_INTEGER]) ??
        DEFAULT_MAX_TOKENS,
      stop: readStop(body.stop ?? []),
      temperature: number(body, 'temperature', [0, 2]) ?? 1,
      topP: positive(body, 'top_p', 1) ?? 1,
      topK: integer(body, 'top_k', [0, 1_000_000]) ?? 0,
      frequencyPenalty: number(body, 'frequency_penalty', [-2, 2]) ?? 0,
      presencePenalty: number(body, 'presence_penalty', [-2, 2]) ?? 0,
      logitBias: readBias(body.logit_bias ?? {}, vocabulary),
      topLogprobs: topLogprobs ?? 0,
    },
    seed: integer(body, 'seed', [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER - MAX_CHOICES]),
    choices: integer(body, 'n', [1, MAX_CHOICES]) ?? 1,
    stream,
    includeUsage: stream && flag(streamOptions, 'include_usage'),
    logprobs,
    tokensPerSecond: number(body, 'tokens_per_second', PACES),
  };
}

function checkModel(body: Fields): void {
  const model = body.model;
  if (typeof model !== 'string') throw invalid('model', model, 'a string');
  if (model === MODEL_ID) return;
  throw new ApiError(404, `Model ${quote(model)} is not served here: "${MODEL_ID}" wanted`, {
    param: 'model',
    code: 'model_not_found',
  });
}

function checkUnsupported(body: Fields): void {
  const format = body.response_format ?? { type: 'text' };
  if (!isFields(format) || format.type !== 'text') {
    throw invalid(
      'response_format',
      format,
      'type "text", the only one this model can give',
      UNSUPPORTED,
    );
  }
  const toolChoice = body.tool_choice ?? 'auto';
  if (toolChoice !== 'auto' && toolChoice !== 'none') {
    throw invalid(
      'tool_choice',
      toolChoice,
      '"auto" or "none": this model calls no tools',
      UNSUPPORTED,
    );
  }
}

/**
 * The prompt is the text of the last user message. The model continues text and was never trained
 * on conversations: system and earlier messages would only be more text to continue, not
 * instructions.
 */
function lastUserText(messages: unknown): string {
  if (!Array.isArray(messages) || messages.length === 0) {
    throw invalid('messages', messages, 'a list with at least one message');
  }
  for (const [index, message] of messages.entries()) {
    const param = `messages[${index}]`;
    if (!isFields(message)) throw invalid(param, message, 'an object');
    if (typeof message.role !== 'string') throw invalid(`${param}.role`, message.role, 'a string');
  }
  const index = messages.findLastIndex((message: Fields) => message.role === 'user');
  if (index < 0) throw invalid('messages', messages, 'a message with role "user" among them');
  return textOf(messages[index].content, `messages[${index}].content`);
}

function textOf(content: unknown, param: string): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) throw invalid(param, content, 'a string or a list of text parts');
  return content
    .map((part: unknown, index) => {
      const text = isFields(part) && part.type === 'text' ? part.text : undefined;
      if (typeof text === 'string') return text;
      throw invalid(`${param}[${index}]`, part, 'a text part: this model reads nothing else');
    })
    .join('');
}

function readStop(value: unknown): readonly string[] {
  const stops: readonly unknown[] = Array.isArray(value) ? value : [value];
  const isFitting = (stop: unknown): stop is string => typeof stop === 'string' && isStop(stop);
  if (stops.length <= MAX_STOPS && stops.every(isFitting)) return stops;
  const wanted = `at most ${MAX_STOPS} well-formed strings of 1 to ${MAX_STOP_LENGTH} characters`;
  throw invalid('stop', value, wanted);
}

function readBias(value: unknown, vocabulary: number): ReadonlyMap<number, number> {
  if (!isFields(value)) throw invalid('logit_bias', value, 'an object of token ids and biases');
  return new Map(
    Object.entries(value).map(([key, bias]): [number, number] => {
      const isToken = /^\d{1,9}$/.test(key) && Number(key) < vocabulary;
      if (isToken && typeof bias === 'number' && Math.abs(bias) <= 100) return [Number(key), bias];
      const wanted = `token ids under ${vocabulary} with biases from -100 to 100`;
      throw invalid(`logit_bias.${key.slice(0, 20)}`, bias, wanted);
    }),
  );
}

function number(body: Fields, name: string, [low, high]: Range): number | undefined {
  const value = body[name] ?? undefined;
  if (value === undefined) return undefined;
  if (typeof value === 'number' && value >= low && value <= high) return value;
  throw invalid(name, value, `a number from ${low} to ${high}`);
}

function positive(body: Fields, name: string, high: number): number | undefined {
  const value = number(body, name, [0, high]);
  if (value === 0) throw invalid(name, value, `a number over 0, to ${high}`);
  return value;
}

function integer(body: Fields, name: string, range: Range): number | undefined {
  const value = number(body, name, range);
  if (value === undefined || Number.isInteger(value)) return value;
  throw invalid(name, value, 'an integer');
}

function flag(body: Fields, name: string): boolean {
  const value = body[name] ?? false;
  if (typeof value === 'boolean') return value;
  throw invalid(name, value, 'true or false');
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const UNSUPPORTED = 'unsupported_value';

function invalid(param: string, value: unknown, wanted: string, code = 'invalid_value'): ApiError {
  return new ApiError(400, `Field ${param} is ${quote(value)}: ${wanted} wanted`, { param, code });
}

/** A value as it may appear in a message: short, and cheap whatever was sent. */
function quote(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value !== 'string') return String(value ?? 'missing');
  return JSON.stringify(value.length <= 80 ? value : `${value.slice(0, 80)}...`);
}
