/**
 * "Did you mean …?": the known name nearest to one that is not known.
 *
 * Computes the optimal string alignment distance (insertions, deletions, substitutions, swaps of
 * neighbours) to each candidate, regardless of case, and takes the nearest when at most a third of
 * the letters, rounded up, at most three and not all of them, differ. Cost: O(names × length²) on
 * short names. Edge case: of equally near names the first stands. Example: suggest('patern',
 * ['pattern', 'stall']) is 'pattern'.
 *
 * See: Damerau 1964, "A technique for computer detection and correction of spelling errors".
 */

/** The nearest name, or `undefined` when none is near. */
export function suggest(name: string, names: Iterable<string>): string | undefined {
  const tolerance = Math.min(3, Math.ceil(name.length / 3), name.length - 1);
  let best: { readonly name: string; readonly distance: number } | undefined;
  for (const candidate of names) {
    if (Math.abs(candidate.length - name.length) > tolerance) continue;
    const distance = edits(name.toLowerCase(), candidate.toLowerCase());
    if (distance <= tolerance && distance < (best?.distance ?? Number.POSITIVE_INFINITY)) {
      best = { name: candidate, distance };
    }
  }
  return best?.name;
}

/**
 * `; did you mean "x"?`, the choices there are when none is near, or nothing when there is no
 * choice.
 */
export function didYouMean(name: string, names: readonly string[]): string {
  const near = suggest(name, names);
  if (near !== undefined) return `; did you mean "${near}"?`;
  return names.length === 0 ? '' : `; there is ${names.map((known) => `"${known}"`).join(', ')}`;
}

function edits(a: string, b: string): number {
  let older: number[] = [];
  let old = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(
        Math.min(
          (old[j - 1] ?? 0) + (same ? 0 : 1),
          (old[j] ?? 0) + 1,
          (row[j - 1] ?? 0) + 1,
          swapped ? (older[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    older = old;
    old = row;
  }
  return old[b.length] ?? 0;
}
