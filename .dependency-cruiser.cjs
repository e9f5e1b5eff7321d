/**
 * The law of the house, enforced: a package imports only lower layers (layers.json), an edge never
 * meets an engine, an analyser, memory or the network, and an engine never meets another engine.
 */
const { layers } = require('./layers.json');

const folder = (name) => (name === 'apps' ? '^apps/' : `^packages/${name}/`);
const any = (names) => names.map(folder).join('|');

const upward = layers.slice(0, -1).map((layer, level) => ({
  name: `layer-${layer.join('-')}-imports-only-lower`,
  severity: 'error',
  comment: 'A package imports only lower layers.',
  from: { path: any(layer), pathNot: '/test/' },
  to: { path: any(layers.slice(level + 1).flat()) },
}));
const beside = layers.flatMap((layer) =>
  layer
    .filter(() => layer.length > 1)
    .map((name) => ({
      name: `${name}-imports-nothing-of-its-same-layer`,
      severity: 'error',
      comment: 'A package imports only lower layers, so none beside it.',
      from: { path: folder(name), pathNot: '/test/' },
      to: { path: any(layer.filter((other) => other !== name)) },
    })),
);
const sideways = [
  ['packages/engines', '^packages/engines/([^/]+)/'],
  ['packages/edges', '^packages/edges/([^/]+)/'],
].map(([root, path]) => ({
  name: `${root.split('/')[1]}-never-meet-each-other`,
  severity: 'error',
  from: { path },
  to: { path: `^${root}/`, pathNot: `^${root}/$1/` },
}));

module.exports = {
  forbidden: [
    ...upward,
    ...beside,
    ...sideways,
    {
      name: 'edges-never-meet-engines-analysers-memory-network',
      severity: 'error',
      from: { path: '^packages/edges/' },
      to: { path: '^packages/(engines|analysers|memory|network)/' },
    },
    {
      name: 'engines-import-core-and-kernels-only',
      severity: 'error',
      from: { path: '^packages/engines/', pathNot: '/test/' },
      to: { path: '^packages/(?!engines/|core/|kernels/)' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-deep-imports',
      severity: 'error',
      comment:
        "A package's src is its own: others import its exports, which resolve to an entry file.",
      from: { path: '^(packages/(?:engines/|edges/|memory/|network/)?[^/]+|apps/[^/]+)/' },
      to: {
        path: '^(packages|apps)/.+/src/',
        pathNot: ['^$1/', '/src/(index|testing/index|simulation/index|operations/index)\\.ts$'],
      },
    },
    {
      name: 'core-and-engines-have-no-dependencies',
      severity: 'error',
      from: { path: '^packages/(core|engines/[^/]+|analysers)/src/' },
      to: {
        dependencyTypes: ['core', 'npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-no-pkg'],
        pathNot: '^packages/',
      },
    },
    {
      name: 'no-unresolvable',
      severity: 'error',
      comment: 'An import that resolves to nothing would hide from every rule above.',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@midstream/source', 'import', 'default'],
    },
    exclude: { path: '/dist/|node_modules/.*node_modules' },
    doNotFollow: { path: 'node_modules' },
  },
};
