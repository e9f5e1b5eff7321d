import { EventWriter, Session, type StreamEvent, seededRandom, trackOf } from '@midstream/core';
import { rechunk, SimulatedClock } from '@midstream/core/simulation';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { literalAnalyser, table, textOf, type Wanted } from './literal.ts';
import { batchesOf, outcomeOf, scenario } from './random-session.ts';

const runs = process.env.MIDSTREAM_LONG ? 20_000 : 300;

/** What leaves, from the definition: every match is looked for in the whole text at once. */
function oracle(text: string, rules: Readonly<Record<string, Wanted>>): string {
  const patterns = Object.keys(rules).map((name) => name.slice(4));
  const matches = patterns.flatMap((pattern, order) =>
    [...Array(text.length).keys()]
      .filter((start) => text.startsWith(pattern, start))
      .map((start) => ({
        start,
        end: start + pattern.length,
        rule: rules[`has ${pattern}`],
        order,
      })),
  );
  const cuts = matches.filter(({ rule }) => rule?.type === 'cut');
  const moment = Math.min(...cuts.map(({ end }) => end));
  const stop = Math.min(
    text.length,
    ...cuts.filter(({ end }) => end === moment).map(({ start }) => start),
  );
  const edits = matches
    .filter(({ rule, end }) => rule?.type === 'redact' && end <= moment)
    .sort((a, b) => a.start - b.start || a.order - b.order);
  let out = '';
  let covered = 0;
  for (let at = 0; at < stop; at++) {
    for (const { start, end, rule } of edits) {
      if (start !== at || rule?.type !== 'redact') continue;
      if (at >= covered) out += rule.text;
      covered = Math.max(covered, end);
    }
    if (at >= covered) out += text[at];
  }
  return out;
}

const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 4 });
const wanted: fc.Arbitrary<Wanted> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom('#', '', '<>').map((text) => ({ type: 'redact' as const, text })),
  },
  { weight: 1, arbitrary: fc.constant({ type: 'cut' as const }) },
  { weight: 1, arbitrary: fc.constant({ type: 'alert' as const }) },
);
const rulesOf = fc
  .uniqueArray(fc.tuple(word, wanted), { minLength: 1, maxLength: 4, selector: ([name]) => name })
  .map((pairs) => Object.fromEntries(pairs.map(([name, rule]) => [`has ${name}`, rule])));

function leaves(batches: readonly StreamEvent[][], rules: Readonly<Record<string, Wanted>>) {
  const patterns = Object.keys(rules).map((name) => name.slice(4));
  const session = new Session({ analysers: [literalAnalyser(patterns)], policy: table(rules) });
  const results = batches.map((batch) => session.push(batch));
  return {
    text: textOf(results.flatMap((result) => [...result.released])),
    findings: results.flatMap((result) => result.findings.map((finding) => finding.id)),
    actions: results.flatMap((result) =>
      result.actions.map((action) => `${action.type} ${action.finding?.id}`),
    ),
  };
}

describe('Session', () => {
  it('lets leave, for every chunking, what the definition says', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'b', 'c', ' '), maxLength: 40 }),
        rulesOf,
        fc.integer(),
        (text, rules, seed) => {
          const events = new EventWriter(new SimulatedClock());
          const stream = [events.text(text), events.choiceEnd('stop'), events.end()];
          const { text: left } = leaves(rechunk(stream, seededRandom(seed)), rules);
          expect(left).toBe(oracle(text, rules));
        },
      ),
      { numRuns: runs },
    );
  });

  it('finds and does the same for every chunking', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'b', 'c', ' '), maxLength: 60 }),
        rulesOf,
        fc.integer(),
        (text, rules, seed) => {
          const events = new EventWriter(new SimulatedClock());
          const stream = [events.text(text), events.choiceEnd('stop'), events.end()];
          const whole = leaves([stream], rules);
          expect(leaves(rechunk(stream, seededRandom(seed)), rules)).toEqual(whole);
        },
      ),
      { numRuns: runs },
    );
  });

  it('holds by rule the same for every chunking, several tracks and choices interleaved', () => {
    const rules: Readonly<Record<string, Wanted>> = {
      'has a': { type: 'hold', limit: 5, otherwise: 'cut' },
      'has b': { type: 'release', rule: 'has a' },
      'has cc': { type: 'redact', text: '#' },
    };
    const part = fc.record({
      text: fc.string({ unit: fc.constantFrom('a', 'b', 'c', ' ', ' '), maxLength: 8 }),
      channel: fc.constantFrom('text' as const, 'reasoning' as const),
      choice: fc.constantFrom(0, 1),
    });
    const tracks = ['text/0', 'text/1', 'reasoning/0', 'reasoning/1'];
    const run = (batches: readonly StreamEvent[][]) => {
      const session = new Session({
        analysers: [literalAnalyser(['a', 'b', 'cc'])],
        policy: table(rules),
        choices: 2,
      });
      const out = batches.flatMap((batch) => [...session.push(batch).released]);
      return tracks.map((track) => textOf(out, track));
    };
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), fc.integer(), (parts, seed) => {
        const events = new EventWriter(new SimulatedClock());
        const stream: StreamEvent[] = parts.map(({ text, ...rest }) => events.text(text, rest));
        stream.push(events.choiceEnd('stop', 0), events.choiceEnd('stop', 1), events.end());
        expect(run(rechunk(stream, seededRandom(seed)))).toEqual(run([stream]));
      }),
      { numRuns: runs },
    );
  });

  it('holds nothing that could have left: the held text begins with the start of a match', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 4 }), {
          maxLength: 12,
        }),
        fc.uniqueArray(word, { minLength: 1, maxLength: 3 }),
        (deltas, patterns) => {
          const events = new EventWriter(new SimulatedClock());
          const session = new Session({
            analysers: [literalAnalyser(patterns)],
            policy: table({}),
          });
          let arrived = '';
          for (const delta of deltas) {
            session.push([events.text(delta)]);
            arrived += delta;
            const [held] = session.held();
            const tails = [...Array(arrived.length).keys()].map((from) => arrived.slice(from));
            const longest = tails.find((tail) =>
              patterns.some((p) => p.length > tail.length && p.startsWith(tail)),
            );
            expect(held ? arrived.slice(held.start) : undefined).toBe(longest);
          }
        },
      ),
      { numRuns: runs },
    );
  });

  it('judges and releases the same however a stream is cut, for any mix of rules and events', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer(), (seed, cutting) => {
        const what = scenario(seed);
        const [units, whole, other] = (['units', 'whole', cutting] as const).map((how) => {
          const { released: _, ...outcome } = outcomeOf(what, batchesOf(what.stream, how));
          return outcome;
        });
        expect(units?.failure).toBeNull();
        expect(whole).toEqual(units);
        expect(other).toEqual(units);
      }),
      { numRuns: runs },
    );
  });

  it('ends each choice once and last, keeps the order of a track, and hands on untouched events', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer(), (seed, cutting) => {
        const what = scenario(seed);
        const batches = batchesOf(what.stream, cutting);
        const pushed = new Set(batches.flat());
        const ended = new Set<number>();
        const last = new Map<string, number>();
        for (const event of outcomeOf(what, batches).released) {
          if (event.type === 'stream-end') ended.add(-1);
          else expect(ended.has(-1)).toBe(false);
          if (!['text-delta', 'tool-start', 'tool-end', 'choice-end'].includes(event.type))
            continue;
          expect(ended.has(event.choice)).toBe(false);
          if (event.type === 'choice-end') ended.add(event.choice);
          if (event.type !== 'text-delta') continue;
          expect(event.sequence).toBeGreaterThanOrEqual(last.get(trackOf(event)) ?? 0);
          last.set(trackOf(event), event.sequence);
          const same = [...pushed].find(({ sequence }) => sequence === event.sequence);
          const whole = same?.type === 'text-delta' && same.text === event.text && !event.edit;
          if (whole) expect(event).toBe(same);
        }
      }),
      { numRuns: runs },
    );
  });
});
