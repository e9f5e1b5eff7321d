/** Shows the line of a text that an error speaks of, with a mark under the place. */

/** Two lines of source and a caret, or nothing when the details give no position. */
export function excerpt(source: string, details: Readonly<Record<string, unknown>>): string {
  const { line, column } = details;
  if (typeof line !== 'number') return '';
  const text = source.split('\n')[line - 1];
  if (text === undefined) return '';
  const gutter = `${line} | `;
  const caret = typeof column === 'number' ? `${' '.repeat(gutter.length + column - 1)}^\n` : '';
  return `${gutter}${text}\n${caret}`;
}
