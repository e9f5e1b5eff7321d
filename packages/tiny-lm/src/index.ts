/**
 * A small real language model in TypeScript, and the OpenAI-shaped server in front of it.
 */

export {
  DEFAULT_MAX_TOKENS,
  type FinishReason,
  type GeneratedToken,
  type GenerateOptions,
  Generation,
  type GenerationStep,
  MAX_STOP_LENGTH,
  MAX_STOPS,
  PROMPT_TOKENS_PER_STEP,
  type TokenDetail,
} from './generate.ts';
export { loadModel, MODEL_ID, TinyLM } from './model.ts';
export type { SamplingOptions } from './sampler.ts';
export {
  createTinyLmServer,
  DRAIN_MS,
  MAX_ACTIVE_GENERATIONS,
  REQUEST_TIMEOUT_MS,
  TinyLmServer,
  type TinyLmServerOptions,
  type TinyLmStats,
} from './server.ts';
export {
  CLOSE_TIMEOUT_MS,
  MAX_STDERR_KEPT,
  type SpawnOptions,
  START_TIMEOUT_MS,
  spawnTinyLm,
  type TinyLmProcess,
} from './spawn.ts';
export type { Tokenizer } from './tokenizer.ts';
export type { ModelShape } from './weights.ts';
