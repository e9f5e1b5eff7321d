/**
 * Everything that can be computed on request is an operation: a name, a summary, an input, an
 * output and a function. The table lives in `sdk`; the command line, HTTP, MCP and batch faces are
 * made from it.
 *
 * `run` is given a validated input. It is pure as far as a caller can tell: the same input gives
 * the same output (seeds are inputs). Long work obeys the signal and reports progress.
 */
import type { StandardSchema } from './standard-schema.ts';

/** A named computation. */
export interface Operation<Input = unknown, Output = unknown> {
  /** `group.name`, lower camel case: `compare.distance`. */
  readonly name: string;
  /** One line. */
  readonly summary: string;
  /** Unknown keys are refused. */
  readonly input: StandardSchema<Input>;
  readonly output: StandardSchema<Output>;
  run(input: Input, context: OperationContext): Output | Promise<Output>;
}

/** What a running operation is handed. */
export interface OperationContext {
  readonly signal: AbortSignal;
  /** Reports how far the work is, from 0 to 1. */
  readonly progress?: (done: number, message?: string) => void;
}
