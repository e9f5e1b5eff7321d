import { SimulatedClock } from '@midstream/core/simulation';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChatPipeline } from '../src/chat-pipeline.ts';
import { limitValues } from '../src/limits.ts';
import { sseFrame } from '../src/sse-writer.ts';
import { type Decision, TestHost } from './support/host.ts';
import { DONE, finish, reasonOf, role, textOf, word } from './support/recordings.ts';

const runs = process.env.MIDSTREAM_LONG === '1' ? 5_000 : 200;
const LITERALS = ['abab', 'bb', 'a🇺🇸b'];

interface Sent {
  readonly text: string;
  readonly frames: string;
  readonly reason: string | null | undefined;
}

/** What a client gets of a text that comes in these deltas, in these TCP pieces. */
function through(
  deltas: readonly string[],
  sizes: readonly number[],
  how: { decision: Decision; split: boolean },
): Sent {
  const session = new TestHost({
    literals: LITERALS,
    decision: how.decision,
    replacement: '#',
  }).open({
    origin: 'test',
    label: '',
  });
  const pipeline = new ChatPipeline({
    session,
    clock: new SimulatedClock(),
    limits: limitValues(),
    fallback: { id: 'f' },
    splitFrames: how.split,
  });
  const bytes = Buffer.from([role(), ...deltas.map((text) => word(text)), finish(), DONE].join(''));
  const out: Buffer[] = [];
  let cancelled = false;
  for (let at = 0, i = 0; at < bytes.length && !cancelled; i++) {
    const size = sizes[i % sizes.length] ?? 1;
    const step = pipeline.push(bytes.subarray(at, at + size));
    at += size;
    if (step.failure !== null) throw step.failure;
    const more =
      step.cancel && pipeline.endedChoices === 0 ? pipeline.cutOff({ usage: false }) : null;
    cancelled = more !== null;
    for (const { bytes, json } of [...step.outgoing, ...(more?.outgoing ?? [])])
      out.push(bytes ?? sseFrame(json));
  }
  const frames = Buffer.concat(out).toString('utf8');
  return { text: textOf(frames), frames, reason: reasonOf(frames) };
}

const units = fc.array(fc.constantFrom('a', 'b', 'c', '🇺🇸', 'é'), { maxLength: 30 });
const cuts = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 8 });
const sizes = fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 6 });

function pieces(units: readonly string[], lengths: readonly number[]): string[] {
  const list: string[] = [];
  for (let at = 0, i = 0; at < units.length; i++) {
    const length = lengths[i % lengths.length] ?? 1;
    list.push(units.slice(at, at + length).join(''));
    at += length;
  }
  return list;
}

describe('ChatPipeline', () => {
  for (const split of [false, true]) {
    for (const decision of ['redact', 'cut', 'pass'] as const) {
      it(`gives the same text for every chunking: ${decision}${split ? ', frames split' : ''}`, () => {
        fc.assert(
          fc.property(units, cuts, cuts, sizes, (text, one, other, tcp) => {
            const how = { decision, split };
            const a = through(pieces(text, one), tcp, how);
            const b = through(pieces(text, other), [3], how);
            const whole = through([text.join('')], [1 << 20], how);
            expect([b.text, b.reason]).toEqual([a.text, a.reason]);
            expect([whole.text, whole.reason]).toEqual([a.text, a.reason]);
            expect(a.frames.endsWith(DONE)).toBe(true);
            if (decision === 'pass') expect(a.text).toBe(text.join(''));
            else for (const literal of LITERALS) expect(a.text).not.toContain(literal);
          }),
          { numRuns: runs },
        );
      });
    }
  }

  it('changes no byte where nothing is found, however text and bytes are cut', () => {
    fc.assert(
      fc.property(units, cuts, sizes, (text, lengths, tcp) => {
        const deltas = pieces(text, lengths);
        const { frames } = through(deltas, tcp, { decision: 'pass', split: false });
        expect(frames).toBe([role(), ...deltas.map((each) => word(each)), finish(), DONE].join(''));
      }),
      { numRuns: runs },
    );
  });
});
