// Usage: node web/build.mjs OUTDIR
//
// Builds everything that browsers fetch into OUTDIR/public, as it is served: assets/<name>-<hash>.<type> for ever,
// beacon.js under its own name. OUTDIR/assets.json says where each is, by the name that templates use:
// {"watch.js": "assets/watch-3f2a….js", "staff.html": "staff.html", …}. Needs no npm.

import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { basename, extname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { build } from 'vite';
import { beacon } from './beacon/bundle.mjs';

const budgets = { beacon: 1_500, before_player: 40_000 };

if (!process.argv[2]) {
  console.error('Usage: node web/build.mjs OUTDIR');
  process.exit(2);
}
const out = resolve(process.argv[2]);
const served = join(out, 'public');
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const assets = {};

rmSync(served, { recursive: true, force: true });
mkdirSync(join(served, 'assets'), { recursive: true });

/** Reads a manifest of vite's, and removes it from what is served. */
function read_manifest(file) {
  const manifest = JSON.parse(readFileSync(file, 'utf8'));
  rmSync(file);
  return manifest;
}

const brotli_bytes = (files) =>
  files.reduce((sum, file) => sum + brotliCompressSync(readFileSync(join(served, file))).length, 0);

/** Stops the build when something has grown past what it may cost a visitor. */
function within(budget, what, files) {
  const bytes = brotli_bytes(files);
  console.log(`${what}: ${bytes} of at most ${budget} bytes of brotli`);
  if (bytes > budget) throw new Error(`${what} is over its budget of ${budget} bytes`);
}

await build({ configFile: here('vite.config.ts'), build: { outDir: served } });
const manifest = read_manifest(join(served, 'manifest.json'));
for (const [source, { file, isEntry }] of Object.entries(manifest)) {
  if (isEntry) assets[basename(source).replace(/\.ts$/, '.js')] = file;
}

// All that may load before the player does.
const before_player = Object.values(manifest).filter(({ file }) => /\/(theme|watch|measuring|page|preload-helper)-/.test(file));
within(budgets.before_player, 'scripts before the player', before_player.map(({ file }) => file));

writeFileSync(join(served, 'beacon.js'), await beacon());
assets['beacon.js'] = 'beacon.js';
within(budgets.beacon, 'heartbeat script', ['beacon.js']);

// What no script imports.
for (const [name, file] of [['icon.svg', 'ui/mark.svg']]) {
  const hash = createHash('sha256').update(readFileSync(here(file))).digest('hex').slice(0, 8);
  assets[name] = `assets/${basename(name, extname(name))}-${hash}${extname(name)}`;
  copyFileSync(here(file), join(served, assets[name]));
}

if (existsSync(here('staff/vite.config.ts'))) {
  const folder = join(served, 'assets/staff');
  process.env.OUT_DIR = folder;
  await build({ configFile: here('staff/vite.config.ts'), logLevel: 'warn' });
  rmSync(join(folder, '.vite'), { recursive: true, force: true });
  // The application's page is served at /staff/…, its other files where they are.
  copyFileSync(join(folder, 'index.html'), join(served, 'staff.html'));
  rmSync(join(folder, 'index.html'));
  assets['staff.html'] = 'staff.html';
}

const sorted = Object.fromEntries(Object.entries(assets).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(join(out, 'assets.json'), JSON.stringify(sorted, null, 1) + '\n');
console.log(`${readdirSync(join(served, 'assets')).length} assets in ${served}`);
