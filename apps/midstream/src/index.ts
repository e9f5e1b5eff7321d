/** MidStream for programs. The server is in `midstream/server`. */
export {
  type CompiledPolicy,
  type CreateOptions,
  create,
  DEFAULT_POLICY,
  MidStream,
  OPERATIONS,
  type OpenOptions,
  type PolicyReport,
  parsePolicy,
  runOperation,
  type SessionHub,
  type StreamResult,
  type StreamSession,
  type WatchSummary,
} from '@midstream/sdk';
