/**
 * Greedy pair merging: again and again the adjacent pair of the highest score, the leftmost of
 * equals, becomes one piece, until no adjacent pair has a score.
 *
 * A heap holds candidate pairs and a linked list the pieces; a candidate whose pieces have changed
 * meanwhile is recognised by its text and dropped. Cost: O(n log n) time, O(n) memory.
 * Example: mergePairs(['a','b','c'], p => ({ab: -2, bc: -1})[p]) is ['a', 'bc'].
 */

interface Candidate {
  readonly score: number;
  readonly left: number;
  readonly text: string;
}

/** Merges `pieces` by `scoreOf`, which gives undefined for what is no token. */
export function mergePairs(
  pieces: readonly string[],
  scoreOf: (piece: string) => number | undefined,
): string[] {
  const merged: (string | undefined)[] = [...pieces];
  const next = pieces.map((_, index) => index + 1);
  const previous = pieces.map((_, index) => index - 1);
  const heap: Candidate[] = [];
  const consider = (left: number, right: number): void => {
    if (left < 0 || right >= pieces.length) return;
    const text = `${merged[left]}${merged[right]}`;
    const score = scoreOf(text);
    if (score !== undefined) pushCandidate(heap, { score, left, text });
  };
  for (let i = 0; i + 1 < pieces.length; i++) consider(i, i + 1);
  for (let best = popCandidate(heap); best !== undefined; best = popCandidate(heap)) {
    const { left, text } = best;
    const right = next[left] as number;
    const isCurrent = merged[left] !== undefined && right < pieces.length;
    if (!isCurrent || `${merged[left]}${merged[right]}` !== text) continue;
    merged[left] = text;
    merged[right] = undefined;
    const after = next[right] as number;
    next[left] = after;
    if (after < pieces.length) previous[after] = left;
    consider(previous[left] as number, left);
    consider(left, after);
  }
  return merged.filter((piece) => piece !== undefined);
}

function isBetter(a: Candidate, b: Candidate): boolean {
  return a.score > b.score || (a.score === b.score && a.left < b.left);
}

function pushCandidate(heap: Candidate[], candidate: Candidate): void {
  let at = heap.length;
  heap.push(candidate);
  while (at > 0) {
    const parent = (at - 1) >> 1;
    const above = heap[parent] as Candidate;
    if (!isBetter(candidate, above)) break;
    heap[at] = above;
    at = parent;
  }
  heap[at] = candidate;
}

function popCandidate(heap: Candidate[]): Candidate | undefined {
  const top = heap[0];
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return top;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (
      child + 1 < heap.length &&
      isBetter(heap[child + 1] as Candidate, heap[child] as Candidate)
    ) {
      child++;
    }
    const below = heap[child] as Candidate;
    if (!isBetter(below, last)) break;
    heap[at] = below;
    at = child;
  }
  heap[at] = last;
  return top;
}
