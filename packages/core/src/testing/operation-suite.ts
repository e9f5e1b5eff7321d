/** The contract of `seams/operation.ts`. */
import type { Operation } from '../seams/operation.ts';
import type { SchemaResult } from '../seams/standard-schema.ts';
import { type ConformanceCase, check, checkEqual, deepFreeze } from './conformance.ts';

/** What the operation is tried on. */
export interface OperationSuiteOptions {
  /** Inputs that are accepted, at least one. */
  readonly accepted: readonly Readonly<Record<string, unknown>>[];
  /** Inputs that are refused. */
  readonly refused?: readonly unknown[];
}

/** Cases for an operation. */
export function operationSuite<Input, Output>(
  operation: Operation<Input, Output>,
  { accepted, refused = [] }: OperationSuiteOptions,
): readonly ConformanceCase[] {
  const one = (name: string, run: () => void | Promise<void>): ConformanceCase => ({
    name: `operation ${operation.name}: ${name}`,
    run,
  });
  const parse = async (value: unknown): Promise<SchemaResult<Input>> =>
    operation.input['~standard'].validate(value);
  const runOn = async (value: unknown): Promise<Output> => {
    const result = await parse(value);
    if (result.issues !== undefined) throw new Error(`Refused: ${JSON.stringify(result.issues)}`);
    const { signal } = new AbortController();
    return operation.run(result.value, { signal });
  };
  return [
    one('is named group.name and summed up in one line', () => {
      check(/^[a-z][A-Za-z0-9]*\.[a-z][A-Za-z0-9]*$/.test(operation.name), 'its name is malformed');
      check(/^\S[^\n]*$/.test(operation.summary), 'its summary is not one line');
    }),
    one('accepts its inputs and refuses others, unknown keys included', async () => {
      check(accepted.length > 0, 'the suite wants an input');
      for (const input of accepted) {
        check((await parse(input)).issues === undefined, `${JSON.stringify(input)} is refused`);
        const more = await parse({ ...input, 'no such key': 1 });
        check(more.issues !== undefined, 'an unknown key is accepted');
      }
      for (const input of [null, 'text', ...refused]) {
        check((await parse(input)).issues !== undefined, `${JSON.stringify(input)} is accepted`);
      }
    }),
    one('answers by its output schema, the same each time, leaving the input alone', async () => {
      for (const input of accepted) {
        const output = await runOn(deepFreeze(structuredClone(input)));
        const valid = await operation.output['~standard'].validate(output);
        check(valid.issues === undefined, `the output is invalid: ${JSON.stringify(valid.issues)}`);
        checkEqual(await runOn(structuredClone(input)), output, 'the second output');
      }
    }),
    one('reports progress within 0 and 1', async () => {
      for (const input of accepted) {
        const result = await parse(input);
        if (result.issues !== undefined) continue;
        const { signal } = new AbortController();
        const progress = (done: number): void => check(done >= 0 && done <= 1, `progress ${done}`);
        await operation.run(result.value, { signal, progress });
      }
    }),
  ];
}
