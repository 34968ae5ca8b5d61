// Runs the tests: C++ ones by ctest, whole-program and browser ones by Node's runner. Usage: ./test --help.
//
// A word is a group (a module of src/, a folder of web/ or tests/, or an entry of ctest) or else a part of the
// tests' names. Every test case counts, not every program: GoogleTest tells its cases in JSON, Node in TAP.

import { spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run_mutants } from './mutants/run.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
process.chdir(root);

const presets = { address: 'asan', thread: 'tsan' };
const is_nightly = (file) => file.includes('.nightly.test.');

function stop(message) {
  console.error(`./test: ${message}`);
  process.exit(2);
}

function read_words(words) {
  const given = { preset: 'release', names: [], nightly: false, list: false, mutants: undefined };
  for (let at = 0; at < words.length; ++at) {
    const word = words[at];
    if (word === '--sanitize') {
      given.preset = presets[words[++at]] ?? stop('--sanitize wants address or thread');
    } else if (word === '--nightly') given.nightly = true;
    else if (word === '--list') given.list = true;
    else if (word === '--mutants') given.mutants = [];
    else if (word.startsWith('-')) stop(`there is no option ${word}; see ./test --help`);
    else (given.mutants ?? given.names).push(word);
  }
  return given;
}

/** The groups of a test file of Node's: "web/beacon/queue.test.ts" is in web and beacon. */
const groups_of_file = (file) => dirname(file).split('/');

/** The group of an entry of ctest: "policy_misuse_make_permit" is in policy; "surfaces_events" in events too. */
function groups_of_entry({ name }) {
  const [first, second] = name.split('_');
  return first === 'surfaces' ? [first, name, second] : [first, name];
}

function node_files() {
  return globSync(['web/**/*.test.{ts,mjs}', 'tools/**/*.test.{ts,mjs}', 'tests/**/*.test.{ts,mjs}'])
    .filter((file) => !file.includes('node_modules'))
    .sort();
}

function ctest_entries(folder) {
  const asked = spawnSync('ctest', ['--test-dir', folder, '--show-only=json-v1'], { encoding: 'utf8' });
  if (asked.status !== 0) stop(`ctest lists no tests in ${folder}\n${asked.stderr}`);
  // A program that is not built yet has no command; it is one of GoogleTest's.
  return JSON.parse(asked.stdout).tests.map(({ name, command }) => ({ name, is_google_test: !command || /_test$/.test(command[0]) }));
}

/** {entries, files, filters}: what the words choose. */
function choose(names, entries, files) {
  const known = new Set([...entries.flatMap(groups_of_entry), ...files.flatMap(groups_of_file)]);
  const groups = names.filter((name) => known.has(name));
  const filters = names.filter((name) => !known.has(name));
  const chosen = (list, groups_of) =>
    groups.length === 0 ? list : list.filter((one) => groups_of(one).some((group) => groups.includes(group)));
  // A program of GoogleTest chooses among its own cases.
  const matches = ({ name, is_google_test }) =>
    filters.length === 0 || is_google_test || filters.some((filter) => name.includes(filter));
  const programs = chosen(entries, groups_of_entry).filter(matches).map(({ name }) => name);
  return { entries: programs, files: chosen(files, groups_of_file), filters, known };
}

const bold = (text) => (process.stdout.isTTY ? `\x1b[1m${text}\x1b[0m` : text);
const add = (totals, more) => {
  for (const key of ['passed', 'failed', 'skipped']) totals[key] += more[key];
};

/** Counts the cases of each program that ctest ran; an entry that is no GoogleTest program counts as one. */
function count_ctest(folder, report) {
  const totals = { passed: 0, failed: 0, skipped: 0 };
  const cases = new Map();
  for (const file of existsSync(report) ? readdirSync(report) : []) {
    if (!file.endsWith('.json')) continue;
    const { testsuites } = JSON.parse(readFileSync(join(report, file), 'utf8'));
    cases.set(file.replace(/^hartslag_|_test\.json$/g, ''), testsuites.flatMap(({ testsuite }) => testsuite));
  }
  const junit = join(report, 'ctest.xml');
  const rows = existsSync(junit) ? readFileSync(junit, 'utf8').matchAll(/<testcase name="([^"]+)"[^>]*status="(\w+)"/g) : [];
  for (const [, name, status] of rows) {
    const own = cases.get(name);
    if (!own) {
      totals[status === 'run' ? 'passed' : status === 'fail' ? 'failed' : 'skipped'] += 1;
      continue;
    }
    const failed = own.filter(({ failures }) => failures?.length > 0).length;
    const skipped = own.filter(({ status, result }) => status === 'NOTRUN' || result === 'SKIPPED').length;
    totals.failed += failed;
    totals.skipped += skipped;
    totals.passed += own.length - failed - skipped;
    // It failed otherwise than by a case: a crash after the last one, a leak, a race.
    if (status === 'fail' && failed === 0) totals.failed += 1;
  }
  return totals;
}

function run_ctest(folder, entries, filters) {
  if (entries.length === 0) return { passed: 0, failed: 0, skipped: 0 };
  console.log(bold(`\n${entries.length} programs of C++ tests and checks`));
  const report = join(root, folder, 'test-report');
  rmSync(report, { recursive: true, force: true });
  mkdirSync(report, { recursive: true });
  const env = { ...process.env, GTEST_OUTPUT: `json:${report}/`, GTEST_BRIEF: '1' };
  if (filters.length > 0) env.GTEST_FILTER = filters.map((filter) => `*${filter}*`).join(':');
  const pattern = `^(${entries.join('|')})$`;
  const words = ['--test-dir', folder, '-R', pattern, '-j', String(availableParallelism()), '--output-on-failure'];
  const { status } = spawnSync('ctest', [...words, '--output-junit', join(report, 'ctest.xml')], { stdio: 'inherit', env });
  const totals = count_ctest(folder, report);
  if (status !== 0 && totals.failed === 0) totals.failed = 1;
  return totals;
}

function run_node(title, files, concurrency, filters, binary) {
  const totals = { passed: 0, failed: 0, skipped: 0 };
  if (files.length === 0) return totals;
  console.log(bold(`\n${files.length} files of ${title}`));
  const report = join(root, 'build', `node-${process.pid}.tap`);
  const words = [
    '--disable-warning=ExperimentalWarning', '--test', `--test-concurrency=${concurrency}`,
    '--test-reporter=spec', '--test-reporter-destination=stdout',
    '--test-reporter=tap', `--test-reporter-destination=${report}`,
    ...filters.map((filter) => `--test-name-pattern=${filter}`),
  ];
  const env = { ...process.env, HARTSLAG_BIN: binary };
  const { status } = spawnSync(process.execPath, [...words, ...files], { stdio: 'inherit', env });
  const tap = existsSync(report) ? readFileSync(report, 'utf8') : '';
  rmSync(report, { force: true });
  const count = (word) => Number(new RegExp(`^# ${word} (\\d+)$`, 'm').exec(tap)?.[1] ?? 0);
  totals.passed = count('pass');
  totals.failed = count('fail') + count('cancelled');
  totals.skipped = count('skipped') + count('todo');
  if (status !== 0 && totals.failed === 0) totals.failed = 1;
  return totals;
}

function main() {
  const given = read_words(process.argv.slice(2));
  if (given.mutants) process.exit(run_mutants(root, given.mutants));
  const folder = `build/${given.preset}`;
  const files = node_files().filter((file) => given.nightly || !is_nightly(file));
  // The source is the same whatever it is compiled with.
  const of_source = given.preset === 'release' ? [] : ['tidy', 'format', 'lint', 'types'];
  // clang-tidy over everything takes longer than all tests together.
  const is_asked_for = (name) => name !== 'lint' || given.nightly || given.names.includes('lint');
  const targets = targets_of(given.names, files);
  if (spawnSync('tools/build', [given.preset, ...targets], { stdio: 'inherit' }).status !== 0) {
    console.log('\n0 passed, 1 failed');
    process.exit(1);
  }
  const entries = ctest_entries(folder).filter(({ name }) => !of_source.includes(groups_of_entry({ name })[0]) && is_asked_for(name));
  const chosen = choose(given.names, entries, files);
  if (given.list) {
    console.log([...chosen.known].sort().join('\n'));
    return;
  }
  const drives_program = (file) => file.startsWith('tests/');
  const binary = join(root, folder, 'bin/hartslag');
  const totals = { passed: 0, failed: 0, skipped: 0 };
  add(totals, run_ctest(folder, chosen.entries, chosen.filters));
  const alone = chosen.files.filter((file) => !drives_program(file) && given.preset === 'release');
  add(totals, run_node('tests of scripts', alone, availableParallelism(), chosen.filters, binary));
  // A browser beside another would fight for the processor and for the focus.
  add(totals, run_node('whole-program tests', chosen.files.filter(drives_program), 1, chosen.filters, binary));
  if (totals.passed + totals.failed + totals.skipped === 0) stop(`no test matches ${given.names.join(' ')}; see ./test --list`);
  const skipped = totals.skipped > 0 ? `, ${totals.skipped} skipped` : '';
  console.log(`\n${totals.passed} passed, ${totals.failed} failed${skipped}`);
  process.exit(totals.failed === 0 ? 0 : 1);
}

/** What has to be built for these words; nothing said means all. A test of scripts needs only a configured folder. */
function targets_of(names, files) {
  const scripts = new Set(files.filter((file) => !file.startsWith('tests/')).flatMap(groups_of_file));
  const targets = names.map((name) => {
    if (existsSync(join('tests', name))) return undefined;
    if (globSync(join('src', name, '*_test.cpp')).length > 0) return `hartslag_${name}_test`;
    return scripts.has(name) || name === 'tidy' ? 'build.ninja' : undefined;
  });
  return targets.includes(undefined) ? [] : targets;
}

main();
