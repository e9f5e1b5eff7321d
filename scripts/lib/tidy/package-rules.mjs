/** Rules on workspaces: a README with a program, one version for all, exact pins. */
import { runnableBlocks } from '../blocks.mjs';
import { isExcepted, WITHOUT_PROGRAM } from './exceptions.mjs';
import { workspacesOf } from './project.mjs';

const EXACT =
  /^(?:\d+\.\d+\.\d+(?:-[\w.-]+)?|npm:(?:@[\w.-]+\/)?[\w.-]+@\d+\.\d+\.\d+(?:-[\w.-]+)?)$/;
const PINNED = ['dependencies', 'devDependencies', 'optionalDependencies'];

/** @param {import('./project.mjs').Project} project */
export function readmes(project) {
  const texts = new Map(project.files.map(({ path, text }) => [path, text]));
  return workspacesOf(project).flatMap((folder) => {
    const file = `${folder}/README.md`;
    const text = texts.get(file);
    const finding = (message) => [{ file, line: 1, rule: 'readmes', message }];
    if (text === undefined) return finding('the workspace has no README.md');
    if (isExcepted(WITHOUT_PROGRAM, folder)) return [];
    const programs = runnableBlocks(text).filter(({ language }) => language === 'ts');
    return programs.length > 0 ? [] : finding('no ts block that is run');
  });
}

/** @param {import('./project.mjs').Project} project */
export function lockstep(project) {
  const { version } = project.json('package.json');
  return workspacesOf(project).flatMap((folder) => {
    const file = `${folder}/package.json`;
    const own = project.json(file).version;
    const message = `version ${own}, and the workspace is at ${version}`;
    return own === version ? [] : [{ file, line: 1, rule: 'lockstep', message }];
  });
}

/** @param {import('./project.mjs').Project} project */
export function exactPins(project) {
  const manifests = ['package.json', ...workspacesOf(project).map((at) => `${at}/package.json`)];
  return manifests.flatMap((file) => {
    const manifest = project.json(file);
    return PINNED.flatMap((field) => Object.entries(manifest[field] ?? {}))
      .filter(([, range]) => !EXACT.test(range))
      .map(([name, range]) => ({
        file,
        line: 1,
        rule: 'exact-pins',
        message: `${name} is "${range}": pin one exact version`,
      }));
  });
}
