/** Runs one operation by name, with its input checked. */
import { MidstreamError, type OperationContext } from '@midstream/core';
import { problemsOf, showPath } from '../problems.ts';
import { didYouMean } from '../suggest.ts';
import type { TableOperation } from './define.ts';
import { OPERATIONS } from './table.ts';

const BY_NAME: ReadonlyMap<string, TableOperation> = new Map(
  OPERATIONS.map((operation) => [operation.name, operation]),
);

/** What a run may be given besides its input. */
export type RunOptions = Partial<OperationContext>;

/**
 * The output, with numbers as they are (`toJsonNumbers` makes JSON of it). Throws
 * `operation/unknown`, `argument/invalid` for an input that does not fit the schema,
 * `stream/aborted`, and what the operation throws.
 */
export async function runOperation(
  name: string,
  input: unknown,
  options: RunOptions = {},
): Promise<unknown> {
  const operation = BY_NAME.get(name);
  if (operation === undefined) {
    throw new MidstreamError(
      'operation/unknown',
      `There is no operation "${name}"${didYouMean(name, [...BY_NAME.keys()])}`,
    );
  }
  const signal = options.signal ?? new AbortController().signal;
  if (signal.aborted) {
    throw new MidstreamError('stream/aborted', `The operation "${name}" was aborted`, {
      cause: signal.reason,
    });
  }
  const read = operation.input.safeParse(input);
  if (!read.success) throw badInput(operation, input, read.error);
  return await operation.run(read.data, { ...options, signal });
}

type ReadError = NonNullable<ReturnType<TableOperation['input']['safeParse']>['error']>;

function badInput(operation: TableOperation, input: unknown, error: ReadError): MidstreamError {
  const problems = problemsOf(operation.input, input, error);
  const [first] = problems;
  const path = showPath(first?.path ?? []);
  return new MidstreamError(
    'argument/invalid',
    `Cannot run ${operation.name}: input ${path}: ${first?.message ?? 'it is not valid'}`,
    {
      details: {
        argument: path,
        problems: problems.slice(0, 20).map(({ path: at, message }) => ({
          path: showPath(at),
          message,
        })),
      },
    },
  );
}
