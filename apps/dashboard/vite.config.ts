import { defineConfig } from 'vite';

/**
 * One page, everything bundled: the server sends it with `default-src 'self'`, so nothing may come
 * from elsewhere.
 */
export default defineConfig({
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: ['chrome123', 'firefox121', 'safari17.5'],
    // An inlined asset is a data: URL, which `default-src 'self'` refuses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
