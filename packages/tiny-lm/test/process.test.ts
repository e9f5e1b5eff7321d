import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../src/cli.ts';
import { spawnTinyLm } from '../src/spawn.ts';

const BIN = fileURLToPath(new URL('../dist/bin.js', import.meta.url));
/** The built program; without a build these tests are skipped, and fail under STRICT=1. */
const needsBuild = it.skipIf(!existsSync(BIN) && process.env.STRICT !== '1');
let folder = '';
let programs = 0;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tiny-lm-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A program that stands in for the real one. */
function program(code: string): string {
  programs++;
  const path = join(folder, `${programs}.cjs`);
  writeFileSync(path, code);
  return path;
}

const SAYS = `process.stdout.write(JSON.stringify({event:'listening',url:'http://x',pid:process.pid})+'\\n');`;

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Runs the CLI in this process and gives what it says and the ways to end it. */
function cli(...args: string[]) {
  const stdin = new PassThrough();
  let end = (): void => undefined;
  let say = (_: string): void => undefined;
  const said = new Promise<string>((resolve) => {
    say = resolve;
  });
  const done = runCli({
    args,
    pid: 77,
    stdin,
    writeLine: say,
    onSignal: (callback) => {
      end = callback;
    },
  });
  return { stdin, said, done, end: () => end() };
}

describe('runCli()', () => {
  it('says where it listens in one JSON line, serves, and ends on a signal', async () => {
    const { said, done, end } = cli();
    const line = JSON.parse(await said);
    expect(line).toEqual({
      event: 'listening',
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      model: 'tiny-lm',
      pid: 77,
    });
    expect((await fetch(`${line.url}/healthz`)).status).toBe(200);
    end();
    await done;
    await expect(fetch(`${line.url}/healthz`)).rejects.toThrow();
  });

  it('ends with its stdin under --with-parent', async () => {
    const { stdin, said, done } = cli('--with-parent', '--host', 'localhost');
    await said;
    stdin.end();
    await done;
  });

  it.each([
    [['--port', 'x'], 'config/invalid'],
    [['--port', '70000'], 'config/invalid'],
    [['--verbose'], 'config/invalid'],
    [['--host', '0.0.0.0'], 'argument/range'],
  ])('refuses %j', async (args, code) => {
    await expect(cli(...args).done).rejects.toMatchObject({ code });
  });
});

describe('spawnTinyLm()', () => {
  needsBuild('starts a process that answers, and close() ends it', async () => {
    const tiny = await spawnTinyLm();
    expect(tiny.pid).not.toBe(process.pid);
    expect(await (await fetch(`${tiny.url}/healthz`)).json()).toMatchObject({ status: 'ok' });
    await Promise.all([tiny.close(), tiny.close()]);
    expect(await tiny.exited).toBe(0);
    expect(isRunning(tiny.pid)).toBe(false);
  });

  needsBuild('ends by itself when its parent is killed', async () => {
    const parent = spawn(process.execPath, [
      '--input-type=module',
      '-e',
      `import { spawn } from 'node:child_process';
       const child = spawn(process.execPath, [${JSON.stringify(BIN)}, '--with-parent'], { stdio: ['pipe', 'pipe', 'inherit'] });
       child.stdout.once('data', (data) => process.stdout.write(data));`,
    ]);
    const line = await new Promise<string>((resolve) =>
      parent.stdout.once('data', (data) => resolve(String(data))),
    );
    const { pid } = JSON.parse(line);
    expect(isRunning(pid)).toBe(true);
    parent.kill('SIGKILL');
    while (isRunning(pid)) await new Promise((resolve) => setTimeout(resolve, 20));
  });

  needsBuild('a program with wrong flags says so and exits with 1', async () => {
    const child = spawn(process.execPath, [BIN, '--host', '0.0.0.0']);
    let said = '';
    child.stderr.on('data', (data) => {
      said += data;
    });
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect([code, said]).toEqual([1, 'tiny-lm: Host is "0.0.0.0": a loopback address wanted\n']);
  });

  it.each([
    ['is not there', () => join(folder, 'missing.js'), /ended with 1: [\s\S]*Cannot find module/],
    [
      'ends',
      () => program('process.stderr.write("no luck"); process.exitCode = 3;'),
      /ended with 3: no luck/,
    ],
    [
      'says something else',
      () => program('console.log("hello"); setInterval(() => 0, 1000);'),
      /said "hello"/,
    ],
    [
      'says other JSON',
      () => program('console.log("{}");setInterval(() => 0, 1e3);'),
      /said "\{\}"/,
    ],
  ])('refuses a program that %s', async (_, path, message) => {
    await expect(spawnTinyLm({ program: path() })).rejects.toMatchObject({
      code: 'process/failed',
      message: expect.stringMatching(message),
    });
  });

  it('reads on what the program says, so that it never waits for its pipe', async () => {
    const talks = program(`${SAYS}process.stdout.write('x'.repeat(2**20), () => process.exit(7));`);
    const tiny = await spawnTinyLm({ program: talks });
    expect(await tiny.exited).toBe(7);
  });

  it('tells the process to end once only, however often close() is called', async () => {
    const counts = program(
      `let n=0;setInterval(()=>0,1e3);
       process.on('SIGTERM',()=>{n++;setTimeout(()=>process.exit(n),300);});${SAYS}`,
    );
    const tiny = await spawnTinyLm({ program: counts });
    const closed = tiny.close();
    await new Promise((resolve) => setTimeout(resolve, 50));
    await Promise.all([closed, tiny.close()]);
    expect(await tiny.exited).toBe(1);
  });

  it('kills a program that does not end when told to', async () => {
    const deaf = program(`process.on('SIGTERM',()=>0);setInterval(()=>0,1e3);${SAYS}`);
    const tiny = await spawnTinyLm({ program: deaf });
    await tiny.close();
    expect(await tiny.exited).toBe('SIGKILL');
  });

  it('refuses a program that does not listen in time', async () => {
    const silent = program('setInterval(() => 0, 10_000);');
    await expect(spawnTinyLm({ program: silent, startTimeoutMs: 50 })).rejects.toMatchObject({
      code: 'process/failed',
      message: expect.stringContaining('did not listen within 50 ms'),
    });
  });

  it('ends the process when its signal aborts, before, during and after the start', async () => {
    const aborted = expect.objectContaining({ code: 'stream/aborted' });
    await expect(spawnTinyLm({ signal: AbortSignal.abort() })).rejects.toEqual(aborted);
    const during = new AbortController();
    const starting = spawnTinyLm({
      signal: during.signal,
      program: program('setInterval(() => 0, 20_000);'),
    });
    during.abort();
    await expect(starting).rejects.toEqual(aborted);
    const after = new AbortController();
    const tiny = await spawnTinyLm({
      signal: after.signal,
      program: program(`${SAYS}setInterval(() => 0, 1000);`),
    });
    after.abort();
    expect(await tiny.exited).toBe('SIGTERM');
    await tiny[Symbol.asyncDispose]();
  });
});
