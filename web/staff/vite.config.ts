// Builds the staff application into the folder that OUT_DIR names (default: build/web/staff in the checkout).
// Everything except index.html carries a content hash and is served under /assets/staff/ for ever; the manifest says what
// belongs to what. The four languages become four chunks, of which a reader loads one.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type Plugin } from 'vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Serves `virtual:staff-texts/<language>`: the texts of that language that this application speaks, and no other. */
function staff_texts(): Plugin {
  const prefix = '\0virtual:staff-texts/';
  return {
    name: 'staff-texts',
    resolveId: (id) => (id.startsWith('virtual:staff-texts/') ? `\0${id}` : null),
    load(id) {
      if (!id.startsWith(prefix)) return null;
      const file = here(`../../texts/${id.slice(prefix.length)}.json`);
      this.addWatchFile(file);
      const all = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
      const ours = Object.entries(all).filter(([key]) => key.startsWith('staff.'));
      return `export default ${JSON.stringify(Object.fromEntries(ours))};`;
    },
  };
}

export default defineConfig({
  root: here('.'),
  base: '/assets/staff/',
  plugins: [staff_texts(), svelte()],
  build: {
    outDir: process.env['OUT_DIR'] ?? here('../../build/web/staff'),
    emptyOutDir: true,
    assetsDir: '',
    // A strict content security policy allows no data: fonts or scripts, so nothing is inlined.
    assetsInlineLimit: 0,
    manifest: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
  },
});
