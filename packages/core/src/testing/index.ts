/**
 * Conformance suites, one a seam, for any test runner; and the doubles in memory that they are
 * proven on.
 */

export { type ActorUnderTest, actorSuite } from './actor-suite.ts';
export { type AnalyserSuiteOptions, analyserSuite } from './analyser-suite.ts';
export { busSuite } from './bus-suite.ts';
export { type ClockUnderTest, clockSuite } from './clock-suite.ts';
export { type ConformanceCase, deepFreeze } from './conformance.ts';
export { dispatcherSuite } from './dispatcher-suite.ts';
export { MemoryBus } from './memory-bus.ts';
export { MemoryMultiplexer, memorySessions } from './memory-multiplexer.ts';
export { MemoryStore } from './memory-store.ts';
export { MemoryVectorIndex } from './memory-vector-index.ts';
export { monitorSuite } from './monitor-suite.ts';
export { type MultiplexerUnderTest, multiplexerSuite } from './multiplexer-suite.ts';
export { type OperationSuiteOptions, operationSuite } from './operation-suite.ts';
export { type PolicySuiteOptions, policySuite } from './policy-suite.ts';
export { randomSuite } from './random-suite.ts';
export { sourceSuite } from './source-suite.ts';
export { storeSuite } from './store-suite.ts';
export { type VectorIndexSuiteOptions, vectorIndexSuite } from './vector-index-suite.ts';
