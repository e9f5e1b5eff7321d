/** `midstream compare`: two series, one distance, and the alignment if asked for. */
import { readFile } from 'node:fs/promises';
import { MidstreamError, messageOf } from '@midstream/core';
import { runOperation, toJsonNumbers } from '@midstream/sdk/operations';
import type { ExitCode } from '../exit-code.ts';

/** The flags of the command. */
export interface CompareFlags {
  readonly metric: string;
  readonly band?: number;
  readonly cost?: string;
  readonly root?: boolean;
  readonly path?: boolean;
  readonly parameters?: string;
  readonly json?: boolean;
}

/** Compares and prints. */
export async function compareCommand(x: string, y: string, flags: CompareFlags): Promise<ExitCode> {
  const { json, parameters, ...given } = flags;
  const input = {
    ...given,
    ...readParameters(parameters),
    x: await readSeries(x, 'x'),
    y: await readSeries(y, 'y'),
  };
  const signal = new AbortController().signal;
  const output = (await runOperation('compare.distance', input, { signal })) as {
    distance: number | string;
    path?: readonly (readonly [number, number])[];
  };
  if (json) {
    process.stdout.write(`${JSON.stringify(toJsonNumbers(output))}\n`);
    return 0;
  }
  process.stdout.write(`${flags.metric} distance ${output.distance}\n`);
  if (output.path) {
    const steps = output.path.map(([i, j]) => `${i}-${j}`).join(' ');
    process.stdout.write(`alignment of ${output.path.length} steps: ${steps}\n`);
  }
  return 0;
}

function readParameters(text: string | undefined): object {
  if (text === undefined) return {};
  let why = 'it is no object';
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch (thrown) {
    why = messageOf(thrown);
  }
  throw new MidstreamError(
    'argument/invalid',
    `Cannot read --parameters: ${why}; an object such as {"nu": 0.1} is wanted`,
  );
}

/** Numbers from the argument itself, or from a file with one or several a line. */
async function readSeries(argument: string, name: string): Promise<number[]> {
  const inline = /^[\s\d.,eE+-]+$/.test(argument) && /\d/.test(argument);
  const text = inline ? argument : await readText(argument, name);
  const words = text.split(/[\s,;]+/).filter((word) => word !== '');
  const values = words.map(Number);
  const bad = values.findIndex(Number.isNaN);
  if (bad >= 0 || values.length === 0) {
    const what = bad >= 0 ? `${JSON.stringify(words[bad])} is not a number` : 'it has no numbers';
    throw new MidstreamError(
      'argument/invalid',
      `Cannot read series ${name} from ${argument}: ${what}`,
    );
  }
  return values;
}

async function readText(path: string, name: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (thrown) {
    throw new MidstreamError(
      'argument/invalid',
      `Cannot read series ${name}: ${messageOf(thrown)}; a file, or numbers such as 1,2,3, is wanted`,
      { cause: thrown },
    );
  }
}
