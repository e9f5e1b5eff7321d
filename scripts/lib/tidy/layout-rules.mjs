/** Rules on the tree: where Markdown may be, how large a file may be, that the lock is whole. */
import { completeLock } from '../complete-lock.mjs';
import { isExcepted, LARGE_FILES } from './exceptions.mjs';

const BLOB_BYTES = 200_000;
const MARKDOWN_PLACES =
  /(?:^|\/)README\.md$|^docs\/|^CHANGELOG\.md$|^(?:LICENSE|NOTICE)|^\.github\//;

/** @param {import('./project.mjs').Project} project */
export function markdownPlaces({ files }) {
  return files
    .filter(({ path }) => /\.(?:md|mdx|markdown)$/i.test(path) && !MARKDOWN_PLACES.test(path))
    .map(({ path }) => ({
      file: path,
      line: 1,
      rule: 'markdown-places',
      message: 'Markdown belongs in README.md files, docs/, CHANGELOG.md or .github/',
    }));
}

/** @param {import('./project.mjs').Project} project */
export function blobSize({ files }) {
  return files
    .filter(({ path, size }) => size > BLOB_BYTES && !isExcepted(LARGE_FILES, path))
    .map(({ path, size }) => ({
      file: path,
      line: 1,
      rule: 'blob-size',
      message: `${size} bytes, at most ${BLOB_BYTES}, or listed in scripts/lib/tidy/exceptions.mjs`,
    }));
}

/** @param {import('./project.mjs').Project} project */
export function wholeLock({ json }) {
  const lock = json('package-lock.json');
  if (lock === undefined) return [];
  const { added } = completeLock(lock);
  return added.map((name) => ({
    file: 'package-lock.json',
    line: 1,
    rule: 'whole-lock',
    message: `${name} is missing, so npm ci refuses the lock: run npm run lock`,
  }));
}
