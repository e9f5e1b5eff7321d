/** Fenced blocks of Markdown files: their language, extra words, code and first line. */

const FENCE = /^(\s*)(`{3,}|~{3,})\s*([^`]*)$/;

const closed = ({ language, words, lines, line }) => ({
  language,
  words,
  code: lines.join('\n'),
  line,
});

/**
 * @param {string} markdown
 * @returns {{language: string, words: string[], code: string, line: number}[]} `line` is the
 *   number, counted from 1, of the first line of code
 */
export function fencedBlocks(markdown) {
  const blocks = [];
  let open;
  for (const [index, text] of markdown.split(/\r?\n/).entries()) {
    const fence = FENCE.exec(text);
    if (open === undefined) {
      if (fence === null) continue;
      const [language = '', ...words] = fence[3].trim().split(/\s+/);
      open = { mark: fence[2], language, words, lines: [], line: index + 2 };
    } else if (fence !== null && fence[3] === '' && fence[2].startsWith(open.mark)) {
      blocks.push(closed(open));
      open = undefined;
    } else {
      open.lines.push(text);
    }
  }
  // As Markdown has it, a block whose end is missing goes on to the end of the file.
  if (open !== undefined) blocks.push(closed(open));
  return blocks;
}

/** The blocks that are run: `ts` without the word ignore, and `bash` with the word run. */
export function runnableBlocks(markdown) {
  return fencedBlocks(markdown).filter(({ language, words }) =>
    language === 'ts' ? !words.includes('ignore') : language === 'bash' && words.includes('run'),
  );
}

/** The lines of output that a block's comments promise: what follows `// =>` (in bash `# =>`). */
export function expectedLines({ language, code }) {
  const mark = language === 'bash' ? /(?:^|\s)# => ?(.*)$/ : /(?:^|\s)\/\/ => ?(.*)$/;
  return code.split('\n').flatMap((line) => {
    const found = mark.exec(line);
    return found === null ? [] : [found[1].trimEnd()];
  });
}
