import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { expectedLines, fencedBlocks, runnableBlocks } from '../../scripts/lib/blocks.mjs';
import { difference, isRunDocument, runDocuments } from '../../scripts/lib/docs.mjs';
import { plant } from './planted.ts';

async function problemsOf(markdown: string): Promise<(string | undefined)[]> {
  const folder = plant({ 'page.md': markdown });
  const results = await runDocuments([{ path: 'page.md', file: join(folder, 'page.md') }]);
  return results.map(({ where, problem }) => problem && `${where} ${problem.split('\n')[0]}`);
}

const program = (promise: string): string =>
  `# Page\n\n\`\`\`ts\nconst sum: number = 1 + 1;\nconsole.log(sum);\n${promise}\n\`\`\`\n`;

describe('runDocuments()', () => {
  it('passes a program that prints what its comments say', async () => {
    expect(await problemsOf(program('// => 2'))).toEqual([undefined]);
  });

  it('fails on a planted wrong number, with file and line', async () => {
    expect(await problemsOf(program('// => 3'))).toEqual([
      'page.md:4 output line 1: the document says "3", the program printed "2"',
    ]);
  });

  it('fails on output that is not promised, and on a promise without output', async () => {
    expect(await problemsOf(program(''))).toEqual([
      'page.md:4 output line 1: the document says nothing more, the program printed "2"',
    ]);
    expect(await problemsOf(program('// => 2\n// => 4'))).toEqual([
      'page.md:4 output line 2: the document says "4", the program printed nothing more',
    ]);
  });

  it('fails on a program that throws and on one that is none', async () => {
    const block = (code: string): string => `\`\`\`ts\n${code}\n\`\`\`\n`;
    const [thrown, broken] = await problemsOf(`${block('throw new Error();')}${block('let 1;')}`);
    expect(thrown).toContain('page.md:2 ended with exit code 1');
    expect(broken).toContain('page.md:5 is not a program');
  });

  it('refuses a connection that leaves this machine', async () => {
    const code = "import { connect } from 'node:net';\nconnect(80, '192.0.2.1');";
    const folder = plant({ 'page.md': `\`\`\`ts\n${code}\n\`\`\`\n` });
    const [result] = await runDocuments([{ path: 'page.md', file: join(folder, 'page.md') }]);
    expect(result?.problem).toContain('may not connect to 192.0.2.1');
  });

  it.skipIf(process.platform === 'win32')('runs bash blocks marked run, and no other', async () => {
    const text =
      '```bash run\necho 5\n# => 6\n```\n\n```bash\nexit 1\n```\n\n```bash run\ntrue\n```\n';
    expect(await problemsOf(text)).toEqual([
      'page.md:2 output line 1: the document says "6", the program printed "5"',
      undefined,
    ]);
  });
});

describe('fencedBlocks()', () => {
  it('reads language, words, code and line; a longer fence holds a shorter one', () => {
    const text = 'a\n````ts ignore\n```\nx\n```\n````\n';
    expect(fencedBlocks(text)).toEqual([
      { language: 'ts', words: ['ignore'], code: '```\nx\n```', line: 3 },
    ]);
    expect(runnableBlocks(text)).toEqual([]);
  });

  it('does not lose a block whose end is missing', () => {
    expect(runnableBlocks('```ts\nconsole.log(1);').map(({ code }) => code)).toEqual([
      'console.log(1);',
    ]);
  });
});

describe('expectedLines()', () => {
  it('takes what follows the mark, in order, also at the end of a statement', () => {
    const code = 'log(1); // => 1\n// => two words\n// nothing\n// =>';
    expect(expectedLines({ language: 'ts', code })).toEqual(['1', 'two words', '']);
  });
});

describe('difference()', () => {
  it('is undefined for equal lines only', () => {
    expect(difference(['a', 'b'], ['a', 'b'])).toBeUndefined();
    expect(difference(['a', 'b'], ['b', 'a'])).toContain('line 1');
  });
});

describe('isRunDocument()', () => {
  it('holds for README files and docs', () => {
    const paths = [
      'README.md',
      'docs/a/b.md',
      'packages/x/README.md',
      'CHANGELOG.md',
      'packages/x/a.md',
    ];
    expect(paths.map((path) => isRunDocument(path))).toEqual([true, true, true, false, false]);
  });
});
