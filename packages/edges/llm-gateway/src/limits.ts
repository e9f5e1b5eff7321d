/** The limits of the gateway. Each can be set in `createGateway({limits})`. */
import type { Limit } from '@midstream/core';

const limit = (name: string, value: number, unit: string, consequence: string): Limit =>
  Object.freeze({ name, value, unit, consequence });

/** Every bound of this package, with what happens when it is reached. */
export const GATEWAY_LIMITS = {
  requestBytes: limit(
    'requestBytes',
    33_554_432,
    'bytes of a request body',
    'The request is answered 413 as soon as that is known; what still comes is read and thrown away.',
  ),
  lingerMillis: limit(
    'lingerMillis',
    2_000,
    'ms that a refused upload is still read',
    'The connection is closed, whether or not the client has stopped sending.',
  ),
  frameBytes: limit(
    'frameBytes',
    4_194_304,
    'bytes of one SSE frame from upstream',
    'The stream ends with an error frame and upstream is disconnected.',
  ),
  waitingBytes: limit(
    'waitingBytes',
    33_554_432,
    'bytes of upstream frames whose text is being held',
    'The stream ends with an error frame and upstream is disconnected.',
  ),
  toolCalls: limit(
    'toolCalls',
    1_024,
    'tool calls in one answer',
    'The stream ends with an error frame and upstream is disconnected.',
  ),
  answerBytes: limit(
    'answerBytes',
    67_108_864,
    'bytes of an answer that is not streamed',
    'The request is answered 502 and upstream is disconnected.',
  ),
  errorBytes: limit(
    'errorBytes',
    1_048_576,
    "bytes of an upstream's error body",
    'The rest is not read; the client is told the status and no more.',
  ),
  connectMillis: limit(
    'connectMillis',
    10_000,
    'ms to connect to upstream',
    'The request is answered 504.',
  ),
  firstByteMillis: limit(
    'firstByteMillis',
    600_000,
    "ms to upstream's response headers",
    'The request is answered 504.',
  ),
  idleMillis: limit(
    'idleMillis',
    300_000,
    'ms between two pieces of an upstream response',
    'The stream ends with an error frame and upstream is disconnected.',
  ),
  drainMillis: limit(
    'drainMillis',
    300_000,
    'ms that a client may leave its stream unread while more is waiting',
    'The connection is closed and upstream is disconnected.',
  ),
  closeMillis: limit(
    'closeMillis',
    1_000,
    'ms that requests may take to end when the gateway closes',
    'Their connections are closed.',
  ),
  trailMillis: limit(
    'trailMillis',
    1_000,
    'ms that upstream may stay connected after its [DONE]',
    'Upstream is disconnected; the client has its whole answer.',
  ),
} as const satisfies Record<string, Limit>;

/** Other values for limits, by name. */
export type GatewayLimitOptions = { readonly [Name in keyof typeof GATEWAY_LIMITS]?: number };
/** A value for each limit. */
export type GatewayLimitValues = { readonly [Name in keyof typeof GATEWAY_LIMITS]: number };

/** The default of each limit that is not given. */
export function limitValues(options: GatewayLimitOptions = {}): GatewayLimitValues {
  const values = Object.values(GATEWAY_LIMITS).map(({ name, value }) => [name, value]);
  return { ...Object.fromEntries(values), ...options };
}
