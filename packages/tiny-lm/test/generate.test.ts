import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type GenerateOptions, PROMPT_TOKENS_PER_STEP } from '../src/generate.ts';
import { loadModel, TinyLM } from '../src/model.ts';
import { StopMatcher } from '../src/stop.ts';
import { smallModel } from './corpus.ts';

const RUNS = process.env.MIDSTREAM_LONG === '1' ? 2000 : 200;
const model = loadModel();
const PROMPT = 'The people of the United States';
const GREEDY = { prompt: PROMPT, temperature: 0 };

/** A completion with everything that was said about it. */
function collect(options: GenerateOptions, from: TinyLM = model) {
  const generation = from.generate(options);
  const steps = [...generation];
  const text = steps.map((step) => step.text).join('');
  return { generation, steps, text, tokens: steps.flatMap((step) => step.tokens) };
}

describe('StopMatcher', () => {
  it('holds exactly what can still become a stop string', () => {
    const matcher = new StopMatcher(['END', 'NOW']);
    expect(matcher.push('the E')).toBe('the ');
    expect(matcher.push('N')).toBe('');
    expect(matcher.push('O')).toBe('E');
    expect(matcher.push('X')).toBe('NOX');
    expect(matcher.flush()).toBe('');
    expect(matcher.stopped).toBe(false);
  });

  it('stops before the match and releases nothing after it', () => {
    const matcher = new StopMatcher(['bcd']);
    expect(matcher.push('ab')).toBe('a');
    expect(matcher.push('cde')).toBe('');
    expect(matcher.stopped).toBe(true);
    expect(matcher.push('more') + matcher.flush()).toBe('');
  });

  it('lets the longer of two matches that end together win', () => {
    const matcher = new StopMatcher(['c', 'bc']);
    expect(matcher.push('abc')).toBe('a');
  });

  it('gives back at the end what was held', () => {
    const matcher = new StopMatcher(['bcd']);
    expect(matcher.push('abc') + matcher.flush()).toBe('abc');
  });

  it('gives the same for every cutting of the text', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 4 });
    const parts = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 6 }), {
      maxLength: 6,
    });
    fc.assert(
      fc.property(fc.array(letters, { maxLength: 3 }), parts, (stops, texts) => {
        const one = new StopMatcher(stops);
        const many = new StopMatcher(stops);
        const whole = texts.join('');
        const first = one.push(whole) + one.flush();
        expect(texts.map((text) => many.push(text)).join('') + many.flush()).toBe(first);
        expect(many.stopped).toBe(stops.some((stop) => whole.includes(stop)));
        for (const stop of stops) expect(first).not.toContain(stop);
        expect(whole.startsWith(first)).toBe(true);
      }),
      { numRuns: RUNS },
    );
  });
});

describe('TinyLM.generate()', () => {
  it('continues the prompt with the space between', () => {
    expect(model.complete({ prompt: 'We must', temperature: 0, maxTokens: 4 })).toMatch(/^ \w/);
  });

  it('gives no leading space at the start of a line', () => {
    expect(model.complete({ prompt: 'We must\n', temperature: 0, maxTokens: 6 })).not.toMatch(/^ /);
  });

  it('falls into an exact loop of 23 characters at temperature 0', () => {
    const { text } = collect({ ...GREEDY, maxTokens: 350 });
    const loop = ' the United States, and';
    expect(text.startsWith(', Mr. Speaker, Mr. Speaker, Mr. President,')).toBe(true);
    expect(text.indexOf(loop.repeat(10))).toBe(339);
  });

  it('is the same for the same seed and differs between seeds', () => {
    const text = (seed: number) => model.complete({ prompt: PROMPT, seed, maxTokens: 12 });
    expect(text(3)).toBe(text(3));
    expect(new Set([1, 2, 3, 4].map(text)).size).toBe(4);
  });

  it('ends with "length" after maxTokens', () => {
    const { generation, steps } = collect({ ...GREEDY, maxTokens: 5 });
    expect(generation.finishReason).toBe('length');
    expect(generation.completionTokens).toBe(5);
    expect(steps.filter(({ chose }) => chose)).toHaveLength(5);
    expect(generation.step()).toBeNull();
  });

  it('ends with "length" when the context is full', () => {
    const { generation } = collect(
      { prompt: 'ab', temperature: 0, maxTokens: 500, logitBias: new Map([[2, -100]]) },
      new TinyLM(smallModel()),
    );
    expect(generation.finishReason).toBe('length');
    expect(generation.promptTokens + generation.completionTokens).toBe(24);
  });

  it('ends with "stop" when the model ends the text', () => {
    const { generation, text } = collect({ ...GREEDY, logitBias: new Map([[2, 100]]) });
    expect([generation.finishReason, generation.completionTokens, text]).toEqual(['stop', 0, '']);
  });

  it('ends before a stop string that spans tokens, and never lets any of it out', () => {
    const { generation, steps, text, tokens } = collect({ ...GREEDY, stop: ['Speaker, Mr. P'] });
    expect(text).toBe(', Mr. Speaker, Mr. ');
    expect(generation.finishReason).toBe('stop');
    expect(steps.at(-1)?.finishReason).toBe('stop');
    // The space is part of the first token of the stop string, which is not listed.
    expect(tokens.map((token) => token.text).join('')).toBe(', Mr. Speaker, Mr.');
  });

  it('releases held text when it turns out to be no stop string', () => {
    const plain = collect({ ...GREEDY, maxTokens: 20 });
    const held = collect({ ...GREEDY, maxTokens: 20, stop: ['Speaker, Mr. Q', 'zzz'] });
    expect(held.text).toBe(plain.text);
    expect(held.tokens).toEqual(plain.tokens);
  });

  it('tells each token with text, bytes, logprob and alternatives', () => {
    const { text, tokens } = collect({ ...GREEDY, maxTokens: 8, topLogprobs: 2 });
    expect(tokens.map((token) => token.text).join('')).toBe(text);
    expect(Buffer.concat(tokens.map(({ bytes }) => bytes)).toString()).toBe(text);
    for (const { id, logprob, topLogprobs } of tokens) {
      expect(topLogprobs).toHaveLength(2);
      expect(topLogprobs[0]).toMatchObject({ id, logprob });
      expect(logprob).toBeLessThanOrEqual(0);
      expect(topLogprobs[1]?.logprob).toBeLessThanOrEqual(logprob);
    }
  });

  it('waits with a token until its letter is whole, and ends half a letter with U+FFFD', () => {
    const bias = (byte: number) => new Map([[3 + byte, 100]]);
    const { steps, text, tokens } = collect({ ...GREEDY, maxTokens: 2, logitBias: bias(0xe2) });
    expect(steps.filter(({ chose }) => chose).map((step) => step.text)).toEqual([
      '',
      '\ufffd\ufffd',
    ]);
    expect(text).toBe('\ufffd\ufffd');
    expect(tokens.map(({ bytes }) => [...bytes])).toEqual([[0xe2], [0xe2]]);
  });

  it('does not list the first part of a letter that a stop string takes', () => {
    const logitBias = new Map([[3 + 0xe2, 100]]);
    const { generation, text, tokens } = collect({ ...GREEDY, logitBias, stop: ['\ufffd'] });
    expect([generation.finishReason, text, tokens]).toEqual(['stop', '', []]);
  });

  it('reads the prompt in steps of a few tokens', () => {
    const { generation, steps } = collect({ prompt: 'a '.repeat(30), maxTokens: 1 });
    const reading = steps.filter(({ chose }) => !chose);
    expect(reading).toHaveLength(Math.ceil((generation.promptTokens - 1) / PROMPT_TOKENS_PER_STEP));
  });

  it('takes an empty prompt', () => {
    expect(collect({ prompt: '', maxTokens: 3, temperature: 0 }).generation.promptTokens).toBe(1);
  });

  it('lets completions run side by side', () => {
    const [a, b] = [
      model.generate({ ...GREEDY, maxTokens: 6 }),
      model.generate({ prompt: 'The whale', seed: 4, maxTokens: 6 }),
    ];
    const texts = ['', ''];
    while (a.finishReason === null || b.finishReason === null) {
      texts[0] += a.step()?.text ?? '';
      texts[1] += b.step()?.text ?? '';
    }
    expect(texts[0]).toBe(model.complete({ ...GREEDY, maxTokens: 6 }));
    expect(texts[1]).toBe(model.complete({ prompt: 'The whale', seed: 4, maxTokens: 6 }));
  });

  it.each(['a '.repeat(600), 'x'.repeat(5_000_000)])(
    'refuses a prompt longer than the context',
    (prompt) => {
      expect(() => model.generate({ prompt })).toThrow(
        expect.objectContaining({
          code: 'model/context-full',
          details: expect.objectContaining({ context: 512 }),
        }),
      );
    },
  );

  it('takes a prompt that leaves room for one token', () => {
    const { generation } = collect({ prompt: '\n'.repeat(510), temperature: 0 });
    expect([generation.promptTokens, generation.completionTokens]).toEqual([511, 1]);
    expect(() => model.generate({ prompt: '\n'.repeat(511) })).toThrow(
      /512 tokens: fewer than 512/,
    );
  });

  it.each<[Partial<GenerateOptions>, RegExp]>([
    [{ maxTokens: 0 }, /maxTokens is 0/],
    [{ maxTokens: 1.5 }, /maxTokens is 1.5/],
    [{ seed: 0.5 }, /Seed is 0.5/],
    [{ stop: [''] }, /Stop is/],
    [{ stop: ['a', 'b', 'c', 'd', 'e'] }, /Stop is/],
    [{ stop: ['x'.repeat(513)] }, /Stop is/],
    [{ stop: ['\ude00'] }, /Stop is/],
  ])('refuses %j', (options, message) => {
    expect(() => model.generate({ prompt: 'a', ...options })).toThrow(
      expect.objectContaining({ code: 'argument/range', message: expect.stringMatching(message) }),
    );
  });
});
