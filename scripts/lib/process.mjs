/** Running other programs: Node scripts of installed packages, npm, and anything on the PATH. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './root.mjs';

/**
 * Runs a program to its end and resolves with `{code, output, timedOut}`; it never rejects. Output
 * is shown as it comes unless `quiet`, in which case it is collected (stdout and stderr in one).
 *
 * @param {string} file
 * @param {readonly string[]} parameters
 * @param {{cwd?: string, env?: Record<string, string>, quiet?: boolean, timeout?: number,
 *   shell?: boolean, stdoutOnly?: boolean}} [options]
 * @returns {Promise<{code: number, output: string, timedOut: boolean}>}
 */
export function run(file, parameters, options = {}) {
  const { cwd = root, env = {}, quiet = false, timeout = 0, shell = false } = options;
  return new Promise((resolve) => {
    const child = spawn(file, parameters, {
      cwd,
      shell,
      env: { ...process.env, ...env },
      stdio: quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
    });
    let output = '';
    let timedOut = false;
    const collect = (chunk) => {
      output += chunk;
    };
    child.stdout?.setEncoding('utf8').on('data', collect);
    child.stderr?.setEncoding('utf8').on('data', options.stdoutOnly ? () => {} : collect);
    const limit =
      timeout > 0
        ? setTimeout(() => {
            timedOut = true;
            child.kill('SIGKILL');
          }, timeout)
        : undefined;
    child.on('error', (error) => {
      clearTimeout(limit);
      resolve({ code: 127, output: `${output}${error.message}\n`, timedOut });
    });
    child.on('close', (code) => {
      clearTimeout(limit);
      resolve({ code: code ?? 1, output, timedOut });
    });
  });
}

/** Runs a JavaScript file with this Node. */
export function runNode(script, parameters = [], options = {}) {
  return run(process.execPath, [script, ...parameters], options);
}

/** The file of a command that an installed package brings, found through its package.json. */
export function commandOf(packageName, command = packageName) {
  const folder = join(root, 'node_modules', packageName);
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return join(folder, typeof bin === 'string' ? bin : bin[command]);
}

/** npm as a script for this Node: the one that started us, or the one beside Node. */
function npmScript() {
  const beside = dirname(process.execPath);
  return [
    process.env.npm_execpath,
    join(beside, '../lib/node_modules/npm/bin/npm-cli.js'),
    join(beside, 'node_modules/npm/bin/npm-cli.js'),
  ].find((path) => path !== undefined && /npm-cli\.js$/.test(path) && existsSync(path));
}

/** Runs npm, found beside Node where it can be and on the PATH otherwise. */
export function runNpm(parameters, options = {}) {
  const script = npmScript();
  return script === undefined
    ? run('npm', parameters, { ...options, shell: process.platform === 'win32' })
    : runNode(script, parameters, options);
}
