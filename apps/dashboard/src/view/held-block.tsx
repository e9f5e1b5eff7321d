/** Text that waits: a block as long as it is, since what it says is not sent. */
import type { VNode } from 'preact';
import type { Held } from '../state/segments.ts';
import { heldInWords } from '../state/words.ts';

/** Beyond this many characters the block no longer grows. */
const LONGEST = 240;

/** A dim block, with its length in words. */
export function HeldBlock({ segment }: { readonly segment: Held }): VNode {
  const length = segment.end - segment.start;
  const words = heldInWords(length, segment.rules);
  return (
    <span class="held" data-testid="held" title={words}>
      <span
        class="held-block"
        aria-hidden="true"
        style={{ '--length': Math.min(length, LONGEST) }}
      />
      <span class="held-words">{words}</span>
    </span>
  );
}
