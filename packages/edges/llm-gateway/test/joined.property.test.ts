/**
 * What a client joins of an answer, over all fields, calls and choices, however its frames and
 * bytes come.
 */
import { SimulatedClock } from '@midstream/core/simulation';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CompletionBuilder } from '../src/chat-completion.ts';
import { ChatPipeline } from '../src/chat-pipeline.ts';
import { limitValues } from '../src/limits.ts';
import type { PipelineStep } from '../src/pipeline-step.ts';
import { sseFrame } from '../src/sse-writer.ts';
import { type Decision, TestHost } from './support/host.ts';
import { chunksOf, DONE, finish, role, usage } from './support/recordings.ts';

const numRuns = process.env.MIDSTREAM_LONG === '1' ? 20_000 : 300;
const LITERALS = ['abab', 'bb', 'a🇺🇸b'];
const CHOICES = 2;

interface Joined {
  readonly texts: Readonly<Record<string, string>>;
  readonly reasons: Readonly<Record<number, string[]>>;
}

/** Joins as the official client does: by field, and by the index of a call. */
function join(stream: string): Joined {
  const texts: Record<string, string> = {};
  const reasons: Record<number, string[]> = {};
  for (const { choices = [] } of chunksOf(stream.replaceAll(/^:.*\n/gm, ''))) {
    for (const { index = 0, delta, finish_reason: reason } of choices) {
      const { tool_calls: calls, function_call: call, audio, role: _, ...rest } = delta as Delta;
      const said: [string, string | undefined][] = Object.entries(rest);
      said.push(['audio', audio?.transcript], ['function', call?.arguments]);
      for (const tool of calls ?? []) said.push([`tool ${tool.index}`, tool.function?.arguments]);
      for (const [key, text] of said) {
        if (!text) continue;
        expect(reasons[index], 'text after the end').toBeUndefined();
        texts[`${index} ${key}`] = (texts[`${index} ${key}`] ?? '') + text;
      }
      if (reason) reasons[index] = [...(reasons[index] ?? []), reason];
    }
  }
  return { texts, reasons };
}

type Delta = Record<string, string> & {
  tool_calls?: { index: number; function?: { arguments?: string } }[];
  function_call?: { arguments?: string };
  audio?: { transcript?: string };
};

function through(
  bytes: Buffer,
  sizes: readonly number[],
  how: { decision: Decision; split: boolean },
) {
  const host = new TestHost({ literals: LITERALS, decision: how.decision, replacement: '#' });
  const pipeline = new ChatPipeline({
    session: host.open({ origin: 'test', label: '', choices: CHOICES }),
    clock: new SimulatedClock(),
    limits: limitValues(),
    fallback: { id: 'f' },
    splitFrames: how.split,
  });
  const out: Buffer[] = [];
  const builder = new CompletionBuilder({});
  const put = (step: PipelineStep): void => {
    if (step.failure !== null) throw step.failure;
    for (const { bytes: raw, json } of step.outgoing) {
      out.push(raw ?? sseFrame(json));
      if (json !== null) builder.add(json);
    }
  };
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length] ?? 1;
    const step = pipeline.push(bytes.subarray(at, at + size));
    at += size;
    put(step);
    if (!step.cancel || step.done || pipeline.endedChoices >= CHOICES) continue;
    put(pipeline.cutOff({ usage: false }));
    break;
  }
  return { stream: Buffer.concat(out).toString('utf8'), whole: builder.build() };
}

const text = fc
  .array(fc.constantFrom('a', 'b', 'c', '🇺🇸', 'é'), { maxLength: 5 })
  .map((units) => units.join(''));
const call = fc.record(
  {
    index: fc.nat({ max: 1 }),
    id: fc.constantFrom('x', 'y'),
    function: fc.record({ arguments: text }),
  },
  { requiredKeys: ['index', 'function'] },
);
const content = fc.oneof(
  ...['content', 'refusal', 'reasoning', 'reasoning_content'].map((key) =>
    text.map((said) => ({ [key]: said })),
  ),
  text.map((said) => ({ reasoning: said, reasoning_content: said })),
  text.map((transcript) => ({ audio: { transcript } })),
  text.map((said) => ({ function_call: { arguments: said } })),
  fc.array(call, { minLength: 1, maxLength: 2 }).map((calls) => ({ tool_calls: calls })),
);
const part = fc.record({
  index: fc.nat({ max: CHOICES - 1 }),
  delta: fc.tuple(content, content).map(([one, other]) => ({ ...one, ...other })),
  finish_reason: fc.option(fc.constant('length'), { freq: 15 }),
});
const frame = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .array(part, { minLength: 1, maxLength: 3 })
      .map((choices) => `data: ${JSON.stringify({ id: 'x', choices })}\n\n`),
  },
  { weight: 1, arbitrary: fc.constant(': ping\n\n') },
);
const answer = fc.array(frame, { maxLength: 14 }).map((frames) => {
  const ends = [finish('stop', 0), finish('stop', 1)];
  return Buffer.from([role(0), role(1), ...frames, ...ends, usage(1, 2), DONE].join(''));
});
const sizes = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 6 });

describe('what a client joins', () => {
  for (const decision of ['redact', 'cut', 'pass'] as const) {
    it(`has nothing in it that was to go, and is the same however it came: ${decision}`, () => {
      fc.assert(
        fc.property(answer, sizes, (bytes, tcp) => {
          const { stream, whole } = through(bytes, [bytes.length], { decision, split: false });
          const joined = join(stream);
          for (const split of [true, false]) {
            expect(join(through(bytes, tcp, { decision, split }).stream)).toEqual(joined);
          }
          for (const [key, said] of Object.entries(joined.texts)) {
            const found = LITERALS.filter((literal) => said.includes(literal));
            if (decision !== 'pass') expect(found, key).toEqual([]);
          }
          for (let index = 0; index < CHOICES; index++)
            expect(joined.reasons[index]).toHaveLength(1);
          expect(stream.endsWith(DONE)).toBe(true);
          const messages = whole.choices as { index: number; message: Record<string, unknown> }[];
          for (const { index, message } of messages) {
            const key = `${index} content`;
            expect(message.content || undefined).toBe(joined.texts[key]);
          }
        }),
        { numRuns },
      );
    });
  }
});
