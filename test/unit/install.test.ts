import { existsSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { forgetLost } from '../../scripts/lib/build.mjs';
import { completeLock } from '../../scripts/lib/complete-lock.mjs';
import { holds, readJson } from '../../scripts/lib/install.mjs';
import { isSupported } from '../../scripts/lib/node-version.mjs';
import { stampOfFiles } from '../../scripts/lib/stamp.mjs';
import { plant } from './planted.ts';

describe('isSupported()', () => {
  it('holds from Node 20.19 on', () => {
    const versions = ['18.20.0', '20.18.3', '20.19.0', '22.0.0', '24.1.0'];
    expect(versions.map(isSupported)).toEqual([false, false, true, true, true]);
  });
});

describe('holds()', () => {
  const lock = {
    packages: {
      '': { version: '0.1.0' },
      'packages/core': { version: '0.1.0' },
      'node_modules/@midstream/core': { link: true },
      'node_modules/a': { version: '1.0.0' },
      'node_modules/b': { version: '2.0.0', optional: true },
    },
  };
  const tree = (packages: object): object => ({ packages });

  it('wants each package at its version, but an optional one may be absent', () => {
    expect(holds(tree({ 'node_modules/a': { version: '1.0.0' } }), lock)).toBe(true);
    expect(holds(tree({}), lock)).toBe(false);
    expect(holds(tree({ 'node_modules/a': { version: '1.0.1' } }), lock)).toBe(false);
    const other = {
      'node_modules/a': { version: '1.0.0' },
      'node_modules/b': { version: '1.9.0' },
    };
    expect(holds(tree(other), lock)).toBe(false);
  });
});

describe('readJson()', () => {
  it('takes half a file, and none, as nothing', () => {
    const folder = plant({ half: '{"packages":{', whole: '{"packages":{}}' });
    const read = (name: string): unknown => readJson(join(folder, name));
    expect(['half', 'absent', 'whole'].map(read)).toEqual([undefined, undefined, { packages: {} }]);
  });
});

describe('forgetLost()', () => {
  it('drops the notes of tsc where its files are gone, and only there', () => {
    const folder = plant({ 'a/.tsbuildinfo': '{}', 'b/.tsbuildinfo': '{}', 'b/index.js': '' });
    forgetLost([join(folder, 'a'), join(folder, 'b'), join(folder, 'absent')]);
    const hasNotes = (name: string): boolean => existsSync(join(folder, name, '.tsbuildinfo'));
    expect(['a', 'b'].map(hasNotes)).toEqual([false, true]);
  });
});

describe('stampOfFiles()', () => {
  it('changes with a name, a size and a time, and not with output or tests', () => {
    const folder = plant({ 'p/src/a.ts': 'a', 'p/dist/a.js': 'a', 'p/test/a.test.ts': 'a' });
    const stamp = (): string => stampOfFiles(folder, ['p', 'absent']);
    const first = stamp();
    writeFileSync(join(folder, 'p/dist/a.js'), 'longer');
    writeFileSync(join(folder, 'p/test/a.test.ts'), 'longer');
    expect(stamp()).toBe(first);
    utimesSync(join(folder, 'p/src/a.ts'), 1, 1);
    const touched = stamp();
    expect(touched).not.toBe(first);
    writeFileSync(join(folder, 'p/src/b.ts'), '');
    expect(stamp()).not.toBe(touched);
  });
});

describe('completeLock()', () => {
  const lock = {
    lockfileVersion: 3,
    packages: {
      'node_modules/tool': {
        version: '1.2.3',
        dev: true,
        optionalDependencies: {
          '@tool/linux-x64': '1.2.3',
          '@tool/linux-x64-musl': '1.2.3',
          '@tool/win32-arm64': '1.2.3',
          '@tool/ranged': '^1.0.0',
        },
      },
      'node_modules/@tool/linux-x64': { version: '1.2.3', optional: true },
    },
  };

  it('adds what the lock lacks, with its platform, and keeps the rest', () => {
    const { lock: whole, added, unpinned } = completeLock(lock);
    expect(added).toEqual(['@tool/linux-x64-musl', '@tool/win32-arm64']);
    expect(unpinned).toEqual(['@tool/ranged ^1.0.0']);
    expect(whole.packages).toMatchObject(lock.packages);
    expect(whole.packages['node_modules/@tool/linux-x64-musl']).toEqual({
      version: '1.2.3',
      cpu: ['x64'],
      dev: true,
      libc: ['musl'],
      optional: true,
      os: ['linux'],
    });
  });

  it('finds nothing to add to a lock it has completed', () => {
    expect(completeLock(completeLock(lock).lock).added).toEqual([]);
  });
});
