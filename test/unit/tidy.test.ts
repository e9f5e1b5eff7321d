import { describe, expect, it } from 'vitest';
import { findUntidy, rules } from '../../scripts/lib/tidy/rules.mjs';
import { plant } from './planted.ts';

const manifest = (more: object = {}): string =>
  JSON.stringify({
    name: '@midstream/x',
    version: '0.1.0',
    exports: { '.': { '@midstream/source': './src/index.ts', default: './dist/index.js' } },
    ...more,
  });

const program = '# x\n\n```ts\nconsole.log(1);\n// => 1\n```\n';

const clean: Record<string, string> = {
  'package.json': '{"name":"planted","version":"0.1.0","devDependencies":{"some":"1.2.3"}}',
  'README.md': '# planted\n',
  'docs/page.md': '# page\n',
  'package-lock.json': JSON.stringify({
    packages: {
      'node_modules/some': { version: '1.2.3', optionalDependencies: { 'some-x64': '1.2.3' } },
      'node_modules/some-x64': { version: '1.2.3', optional: true },
    },
  }),
  'packages/core/package.json': manifest(),
  'packages/core/README.md': program,
  'packages/core/src/index.ts': "export { now } from './clock.ts';\n",
  'packages/core/src/clock.ts': 'export const now = (): number => Date.now();\n',
  'packages/engines/e/package.json': manifest({ dependencies: { '@midstream/core': '0.1.0' } }),
  'packages/engines/e/README.md': program,
  'packages/engines/e/src/index.ts': "export { one } from './one.ts';\n",
  'packages/engines/e/src/one.ts':
    '/**\n * One.\n *\n * Cost: O(1).\n */\nexport function one(): number {\n  return 1;\n}\n',
  'packages/engines/e/test/one.test.ts': "it('one() is 1', () => {});\nit.skipIf(true)('x', f);\n",
  'apps/dashboard/package.json': '{"name":"d","version":"0.1.0"}',
  'apps/dashboard/README.md': '# dashboard\n',
  'apps/dashboard/index.html': '<script type="module" src="/src/main.ts"></script>\n',
  'apps/dashboard/src/main.ts': "new Worker(new URL('./worker.ts', import.meta.url));\n",
  'apps/dashboard/src/worker.ts': 'postMessage(1);\n',
};

async function findings(changes: Record<string, string>): Promise<string[]> {
  const files = { ...clean, ...changes };
  const found = await findUntidy(plant(files), Object.keys(files).sort());
  return found.map(({ file, line, rule }) => `${file}:${line} ${rule}`);
}

const engine = 'packages/engines/e/src/one.ts';
const header = '/** One. Cost: O(1). */\n';
const lines = (count: number): string => '  n += 1;\n'.repeat(count);
const longFunction = (count: number): string =>
  `${header}export function one(): number {\n  let n = 0;\n${lines(count)}  return n;\n}\n`;

/** For each rule: the files that break it, and where it must say so. */
const planted: [string, Record<string, string>, string][] = [
  ['columns', { [engine]: `${header}export const ${'x'.repeat(90)} = 1;\n` }, `${engine}:2`],
  ['columns', { [engine]: `${header}// ${'x'.repeat(99)}\nexport const a = 1;\n` }, `${engine}:2`],
  ['later-words', { [engine]: `${header}// TO${'DO'} more\nexport const a = 1;\n` }, `${engine}:2`],
  [
    'focused-tests',
    { 'packages/engines/e/test/one.test.ts': `\nit.${'only'}('x', f);\n` },
    'packages/engines/e/test/one.test.ts:2',
  ],
  ['file-length', { [engine]: `${header}${'export {};\n'.repeat(600)}` }, `${engine}:1`],
  ['function-length', { [engine]: longFunction(67) }, `${engine}:2`],
  ['default-exports', { [engine]: `${header}export default 1;\n` }, `${engine}:2`],
  ['ambient-time', { [engine]: `${header}export const a = Date.now();\n` }, `${engine}:2`],
  ['ambient-time', { [engine]: `${header}export const a = new Date();\n` }, `${engine}:2`],
  ['ambient-time', { [engine]: `${header}export const a = Math.random();\n` }, `${engine}:2`],
  ['ambient-time', { [engine]: `${header}export const a = performance.now();\n` }, `${engine}:2`],
  ['ambient-time', { [engine]: `${header}setTimeout(f, 1);\n` }, `${engine}:2`],
  [
    'ambient-time',
    { 'packages/core/src/index.ts': 'import "./clock.ts";\nsetInterval(f, 1);\n' },
    'packages/core/src/index.ts:2',
  ],
  [
    'synchronous-engines',
    { [engine]: `${header}export async function one(): Promise<void> {}\n` },
    `${engine}:2`,
  ],
  ['stated-cost', { [engine]: '/** One. */\nexport function one(): void {}\n' }, `${engine}:1`],
  [
    'markdown-places',
    { 'packages/engines/e/NOTES.md': '# notes\n' },
    'packages/engines/e/NOTES.md:1',
  ],
  [
    'blob-size',
    { 'packages/core/test/big.json': 'x'.repeat(200_001) },
    'packages/core/test/big.json:1',
  ],
  [
    'whole-lock',
    {
      'package-lock.json':
        '{"packages":{"node_modules/some":{"optionalDependencies":{"some-x64":"1.2.3"}}}}',
    },
    'package-lock.json:1',
  ],
  ['readmes', { 'packages/core/README.md': '# core\n' }, 'packages/core/README.md:1'],
  [
    'lockstep',
    { 'packages/core/package.json': manifest({ version: '0.2.0' }) },
    'packages/core/package.json:1',
  ],
  [
    'exact-pins',
    { 'packages/core/package.json': manifest({ dependencies: { some: '^1.2.3' } }) },
    'packages/core/package.json:1',
  ],
  ['dead-files', { 'packages/core/src/dead.ts': 'export {};\n' }, 'packages/core/src/dead.ts:1'],
  [
    'conformance',
    { [engine]: `${header}export class One implements Analyser {}\n` },
    `${engine}:2`,
  ],
];

describe('tidy', () => {
  it('finds nothing in a clean tree', async () => {
    expect(await findings({})).toEqual([]);
  });

  it('columns lets a long text pass', async () => {
    const long = `${header}export const a = '${'x'.repeat(90)}';\n`;
    expect(await findings({ [engine]: long })).toEqual([]);
  });

  it.each(planted)('%s bites on %j', async (rule, changes, where) => {
    expect(await findings(changes)).toContain(`${where} ${rule}`);
  });

  it('has a planted fault for every rule', () => {
    const words = (name: string): string => name.toLowerCase().replaceAll('-', '');
    const covered = new Set(planted.map(([rule]) => words(rule)));
    expect(rules.map(({ name }) => words(name)).filter((name) => !covered.has(name))).toEqual([]);
  });

  it('lets a function of exactly 70 lines pass', async () => {
    expect(await findings({ [engine]: longFunction(66) })).toEqual([]);
  });

  it('reports a file over 200 lines without failing it', async () => {
    const files = { ...clean, [engine]: `${header}${'export {};\n'.repeat(250)}` };
    const found = await findUntidy(plant(files), Object.keys(files));
    expect(found).toMatchObject([{ rule: 'file-length', soft: true }]);
  });

  it('lets a seam be implemented where conformance.test.ts is', async () => {
    const found = await findings({
      [engine]: `${header}export class One implements Analyser {}\n`,
      'packages/engines/e/test/conformance.test.ts': 'export {};\n',
    });
    expect(found).toEqual([]);
  });
});
