// Usage: node tools/tidy/tidy.mjs [BUILD_FOLDER]
//
// The rules of the source itself, as a test: each finding says where, what is wrong, and the cure. BUILD_FOLDER
// (build/release when left out) is where CMake wrote down what the modules declare.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { check_includes, check_weight, read_modules } from './modules.mjs';
import { check_policy_names } from './policies.mjs';
import { rules } from './rules.mjs';
import { allowances, check_links, check_shape, check_sql, check_texts } from './shape.mjs';
import { line_of, split } from './source.mjs';
import { check_promises, check_tests } from './tests.mjs';

const text_bytes_max = 2_000_000;
const binary = /\.(png|jpg|ico|woff2|mp4|ts\.bin|db|gz)$|^LICENSE$/;

/** Path to text of every file of the tree, whether committed yet or not. */
export function read_tree(root) {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const files = new Map();
  for (const path of [...new Set(listed.split('\0'))].sort()) {
    const full = join(root, path);
    if (path === '' || binary.test(path) || !existsSync(full)) continue;
    const about = statSync(full);
    if (about.isFile() && about.size <= text_bytes_max) files.set(path, readFileSync(full, 'utf8'));
  }
  return files;
}

function check_rules(path, text, find) {
  const mine = rules.filter(({ where, not_in }) => where.test(path) && !not_in?.test(path));
  if (mine.length === 0) return;
  const parts = { ...split(text, path), text };
  const allowed = allowances(text, path);
  for (const rule of mine) {
    const pattern = new RegExp(rule.pattern.source, [...new Set(`${rule.pattern.flags}gm`)].join(''));
    for (const match of parts[rule.in].matchAll(pattern)) {
      const skipped = /^\s*/.exec(match[0])[0].length;
      const line = line_of(text, match.index + skipped);
      if (allowed.some((one) => one.name === rule.name && line >= one.line && line <= one.line + 2)) continue;
      find(path, line, rule.what, rule.cure);
    }
  }
}

/** [{path, line, what, cure}]; `files` a Map of path to text, `modules` and `compiled` as the build says. */
export function tidy(files, { modules, compiled }) {
  const findings = [];
  const find = (path, line, what, cure) => findings.push({ path, line, what, cure });
  const sources = new Map([...files].filter(([path]) => /^src\/.*\.(cpp|h)$/.test(path)));
  for (const [path, text] of files) check_rules(path, text, find);
  check_includes(sources, modules, find);
  check_weight(sources, modules, find);
  check_tests(files, modules, compiled, find);
  check_promises(files, find);
  check_shape(files, find);
  check_sql(files, find);
  check_links(files, find);
  check_texts(files, find);
  check_policy_names(files, find);
  return findings.sort((a, b) => (a.path === b.path ? a.line - b.line : a.path < b.path ? -1 : 1));
}

function main() {
  const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
  const build = process.argv[2] ?? join(root, 'build/release');
  const modules_file = join(build, 'generated/modules.json');
  if (!existsSync(modules_file)) {
    console.error(`tidy: ${modules_file} is not there; configure first: tools/build release`);
    process.exit(2);
  }
  const commands = join(build, 'compile_commands.json');
  const compiled = existsSync(commands)
    ? new Set(JSON.parse(readFileSync(commands, 'utf8')).map(({ file }) => relative(root, file)))
    : undefined;
  const has_tests = compiled && [...compiled].some((path) => path.endsWith('_test.cpp'));
  const findings = tidy(read_tree(root), {
    modules: read_modules(readFileSync(modules_file, 'utf8')),
    compiled: has_tests ? compiled : undefined,
  });
  for (const { path, line, what, cure } of findings) console.log(`${path}:${line}: ${what}\n    → ${cure}`);
  if (findings.length > 0) console.log(`\n${findings.length} findings`);
  process.exit(findings.length === 0 ? 0 : 1);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
