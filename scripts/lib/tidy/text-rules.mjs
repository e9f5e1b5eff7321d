/** Rules on lines: their width, their number, words that promise later work, focused tests. */
import { isExcepted, LONG_FILES } from './exceptions.mjs';
import { isCode } from './project.mjs';

const COLUMNS = 100;
const HARD_FILE_LINES = 600;
const SOFT_FILE_LINES = 200;
const LATER_WORDS = new RegExp(
  `\\b(?:${['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX', 'HA' + 'CK'].join('|')})\\b`,
);
const FOCUSED = /\b(?:it|test|describe|suite)(?:\.concurrent)?\.(only|skip|todo)\b/;
const TEXT = /\.(?:ts|tsx|mts|mjs|js|cjs|css|html|md|ya?ml|sh)$|^\.ci\//;

const eachLine = (file, test, finding) =>
  file.lines.flatMap((line, index) =>
    test(line) ? [{ file: file.path, line: index + 1, ...finding(line) }] : [],
  );

/** A line's width without what stands in its string literals, which nothing could break for us. */
const width = (line) =>
  [...line.replace(/(['"`])(?:\\.|(?!\1).)*\1/g, '$1$1').replace(/^[^'"]*`.*|.*`[^`]*$/, '')]
    .length;

/** @param {import('./project.mjs').Project} project */
export function columns({ files }) {
  const wide = (line) => [...line].length > COLUMNS && width(line) > COLUMNS;
  return files
    .filter(({ path }) => isCode(path))
    .flatMap((file) =>
      eachLine(file, wide, (line) => ({
        rule: 'columns',
        message: `${[...line].length} columns, at most ${COLUMNS}`,
      })),
    );
}

/** @param {import('./project.mjs').Project} project */
export function laterWords({ files }) {
  return files
    .filter(({ path }) => TEXT.test(path))
    .flatMap((file) =>
      eachLine(
        file,
        (line) => LATER_WORDS.test(line),
        (line) => ({
          rule: 'later-words',
          message: `"${LATER_WORDS.exec(line)?.[0]}" on main: do it, or file an issue`,
        }),
      ),
    );
}

/** @param {import('./project.mjs').Project} project */
export function focusedTests({ files }) {
  return files
    .filter(({ path, isTest }) => isTest && isCode(path))
    .flatMap((file) =>
      eachLine(
        file,
        (line) => FOCUSED.test(line) && !/^\s*(?:\*|\/\/)/.test(line),
        (line) => ({
          rule: 'focused-tests',
          message: `.${FOCUSED.exec(line)?.[1]} hides tests; use skipIf with a reason that is said`,
        }),
      ),
    );
}

/** @param {import('./project.mjs').Project} project */
export function fileLength({ files }) {
  return files
    .filter(({ path }) => isCode(path) && !isExcepted(LONG_FILES, path))
    .flatMap(({ path, lines }) => {
      const length = lines.at(-1) === '' ? lines.length - 1 : lines.length;
      const hard = length > HARD_FILE_LINES;
      if (!hard && !(length > SOFT_FILE_LINES && /\/src\//.test(path))) return [];
      const limit = hard ? HARD_FILE_LINES : SOFT_FILE_LINES;
      const message = `${length} lines, ${hard ? 'at most' : 'mostly under'} ${limit}`;
      return [
        { file: path, line: 1, rule: 'file-length', message, ...(hard ? {} : { soft: true }) },
      ];
    });
}
