/**
 * Rules on syntax trees: function length, default exports, hidden time and randomness, async
 * engines.
 */
import { isExcepted, LONG_FILES, WITHOUT_COST } from './exceptions.mjs';
import { isCode, walk } from './project.mjs';

const FUNCTION_LINES = 70;
const FUNCTIONS = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);
const PURE = /^packages\/(?:core|engines\/[^/]+|kernels|analysers)\/src\//;
const SYNCHRONOUS = /^packages\/(?:engines\/[^/]+|kernels|analysers)\/src\//;
const ALGORITHMS = /^packages\/(?:engines\/[^/]+|kernels|analysers)\/(?:src|assembly)\/.*\.ts$/;
const MAY_READ_TIME = /^packages\/core\/src\/(?:(?:.*\/)?(?:clock|random)\.ts$|simulation\/)/;
const TIMERS = new Set(['setTimeout', 'setInterval', 'setImmediate']);
const MEMBERS = new Set(['Date.now', 'performance.now', 'Math.random', 'crypto.randomUUID']);

const codeFiles = ({ files }) => files.filter(({ path }) => isCode(path));

/** @param {import('./project.mjs').Project} project */
export function functionLength(project) {
  const findings = [];
  for (const file of codeFiles(project)) {
    if (file.isTest || isExcepted(LONG_FILES, file.path)) continue;
    walk(file.tree(), (node) => {
      if (!FUNCTIONS.has(node.type) || !node.body) return;
      const line = file.lineAt(node.start);
      const length = file.lineAt(node.end) - line + 1;
      if (length <= FUNCTION_LINES) return;
      const message = `${node.id?.name ?? 'function'}: ${length} lines, at most ${FUNCTION_LINES}`;
      findings.push({ file: file.path, line, rule: 'function-length', message });
    });
  }
  return findings;
}

/** @param {import('./project.mjs').Project} project */
export function defaultExports(project) {
  const findings = [];
  for (const file of codeFiles(project)) {
    if (/(?:^|\/)[^/]+\.config\.[cm]?[jt]s$/.test(file.path)) continue;
    for (const node of file.tree().body) {
      if (node.type !== 'ExportDefaultDeclaration') continue;
      findings.push({
        file: file.path,
        line: file.lineAt(node.start),
        rule: 'default-exports',
        message: 'default export: give it its name',
      });
    }
  }
  return findings;
}

/** What a node reads of the world's time or randomness, if anything. */
function ambientName(node) {
  if (node.type === 'MemberExpression' && node.object.type === 'Identifier' && !node.computed) {
    const name = `${node.object.name}.${node.property.name}`;
    return MEMBERS.has(name) ? name : undefined;
  }
  if (node.type === 'NewExpression' || node.type === 'CallExpression') {
    const name = node.callee.type === 'Identifier' ? node.callee.name : '';
    if (node.type === 'NewExpression') return name === 'Date' ? 'new Date' : undefined;
    return TIMERS.has(name) || name === 'Date' ? name : undefined;
  }
  return undefined;
}

/** @param {import('./project.mjs').Project} project */
export function ambientTime(project) {
  const findings = [];
  for (const file of codeFiles(project)) {
    if (!PURE.test(file.path) || MAY_READ_TIME.test(file.path)) continue;
    walk(file.tree(), (node) => {
      const name = ambientName(node);
      if (name === undefined) return;
      const message = `${name}: time and randomness are injected (Clock, Random of core)`;
      findings.push({
        file: file.path,
        line: file.lineAt(node.start),
        rule: 'ambient-time',
        message,
      });
    });
  }
  return findings;
}

/** @param {import('./project.mjs').Project} project */
export function synchronousEngines(project) {
  const findings = [];
  for (const file of codeFiles(project)) {
    if (!SYNCHRONOUS.test(file.path)) continue;
    walk(file.tree(), (node) => {
      if (!(node.async === true || node.type === 'AwaitExpression')) return;
      findings.push({
        file: file.path,
        line: file.lineAt(node.start),
        rule: 'synchronous-engines',
        message: 'async in an engine or analyser: they are synchronous',
      });
    });
  }
  return findings;
}

/** @param {import('./project.mjs').Project} project */
export function statedCost({ files }) {
  const findings = [];
  for (const file of files) {
    if (!ALGORITHMS.test(file.path) || isExcepted(WITHOUT_COST, file.path)) continue;
    let first = Number.POSITIVE_INFINITY;
    walk(file.tree(), (node) => {
      const isCodeOfFunction = FUNCTIONS.has(node.type) && node.body;
      if (isCodeOfFunction) first = Math.min(first, node.start);
    });
    if (first === Number.POSITIVE_INFINITY) continue;
    if (/\/\*\*[\s\S]*?\bCost:[\s\S]*?\*\//.test(file.text.slice(0, first))) continue;
    const message = 'no "Cost:" in the header comment: state the cost in time and memory';
    findings.push({ file: file.path, line: 1, rule: 'stated-cost', message });
  }
  return findings;
}
