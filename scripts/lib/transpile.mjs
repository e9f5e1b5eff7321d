/** Turns TypeScript into JavaScript that plain Node 20 runs, types removed and nothing checked. */
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const RELATIVE_TS = /(\bfrom\s*|\bimport\s*\(?\s*)(['"])(\.{1,2}\/[^'"]+)\.ts\2/g;

/** @param {string} code */
export async function transpile(code) {
  const { transformSync } = await import('@swc/core');
  const { code: script } = transformSync(code, {
    configFile: false,
    swcrc: false,
    isModule: true,
    jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
    module: { type: 'es6' },
  });
  return script;
}

/**
 * Copies a folder whole, with an .mjs beside each .ts file; relative imports follow the new names.
 */
export async function transpileFolder(from, to) {
  rmSync(to, { recursive: true, force: true });
  cpSync(from, to, { recursive: true });
  for (const name of readdirSync(to, { recursive: true })) {
    if (!name.endsWith('.ts') || name.endsWith('.d.ts')) continue;
    const script = await transpile(readFileSync(join(to, name), 'utf8'));
    writeFileSync(
      join(to, name.replace(/\.ts$/, '.mjs')),
      script.replace(
        RELATIVE_TS,
        (_, before, quote, path) => `${before}${quote}${path}.mjs${quote}`,
      ),
    );
  }
}
