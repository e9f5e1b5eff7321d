import { EventEmitter } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_POLICY } from '@midstream/sdk';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { excerpt } from '../src/cli/excerpt.ts';
import { endWithReader } from '../src/cli/pipes.ts';
import { printable, styleOf } from '../src/cli/style.ts';
import { after, closeAll, listening, says, until, upstreamWith } from './support.ts';
import { interrupting, run, Terminal } from './terminal.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'midstream-cli-'));
  after(() => rm(folder, { recursive: true }));
});
afterEach(closeAll);
const file = async (name: string, content: string | Uint8Array): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
};
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
const LOOP = `It began well, ${'and the sea, '.repeat(20)}and so on`;

describe('midstream', () => {
  it('prints help and version with 0, and what it does not understand with 2', async () => {
    const help = await run('--help');
    expect(help.code).toBe(0);
    expect(help.stdout).toContain('batch');
    expect((await run('--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    const wrong = await run('compair', '1', '2');
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('compare');
    expect((await run()).code).toBe(2);
    for (const argv of [
      ['compare', '1', '2', '--band', ''],
      ['compare', '1', '2', '--band', 'x'],
      ['run', 'x', '--temperature', 'hot'],
      ['watch', '-', '--as', 'pictures'],
    ]) {
      expect((await run(...argv)).code).toBe(2);
    }
  });
});

describe('midstream compare', () => {
  it('compares numbers given or in files', async () => {
    const path = await file('x.txt', '0 1\n2\n');
    const { stdout } = await run('compare', path, '0,2', '--cost', 'absolute', '--path');
    expect(stdout).toMatch(/^dtw distance 1\nalignment of 3 steps: 0-0 1-[01] 2-1\n$/);
    const json = await run('compare', '1,2', '1,2', '--json');
    expect(json.stdout).toBe('{"distance":0}\n');
  });

  it('says an infinite distance in JSON as text', async () => {
    const { stdout } = await run('compare', '1,2,3', '1', '--band', '0', '--json');
    expect(stdout).toBe('{"distance":"Infinity"}\n');
  });

  it.each([
    [['1,2', 'no-such-file'], /Cannot read series y.*no such file/],
    [['1,2', '1', '--metric', 'dtv'], /dtw/],
    [['1,2', '1', '--parameters', '{'], /--parameters/],
    [['1,2', '1', '--parameters', '[1]'], /--parameters: it is no object/],
    [['1,2', '1', '--parameters', '{"nux": 1}'], /nux/],
  ])('says what is wrong with %j and exits 1', async (args, message) => {
    const { code, stderr, stdout } = await run('compare', ...args);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain('\n    at ');
  });

  it('names the word in a file that is no number, and an empty file', async () => {
    expect((await run('compare', await file('a', '1 two'), '1')).stderr).toContain('"two"');
    expect((await run('compare', await file('b', ' '), '1')).stderr).toContain('no numbers');
  });
});

describe('midstream policy', () => {
  it('prints the default policy, and checks it', async () => {
    expect((await run('policy', 'show')).stdout).toBe(DEFAULT_POLICY);
    const path = await file('default.yaml', DEFAULT_POLICY);
    const { code, stdout } = await run('policy', 'check', path);
    expect(code).toBe(0);
    expect(stdout).toContain('policy default: valid, 2 rules');
    expect(stdout).toContain('no-loop');
    const json = JSON.parse((await run('policy', 'check', path, '--json')).stdout);
    expect(json).toMatchObject({ name: 'default', report: { rules: [{ id: 'no-loop' }, {}] } });
  });

  it('says what holds text, and warns', async () => {
    const path = await file(
      'held.yaml',
      'version: 1\nname: held\npropositions:\n  a: { pattern: ["secret"] }\nrules:\n  - { id: r, never: a, action: redact, with: "", message: m }\n',
    );
    expect((await run('policy', 'check', path)).stdout).toMatch(/a: pattern, holds up to \d+/);
  });

  it('points at a mistake', async () => {
    const path = await file(
      'bad.yaml',
      'version: 1\npropositions:\n  a: { pattern: ["x"] }\nrules:\n  - { id: r, formula: "G !(a", action: cut }\n',
    );
    const { code, stderr } = await run('policy', 'check', path);
    expect(code).toBe(1);
    expect(stderr).toMatch(/5 \| {3}- \{ id: r, formula.*\n +\^/);
    const json = await run('policy', 'check', path, '--json');
    expect(JSON.parse(json.stdout).error.code).toBe('policy/invalid');
    expect((await run('policy', 'check', folder)).stderr).toContain('Cannot read the policy');
  });
});

describe('midstream config print', () => {
  it('shows each value and where it came from, and refuses what is none', async () => {
    const path = await file(
      'midstream.yaml',
      'port: 1234\nupstream: { apiKey: very-secret, url: "http://a/v1" }\n',
    );
    const { stdout } = await run('config', 'print', '-c', path);
    expect(stdout).toMatch(/port +=.*1234.*midstream\.yaml/);
    expect(stdout).not.toContain('very-secret');
    const json = JSON.parse((await run('config', 'print', '-c', path, '--json')).stdout);
    expect(json).toContainEqual(expect.objectContaining({ path: 'port', value: 1234 }));
    const unknown = await file('unknown.yaml', 'prot: 1\n');
    expect((await run('config', 'print', '-c', unknown)).stderr).toMatch(/prot.*port/s);
  });
});

describe('midstream watch', () => {
  it('finds a loop in a file and at a URL, and exits 3 when asked to', async () => {
    const path = await file('loop.txt', LOOP);
    const { code, stdout } = await run('watch', path, '--fail-on-finding');
    expect(code).toBe(3);
    expect(stdout).toMatch(/loop at \d+–\d+/);
    expect(stdout).toMatch(/→ cut by no-loop.*\n.*watched to the cut/s);
    const url = await listening(createServer((_, response) => response.end(LOOP)));
    const json = await run('watch', url, '--json');
    expect(json.code).toBe(0);
    const lines = json.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.at(0).type).toBe('finding');
    expect(lines.at(-1)).toMatchObject({ type: 'summary', cut: true });
  });

  it('reads bytes that are no text, and text cut within a letter', async () => {
    const path = await file('bytes', new Uint8Array([0xff, 0xfe, 0, 1, 0xe2, 0x82]));
    expect((await run('watch', path)).stdout).toContain('0 findings');
  });

  it('reads numbers, and names the line that is none or has no end', async () => {
    const fine = await file('fine', '1\n\n2\n3');
    expect((await run('watch', fine, '--as', 'numbers')).stdout).toContain('0 findings, 4 events');
    const bad = await file('bad', '1\ntwo\n');
    const { code, stderr } = await run('watch', bad, '--as', 'numbers');
    expect([code, stderr.includes('line 2')]).toEqual([1, true]);
    const endless = await file('endless', '1'.repeat(100_000));
    expect((await run('watch', endless, '--as', 'numbers')).stderr).toContain('line 1');
  });

  it.each([
    ['a folder', () => folder, /it is a folder/],
    ['a missing file', () => join(folder, 'none'), /no such file/],
    ['a server that is not there', () => 'http://127.0.0.1:1/', /fetch failed: bad port/],
  ])('says that it cannot watch %s', async (_, source, message) => {
    const { code, stderr } = await run('watch', source());
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
  });

  it('says that a page is refused, or broken off', async () => {
    const refuses = createServer((_, response) => response.writeHead(404).end());
    expect((await run('watch', await listening(refuses))).stderr).toContain('status 404');
    const breaks = createServer((_, response) => {
      response.write('some', () => response.destroy());
    });
    expect((await run('watch', await listening(breaks))).stderr).toContain('Cannot read on');
  });

  it('sums up at Ctrl-C, and says when nothing was said for too long', async () => {
    const policy = await file(
      'silence.yaml',
      'version: 1\nname: s\npropositions:\n  silence: { stall: 1s }\nrules:\n  - { id: quiet, never: silence, action: alert, message: It is quiet }\n',
    );
    const url = await listening(createServer((_, response) => void response.write('some text')));
    let watching = new Terminal(['--version']);
    await watching.done;
    const interrupt = await interrupting('SIGINT', async () => {
      watching = new Terminal(['watch', url, '-p', policy]);
      await until(() => watching.stdout.includes('It is quiet'));
    });
    interrupt();
    const { code, stdout } = await watching.done;
    expect(code).toBe(0);
    expect(stdout).toContain('1 findings');
  });

  it('stops reading when a rule about silence cuts', async () => {
    const policy = await file(
      'silence.yaml',
      'version: 1\nname: s\npropositions:\n  silence: { stall: 1s }\nrules:\n  - { id: quiet, never: silence, action: cut, message: Enough }\n',
    );
    const url = await listening(createServer((_, response) => void response.write('some text')));
    const { stdout } = await run('watch', url, '-p', policy);
    expect(stdout).toMatch(/cut by quiet: Enough\n.*to the cut/s);
  });
});

describe('midstream run', () => {
  const cut = (stdout: string): string => stdout;

  it('streams a completion, with what the policy did beside it', async () => {
    const upstream = await upstreamWith(says(['Once ', 'upon ', 'a time']));
    const { code, stdout, stderr } = await run('run', 'Tell', '--upstream-url', upstream.url);
    expect([code, cut(stdout)]).toEqual([0, 'Once upon a time']);
    expect(stderr).toContain('completed: 3 tokens, 0 findings');
    expect(upstream.bodies[0]).toMatchObject({ max_tokens: 256, model: 'tiny-lm' });
  });

  it('says where and why it was cut', async () => {
    const upstream = await upstreamWith(says(Array(40).fill('and the sea, ')));
    const { code, stderr } = await run(
      ...['run', 'x', '--upstream-url', upstream.url, '--max-tokens', '60', '--model', 'm'],
    );
    expect(code).toBe(0);
    expect(stderr).toMatch(/cut at token \d+ of 60 by no-loop:.*, \d+ tokens never generated/);
  });

  it('marks redactions and alerts, and prints records as JSON when asked to', async () => {
    const upstream = await upstreamWith(says(['My secret ', 'and my office']));
    const policy = await file(
      'p.yaml',
      'version: 1\nname: p\npropositions:\n  a: { pattern: ["secret"] }\n  b: { pattern: ["office"] }\nrules:\n  - { id: ra, never: a, action: redact, with: "…", message: m }\n  - { id: rb, never: b, action: alert, message: Beware }\n',
    );
    const args = ['run', 'x', '--upstream-url', upstream.url, '-p', policy];
    const { stdout, stderr } = await run(...args);
    expect(stdout).toBe('My … and my office');
    expect(stderr).toMatch(/⟨ra⟩.*⟨Beware⟩/);
    const json = await run(...args, '--json');
    const records = json.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect([records[0].type, records.at(-1).type]).toEqual(['opened', 'closed']);
  });

  it('exits 1 when the upstream is not there or answers with nonsense', async () => {
    const none = await run('run', 'x', '--upstream-url', 'http://127.0.0.1:9/v1');
    expect(none.code).toBe(1);
    expect(none.stderr).toMatch(/Cannot complete the prompt/);
    const upstream = await upstreamWith((response) => response.writeHead(500).end('<html>'));
    expect((await run('run', 'x', '--upstream-url', upstream.url)).code).toBe(1);
    const noUrl = await run('run', 'x', '--upstream-url', 'localhost:11434');
    expect(noUrl.stderr).toContain('http://');
  });

  it('ends with 1 at Ctrl-C, before the first token and after', async () => {
    for (const texts of [[], ['Once ']]) {
      const upstream = await upstreamWith((response, body) => {
        if (texts.length > 0) says(texts, { hang: true })(response, body);
      });
      let running = new Terminal(['--version']);
      await running.done;
      const interrupt = await interrupting('SIGINT', async () => {
        running = new Terminal(['run', 'x', '--upstream-url', upstream.url]);
        await until(() => upstream.bodies.length === 1 && running.stdout === texts.join(''));
      });
      interrupt();
      const { code, stderr } = await running.done;
      expect([code, stderr.includes('Error')]).toEqual([1, false]);
    }
  });
});

describe('midstream serve and start', () => {
  it.each(['serve', 'start'])('%s says where it listens and stops when told to', async (name) => {
    const before = new Map(SIGNALS.map((signal) => [signal, process.listeners(signal)]));
    let serving = new Terminal(['--version']);
    await serving.done;
    const upstream = await upstreamWith(says([]));
    const args = [
      '--port',
      '0',
      '--no-open',
      '--upstream-url',
      upstream.url,
      '--log-level',
      'error',
    ];
    const stop = await interrupting('SIGTERM', async () => {
      serving = new Terminal([name, ...args]);
      await until(() => serving.stderr.includes('Ctrl-C stops'));
    });
    const url = /listens on (\S+)/.exec(serving.stderr)?.[1];
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    stop();
    const { code, stderr } = await serving.done;
    expect(code).toBe(0);
    expect(stderr).toContain('Stopping…');
    expect(stderr).not.toContain('"model":"tiny-lm"');
    for (const signal of SIGNALS) {
      for (const listener of process.listeners(signal)) {
        if (!before.get(signal)?.includes(listener)) process.off(signal, listener);
      }
    }
  });

  it('refuses an address off this machine', async () => {
    const { code, stderr } = await run('serve', '--host', '0.0.0.0', '--port', '0');
    expect(code).toBe(1);
    expect(stderr).toContain('TLS');
  });
});

describe('the small things of the command line', () => {
  it('excerpt() shows the line and the place, as far as they are known', () => {
    expect(excerpt('a\nbcd', { line: 2, column: 2 })).toBe('2 | bcd\n     ^\n');
    expect(excerpt('a', { line: 1 })).toBe('1 | a\n');
    expect(excerpt('a', { line: 9, column: 1 }) + excerpt('a', {})).toBe('');
  });

  it('styleOf() paints a terminal only', () => {
    expect(styleOf({ isTTY: false as true }).red('x')).toBe('x');
    const before = process.env.NO_COLOR;
    delete process.env.NO_COLOR;
    expect(styleOf({ isTTY: true }).red('x')).toBe('\u001b[31mx\u001b[0m');
    process.env.NO_COLOR = '1';
    expect(styleOf({ isTTY: true }).bold('x')).toBe('x');
    if (before === undefined) delete process.env.NO_COLOR;
  });

  it('printable() leaves text alone and makes commands to a terminal visible', () => {
    expect(printable('Grüße\t€\n😀')).toBe('Grüße\t€\n😀');
    expect(printable('\u001b]0;title\u0007\r\u009b\u007f')).toBe('␛]0;title␇␍\ufffd\ufffd');
  });

  it('endWithReader() exits when nobody reads the output, and throws other errors', () => {
    const [out, error] = [new EventEmitter(), new EventEmitter()];
    const codes: number[] = [];
    endWithReader(out, error, (code) => codes.push(code));
    const closed = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
    error.emit('error', closed);
    expect(codes).toEqual([]);
    out.emit('error', closed);
    expect(codes).toEqual([1]);
    expect(() => out.emit('error', new Error('disk full'))).toThrow('disk full');
  });
});
