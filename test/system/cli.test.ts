import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BIN, run } from './product.ts';

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
    const answers = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
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

describe('midstream in a shell', () => {
  const shell = async (command: string): Promise<{ stdout: string; stderr: string }> =>
    promisify(execFile)('sh', [
      '-c',
      command.replaceAll('MIDSTREAM', `"${process.execPath}" "${BIN}"`),
    ]);

  it('ends quietly when nobody reads its output any more', async () => {
    const line =
      '{"id": 1, "operation": "compare.distance", "input": {"metric": "dtw", "x": [1], "y": [1]}}';
    const path = await file('many.jsonl', `${line}\n`.repeat(20_000));
    const head = await shell(`MIDSTREAM batch < "${path}" | head -1`);
    expect(head).toEqual({ stdout: '{"id":1,"output":{"distance":0}}\n', stderr: '' });
    expect(await shell('MIDSTREAM --help | true')).toEqual({ stdout: '', stderr: '' });
  });

  it('stops reading an endless stream where it is cut', async () => {
    const { stdout } = await shell('yes | MIDSTREAM watch -');
    expect(stdout).toContain('watched to the cut');
  });

  it('watches a pipe that is no file', async () => {
    const { stdout } = await shell(
      `mkfifo "${folder}/pipe"; (echo hello > "${folder}/pipe") & MIDSTREAM watch "${folder}/pipe"`,
    );
    expect(stdout).toContain('0 findings, 2 events');
  });

  it('loads no native module, no edge and no policy for batch, and less for --help', async () => {
    const loadedBy = async (name: string, args: readonly string[]): Promise<string[]> => {
      const NODE_V8_COVERAGE = join(folder, name);
      const { code } = await run(args, { env: { NODE_V8_COVERAGE } });
      expect(code).toBe(0);
      const [report] = await readdir(NODE_V8_COVERAGE);
      const { result } = JSON.parse(await readFile(join(NODE_V8_COVERAGE, report ?? ''), 'utf8'));
      return result.map(({ url }: { url: string }) => url);
    };
    const batch = await loadedBy('batch', ['batch']);
    expect(batch.filter((url) => /temporal-compare/.test(url)).length).toBeGreaterThan(0);
    const unwanted =
      /llm-gateway|tiny-lm|node_modules\/(yaml|hono|pino|@opentelemetry)|\/policy\/|\.node$/;
    expect(batch.filter((url) => unwanted.test(url))).toEqual([]);
    const help = await loadedBy('help', ['--help']);
    expect(
      help.filter((url) => /packages\/(?!core)|node_modules\/(?!commander)/.test(url)),
    ).toEqual([]);
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
    const args = [
      'run',
      'The people of the United States',
      '--temperature',
      '0',
      '--max-tokens',
      '400',
    ];
    const { code, stdout, stderr } = await run(args);
    expect(code).toBe(0);
    expect(stdout.length).toBeGreaterThan(40);
    expect(stderr).toMatch(/cut at token \d+ of 400 by/);
  });

  it('prints records as JSON lines', async () => {
    const { stdout } = await run([
      'run',
      'The whale',
      '--max-tokens',
      '8',
      '--seed',
      '1',
      '--json',
    ]);
    const records = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(records[0].type).toBe('opened');
    expect(records.at(-1).type).toBe('closed');
  });

  it('ends at Ctrl-C and leaves no process behind', async () => {
    const args = [BIN, 'run', 'The people of the United States', '--max-tokens', '480'];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
    await once(child.stdout, 'data');
    child.kill('SIGINT');
    child.stdout.resume();
    // The pipe closes when the last process that could write to it has gone.
    const [code] = (await once(child, 'close')) as [number | null];
    expect([0, 1]).toContain(code);
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
    for (const command of [
      'start',
      'serve',
      'run',
      'watch',
      'compare',
      'batch',
      'policy',
      'config',
    ]) {
      expect(stdout).toContain(command);
    }
    const wrong = await run(['compair', '1', '2']);
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('compare');
  });
});
