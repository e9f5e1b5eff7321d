/**
 * Streams for the analysers' suite: several tracks and choices, ticks, gaps, tool calls, values
 * that are not finite, empty text. Time moves only at ticks, so that cutting the text otherwise
 * changes nothing but the cuts.
 */
import { EventWriter } from '../event-writer.ts';
import type { StreamEvent, TextChannel } from '../events.ts';
import type { Random } from '../seams/random.ts';
import { SimulatedClock } from '../simulation/simulated-clock.ts';
import { millis } from '../units.ts';

const CHANNELS: readonly TextChannel[] = ['text', 'reasoning', 'refusal', 'tool', 'transcript'];
const LETTERS = ['a', 'b', 'the ', 'É', '\n', '- ', '\u0000', '\ud83d', '\ude00', '{"x": 1}'];

/** A whole stream; `texts` are pieces that the analyser is meant to find something in. */
export function sampleStream(random: Random, texts: readonly string[]): StreamEvent[] {
  const clock = new SimulatedClock(millis(1_700_000_000_000));
  const write = new EventWriter(clock);
  const events: StreamEvent[] = [write.start('sample')];
  const pieces = [...LETTERS, ...texts, ...texts, ...texts.map((text) => text.slice(0, -1))];
  const blocks = 4 + random.integer(12);
  let choices = 2;
  for (let block = 0; block < blocks; block++) {
    const channel = pick(CHANNELS, random);
    const choice = random.integer(choices);
    const call = channel === 'tool' ? { call: `call_${random.integer(2)}` } : {};
    const count = 1 + random.integer(6);
    let text = '';
    for (let piece = 0; piece < count; piece++) text += pick(pieces, random);
    events.push(write.text(text, { channel, choice, ...call }));
    if (random.next() < 0.1) events.push(write.text('', { choice }));
    events.push(...between(write, clock, random));
    if (choices === 2 && random.next() < 0.1) {
      events.push(write.choiceEnd('stop', 1));
      choices = 1;
    }
  }
  if (choices === 2) events.push(write.choiceEnd('length', 1));
  return [...events, write.choiceEnd('stop', 0), write.usage(1, 2), write.end()];
}

function between(write: EventWriter, clock: SimulatedClock, random: Random): StreamEvent[] {
  switch (random.integer(8)) {
    case 0:
      clock.advance(millis(random.integer(60_000)));
      return [write.tick()];
    case 1:
      return [write.gap(3, 'Lost in a sample')];
    case 2:
      return [{ ...write.gap(1, 'Lost in a sample'), channel: pick(CHANNELS, random) }];
    case 3:
      return [write.sample('price', pick([1, Number.NaN, Number.POSITIVE_INFINITY], random))];
    case 4:
      return [write.toolStart('call_0', 'search'), write.toolEnd('call_0')];
    default:
      return [];
  }
}

function pick<T>(values: readonly T[], random: Random): T {
  return values[random.integer(values.length)] as T;
}
