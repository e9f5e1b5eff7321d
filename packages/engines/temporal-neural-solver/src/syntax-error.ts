/** The one way this package reports a text that is not a formula. */

import { MidstreamError } from '@midstream/core';

/** Where in a text something stands; offset from 0, line and column from 1, in UTF-16 units. */
export interface Position {
  readonly offset: number;
  readonly line: number;
  readonly column: number;
}

/** The line and column of an offset. Lines end in `\n`, `\r\n` or `\r`. */
export function positionAt(text: string, offset: number): Position {
  const before = text.slice(0, offset).split(/\r\n|\n|\r/);
  return { offset, line: before.length, column: (before.at(-1) ?? '').length + 1 };
}

/** What a syntax error says. */
export interface SyntaxProblem {
  readonly offset: number;
  readonly expected: string;
  readonly found: string;
  readonly suggestion?: string | undefined;
}

/**
 * Longest piece of a text that a message quotes, and longest name that a suggestion is looked for.
 */
const LONGEST_QUOTED = 100;

function shortened(text: string): string {
  return text.length <= LONGEST_QUOTED ? text : `${text.slice(0, LONGEST_QUOTED)}…`;
}

/** A `formula/syntax` error with its exact place; `details` hold the same for programs. */
export function syntaxError(text: string, problem: SyntaxProblem): MidstreamError {
  const { offset, expected } = problem;
  const found = shortened(problem.found);
  // A suggestion is there to be copied, so it is never cut short.
  const suggestion =
    (problem.suggestion ?? '').length > 2 * LONGEST_QUOTED ? undefined : problem.suggestion;
  const position = positionAt(text, offset);
  const hint = suggestion === undefined ? '' : `; did you mean ${suggestion}?`;
  return new MidstreamError(
    'formula/syntax',
    `Formula at line ${position.line}, column ${position.column}: ` +
      `expected ${expected}, found ${found}${hint}`,
    {
      details: {
        ...position,
        expected,
        found,
        ...(suggestion === undefined ? {} : { suggestion }),
      },
    },
  );
}

/**
 * The nearest of some names, if it is near: at most a third of the letters differ. O(names ×
 * length²) for names of up to `LONGEST_QUOTED` units; longer ones have none.
 */
export function nearestName(name: string, names: Iterable<string>): string | undefined {
  if (name.length > LONGEST_QUOTED) return undefined;
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const candidate of names) {
    if (Math.abs(candidate.length - name.length) >= bestDistance) continue;
    const distance = editDistance(name, candidate);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Insertions, deletions and substitutions between two strings, one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitute = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitute, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
