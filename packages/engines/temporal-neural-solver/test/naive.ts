/** Evaluators written from the definitions alone, to compare with; and formulas to compare on. */
import fc from 'fast-check';
import { vi } from 'vitest';
import type { Binary, BinaryKind, Formula, FormulaTable, UnaryKind } from '../src/index.ts';

const LONG = process.env.MIDSTREAM_LONG === '1';
if (LONG) vi.setConfig({ testTimeout: 1_200_000 });

/** How many runs a property gets: few by default, 10^5 with MIDSTREAM_LONG=1. */
export const runs = (count: number): number => (LONG ? 100_000 : count);

/** LTLf at a position of a finite trace, by quantifiers over positions. */
export function holdsFinite(f: Formula, trace: readonly ReadonlySet<string>[], at = 0): boolean {
  const n = trace.length;
  const later = Array.from({ length: Math.max(0, n - at) }, (_, k) => at + k);
  const on = (g: Formula, j: number): boolean => holdsFinite(g, trace, j);
  switch (f.kind) {
    case 'true':
      return true;
    case 'false':
      return false;
    case 'proposition':
      return at < n && trace[at]!.has(f.name);
    case 'not':
      return !on(f.operand, at);
    case 'and':
      return on(f.left, at) && on(f.right, at);
    case 'or':
      return on(f.left, at) || on(f.right, at);
    case 'implies':
      return !on(f.left, at) || on(f.right, at);
    case 'iff':
      return on(f.left, at) === on(f.right, at);
    case 'next':
      return at + 1 < n && on(f.operand, at + 1);
    case 'weak-next':
      return at + 1 >= n || on(f.operand, at + 1);
    case 'finally':
      return later.some((j) => on(f.operand, j));
    case 'globally':
      return later.every((j) => on(f.operand, j));
    case 'until':
    case 'weak-until': {
      const kept = (j: number): boolean => later.filter((k) => k < j).every((k) => on(f.left, k));
      const until = later.some((j) => on(f.right, j) && kept(j));
      return until || (f.kind === 'weak-until' && later.every((k) => on(f.left, k)));
    }
    case 'release':
    case 'strong-release': {
      const kept = (j: number): boolean => later.filter((k) => k <= j).every((k) => on(f.right, k));
      const released = later.some((j) => on(f.left, j) && kept(j));
      return released || (f.kind === 'release' && later.every((k) => on(f.right, k)));
    }
  }
}

/** LTL on the infinite word stem·loop·loop…: the truth at each of its positions, by fixpoints. */
export function holdsInfinite(
  f: Formula,
  stem: readonly ReadonlySet<string>[],
  loop: readonly ReadonlySet<string>[],
): boolean {
  const word = [...stem, ...loop];
  const next = (i: number): number => (i + 1 < word.length ? i + 1 : stem.length);
  const fixpoint = (start: boolean, rule: (after: boolean, i: number) => boolean): boolean[] => {
    let values = word.map(() => start);
    for (let round = 0; round <= word.length; round++) {
      values = values.map((_, i) => rule(values[next(i)]!, i));
    }
    return values;
  };
  const memo = new Map<Formula, boolean[]>();
  const on = (g: Formula): boolean[] => {
    const known = memo.get(g) ?? compute(g);
    memo.set(g, known);
    return known;
  };
  const compute = (g: Formula): boolean[] => {
    const all = (rule: (i: number) => boolean): boolean[] => word.map((_, i) => rule(i));
    if (g.kind === 'true' || g.kind === 'false') return all(() => g.kind === 'true');
    if (g.kind === 'proposition') return all((i) => word[i]!.has(g.name));
    if ('operand' in g) {
      const a = on(g.operand);
      if (g.kind === 'not') return all((i) => !a[i]);
      if (g.kind === 'finally') return fixpoint(false, (after, i) => a[i]! || after);
      if (g.kind === 'globally') return fixpoint(true, (after, i) => a[i]! && after);
      return all((i) => a[next(i)]!);
    }
    const { left, right } = g as Binary;
    const [a, b] = [on(left), on(right)];
    switch (g.kind) {
      case 'and':
        return all((i) => a[i]! && b[i]!);
      case 'or':
        return all((i) => a[i]! || b[i]!);
      case 'implies':
        return all((i) => !a[i] || b[i]!);
      case 'iff':
        return all((i) => a[i] === b[i]);
      case 'until':
      case 'weak-until':
        return fixpoint(g.kind === 'weak-until', (after, i) => b[i]! || (a[i]! && after));
      default:
        return fixpoint(g.kind === 'release', (after, i) => b[i]! && (a[i]! || after));
    }
  };
  return on(f)[0]!;
}

const UNARY: readonly UnaryKind[] = ['not', 'next', 'weak-next', 'finally', 'globally'];
const BINARY: readonly BinaryKind[] = [
  'and',
  'or',
  'implies',
  'iff',
  'until',
  'weak-until',
  'release',
  'strong-release',
];

/** Random formulas over some names, made in a table. */
export function formulas(
  table: FormulaTable,
  names: readonly string[],
  depth = 4,
): fc.Arbitrary<Formula> {
  const leaf = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...names).map((name) => table.proposition(name)) },
    { weight: 1, arbitrary: fc.boolean().map((value) => table.constant(value)) },
  );
  return fc.letrec<{ formula: Formula }>((tie) => ({
    formula: fc.oneof(
      { maxDepth: depth, depthSize: 'small' },
      leaf,
      fc
        .tuple(fc.constantFrom(...UNARY), tie('formula'))
        .map(([kind, operand]) => table.unary(kind, operand)),
      fc
        .tuple(fc.constantFrom(...BINARY), tie('formula'), tie('formula'))
        .map(([kind, left, right]) => table.binary(kind, left, right)),
    ),
  })).formula;
}

/** Random traces over some names. */
export function traces(
  names: readonly string[],
  maxLength = 8,
): fc.Arbitrary<ReadonlySet<string>[]> {
  return fc.array(
    fc.subarray([...names]).map((letter) => new Set(letter)),
    { maxLength },
  );
}
