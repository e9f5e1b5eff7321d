/** A class that implements a seam of core proves it with the seam's suite, in its own package. */
import { walk, workspacesOf } from './project.mjs';

const SEAMS = new Set([
  'Source',
  'Analyser',
  'Policy',
  'Monitor',
  'Actor',
  'Dispatcher',
  'Multiplexer',
  'Store',
  'VectorIndex',
  'Bus',
]);

/** A conformance test; core's own doubles are judged where its suites are, in test/seams. */
const SUITE = /\/test\/(?:.*conformance|seams\/\w+)\.test\.ts$/;

/** @param {import('./project.mjs').Project} project */
export function conformance(project) {
  const paths = project.files.map(({ path }) => path);
  const findings = [];
  for (const folder of workspacesOf(project)) {
    const inFolder = (path) => path.startsWith(`${folder}/`);
    if (paths.some((path) => inFolder(path) && SUITE.test(path))) continue;
    for (const file of project.files) {
      if (!inFolder(file.path) || !/\/src\/.*\.tsx?$/.test(file.path)) continue;
      walk(file.tree(), (node) => {
        for (const { expression } of node.implements ?? []) {
          if (!SEAMS.has(expression.name)) continue;
          findings.push({
            file: file.path,
            line: file.lineAt(node.start),
            rule: 'conformance',
            message:
              `${node.id?.name ?? 'class'} implements ${expression.name}, ` +
              `and ${folder} has no test/conformance.test.ts`,
          });
        }
      });
    }
  }
  return findings;
}
