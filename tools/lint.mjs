// Usage: node tools/lint.mjs [BUILD_FOLDER] [--fix|--format] [FILE…]
//
// clang-format and clang-tidy over the C++ source, several files at once. clang-tidy takes seconds a file, so what
// has passed is remembered in BUILD_FOLDER/lint-passed by a hash of the file, every header of ours that it reads,
// how it is compiled, and the checks; it is looked at again only when one of these changes. --fix formats in place,
// --format looks at the format alone.

import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { includes_of } from './tidy/modules.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const words = process.argv.slice(2);
const fixes = words.includes('--fix');
const format_alone = words.includes('--format');
const [first, ...named] = words.filter((word) => !word.startsWith('--'));
const build = resolve(first ?? join(root, 'build/release'));
const generated = join(build, 'generated');
const output_max = 64 * 1024 * 1024;
const files_at_once = 40;

function source_files() {
  if (named.length > 0) return named.map((file) => relative(root, resolve(file)));
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', 'src', 'bench'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: output_max,
  });
  return listed.split('\n').filter((file) => /\.(cpp|h)$/.test(file) && existsSync(join(root, file)));
}

const run = (command, list) =>
  new Promise((done) => {
    execFile(command, list, { cwd: root, maxBuffer: output_max }, (error, stdout, stderr) => {
      done({ status: error ? (error.code ?? 1) : 0, stdout, stderr });
    });
  });

async function each(items, work) {
  const queue = items[Symbol.iterator]();
  const worker = async () => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
}

/** How many files are not formatted. */
async function check_format(files) {
  let wrong = 0;
  const groups = [];
  for (let at = 0; at < files.length; at += files_at_once) groups.push(files.slice(at, at + files_at_once));
  await each(groups, async (group) => {
    const how = fixes ? ['-i'] : ['--dry-run', '-Werror'];
    const { status, stderr } = await run('clang-format-19', [...how, ...group]);
    if (status === 0) return;
    const found = new Set([...stderr.matchAll(/^(\S+?):(\d+):\d+: error/gm)].map(([, file]) => file));
    for (const file of found) console.log(`${file}:1: is not formatted\n    → clang-format-19 -i ${file}`);
    wrong += Math.max(found.size, 1);
  });
  return wrong;
}

const texts = new Map();
function text_of(path) {
  if (!texts.has(path)) texts.set(path, existsSync(path) ? readFileSync(path) : undefined);
  return texts.get(path);
}

/** A hash of all that clang-tidy's answer about a file depends on, but for the system's headers. */
function fingerprint(command, checks) {
  const hash = createHash('sha256').update(checks).update(command.command);
  const seen = new Set();
  const read = (path) => {
    const bytes = text_of(path);
    if (bytes === undefined || seen.has(path)) return;
    seen.add(path);
    hash.update(path).update(bytes);
    for (const { quoted } of includes_of(bytes.toString())) {
      if (!quoted) continue;
      for (const folder of [join(root, 'src'), generated, dirname(path)]) read(join(folder, quoted));
    }
  };
  read(command.file);
  return hash.digest('hex');
}

/** How many files clang-tidy finds something in. */
async function check_tidy(files) {
  const database = join(build, 'compile_commands.json');
  if (!existsSync(database)) {
    console.error(`lint: ${database} is not there; build first: tools/build release`);
    process.exit(2);
  }
  const checks = readFileSync(join(root, '.clang-tidy'));
  const passed = join(build, 'lint-passed');
  mkdirSync(passed, { recursive: true });
  const wanted = new Set(files.map((file) => join(root, file)));
  const seen = new Set();
  const due = JSON.parse(readFileSync(database, 'utf8'))
    .filter(({ file }) => wanted.has(file) && !seen.has(file) && seen.add(file))
    .map((command) => ({ file: command.file, stamp: fingerprint(command, checks) }));
  const fresh = due.filter(({ stamp }) => !existsSync(join(passed, stamp)));
  let done = 0;
  let wrong = 0;
  await each(fresh, async ({ file, stamp }) => {
    const { status, stdout, stderr } = await run('clang-tidy-19', ['-p', build, '--quiet', file]);
    done += 1;
    if (status === 0) {
      writeFileSync(join(passed, stamp), '');
      if (done % 20 === 0) console.log(`clang-tidy: ${done} of ${fresh.length}`);
      return;
    }
    wrong += 1;
    console.log(stdout.replaceAll(`${root}/`, '').trim() || stderr.trim());
  });
  console.log(`clang-tidy: ${fresh.length} of ${due.length} files looked at, the others had passed before`);
  // What belongs to no file any more.
  if (named.length === 0) {
    const known = new Set(due.map(({ stamp }) => stamp));
    for (const stamp of readdirSync(passed)) if (!known.has(stamp)) rmSync(join(passed, stamp));
  }
  return wrong;
}

const files = source_files();
const unformatted = await check_format(files);
const faulty = fixes || format_alone ? 0 : await check_tidy(files.filter((file) => file.endsWith('.cpp')));
if (unformatted + faulty > 0) console.log(`\n${unformatted} files are not formatted, ${faulty} have faults`);
process.exit(unformatted + faulty === 0 ? 0 : 1);
