import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededUniform } from '../src/random.ts';
import { Sampler, type SamplingOptions } from '../src/sampler.ts';

const RUNS = process.env.MIDSTREAM_LONG === '1' ? 2000 : 100;
const LOGITS = Float64Array.of(1, 3, 2, 3, -1);

/** How often each token is drawn from LOGITS. */
function frequencies(options: SamplingOptions, draws = 4000): number[] {
  const counts = Array<number>(LOGITS.length).fill(0);
  for (let seed = 0; seed < draws; seed++) {
    const { id } = new Sampler(options, seed).choose(LOGITS);
    counts[id] = counts[id]! + 1;
  }
  return counts.map((count) => count / draws);
}

function softmax(scores: readonly number[]): number[] {
  const weights = scores.map(Math.exp);
  const total = weights.reduce((a, b) => a + b);
  return weights.map((weight) => weight / total);
}

describe('seededUniform()', () => {
  it('gives the same sequence for the same seed and another for each other', () => {
    const take = (seed: number) => Array.from({ length: 5 }, seededUniform(seed));
    expect(take(7)).toEqual(take(7));
    const firsts = [0, 1, 2, -1, 2 ** 32, 2 ** 52, -(2 ** 40)].map((seed) => take(seed).join());
    expect(new Set(firsts).size).toBe(firsts.length);
  });

  it('is uniform enough: mean and tenths of 20,000 numbers', () => {
    const next = seededUniform(42);
    const tenths = Array<number>(10).fill(0);
    for (let i = 0; i < 20_000; i++) tenths[Math.floor(next() * 10)]!++;
    for (const count of tenths) expect(Math.abs(count - 2000)).toBeLessThan(200);
  });
});

describe('Sampler.choose()', () => {
  it('at temperature 0 takes the highest, the lower id of equals', () => {
    const sampler = new Sampler({ temperature: 0 }, 5);
    expect([1, 2, 3].map(() => sampler.choose(LOGITS).id)).toEqual([1, 1, 1]);
  });

  it.each([1, 0.5, 2])('draws in proportion to the softmax at temperature %d', (temperature) => {
    const expected = softmax([...LOGITS].map((score) => score / temperature));
    const seen = frequencies({ temperature });
    for (const [id, share] of expected.entries())
      expect(Math.abs(seen[id]! - share)).toBeLessThan(0.03);
  });

  it('topK keeps the highest only', () => {
    const seen = frequencies({ topK: 3 });
    expect(seen[0]! + seen[4]!).toBe(0);
    expect(seen[2]).toBeGreaterThan(0.1);
    expect(frequencies({ topK: 1 }, 50)[1]).toBe(1);
  });

  it('topP keeps the smallest set that reaches it, at least one token', () => {
    const [, second, third] = softmax([...LOGITS]).sort((a, b) => b - a);
    const just = second! * 2 + third! / 2;
    const seen = frequencies({ topP: just });
    expect(seen[0]! + seen[4]!).toBe(0);
    expect(seen[2]).toBeGreaterThan(0.1);
    expect(frequencies({ topP: 1e-9 }, 50)[1]).toBe(1);
    expect(frequencies({ topP: second! * 2 - 0.01 }, 500)[2]).toBe(0);
  });

  it('penalties count completion tokens: presence once, frequency each time', () => {
    const tied = Float64Array.of(1, 0.5, 0.2);
    const presence = new Sampler({ temperature: 0, presencePenalty: 0.6 }, 0);
    expect([1, 2, 3, 4].map(() => presence.choose(tied).id)).toEqual([0, 1, 0, 0]);
    const frequency = new Sampler({ temperature: 0, frequencyPenalty: 0.6 }, 0);
    expect([1, 2, 3, 4].map(() => frequency.choose(tied).id)).toEqual([0, 1, 0, 2]);
  });

  it('logitBias moves tokens up and down and ignores ids that are none', () => {
    const logitBias = new Map([
      [4, 100],
      [999, 100],
    ]);
    expect(new Sampler({ temperature: 0, logitBias }, 0).choose(LOGITS).id).toBe(4);
    expect(
      frequencies(
        {
          logitBias: new Map([
            [1, -100],
            [3, -100],
          ]),
        },
        200,
      ).slice(1, 4),
    ).toEqual([0, expect.any(Number), 0]);
  });

  it("logprobs are the model's own, whatever the options", () => {
    const logitBias = new Map([[2, 50]]);
    const choice = new Sampler({ temperature: 0, logitBias, topLogprobs: 3 }, 0).choose(LOGITS);
    const expected = softmax([...LOGITS]).map(Math.log);
    expect(choice.id).toBe(2);
    expect(choice.logprob).toBeCloseTo(expected[2]!, 12);
    expect(choice.alternatives.map(({ id }) => id)).toEqual([1, 3, 2]);
    expect(choice.alternatives[0]?.logprob).toBeCloseTo(expected[1]!, 12);
  });

  it('does not change the scores it is given, and follows its seed', () => {
    const options = fc.record({
      temperature: fc.double({ min: 0, max: 2, noNaN: true }),
      topP: fc.double({ min: 0.01, max: 1, noNaN: true }),
      topK: fc.nat(6),
      presencePenalty: fc.double({ min: -2, max: 2, noNaN: true }),
    });
    const scores = fc.float64Array({ minLength: 1, maxLength: 20, min: -50, max: 50, noNaN: true });
    fc.assert(
      fc.property(options, scores, fc.maxSafeInteger(), (each, logits, seed) => {
        const before = [...logits];
        const [a, b] = [new Sampler(each, seed), new Sampler(each, seed)];
        const drawn = [1, 2, 3].map(() => a.choose(logits).id);
        expect([1, 2, 3].map(() => b.choose(logits).id)).toEqual(drawn);
        for (const id of drawn) expect(id in logits).toBe(true);
        expect([...logits]).toEqual(before);
      }),
      { numRuns: RUNS },
    );
  });

  it.each([
    [Number.NaN, 1],
    [1, Number.NaN],
    [Number.POSITIVE_INFINITY, 1],
  ])('refuses scores %d, %d', (...scores) => {
    expect(() => new Sampler({}, 0).choose(Float64Array.from(scores))).toThrow(
      expect.objectContaining({ code: 'model/corrupt' }),
    );
  });
});

describe('new Sampler()', () => {
  it.each<[SamplingOptions, string]>([
    [{ temperature: -0.1 }, 'temperature'],
    [{ temperature: Number.NaN }, 'temperature'],
    [{ topP: 0 }, 'topP'],
    [{ topP: 1.1 }, 'topP'],
    [{ topK: 1.5 }, 'topK'],
    [{ frequencyPenalty: 3 }, 'frequencyPenalty'],
    [{ presencePenalty: -3 }, 'presencePenalty'],
    [{ topLogprobs: 21 }, 'topLogprobs'],
    [{ logitBias: new Map([[1, 101]]) }, 'logitBias'],
  ])('refuses %j and names the option', (options, name) => {
    expect(() => new Sampler(options, 0)).toThrow(
      expect.objectContaining({ code: 'argument/range', message: expect.stringContaining(name) }),
    );
  });
});
