import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from './product.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'midstream-cli-'));
});
afterAll(() => rm(folder, { recursive: true }));
const file = async (name: string, text: string): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
};

describe('midstream batch', () => {
  it('answers in order, a bad line with an error line, and exits 0', async () => {
    const lines = [
      '{"id": 1, "operation": "compare.distance", "input": {"metric": "dtw", "x": [0, 1], "y": [1]}}',
      'not json',
      '{"id": "two", "operation": "no.such", "input": {}}',
      '{"id": 3, "operation": "compare.distance", "input": {"metric": "euclidean", "x": [0], "y": ["Infinity"]}}',
    ];
    const { code, stdout } = await run(['batch'], { input: `${lines.join('\n')}\n` });
    const answers = stdout.trim().split('\n').map((line) => JSON.parse(line));
    expect(code).toBe(0);
    expect(answers.map(({ id }) => id)).toEqual([1, null, 'two', 3]);
    expect(answers[0].output).toEqual({ distance: 1 });
    expect(answers[2].error.code).toBe('operation/unknown');
  });

  it('exits 1 when the input ends in the middle of a line', async () => {
    const { code } = await run(['batch'], { input: '{"id": 1, "operation": "compare' });
    expect(code).toBe(1);
  });
});

describe('midstream compare', () => {
  it('compares numbers given or in files, with the path', async () => {
    const path = await file('x.txt', '0 1\n2\n');
    const { code, stdout } = await run(['compare', path, '0,2', '--cost', 'absolute', '--path']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^dtw distance 1\nalignment of 3 steps: 0-0 1-[01] 2-1\n$/);
    const json = await run(['compare', '1,2', '1,2', '--json']);
    expect(JSON.parse(json.stdout)).toEqual({ distance: 0 });
  });

  it.each([
    [['compare', '1,2', 'no-such-file'], /Cannot read series y/],
    [['compare', '1,2', '1', '--metric', 'dtv'], /dtw/],
    [['compare', '1,2', '1', '--parameters', '{'], /--parameters/],
  ])('says what is wrong with %j and exits 1', async (args, message) => {
    const { code, stderr, stdout } = await run(args);
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
    expect(stdout).toBe('');
  });
});

describe('midstream policy', () => {
  it('checks the policy that show prints', async () => {
    const shown = await run(['policy', 'show']);
    const checked = await run(['policy', 'check', '-'], { input: shown.stdout });
    expect(checked.code).toBe(0);
    expect(checked.stdout).toMatch(/valid, \d+ rules/);
  });

  it('points at the place of a mistake and exits 1', async () => {
    const path = await file(
      'bad.yaml',
      'version: 1\npropositions:\n  a: { pattern: ["x"] }\nrules:\n  - { id: r, formula: "G !(a", action: cut }\n',
    );
    const { code, stderr } = await run(['policy', 'check', path]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/5 \| {3}- \{ id: r, formula/);
    expect(stderr).toContain('^');
  });
});

describe('midstream config print', () => {
  it('shows where each value came from and never a secret', async () => {
    const { code, stdout } = await run(['config', 'print'], {
      env: { MIDSTREAM_PORT: '9999', MIDSTREAM_UPSTREAM_API_KEY: 'very-secret-value' },
    });
    expect(code).toBe(0);
    expect(stdout).toMatch(/port.*9999.*MIDSTREAM_PORT/);
    expect(stdout).not.toContain('very-secret-value');
  });
});

describe('midstream watch', () => {
  it('finds a loop in a file, a pipe, and exits 3 when asked to', async () => {
    const text = `It began well, ${'and the sea, '.repeat(20)}and so on`;
    const path = await file('loop.txt', text);
    const { code, stdout } = await run(['watch', path, '--fail-on-finding']);
    expect(code).toBe(3);
    expect(stdout).toMatch(/loop at \d+–\d+/);
    expect(stdout).toContain('→ cut by');
    const piped = await run(['watch', '-', '--json'], { input: text });
    const last = JSON.parse(piped.stdout.trim().split('\n').at(-1) ?? '');
    expect(last).toMatchObject({ type: 'summary', cut: true });
  });

  it('reads numbers and names the line that is none', async () => {
    const fine = await run(['watch', '-', '--as', 'numbers'], { input: '1\n2\n3' });
    expect(fine.stdout).toContain('0 findings, 4 events');
    const bad = await run(['watch', '-', '--as', 'numbers'], { input: '1\ntwo\n' });
    expect(bad.code).toBe(1);
    expect(bad.stderr).toContain('line 2');
  });
});

describe('midstream run', () => {
  it('streams a completion and says where and why it was cut', async () => {
    const args = ['run', 'The people of the United States', '--temperature', '0', '--max-tokens', '400'];
    const { code, stdout, stderr } = await run(args);
    expect(code).toBe(0);
    expect(stdout.length).toBeGreaterThan(40);
    expect(stderr).toMatch(/cut at token \d+ of 400 by/);
  });

  it('prints records as JSON lines', async () => {
    const { stdout } = await run(['run', 'The whale', '--max-tokens', '8', '--seed', '1', '--json']);
    const records = stdout.trim().split('\n').map((line) => JSON.parse(line));
    expect(records[0].type).toBe('opened');
    expect(records.at(-1).type).toBe('closed');
  });

  it('says that the upstream is not there', async () => {
    const { code, stderr } = await run(['run', 'x', '--upstream-url', 'http://127.0.0.1:9/v1']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/Cannot complete the prompt/);
  });
});

describe('midstream', () => {
  it('prints help for everything, and suggests what was meant', async () => {
    const { code, stdout } = await run(['--help']);
    expect(code).toBe(0);
    for (const command of ['start', 'serve', 'run', 'watch', 'compare', 'batch', 'policy', 'config']) {
      expect(stdout).toContain(command);
    }
    const wrong = await run(['compair', '1', '2']);
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('compare');
  });
});
