/** The files a tidy check looks at, read once: text, lines and, for code, the syntax tree. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @typedef {{file: string, line: number, rule: string, message: string, soft?: boolean}} Finding
 * @typedef {{path: string, size: number, text: string, lines: string[], isTest: boolean,
 *   tree: () => any, lineAt: (offset: number) => number}} ProjectFile
 * @typedef {{root: string, files: ProjectFile[], json: (path: string) => any}} Project
 */

const TEXT_LIMIT = 2_000_000;
const CODE = /\.(?:ts|tsx|mts|mjs|js|cjs)$/;

export const isCode = (path) => CODE.test(path) && !path.endsWith('.d.ts');
export const isTest = (path) => /(?:^|\/)test\//.test(path);

function readProjectFile(root, path, parse) {
  const { size } = statSync(join(root, path));
  const text = size > TEXT_LIMIT ? '' : readFileSync(join(root, path), 'utf8');
  const lines = text.split('\n');
  let tree;
  return {
    path,
    size,
    text,
    lines,
    isTest: isTest(path),
    lineAt: (offset) => text.slice(0, offset).split('\n').length,
    tree: () => {
      tree ??= parse(path, text);
      return tree;
    },
  };
}

/** @returns {Promise<Project>} */
export async function readProject(root, paths) {
  const { parseSync } = await import('vite');
  const parse = (path, text) => {
    const { program, errors } = parseSync(path, text);
    if (errors.length > 0) throw new SyntaxError(`${path}: ${errors[0].message}`);
    return program;
  };
  const files = paths.map((path) => readProjectFile(root, path, parse));
  const byPath = new Map(files.map((file) => [file.path, file]));
  const json = (path) => {
    const file = byPath.get(path);
    return file === undefined ? undefined : JSON.parse(file.text);
  };
  return { root, files, json };
}

/** Calls `visit(node)` on every node of a syntax tree, parents first. */
export function walk(node, visit) {
  if (Array.isArray(node)) {
    for (const child of node) walk(child, visit);
    return;
  }
  if (node === null || typeof node !== 'object') return;
  if (typeof node.type === 'string') visit(node);
  for (const [key, child] of Object.entries(node)) {
    if (key !== 'parent' && typeof child === 'object') walk(child, visit);
  }
}

/** Folders with a package.json, the root left out. */
export function workspacesOf({ files }) {
  return files
    .filter(({ path }) => /^(?:packages|apps)\/.*package\.json$/.test(path) && !isTest(path))
    .map(({ path }) => path.replace(/\/package\.json$/, ''));
}
