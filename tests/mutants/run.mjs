// Shows that tests would notice: for each tests/mutants/<id>.patch, the program is broken by the patch in a copy of
// the source, built, and the tests whose name contains the id have to fail there, having passed unbroken.
//
// The copy lies in build/mutants/tree and is kept, so that the next run builds little. The user's own files are
// only read.

import { spawnSync } from 'node:child_process';
import {
  existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

const test_ms_max = 10 * 60_000;

/** The files of the source, whether committed yet or not. */
function source_files(root) {
  const listed = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (listed.status !== 0) throw new Error(`git lists no files in ${root}: ${listed.stderr}`);
  return listed.stdout.split('\0').filter((file) => file !== '' && existsSync(join(root, file)));
}

/** Makes the copy like the source. What is the same is not touched, so that it is not built again. */
function copy_source(root, tree) {
  mkdirSync(tree, { recursive: true });
  const wanted = source_files(root);
  for (const file of wanted) copy_file(root, tree, file);
  const known = new Set(wanted);
  const walk = (folder) => {
    for (const entry of readdirSync(join(tree, folder), { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (path === 'build' || path === 'node_modules') continue;
      if (entry.isDirectory()) walk(path);
      else if (!known.has(path)) rmSync(join(tree, path));
    }
  };
  walk('.');
  if (!existsSync(join(tree, 'node_modules'))) symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'));
}

function copy_file(root, tree, file) {
  const from = join(root, file);
  const to = join(tree, file);
  const bytes = readFileSync(from);
  if (existsSync(to) && readFileSync(to).equals(bytes)) return;
  mkdirSync(dirname(to), { recursive: true });
  writeFileSync(to, bytes, { mode: statSync(from).mode });
}

/** Where the tests of an id are: {files of Node's, modules with GoogleTest cases}. */
export function tests_of(tree, id) {
  const word = new RegExp(`\\b${id}(?![A-Za-z0-9])`);
  const titles = new RegExp(`\\b(?:test|it|suite|describe)(?:\\.\\w+)?\\(\\s*(['"\`])[^'"\`]*${word.source}`);
  const cases = new RegExp(`\\bTEST(?:_[FP])?\\(\\s*\\w+,\\s*\\w*?(?:^|_|\\b)${id}(?:_|\\b)`);
  const naming = (pattern, expression) =>
    globSync(pattern, { cwd: tree, exclude: (name) => name === 'node_modules' || name === 'build' })
      .filter((file) => expression.test(readFileSync(join(tree, file), 'utf8')))
      .sort();
  const files = naming('{tests,web,tools}/**/*.test.{ts,mjs}', titles);
  const modules = naming('src/**/*_test.cpp', cases).map((file) => dirname(file).replace('src/', '').replaceAll('/', '_'));
  return { files, modules: [...new Set(modules)] };
}

const run = (command, words, tree, more = {}) =>
  spawnSync(command, words, { cwd: tree, encoding: 'utf8', maxBuffer: 256 * 1024 * 1024, ...more });

function build(tree, targets) {
  return run('tools/build', ['release', ...targets], tree);
}

const targets_of = ({ files, modules }) => [
  ...(files.length > 0 ? ['hartslag'] : []),
  ...modules.map((name) => `hartslag_${name}_test`),
];

/** {ran, failed}: how many tests of the id there were and how many failed. */
function run_tests(tree, id, { files, modules }) {
  let ran = 0;
  let failed = 0;
  if (files.length > 0) {
    const env = { ...process.env, HARTSLAG_BIN: join(tree, 'build/release/bin/hartslag') };
    const words = ['--test', '--test-concurrency=1', '--test-reporter=tap', `--test-name-pattern=\\b${id}\\b`, ...files];
    const { stdout, status, error } = run(process.execPath, words, tree, { env, timeout: test_ms_max });
    const count = (word) => Number(new RegExp(`^# ${word} (\\d+)$`, 'm').exec(stdout)?.[1] ?? 0);
    ran += count('pass') + count('fail') + count('cancelled');
    failed += count('fail') + count('cancelled');
    // It hung, or ended before it could count.
    if ((error || status === null) && failed === 0) failed += 1;
  }
  for (const name of modules) {
    const scratch = mkdtempSync(join(tmpdir(), 'hartslag-mutant-'));
    const report = join(scratch, 'report.json');
    const program = globSync(`build/release/**/hartslag_${name}_test`, { cwd: tree })[0];
    const words = [`--gtest_filter=*${id}*`, `--gtest_output=json:${report}`];
    const { status } = run(join(tree, program), words, tree, { timeout: test_ms_max });
    const counts = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : { tests: 1, failures: 1 };
    ran += counts.tests;
    failed += counts.failures || (status === 0 ? 0 : 1);
    rmSync(scratch, { recursive: true, force: true });
  }
  return { ran, failed };
}

/** Applies the patch to the copy. `git apply` is kept from finding the repository that the copy lies in. */
function apply(tree, patch) {
  const env = { ...process.env, GIT_CEILING_DIRECTORIES: dirname(tree) };
  return run('git', ['apply', '--whitespace=nowarn', patch], tree, { env });
}

const patched_files = (patch) =>
  [...readFileSync(patch, 'utf8').matchAll(/^(?:---|\+\+\+) [ab]\/(.+)$/gm)].map(([, file]) => file);

/** What became of one mutant: {good, what}. */
function try_mutant(root, tree, id, patch) {
  const tests = tests_of(tree, id);
  if (tests.files.length + tests.modules.length === 0) return { good: false, what: 'no test carries this id' };
  const targets = targets_of(tests);
  const whole = build(tree, targets);
  if (whole.status !== 0) return { good: false, what: `the unbroken source does not build\n${whole.stderr}` };
  const before = run_tests(tree, id, tests);
  if (before.ran === 0) return { good: false, what: 'no test ran' };
  if (before.failed > 0) return { good: false, what: 'its test fails without the patch too' };

  const applied = apply(tree, patch);
  try {
    if (applied.status !== 0) return { good: false, what: `does not apply: ${applied.stderr.trim()}` };
    const broken = build(tree, targets);
    if (broken.status !== 0) return { good: false, what: `does not build\n${broken.stderr.slice(-4000)}` };
    const { ran, failed } = run_tests(tree, id, tests);
    return failed > 0
      ? { good: true, what: `caught by ${failed} of ${Math.max(ran, failed)} tests` }
      : { good: false, what: `SURVIVED ${ran} tests` };
  } finally {
    for (const file of patched_files(patch)) {
      if (existsSync(join(root, file))) copy_file(root, tree, file);
      else rmSync(join(tree, file), { force: true });
    }
  }
}

/** Runs the mutants named, or all; returns the exit status. */
export function run_mutants(root, names) {
  const folder = join(root, 'tests/mutants');
  const patches = new Map(
    readdirSync(folder).filter((file) => file.endsWith('.patch')).sort()
      .map((file) => [basename(file, '.patch'), join(folder, file)]),
  );
  const ids = names.length > 0 ? names : [...patches.keys()];
  if (ids.length === 0) {
    console.error('./test: there are no patches in tests/mutants/');
    return 2;
  }
  const tree = join(root, 'build/mutants/tree');
  copy_source(root, tree);
  let passed = 0;
  for (const id of ids) {
    const began_ms = Date.now();
    const patch = patches.get(id);
    const { good, what } = patch
      ? try_mutant(root, tree, id, patch)
      : { good: false, what: `there is no tests/mutants/${id}.patch` };
    if (good) passed += 1;
    const seconds = String(Math.round((Date.now() - began_ms) / 1000)).padStart(4);
    console.log(`${good ? 'ok    ' : 'NOT OK'} ${id.padEnd(24)} ${seconds} s  ${what}`);
  }
  console.log(`\n${passed} passed, ${ids.length - passed} failed`);
  return passed === ids.length ? 0 : 1;
}
