/**
 * Everything wired: sessions with policies, operations, configuration. The only place where engines
 * and edges meet.
 */

export {
  createGateway,
  type Gateway,
  type GatewayOptions,
  type GatewayTelemetry,
} from '@midstream/llm-gateway';
export { spawnTinyLm, type TinyLmProcess } from '@midstream/tiny-lm';
export {
  CONFIG_FILE,
  type Config,
  type LoadConfigOptions,
  loadConfig,
} from './config/load.ts';
export { describeConfig, printConfig, type ShownSetting } from './config/print.ts';
export { type ConfigValues, configSchema, SETTINGS, type Setting } from './config/schema.ts';
export { type CreateOptions, create, MidStream, type OpenOptions } from './create.ts';
export { SDK_LIMITS } from './limits.ts';
export { type BatchOptions, type BatchSummary, runBatch } from './operations/batch.ts';
export { jsonSchemaOf, type TableOperation } from './operations/define.ts';
export { toJsonNumbers } from './operations/numbers.ts';
export { openApiDocument } from './operations/openapi.ts';
export { type RunOptions, runOperation } from './operations/run.ts';
export { OPERATIONS } from './operations/table.ts';
export type { FormulaEngine } from './policy/formula-engine.ts';
export {
  type CompiledPolicy,
  type ParsePolicyOptions,
  parsePolicy,
} from './policy/parse-policy.ts';
export type {
  Enforcement,
  PolicyReport,
  PropositionReport,
  RuleReport,
} from './policy/report.ts';
export { DEFAULT_POLICY, DEMONSTRATION_POLICY } from './policy/shipped.ts';
export { type EventDraft, readDrafts } from './sessions/drafts.ts';
export {
  type DraftResult,
  type HubLimits,
  SessionHub,
  type SessionHubOptions,
} from './sessions/session-hub.ts';
export { type StreamResult, StreamSession } from './sessions/stream-session.ts';
export type { WatchedInput, WatchOptions, WatchSummary } from './sessions/watch.ts';
