import { Session, seededRandom } from '@midstream/core';
import { rechunk } from '@midstream/core/simulation';
import { parsePolicy } from '@midstream/sdk';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { policyOf, runThrough, streamOf } from './support.ts';

const RUNS = process.env.MIDSTREAM_LONG === '1' ? 20_000 : 300;

const POLICY = parsePolicy(
  policyOf(
    `a: { pattern: [ab, abba], ignoreCase: true }
     b: { pattern: ba }
     c: { pattern: [cc, "c😀"] }
     d: { pattern: da }
     l: { repetition: { repeats: 4, minimum: 8, maximumPeriod: 6 } }`,
    `- { id: redact, never: a, action: redact, with: "[a]" }
     - { id: early, never: b, before: c, action: redact, with: "[b]" }
     - { id: wait, never: d, action: hold, until: c, limit: 12, otherwise: release }
     - { id: note, formula: "G (c -> N b)", action: alert }
     - { id: polite, eventually: c, action: alert }
     - { id: loop, never: l, action: cut }`,
  ),
);

const CUTTING = parsePolicy(
  policyOf(
    'a: { pattern: abc }\nb: { pattern: [cab, bb] }\nc: { pattern: ca }',
    '- { id: cut, never: b, before: c, action: cut }\n- { id: redact, never: a, action: redact }\n- { id: wait, never: c, action: hold, until: a, limit: 9, otherwise: cut }',
  ),
);

const text = fc
  .array(fc.constantFrom('a', 'b', 'c', 'd', 'A', 'B', ' ', '😀', 'ab', 'abba', 'cc'), {
    maxLength: 60,
  })
  .map((parts) => parts.join(''));

describe('a policy', () => {
  for (const [name, policy] of [
    ['of every action', POLICY],
    ['that cuts', CUTTING],
  ] as const) {
    it(`${name} gives the same text and verdicts for every chunking`, () => {
      fc.assert(
        fc.property(text, fc.integer(), (said, seed) => {
          const whole = streamOf(said);
          const cut = rechunk(whole, seededRandom(seed));
          expect(runThrough(policy, cut)).toEqual(runThrough(policy, [whole]));
        }),
        { numRuns: RUNS },
      );
    });
  }

  it('lets nothing leave that an enforced rule forbids', () => {
    const policy = parsePolicy(
      policyOf('a: { pattern: [ab, ba] }', '- { id: r, never: a, action: redact, with: "_" }'),
    );
    fc.assert(
      fc.property(text, fc.integer(), (said, seed) => {
        const { text: out } = runThrough(policy, rechunk(streamOf(said), seededRandom(seed)));
        expect(out).not.toMatch(/ab|ba/);
      }),
      { numRuns: RUNS },
    );
  });

  it('goes on from a snapshot as if nothing had happened', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 0, max: 60 }), (said, at) => {
        const { analysers, policy } = POLICY.open();
        const findings = analysers.flatMap((analyser) => {
          const found: Parameters<typeof analyser.push>[1] = [];
          analyser.push(streamOf(said), found);
          return found;
        });
        const one = policy.start(0);
        let other = policy.start(0);
        for (const [number, finding] of findings.entries()) {
          if (number === at) {
            const kept: unknown = JSON.parse(JSON.stringify(other.snapshot()));
            other = policy.start(0);
            other.restore(kept);
          }
          expect(other.step([finding])).toEqual(one.step([finding]));
        }
        expect(other.snapshot()).toEqual(one.snapshot());
      }),
      { numRuns: RUNS / 3 },
    );
  });

  it('restore() refuses other snapshots and stays as it was', () => {
    const run = POLICY.open().policy.start(0);
    const before = run.snapshot();
    const foreign = CUTTING.open().policy.start(0).snapshot();
    const damaged = JSON.parse(JSON.stringify(before)) as { rules: { monitor: unknown }[] };
    (damaged.rules[5] as { monitor: unknown }).monitor = 'x';
    for (const bad of [null, {}, foreign, { version: 1, rules: [] }, damaged]) {
      expect(() => run.restore(bad)).toThrow(expect.objectContaining({ code: 'state/corrupt' }));
      expect(run.snapshot()).toEqual(before);
    }
  });

  it('compiled once serves many sessions without their meeting', () => {
    const [one, two] = [new Session(CUTTING.open()), new Session(CUTTING.open())];
    const [delta] = streamOf('bb');
    if (delta === undefined) throw new Error('no event');
    expect(one.push([delta]).actions.map(({ type }) => type)).toContain('cut');
    expect(two.finished).toBe(false);
  });
});
