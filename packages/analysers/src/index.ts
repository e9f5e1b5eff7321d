/** Engines put to work on sessions: each of these is an `Analyser` of core. */

export { StallAnalyser, type StallAnalyserOptions } from './control/stall-analyser.ts';
export { ANALYSER_LIMITS } from './limits.ts';
export { PatternAnalyser, type PatternAnalyserOptions } from './text/pattern-analyser.ts';
export { type Pattern, PatternSet } from './text/pattern-set.ts';
export {
  REPETITION_DEFAULTS,
  RepetitionAnalyser,
  type RepetitionAnalyserOptions,
} from './text/repetition-analyser.ts';
