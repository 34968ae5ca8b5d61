// Tests that nothing runs, promises that nothing shows to be kept, and mutants without a test.

import { posix } from 'node:path';
import { module_of } from './modules.mjs';

/** The rows of the catalogue of promises: its letters with how many each has. */
const catalogue = { N: 6, E: 28, M: 22, T: 11, C: 14, B: 19, X: 5 };
const id_pattern = /(?<![A-Za-z0-9])([A-Z])(\d\d)(?![A-Za-z0-9])/g;

export function is_promise(id) {
  const number = Number(id.slice(1));
  return /^[A-Z]\d\d$/.test(id) && number >= 1 && number <= (catalogue[id[0]] ?? 0);
}

/** [{line, title}] of the tests in a file. */
export function titles_of(path, text) {
  const pattern = path.endsWith('.cpp')
    ? /\bTEST(?:_[FP])?\(\s*(\w+\s*,\s*\w+)\s*\)/g
    : /\b(?:test|it|suite|describe)(?:\.\w+)?\(\s*(?:'([^'\n]*)'|"([^"\n]*)"|`([^`\n]*)`)/g;
  return [...text.matchAll(pattern)].map((match) => ({
    line: text.slice(0, match.index).split('\n').length,
    title: (match[1] ?? match[2] ?? match[3]).replaceAll('_', ' '),
  }));
}

/** `files`: path to text, of the whole tree; `compiled`: paths that the build compiles, or undefined. */
export function check_tests(files, modules, compiled, find) {
  for (const path of files.keys()) {
    if (/^src\/.*_test\.cpp$/.test(path) && compiled && !compiled.has(path)) {
      find(path, 1, 'a test that no target compiles', "put it into its module's folder, where hartslag_module finds *_test.cpp");
    }
    if (/^src\/.*_fuzz\.cpp$/.test(path) && module_of(path.slice(4), modules)?.folder !== posix.dirname(path).slice(4)) {
      find(path, 1, 'a fuzz target that no module builds', "put it into its module's folder, where hartslag_module finds *_fuzz.cpp");
    }
    if (/\.test\.(ts|mjs|js)$/.test(path) && !/^(web|tests|tools)\/.*\.test\.(ts|mjs)$/.test(path)) {
      const folder = posix.dirname(path);
      const entry = files.get(posix.join(folder, 'CMakeLists.txt')) ?? '';
      if (!entry.includes(posix.basename(path))) {
        find(path, 1, 'a test that nothing runs', 'put it below web/, tests/ or tools/, where ./test looks, or add it to ctest');
      }
    }
  }
}

export function check_promises(files, find) {
  const carried = new Map();
  for (const [path, text] of files) {
    if (!/_test\.cpp$|\.test\.(ts|mjs)$/.test(path) || path.startsWith('tools/')) continue;
    for (const { line, title } of titles_of(path, text)) {
      for (const [id, letter] of title.matchAll(id_pattern)) {
        if (!(letter in catalogue)) continue;
        if (!is_promise(id)) {
          find(path, line, `${id} is no row of the catalogue of promises`, 'use the id of the row that this test keeps');
        } else if (/\bmechanism\b/.test(title)) {
          find(path, line, `a mechanism's test carries the id ${id}`, 'leave the id to the test that drives the whole program');
        } else if (!carried.has(id)) {
          carried.set(id, { path, line });
        }
      }
    }
  }
  const patches = new Map(
    [...files.keys()].flatMap((path) => {
      const id = /^tests\/mutants\/([^/]+)\.patch$/.exec(path)?.[1];
      return id ? [[id, path]] : [];
    }),
  );
  for (const [id, { path, line }] of carried) {
    if (!patches.has(id)) {
      find(path, line, `nothing shows that the test of ${id} would notice`,
        `add tests/mutants/${id}.patch, which breaks the promise, and run ./test --mutants ${id}`);
    }
  }
  const all_titles = [...files].filter(([path]) => /_test\.cpp$|\.test\.(ts|mjs)$/.test(path))
    .flatMap(([path, text]) => titles_of(path, text).map(({ title }) => title));
  for (const [id, path] of patches) {
    const named = id.replaceAll('_', ' ');
    if (!all_titles.some((title) => new RegExp(`(?<![A-Za-z0-9])${RegExp.escape?.(named) ?? named}(?![A-Za-z0-9])`).test(title))) {
      find(path, 1, `no test's name has "${id}"`, 'name the test after it, or the patch after the test');
    }
  }
}
