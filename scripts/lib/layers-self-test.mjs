/**
 * Proves that the law of the house bites: lays out a small copy of the workspace (same rules, same
 * layers, packages linked in node_modules as npm links them), plants one forbidden import a file,
 * and looks that each is refused by its rule, and that the permitted imports are not.
 */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { cruise } from './layers.mjs';
import { root } from './root.mjs';

const PACKAGES = {
  core: 'packages/core',
  security: 'packages/security',
  'tiny-lm': 'packages/tiny-lm',
  'temporal-compare': 'packages/engines/temporal-compare',
  'temporal-neural-solver': 'packages/engines/temporal-neural-solver',
  analysers: 'packages/analysers',
  swarm: 'packages/network/swarm',
  'llm-gateway': 'packages/edges/llm-gateway',
  restream: 'packages/edges/restream',
  sdk: 'packages/sdk',
};

/** Each planted file: the package it is in, what it imports, the rule that must refuse it. */
const PLANTED = [
  ['edge-to-engine', 'llm-gateway', '@midstream/temporal-compare', 'edges-never-meet-engines'],
  ['edge-to-analysers', 'llm-gateway', '@midstream/analysers', 'edges-never-meet-engines'],
  ['edge-to-network', 'llm-gateway', '@midstream/swarm', 'edges-never-meet-engines'],
  ['edge-to-edge', 'llm-gateway', '@midstream/restream', 'edges-never-meet-each-other'],
  [
    'engine-to-engine',
    'temporal-compare',
    '@midstream/temporal-neural-solver',
    'engines-never-meet',
  ],
  ['engine-to-tiny-lm', 'temporal-compare', '@midstream/tiny-lm', 'engines-import-core'],
  ['engine-to-edge', 'temporal-compare', '@midstream/llm-gateway', 'layer-engines'],
  ['engine-to-npm', 'temporal-compare', 'some-library', 'core-and-engines-have-no-dependencies'],
  ['engine-to-node', 'temporal-compare', 'node:fs', 'core-and-engines-have-no-dependencies'],
  ['core-to-upper', 'core', '@midstream/sdk', 'layer-core'],
  ['core-to-node', 'core', 'node:crypto', 'core-and-engines-have-no-dependencies'],
  ['core-to-bare-node', 'core', 'fs', 'core-and-engines-have-no-dependencies'],
  ['core-to-missing', 'core', 'not-installed', 'no-unresolvable'],
  ['analysers-to-npm', 'analysers', 'some-library', 'core-and-engines-have-no-dependencies'],
  ['analysers-to-swarm', 'analysers', '@midstream/swarm', 'same-layer'],
  ['security-to-tiny-lm', 'security', '@midstream/tiny-lm', 'same-layer'],
  ['sdk-to-app', 'sdk', '../../../apps/midstream/src/index.ts', 'layer-sdk'],
  ['deep-import', 'sdk', '../../core/src/inner.ts', 'no-deep-imports'],
  ['a-cycle', 'core', './there.ts', 'no-cycles'],
].map(([name, owner, target, rule]) => ({ name, owner, target, rule }));

/** Imports that the law permits. */
const PERMITTED = [
  ['engine-to-core', 'temporal-compare', '@midstream/core'],
  ['edge-to-core', 'llm-gateway', '@midstream/core'],
  ['edge-to-security', 'llm-gateway', '@midstream/security'],
  ['edge-to-npm', 'llm-gateway', 'some-library'],
  ['edge-to-node', 'llm-gateway', 'node:http'],
  ['analysers-to-engine', 'analysers', '@midstream/temporal-compare'],
  ['sdk-to-engine', 'sdk', '@midstream/temporal-compare'],
  ['sdk-to-edge', 'sdk', '@midstream/llm-gateway'],
].map(([name, owner, target]) => ({ name, owner, target }));

function write(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function layOut(folder) {
  for (const file of ['.dependency-cruiser.cjs', 'layers.json']) {
    copyFileSync(join(root, file), join(folder, file));
  }
  write(join(folder, 'package.json'), '{"name":"planted","private":true,"type":"module"}');
  mkdirSync(join(folder, 'node_modules/@midstream'), { recursive: true });
  for (const [name, path] of Object.entries(PACKAGES)) {
    const exports = {
      '.': { '@midstream/source': './src/index.ts', default: './dist/index.js' },
    };
    const manifest = { name: `@midstream/${name}`, version: '0.1.0', type: 'module', exports };
    write(join(folder, path, 'package.json'), JSON.stringify(manifest));
    write(join(folder, path, 'src/index.ts'), 'export const one: number = 1;\n');
    const link = join(folder, 'node_modules/@midstream', name);
    symlinkSync(relative(dirname(link), join(folder, path)), link, 'junction');
  }
  write(join(folder, PACKAGES.core, 'src/inner.ts'), 'export const two: number = 2;\n');
  write(
    join(folder, PACKAGES.core, 'src/there.ts'),
    "import { n } from './a-cycle.ts';\nexport const three: number = n;\n",
  );
  write(join(folder, 'apps/midstream/src/index.ts'), 'export const four: number = 4;\n');
  const library = join(folder, 'node_modules/some-library');
  write(join(library, 'package.json'), '{"name":"some-library","version":"1.0.0"}');
  write(join(library, 'index.js'), 'module.exports = {};\n');
}

const fileOf = ({ name, owner }) => `${PACKAGES[owner]}/src/${name}.ts`;

function plant(folder, entry) {
  const text = [
    `import type * as it from '${entry.target}';`,
    'export const n: number = 1;',
    'export type It = typeof it;\n',
  ].join('\n');
  write(join(folder, fileOf(entry)), text);
}

/**
 * @returns {Promise<{checked: number, problems: string[]}>} the planted imports that were not
 *   refused by their rule and the permitted ones that were refused
 */
export async function selfTest() {
  const folder = mkdtempSync(join(tmpdir(), 'midstream-layers-'));
  try {
    layOut(folder);
    for (const entry of [...PLANTED, ...PERMITTED]) plant(folder, entry);
    const { violations } = await cruise(folder);
    const rulesOf = (entry) =>
      violations.filter(({ from }) => from === fileOf(entry)).map(({ rule }) => rule);
    const missed = PLANTED.filter((entry) => !rulesOf(entry).some((r) => r.includes(entry.rule)));
    const refused = PERMITTED.filter((entry) => rulesOf(entry).length > 0);
    return {
      checked: PLANTED.length + PERMITTED.length,
      problems: [
        ...missed.map(
          (entry) => `${entry.name}: not refused by ${entry.rule} (by: ${rulesOf(entry)})`,
        ),
        ...refused.map((entry) => `${entry.name}: permitted, but refused by ${rulesOf(entry)}`),
      ],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
