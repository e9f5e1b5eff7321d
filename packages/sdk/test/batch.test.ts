import { MidstreamError } from '@midstream/core';
import {
  type BatchSummary,
  OPERATIONS,
  runBatch,
  runOperation,
  SDK_LIMITS,
  toJsonNumbers,
} from '@midstream/sdk';
import { describe, expect, it } from 'vitest';

async function batch(
  ...chunks: readonly (string | Uint8Array)[]
): Promise<{ lines: string[]; summary: BatchSummary }> {
  const lines: string[] = [];
  const input = (async function* () {
    yield* chunks;
  })();
  const summary = await runBatch({ input, output: (line) => void lines.push(line) });
  return { lines, summary };
}

const request = (id: unknown, input: unknown, operation = 'compare.distance'): string =>
  `${JSON.stringify({ id, operation, input })}\n`;

const DTW = { metric: 'dtw', x: [1, 2, 3], y: [1, 3] };

describe('runBatch()', () => {
  it('answers each line in order', async () => {
    const { lines, summary } = await batch(request(7, DTW), request('b', { ...DTW, path: true }));
    expect(lines).toEqual([
      '{"id":7,"output":{"distance":1}}',
      '{"id":"b","output":{"distance":1,"path":[[0,0],[1,0],[2,1]]}}',
    ]);
    expect(summary).toEqual({ answered: 2, errors: 0, complete: true });
  });

  it('gives the same answers however the bytes are cut', async () => {
    const text = `${request('é😀', DTW)}${request(2, { ...DTW, band: 'Infinity' })}nonsense é\r\n`;
    const whole = (await batch(text)).lines;
    const bytes = new TextEncoder().encode(text);
    for (const size of [1, 2, 3, 7]) {
      const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
        bytes.slice(i * size, (i + 1) * size),
      );
      expect((await batch(...pieces)).lines).toEqual(whole);
    }
    expect(whole[0]).toContain('é😀');
  });

  it('answers a bad line with an error and goes on', async () => {
    const { lines, summary } = await batch(
      'nonsense\n',
      '\n',
      '[1]\n',
      '42\n',
      '{"id":3}\n',
      '{"id":4,"operation":"compare.distanse"}\n',
      '{"id":{},"operation":"compare.distance"}\n',
      '{"id":5,"operation":"compare.distance","inputs":{}}\n',
      request(6, { ...DTW, metric: 'dwt' }),
      request(7, { ...DTW, bnad: 1 }),
      request(8, { ...DTW, x: [] }),
      request(9, { ...DTW, x: ['one'] }),
      request(10, DTW),
    );
    const answers = lines.map(
      (line) => JSON.parse(line) as { id: unknown; error?: { code: string; message: string } },
    );
    expect(answers.map(({ id, error }) => [id, error?.code])).toEqual([
      [null, 'argument/invalid'],
      [null, 'argument/invalid'],
      [null, 'argument/invalid'],
      [null, 'argument/invalid'],
      [3, 'argument/invalid'],
      [4, 'operation/unknown'],
      [null, 'argument/invalid'],
      [5, 'argument/invalid'],
      [6, 'argument/invalid'],
      [7, 'argument/invalid'],
      [8, 'argument/range'],
      [9, 'argument/invalid'],
      [10, undefined],
    ]);
    expect(answers[5]?.error?.message).toMatch(/did you mean "compare.distance"/);
    expect(answers[8]?.error?.message).toMatch(/metric.*did you mean "dtw"/);
    expect(answers[9]?.error?.message).toMatch(/did you mean "band"/);
    expect(summary).toEqual({ answered: 13, errors: 12, complete: true });
  });

  it('says when the input ended in the middle of a line', async () => {
    const cut = await batch(request(1, DTW), request(2, DTW).slice(0, 30));
    expect(cut.summary).toEqual({ answered: 2, errors: 1, complete: false });
    expect(JSON.parse(cut.lines[1] ?? '')).toMatchObject({
      id: null,
      error: { code: 'argument/invalid', message: expect.stringMatching(/ended/) },
    });
    const whole = await batch(request(1, DTW).trimEnd());
    expect(whole.summary).toEqual({ answered: 1, errors: 0, complete: true });
    expect((await batch()).summary).toEqual({ answered: 0, errors: 0, complete: true });
  });

  it('carries numbers that JSON cannot hold, both ways', async () => {
    const { lines } = await batch(
      request(1, { metric: 'dtw', x: [1, 2, 3, 4], y: [1], band: 0 }),
      request(2, { metric: 'dtw', x: [1, 2], y: [1, 2], band: 'Infinity' }),
      request(3, { metric: 'euclidean', x: ['NaN'], y: [1] }),
      request(4, { metric: 'euclidean', x: ['-Infinity'], y: [1] }),
    );
    expect(lines[0]).toBe('{"id":1,"output":{"distance":"Infinity"}}');
    expect(lines[1]).toBe('{"id":2,"output":{"distance":0}}');
    expect(lines[2]).toContain('argument/range');
    expect(lines[3]).toContain('argument/range');
  });

  it('skips a line over the limit', async () => {
    const piece = ' '.repeat(SDK_LIMITS.batchLine.value / 4);
    const { lines, summary } = await batch(
      piece,
      piece,
      piece,
      piece,
      piece,
      `\n${request(1, DTW)}`,
    );
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { id: null, error: { code: 'budget/exceeded' } },
      { id: 1, output: {} },
    ]);
    expect(summary.complete).toBe(true);
  });

  it('stops when it is aborted', async () => {
    const controller = new AbortController();
    const lines: string[] = [];
    const input = (async function* () {
      yield request(1, DTW) + request(2, DTW);
    })();
    const output = (line: string): void => {
      lines.push(line);
      controller.abort();
    };
    const summary = await runBatch({ input, output, signal: controller.signal });
    expect(summary.answered).toBe(1);
    await expect(
      runOperation('compare.distance', DTW, { signal: controller.signal }),
    ).rejects.toMatchObject({ code: 'stream/aborted' });
  });

  it('runs 20,000 lines in flat memory, never ahead of whoever reads', async () => {
    let waiting = 0;
    let most = 0;
    let answered = 0;
    const line = request(1, { metric: 'euclidean', x: [1, 2, 3], y: [3, 2, 1] });
    const heap: number[] = [];
    const input = (async function* () {
      for (let i = 0; i < 20_000; i++) yield line;
    })();
    const summary = await runBatch({
      input,
      output: async () => {
        waiting += 1;
        most = Math.max(most, waiting);
        await Promise.resolve();
        waiting -= 1;
        answered += 1;
        if (answered % 5_000 === 0) {
          globalThis.gc?.();
          heap.push(process.memoryUsage().heapUsed);
        }
      },
    });
    expect(summary).toEqual({ answered: 20_000, errors: 0, complete: true });
    expect(most).toBe(1);
    expect(Math.max(...heap) - (heap[0] ?? 0)).toBeLessThan(64 * 2 ** 20);
  }, 60_000);
});

describe('runOperation()', () => {
  it('answers every operation of the table on an example', async () => {
    const examples: Record<string, [unknown, unknown]> = {
      'compare.distance': [DTW, { distance: 1 }],
      'logic.check': [{ formula: 'G (a -> X b)', trace: [['a'], ['b']] }, { verdict: true }],
      'logic.monitor': [
        { formula: 'G !a', trace: [['b']] },
        { ltl3: 'inconclusive', rvltl: 'presumably_true' },
      ],
    };
    for (const { name, input, output } of OPERATIONS) {
      const [example, answer] = examples[name] ?? [];
      const result = await runOperation(name, example);
      expect(result, name).toEqual(answer);
      expect(input.safeParse(example).success).toBe(true);
      expect(output.safeParse(toJsonNumbers(result)).success).toBe(true);
    }
    expect(await runOperation('logic.monitor', { formula: 'G !a', trace: [] })).toEqual({
      ltl3: 'inconclusive',
      rvltl: null,
    });
  });

  it('takes numbers that are not finite from programs too', async () => {
    expect(
      await runOperation('compare.distance', { ...DTW, band: Number.POSITIVE_INFINITY }),
    ).toEqual({ distance: 1 });
  });

  it('tells every problem of an input', async () => {
    await expect(runOperation('logic.check', { formula: 3, trce: [] })).rejects.toMatchObject({
      code: 'argument/invalid',
      details: { problems: [{ path: 'formula' }, { path: 'trace' }, { path: 'trce' }] },
    });
    await expect(runOperation('logic.check', { formula: 'G (', trace: [] })).rejects.toBeInstanceOf(
      MidstreamError,
    );
    await expect(runOperation('logic.check', 7)).rejects.toThrow(/\(the whole\)/);
  });
});

describe('toJsonNumbers()', () => {
  it('turns what JSON cannot hold into names and leaves the rest', () => {
    const plain = [1, 2];
    expect(toJsonNumbers(plain)).toBe(plain);
    expect(
      toJsonNumbers({
        a: [Number.NaN, 1],
        b: Float64Array.of(1, Number.NEGATIVE_INFINITY),
        c: null,
        d: 'x',
        e: { f: Number.POSITIVE_INFINITY },
      }),
    ).toEqual({
      a: ['NaN', 1],
      b: [1, '-Infinity'],
      c: null,
      d: 'x',
      e: { f: 'Infinity' },
    });
  });
});

describe('runBatch() and deep input', () => {
  it('answers a request that is nested a hundred thousand deep with an error', async () => {
    const deep = '['.repeat(100_000) + ']'.repeat(100_000);
    const lines: string[] = [];
    async function* input() {
      yield `{"id":1,"operation":"compare.distance","input":${deep}}\n${deep}\n`;
    }
    await runBatch({ input: input(), output: (line) => void lines.push(line) });
    expect(lines.map((line) => JSON.parse(line).error.code)).toEqual([
      'argument/invalid',
      'argument/invalid',
    ]);
  });
});
