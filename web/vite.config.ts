// The browser code of the public pages, as modules with a hash in their names; web/build.mjs runs it.
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here('.'),
  base: '/',
  publicDir: false,
  logLevel: 'warn',
  build: {
    manifest: 'manifest.json',
    emptyOutDir: false,
    target: 'es2022',
    // A strict Content-Security-Policy allows no data: addresses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      input: {
        watch: here('elements/watch.ts'),
        waiting: here('elements/waiting.ts'),
        pages: here('ui/pages.css'),
      },
    },
  },
});
