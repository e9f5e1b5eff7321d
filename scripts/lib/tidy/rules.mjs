/** Every rule of the tidy check. */
import {
  ambientTime,
  defaultExports,
  functionLength,
  statedCost,
  synchronousEngines,
} from './code-rules.mjs';
import { conformance } from './conformance.mjs';
import { deadFiles } from './dead-files.mjs';
import { blobSize, markdownPlaces, wholeLock } from './layout-rules.mjs';
import { exactPins, lockstep, readmes } from './package-rules.mjs';
import { readProject } from './project.mjs';
import { columns, fileLength, focusedTests, laterWords } from './text-rules.mjs';

export const rules = [
  columns,
  laterWords,
  focusedTests,
  fileLength,
  functionLength,
  defaultExports,
  ambientTime,
  synchronousEngines,
  statedCost,
  markdownPlaces,
  blobSize,
  wholeLock,
  readmes,
  lockstep,
  exactPins,
  deadFiles,
  conformance,
];

/**
 * @param {string} root
 * @param {readonly string[]} paths relative to root
 * @returns {Promise<import('./project.mjs').Finding[]>} findings in the order of files
 */
export async function findUntidy(root, paths) {
  const project = await readProject(root, paths);
  return rules
    .flatMap((rule) => rule(project))
    .sort((a, b) => a.file.localeCompare(b.file, 'en') || a.line - b.line);
}
