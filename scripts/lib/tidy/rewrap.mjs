/**
 * Wraps comments that are wider than the columns allow. A paragraph with a line too wide is filled
 * anew; examples (indented by two or more), tables and everything that fits stay as they are.
 */

const COLUMNS = 100;
const MARKED = /^(\s*)(\*|\/\/)(?: (.*))?$/;
const ONE_LINE = /^(\s*)\/\*\* (.*) \*\/$/;
const ITEM = /^(?:- |\d+\. |@\w+ )/;
const KEPT = /^(?: {2,}|\||`{3}|#|\/|biome-ignore|@ts-)/;

/** Fills words into lines of at most `width`; lines after the first start with `hang`. */
function fill(words, width, hang) {
  const lines = [];
  let line = '';
  for (const word of words) {
    const next = line === '' ? word : `${line} ${word}`;
    if (line.trim() !== '' && next.length > width) {
      lines.push(line);
      line = hang + word;
    } else {
      line = next;
    }
  }
  return [...lines, line];
}

/** Comment lines cut into paragraphs, each with the lines it came from. */
function paragraphs(lines) {
  const groups = [];
  let fenced = false;
  for (const line of lines) {
    const found = MARKED.exec(line);
    const text = found?.[3] ?? '';
    const mark = found === null ? '' : `${found[1]}${found[2]}`;
    if (text.startsWith('```')) fenced = !fenced;
    const last = groups.at(-1);
    const hanging = last?.hang === '  ' && /^ {2}\S/.test(text);
    const fixed = found === null || text === '' || fenced || text.startsWith('```');
    if (fixed || (KEPT.test(text) && !hanging)) groups.push({ lines: [line], fixed: true });
    else if (last && !last.fixed && last.mark === mark && !ITEM.test(text)) last.lines.push(line);
    else groups.push({ lines: [line], mark, hang: ITEM.test(text) ? '  ' : '', fixed: false });
  }
  return groups;
}

function rewrapGroup({ lines, mark, hang, fixed }) {
  if (fixed || lines.every((line) => [...line].length <= COLUMNS)) return lines;
  const words = lines.flatMap((line) => (MARKED.exec(line)?.[3] ?? '').trim().split(/\s+/));
  return fill(words, COLUMNS - mark.length - 1, hang).map((line) => `${mark} ${line}`);
}

/** A one-line block comment that is too wide, spread over lines of its own. */
function spread(line) {
  const found = ONE_LINE.exec(line);
  if (found === null || [...line].length <= COLUMNS) return [line];
  const [, indent, text] = found;
  const inner = fill(text.split(/\s+/), COLUMNS - indent.length - 3, '');
  return [`${indent}/**`, ...inner.map((words) => `${indent} * ${words}`), `${indent} */`];
}

/** @param {string} text the text of a TypeScript or JavaScript file */
export function rewrapComments(text) {
  const lines = text.split('\n').flatMap(spread);
  return paragraphs(lines).flatMap(rewrapGroup).join('\n');
}
