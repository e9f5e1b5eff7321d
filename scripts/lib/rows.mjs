/**
 * test/rows.json maps each row of the requirements that is begun to `{tests, faces, gap}`: `tests`
 * are "file::part of the test's name", `faces` say where a user reaches it, `gap` what is still
 * missing ("" when nothing is). This checks it against the known ids, the files, and the tests that
 * ran.
 */

const FIELDS = ['tests', 'faces', 'gap'];
const FACES = ['sdk', 'cli', 'http', 'mcp', 'dashboard', 'batch', 'npm', 'ci'];

/** Problems of one row's shape. */
function shapeProblems(id, row) {
  const fields = Object.keys(row).filter((field) => !FIELDS.includes(field));
  const problems = fields.map((field) => `${id}: unknown field "${field}"`);
  const isList = (value) => Array.isArray(value) && value.every((one) => typeof one === 'string');
  if (!isList(row.tests) || row.tests.length === 0) problems.push(`${id}: names no test`);
  if (!isList(row.faces) || row.faces.length === 0) problems.push(`${id}: names no face`);
  else {
    for (const face of row.faces.filter((one) => !FACES.includes(one))) {
      problems.push(`${id}: unknown face "${face}", one of ${FACES.join(', ')}`);
    }
  }
  if (typeof row.gap !== 'string') problems.push(`${id}: gap is not a sentence or ""`);
  return problems;
}

/** Problem of one named test, or undefined. */
function testProblem(id, named, { readFile, results, maySkip }) {
  const at = named.indexOf('::');
  if (at < 0) return `${id}: "${named}" is not "file::name"`;
  const [file, name] = [named.slice(0, at), named.slice(at + 2)];
  const text = readFile(file);
  if (text === undefined) return `${id}: there is no ${file}`;
  const ran = results.filter((test) => test.file === file);
  if (ran.length === 0) {
    const last = name.split(' > ').at(-1) ?? '';
    return text.includes(last) ? undefined : `${id}: ${file} has no test named "${name}"`;
  }
  const matching = ran.filter((test) => test.name.includes(name));
  if (matching.length === 0) return `${id}: ${file} ran no test named "${name}"`;
  const bad = matching.find(
    ({ state }) =>
      !(state === 'passed' || (maySkip && (state === 'skipped' || state === 'pending'))),
  );
  return bad === undefined ? undefined : `${id}: ${file} "${bad.name}" ${bad.state}`;
}

/**
 * @param {Record<string, any>} rows the contents of test/rows.json
 * @param {{ids: string[], readFile: (path: string) => string | undefined, results:
 *   import('./vitest.mjs').TestResult[], strict: boolean, maySkip: boolean}} context `results` are
 *   the tests of this run; with `strict` a named test's file must be among them, and with `maySkip`
 *   a test that was skipped for want of a system program is no problem
 * @returns {string[]} one sentence a problem
 */
export function rowProblems(rows, context) {
  const known = new Set(context.ids);
  return Object.entries(rows).flatMap(([id, row]) => {
    if (id === '$comment') return [];
    if (!known.has(id)) return [`${id}: no such row in test/row-ids.json`];
    const shape = shapeProblems(id, row);
    if (shape.length > 0) return shape;
    return row.tests.flatMap((named) => {
      const problem = testProblem(id, named, context);
      if (problem !== undefined) return [problem];
      const file = named.split('::')[0];
      const ran = context.results.some((test) => test.file === file);
      return context.strict && !ran ? [`${id}: ${file} did not run`] : [];
    });
  });
}
