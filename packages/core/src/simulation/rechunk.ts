/**
 * Cuts the text of a stream into other deltas without changing what it says: neighbouring deltas of
 * one track are joined and split at random places, code units included. For properties of the form
 * "does not depend on how the text was cut".
 */
import { type StreamEvent, type TextDelta, trackOf } from '../events.ts';
import type { Random } from '../seams/random.ts';

/** The same stream, cut otherwise, in batches of random size. Sequence numbers are new. */
export function rechunk(events: readonly StreamEvent[], random: Random): StreamEvent[][] {
  const pieces = joined(events).flatMap((event): StreamEvent[] =>
    event.type === 'text-delta' ? split(event, random) : [event],
  );
  const batches: StreamEvent[][] = [];
  let sequence = 0;
  for (const piece of pieces) {
    sequence += 1;
    const event = { ...piece, sequence };
    const open = batches[batches.length - 1];
    if (open === undefined || random.next() < 0.5) batches.push([event]);
    else open.push(event);
  }
  return batches;
}

function joined(events: readonly StreamEvent[]): StreamEvent[] {
  const out: StreamEvent[] = [];
  for (const event of events) {
    const last = out[out.length - 1];
    if (
      event.type === 'text-delta' &&
      last?.type === 'text-delta' &&
      trackOf(last) === trackOf(event)
    ) {
      out[out.length - 1] = { ...last, text: last.text + event.text };
    } else {
      out.push(event);
    }
  }
  return out;
}

function split(event: TextDelta, random: Random): TextDelta[] {
  const pieces: TextDelta[] = [];
  const longest = 1 + random.integer(Math.max(1, Math.min(event.text.length, 40)));
  for (let at = 0; at < event.text.length; ) {
    const length = 1 + random.integer(longest);
    pieces.push({ ...event, text: event.text.slice(at, at + length) });
    at += length;
  }
  return pieces.length > 0 ? pieces : [event];
}
