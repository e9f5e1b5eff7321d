/** OpenAI-shaped HTTP in, an OpenAI-compatible upstream out, every delta through a session. */

export type { ErrorAnswer, OpenAiErrorBody } from './errors.ts';
export { createGateway, type Gateway, type GatewayOptions } from './gateway.ts';
export type { UpstreamCredentials } from './headers.ts';
export {
  GATEWAY_LIMITS,
  type GatewayLimitOptions,
  type GatewayLimitValues,
} from './limits.ts';
export { type SseFrame, SseParser } from './sse-parser.ts';
export type { ExchangeOutcome, GatewayTelemetry } from './telemetry.ts';
export type { UpstreamOptions } from './upstream.ts';
