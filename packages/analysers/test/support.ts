/** What the tests of this package share: streams, arbitraries, naive twins. */
import { EventWriter, type Finding, type StreamEvent, type TextChannel } from '@midstream/core';
import { SimulatedClock } from '@midstream/core/simulation';
import fc from 'fast-check';

/** How many cases a property tries: ten times as many in the long tier. */
export const RUNS: number = process.env.MIDSTREAM_LONG === '1' ? 1_000 : 100;

export const clock = (): SimulatedClock => new SimulatedClock();
export const writer = (): EventWriter => new EventWriter(clock());

/** A stream of one text, as one delta. */
export function textStream(text: string, channel: TextChannel = 'text'): StreamEvent[] {
  const write = writer();
  return [write.text(text, { channel })];
}

/** The findings of an analyser that is handed these batches. */
export function findingsOf(
  analyser: { push(events: readonly StreamEvent[], findings: Finding[]): void },
  ...batches: readonly (readonly StreamEvent[])[]
): Finding[] {
  const findings: Finding[] = [];
  for (const batch of batches) analyser.push(batch, findings);
  return findings;
}

/** Texts over few letters, where matches overlap and repeat. */
export const fewLetters = (maxLength: number): fc.Arbitrary<string> =>
  fc
    .array(fc.constantFrom('a', 'b', 'c', 'A', 'é', 'É', ' ', '\ud83d', '\ude00'), { maxLength })
    .map((letters) => letters.join(''));

/** Patterns over the same letters. */
export const pattern = fc.record({
  proposition: fc.constantFrom('p', 'q'),
  text: fewLetters(5).filter((text) => text.length > 0),
  ignoreCase: fc.boolean(),
});
