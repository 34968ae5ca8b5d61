// The browser code of the public pages, as modules with a hash in their names; web/build.mjs runs it.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The player's few words in all languages, since it is loaded on its own. */
const player_texts = (): Plugin => ({
  name: 'player-texts',
  resolveId: (id) => (id == 'virtual:player-texts' ? `\0${id}` : null),
  load(id) {
    if (id != '\0virtual:player-texts') return null;
    const texts = ['nl', 'fr', 'en', 'de'].map((language) => {
      const file = here(`../texts/${language}.json`);
      this.addWatchFile(file);
      const all = Object.entries(JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>);
      return [language, Object.fromEntries(all.filter(([key]) => key.startsWith('player.')))];
    });
    return `export default ${JSON.stringify(Object.fromEntries(texts))};`;
  },
});

export default defineConfig({
  plugins: [player_texts()],
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
        theme: here('elements/theme.ts'),
        watch: here('elements/watch.ts'),
        waiting: here('elements/waiting.ts'),
        pages: here('ui/pages.css'),
      },
    },
  },
});
