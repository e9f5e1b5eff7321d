/**
 * How an entry of the operations table is written: schemas give the types, the types are checked by
 * the function.
 */
import type { Operation, OperationContext } from '@midstream/core';
import { z } from 'zod';

/** An operation, with the JSON Schemas that its faces show. */
export interface TableOperation extends Operation {
  readonly input: z.ZodType;
  readonly output: z.ZodType;
}

/** One entry. */
export function define<Input, Output>(entry: {
  readonly name: string;
  readonly summary: string;
  readonly input: z.ZodType<Input>;
  readonly output: z.ZodType<Output>;
  readonly run: (input: Input, context: OperationContext) => Output | Promise<Output>;
}): TableOperation {
  return Object.freeze({
    ...entry,
    // The runner hands an operation nothing but what its input schema has read.
    run: (input: unknown, context: OperationContext) => entry.run(input as Input, context),
  });
}

/** The JSON Schema (2020-12) of what an operation takes or gives. */
export function jsonSchemaOf(schema: z.ZodType): Record<string, unknown> {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, {
    io: 'input',
    target: 'draft-2020-12',
    unrepresentable: 'throw',
  });
  return rest;
}
