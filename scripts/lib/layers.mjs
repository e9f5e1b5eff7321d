/** Runs dependency-cruiser with the workspace's rules over a folder laid out like the workspace. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { commandOf, runNode } from './process.mjs';

/**
 * @param {string} folder a folder with packages/, apps/ and .dependency-cruiser.cjs
 * @returns {Promise<{modules: number, violations: {rule: string, from: string, to: string}[]}>}
 */
export async function cruise(folder) {
  const parts = ['packages', 'apps'].filter((part) => existsSync(join(folder, part)));
  const { output } = await runNode(
    commandOf('dependency-cruiser', 'depcruise'),
    ['--config', '.dependency-cruiser.cjs', '--output-type', 'json', ...parts],
    { cwd: folder, quiet: true, stdoutOnly: true },
  );
  const start = output.indexOf('{');
  if (start < 0) throw new Error(`dependency-cruiser gave no answer: ${output.slice(0, 500)}`);
  const { modules, summary } = JSON.parse(output.slice(start));
  const violations = summary.violations.map((found) => ({
    rule: found.rule.name,
    from: found.from,
    to: found.to,
  }));
  return { modules: modules.length, violations };
}
