/**
 * Source files that nothing reaches. A walk from each workspace's entries (exports, bin,
 * index.html, config files) along every relative path written in a string: imports, workers and
 * files read through `new URL('./x.ts', import.meta.url)` alike. A path into dist/ stands for the
 * source it is built from.
 */
import { posix } from 'node:path';
import { isCode, workspacesOf } from './project.mjs';

const RELATIVE = /(['"`])(\.{1,2}\/[^'"`\n]+)\1/g;
const ASSET = /(?:src|href)="\/?([^":]+)"/g;
const SOURCE = /\.(?:ts|tsx|js|mjs|css)$/;

const strings = (value) =>
  typeof value === 'string' ? [value] : Object.values(value ?? {}).flatMap(strings);

/** The files a written path may mean. */
function meanings(path) {
  const source = path.replace(/(^|\/)dist\//, '$1src/');
  return [path, source].flatMap((at) => [
    at,
    at.replace(/\.js$/, '.ts'),
    at.replace(/\.js$/, '.tsx'),
    at.replace(/\.d\.ts$/, '.ts'),
  ]);
}

function entriesOf(project, folder) {
  const manifest = project.json(`${folder}/package.json`);
  const named = strings([manifest.exports, manifest.bin, manifest.main]);
  const own = project.files
    .map(({ path }) => path)
    .filter((path) => path.startsWith(`${folder}/`) && !/\/(?:src|test)\//.test(path))
    .filter((path) => isCode(path) || path.endsWith('.html'));
  return [...named.map((path) => posix.join(folder, path)), ...own];
}

function referencesIn({ path, text }) {
  const folder = posix.dirname(path);
  const written = [...text.matchAll(RELATIVE)].map((found) => found[2]);
  const assets = path.endsWith('.html') ? [...text.matchAll(ASSET)].map((found) => found[1]) : [];
  return [...written, ...assets].map((to) => posix.join(folder, to));
}

function reachableFrom(entries, files) {
  const reached = new Set();
  const open = entries.flatMap(meanings);
  while (open.length > 0) {
    const path = open.pop();
    const file = files.get(path);
    if (file === undefined || reached.has(path)) continue;
    reached.add(path);
    open.push(...referencesIn(file).flatMap(meanings));
  }
  return reached;
}

/** @param {import('./project.mjs').Project} project */
export function deadFiles(project) {
  const files = new Map(project.files.map((file) => [file.path, file]));
  const entries = workspacesOf(project).flatMap((folder) => entriesOf(project, folder));
  const reached = reachableFrom(entries, files);
  return [...files.keys()]
    .filter((path) => /^(?:packages|apps)\/.*\/src\//.test(path) && SOURCE.test(path))
    .filter((path) => !path.endsWith('.d.ts') && !reached.has(path))
    .map((path) => ({
      file: path,
      line: 1,
      rule: 'dead-files',
      message: 'nothing imports this file: use it or remove it',
    }));
}
