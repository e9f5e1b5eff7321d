/** Reference pages as Markdown, read from the built packages. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './root.mjs';

const built = (path) => import(pathToFileURL(join(root, path, 'dist/index.js')).href);
const cell = (text) => String(text).replaceAll('|', '\\|').replaceAll('\n', ' ');
const table = (head, rows) =>
  [head, head.map(() => '---'), ...rows]
    .map((row) => `| ${row.map(cell).join(' | ')} |`)
    .join('\n');
const number = (value) =>
  value < 1e15 ? value.toLocaleString('en-US').replaceAll(',', ' ') : value.toExponential();

export async function errorsPage() {
  const { ERROR_CODES } = await built('packages/core');
  const rows = Object.entries(ERROR_CODES).map(([code, meaning]) => [`\`${code}\``, meaning]);
  return `# Error codes

Everything MidStream throws or answers on purpose carries one of these codes. Match on the code:
codes are added, never renamed; messages are for people. This page is made from
\`packages/core/src/errors.ts\`.

${table(['code', 'the condition'], rows)}
`;
}

const LIMIT_SOURCES = [
  ['packages/core', 'LIMITS'],
  ['packages/analysers', 'ANALYSER_LIMITS'],
  ['packages/engines/temporal-compare', 'COMPARE_LIMITS'],
  ['packages/edges/llm-gateway', 'GATEWAY_LIMITS'],
  ['packages/sdk', 'SDK_LIMITS'],
];

export async function limitsPage() {
  const parts = [];
  for (const [path, name] of LIMIT_SOURCES) {
    const limits = Object.values((await built(path))[name]);
    const rows = limits.map(({ name: key, value, unit, consequence }) => [
      `\`${key}\``,
      number(value),
      unit,
      consequence,
    ]);
    parts.push(`## ${path}\n\n${table(['limit', 'value', 'of', 'at the limit'], rows)}`);
  }
  return `# Limits

Every queue, cache, window and retry has a limit with a stated consequence. This page is made from
the code.

${parts.join('\n\n')}
`;
}

export async function operationsPage() {
  const { OPERATIONS, jsonSchemaOf } = await built('packages/sdk');
  const parts = OPERATIONS.map((operation) => {
    const { properties = {}, required = [] } = jsonSchemaOf(operation.input);
    const rows = Object.entries(properties).map(([key, schema]) => [
      `\`${key}\`${required.includes(key) ? '' : ' (optional)'}`,
      schema.description ?? '',
    ]);
    return `## ${operation.name}\n\n${operation.summary}.\n\n${table(['input', ''], rows)}`;
  });
  return `# Operations

Each is a line of \`midstream batch\`, a path \`POST /v1/operations/<name>\`, and a call of
\`runOperation(name, input)\`. Numbers that JSON cannot hold travel as \`"Infinity"\`, \`"-Infinity"\` and \`"NaN"\`. A batch
line is \`{"id": 7, "operation": "compare.distance", "input": {…}}\`; its answer has the same id, in order.

${parts.join('\n\n')}
`;
}
