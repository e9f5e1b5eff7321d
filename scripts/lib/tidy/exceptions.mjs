/** What the tidy check lets pass, each with its reason. */

/** Files that may be over the limit of a blob. */
export const LARGE_FILES = [
  [/^packages\/tiny-lm\/model\/.*\.gguf$/, 'the weights of the shipped model'],
  [/^package-lock\.json$/, 'the lock'],
  [/^docs\/images\//, 'screenshots'],
];

/**
 * Files of engines and analysers that compute nothing, so that a statement of cost would be empty.
 */
export const WITHOUT_COST = [
  [/(?:^|\/)index\.ts$/, 'exports only'],
  [
    /(?:^|\/)(?:types|limits|(?:.*-)?errors?|options|arguments)\.ts$/,
    'types, constants and argument checks',
  ],
];

/** Workspaces whose README needs no program of its own. */
export const WITHOUT_PROGRAM = [[/^apps\/dashboard$/, 'a page, used in a browser']];

/** Files longer, or with functions longer, than the limits. */
export const LONG_FILES = [[/^packages\/core\/src\/testing\/.*-suite\.ts$/, 'a list of tests']];

export const isExcepted = (list, path) => list.some(([pattern]) => pattern.test(path));
