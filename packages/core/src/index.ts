/**
 * The vocabulary and the spine. Everything in MidStream imports this package, and it imports
 * nothing.
 */

export {
  ACTION_TYPES,
  type Action,
  type ActionType,
  type AlertAction,
  type CancelUpstreamAction,
  type CutAction,
  type HoldAction,
  type PassAction,
  type RedactAction,
  type ReleaseAction,
} from './actions.ts';
export { realClock } from './clock.ts';
export { type DriveOptions, type DriveSummary, drive } from './drive.ts';
// Errors, limits, units, time, chance
export {
  assert,
  ERROR_CODES,
  type ErrorCode,
  type ErrorOptions,
  isMidstreamError,
  MidstreamError,
  messageOf,
} from './errors.ts';
export { EventQueue, type EventQueueOptions } from './event-queue.ts';
export { EventWriter, type TextOptions } from './event-writer.ts';
// What streams say, what is seen in them, what is done about it
export {
  type AudioDelta,
  type Channel,
  type ChoiceEnd,
  type Edit,
  EVENT_TYPES,
  type Gap,
  type Sample,
  type StreamEnd,
  type StreamEvent,
  type StreamEventType,
  type StreamFailure,
  type StreamStart,
  TEXT_CHANNELS,
  type TextChannel,
  type TextDelta,
  type Tick,
  type ToolEnd,
  type ToolStart,
  type TrackId,
  trackOf,
  type Usage,
} from './events.ts';
export { compareFindings, type Finding, type Json, type Span, sameMoment } from './findings.ts';
export { LIMITS, type Limit } from './limits.ts';
export { seededRandom } from './random.ts';
// Seams
export { type Actor, actionKey } from './seams/actor.ts';
export type { Analyser } from './seams/analyser.ts';
export type { Bus, BusMessage, ConsumeOptions, Delivery, Published } from './seams/bus.ts';
export type { Clock, Timer } from './seams/clock.ts';
export { type Dispatcher, runNow } from './seams/dispatcher.ts';
export type { DtwKernelOptions, KernelBuild, Kernels, PointCost } from './seams/kernels.ts';
export {
  type Letter,
  type Monitor,
  type MonitorProgram,
  VERDICTS,
  type Verdict,
} from './seams/monitor.ts';
export type {
  BidirectionalStream,
  Datagrams,
  MultiplexedSession,
  Multiplexer,
  MultiplexListener,
  MultiplexStatistics,
  OpenStreamOptions,
  ReceiveStream,
  SendStream,
  SessionClose,
  StreamPriority,
  StreamRead,
} from './seams/multiplexer.ts';
export type { Operation, OperationContext } from './seams/operation.ts';
export type { Policy, PolicyRun } from './seams/policy.ts';
export type { Random } from './seams/random.ts';
export type { HostedSession, OpenSessionOptions, SessionHost } from './seams/session-host.ts';
export type { Source } from './seams/source.ts';
export type { SchemaIssue, SchemaResult, StandardSchema } from './seams/standard-schema.ts';
export type { HistoryEntry, NewRow, PageOptions, Row, Store } from './seams/store.ts';
export type { NearestOptions, Neighbour, VectorIndex, VectorMetric } from './seams/vector-index.ts';
export { ANALYSER_SKIPPED } from './session/analyser-runner.ts';
export { CUT_REASON } from './session/outbox.ts';
// The spine
export { type HeldSpan, type PushResult, Session, type SessionOptions } from './session/session.ts';
export type { SessionRecord, SessionState, SessionSummary } from './session-record.ts';
export {
  type Bytes,
  bytes,
  type Millis,
  millis,
  type Nanos,
  nanos,
  parseDuration,
  toMillis,
  toNanos,
} from './units.ts';
