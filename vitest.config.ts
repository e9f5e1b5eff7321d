import { defineConfig } from 'vitest/config';

const conditions = ['@midstream/source', 'node', 'import', 'default'];
const shared = { ssr: { resolve: { conditions } }, resolve: { conditions } };
const setupFiles = ['./test/setup.ts'];

/**
 * Projects: `unit` runs from the TypeScript sources with no build; `system` drives the built
 * product as real processes (and a real Chromium), one file at a time.
 */
export default defineConfig({
  ...shared,
  test: {
    projects: [
      {
        ...shared,
        test: {
          name: 'unit',
          setupFiles,
          include: [
            'packages/*/test/**/*.test.ts',
            'packages/*/*/test/**/*.test.ts',
            'apps/*/test/**/*.test.{ts,tsx}',
            'test/unit/**/*.test.ts',
          ],
          environment: 'node',
          testTimeout: 20_000,
        },
      },
      {
        ...shared,
        test: {
          name: 'system',
          setupFiles,
          include: ['test/system/**/*.test.ts'],
          environment: 'node',
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
    coverage: {
      provider: 'v8',
      reporter: ['text-summary', 'json-summary'],
      reportsDirectory: 'coverage',
      include: ['packages/**/src/**/*.ts', 'apps/*/src/**/*.{ts,tsx}'],
      thresholds: { lines: 85, statements: 85, functions: 85, branches: 85 },
    },
  },
});
