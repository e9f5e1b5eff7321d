/**
 * Every error MidStream throws on purpose is a {@link MidstreamError} with a stable `code`. Match
 * on the code: messages are for people and may improve. `instanceof` works across several loaded
 * copies of this package, because the brand is a registered symbol.
 */

/** The stable codes, each with the condition it names. Codes are added, never renamed. */
export const ERROR_CODES = {
  'argument/invalid': 'An argument has the wrong type or shape',
  'argument/range': 'An argument is outside the range that is accepted',
  'argument/unknown-option': 'An option, metric or name is not one that exists',
  'budget/exceeded': 'The work asked for is over a stated limit of size, cells or time',
  'config/invalid': 'A configuration file, variable or flag does not fit its schema',
  'formula/syntax': 'A temporal formula cannot be parsed; details give the position',
  'formula/too-large': 'A temporal formula, or what it unfolds to, is over its limit',
  'http/bad-request': 'A request is malformed',
  'http/body-too-large': 'A request body is over the cap',
  'http/forbidden': 'A request asks for what is not allowed here',
  'http/not-found': 'No such path, session or operation',
  'internal/assertion': 'MidStream contradicts itself: a defect worth reporting',
  'model/corrupt': 'A model file is damaged, truncated or of an unsupported kind',
  'model/context-full': "A prompt does not fit the model's context",
  'model/unknown': 'No model of that name is served',
  'operation/unknown': 'No operation of that name exists',
  'policy/invalid': 'A policy file is not a valid policy; details give the place',
  'process/failed': 'A process of ours could not be started, or ended by itself',
  'queue/closed': 'An event was offered to a queue that is closed',
  'sequence/not-increasing': 'Events must have strictly increasing sequence numbers',
  'session/closed': 'Events were pushed to a session that has ended',
  'session/failed': 'An analyser or policy failed, so the session let nothing more pass',
  'session/limit': 'The number of sessions is at its limit',
  'state/corrupt': 'A snapshot does not belong to this object or is damaged',
  'stream/aborted': 'The work was aborted by its signal',
  'upstream/failed': 'The upstream answered with an error or garbage',
  'upstream/timeout': 'The upstream did not answer in time',
  'upstream/unreachable': 'The upstream could not be reached',
} as const satisfies Record<string, string>;

/** One of the stable codes of {@link ERROR_CODES}. */
export type ErrorCode = keyof typeof ERROR_CODES;

/** What an error may carry besides its code and message. */
export interface ErrorOptions {
  /** The error underneath, always passed on. */
  readonly cause?: unknown;
  /** Facts a program can use: positions, limits, received values. JSON only. */
  readonly details?: Readonly<Record<string, unknown>>;
}

const BRAND: unique symbol = Symbol.for('midstream.error');

/**
 * The one error class; it is not subclassed, codes tell conditions apart. Messages begin with a
 * capital, name the action, quote the value received and say what is wanted.
 */
export class MidstreamError extends Error {
  override readonly name: string = 'MidstreamError';
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>>;
  readonly [BRAND]: true = true;

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details ?? {};
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && BRAND in value;
  }

  /** The shape every face shows: `{code, message}` and `details` when there are any. */
  toJSON(): { code: ErrorCode; message: string; details?: Readonly<Record<string, unknown>> } {
    const { code, message, details } = this;
    return Object.keys(details).length > 0 ? { code, message, details } : { code, message };
  }
}

/**
 * Whether a value is a {@link MidstreamError}, of any copy of this package, with this code if
 * given.
 */
export function isMidstreamError(value: unknown, code?: ErrorCode): value is MidstreamError {
  return value instanceof MidstreamError && (code === undefined || value.code === code);
}

/** Throws `internal/assertion` when a condition that our own code must uphold does not hold. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new MidstreamError('internal/assertion', message);
}

/** The message of anything that was thrown, even of what refuses to be read. */
export function messageOf(thrown: unknown): string {
  try {
    return String(thrown instanceof Error ? thrown.message : thrown);
  } catch {
    return 'something was thrown that has no message';
  }
}
