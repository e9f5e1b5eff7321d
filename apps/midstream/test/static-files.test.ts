import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { StaticFiles } from '../src/server/static-files.ts';
import { after, ask, closeAll, listening } from './support.ts';

afterEach(closeAll);

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'midstream-static-'));
  after(() => rm(path, { recursive: true }));
  await mkdir(join(path, 'site', 'assets'), { recursive: true });
  await writeFile(join(path, 'secret.txt'), 'secret');
  await writeFile(join(path, 'site', 'index.html'), '<p>page');
  await writeFile(join(path, 'site', 'assets', 'app.js'), 'code()');
  await writeFile(join(path, 'site', 'unknown.bin'), 'x');
  await symlink(join(path, 'secret.txt'), join(path, 'site', 'link.txt'));
  return join(path, 'site');
}

async function serving(path: string): Promise<string> {
  const files = await StaticFiles.load(path);
  return listening(
    createServer((request, response) => {
      const name = decodeURIComponent(request.url ?? '/');
      if (!files.handle(request, response, name)) response.writeHead(404).end();
    }),
  );
}

it('StaticFiles serves its files with their types, and the page without foreign code', async () => {
  const url = await serving(await folder());
  const page = await ask(url);
  expect(page.text).toBe('<p>page');
  expect(page.headers['content-security-policy']).toContain("frame-ancestors 'none'");
  expect(page.headers['cache-control']).toBe('no-cache');
  const code = await ask(`${url}/assets/app.js`);
  expect(code.headers['content-type']).toContain('text/javascript');
  expect(code.headers['cache-control']).toContain('immutable');
  expect((await ask(`${url}/unknown.bin`)).headers['content-type']).toBe(
    'application/octet-stream',
  );
});

it('StaticFiles answers HEAD with the length and no body, and leaves other methods', async () => {
  const url = await serving(await folder());
  const head = await ask(url, { method: 'HEAD' });
  expect([head.status, head.headers['content-length'], head.text]).toEqual([200, '7', '']);
  expect((await ask(url, { method: 'POST' })).status).toBe(404);
});

it.each(['/../secret.txt', '/..%2fsecret.txt', '/assets/../../secret.txt', '/link.txt', '/assets'])(
  'StaticFiles knows nothing of %s',
  async (path) => {
    const url = await serving(await folder());
    expect((await ask(`${url}${path}`)).text).toBe('');
  },
);

it('StaticFiles says how to build a dashboard that is not there', async () => {
  const url = await serving(join(tmpdir(), 'midstream-no-such-folder'));
  expect((await ask(url)).text).toContain('npm run build');
});
