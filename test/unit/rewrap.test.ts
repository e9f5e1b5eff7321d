import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rewrapComments } from '../../scripts/lib/tidy/rewrap.mjs';

const words = (text: string): string => text.replace(/[\s/*]+/g, ' ').trim();
const sentence = 'several words of a comment that '.repeat(5).trim();

describe('rewrapComments()', () => {
  it('leaves a text alone whose lines all fit', () => {
    const text = '/**\n * Short.\n * Lines.\n *\n *     an example\n */\nconst a = 1; // b\n';
    expect(rewrapComments(text)).toBe(text);
  });

  it('fills a paragraph that is too wide, and no other', () => {
    const text = `/**\n * Kept\n * as it is.\n *\n * ${sentence}\n * end.\n */\n`;
    const wrapped = rewrapComments(text);
    expect(wrapped).toContain(' * Kept\n * as it is.\n *\n');
    expect(wrapped.split('\n').every((line) => line.length <= 100)).toBe(true);
    expect(words(wrapped)).toBe(words(text));
  });

  it('spreads a one-line comment and hangs the lines of an item', () => {
    expect(rewrapComments(`  /** ${sentence} */\n`)).toMatch(/^ {2}\/\*\*\n {3}\* several/);
    const item = rewrapComments(`/**\n * - ${sentence}\n * - two\n */\n`);
    expect(item).toMatch(/\n \* {3}\w[^\n]*\n \* - two\n/);
  });

  it('never changes code, an example or a fenced block, however wide', () => {
    const wide = 'x'.repeat(120);
    const fenced = ` * \`\`\`ts\n * ${wide} c\n * \`\`\`\n`;
    const text = `const a = '${wide} ${wide}';\n/**\n *     ${wide} b\n${fenced} */\n`;
    expect(rewrapComments(text)).toBe(text);
  });

  it('keeps every word, and a second pass changes nothing', () => {
    const paragraph = fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(paragraph, (parts) => {
        const text = `/**\n * ${parts.join(' ')}\n */\n`;
        const once = rewrapComments(text);
        expect(words(once)).toBe(words(text));
        expect(rewrapComments(once)).toBe(once);
      }),
      { numRuns: 50 },
    );
  });
});
