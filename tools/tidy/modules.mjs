// Floors and declared uses against the `#include "module/…"` lines that are really there, and headers that are
// heavier than their readers.

import { posix } from 'node:path';

/** {modules: Map of name to {name, folder, floor, uses}} from generated/modules.json. */
export function read_modules(json) {
  const { modules: words, floors } = JSON.parse(json);
  const floor_of = new Map(floors.map((entry) => entry.split(':')).map(([name, floor]) => [name, Number(floor)]));
  const modules = new Map();
  let last;
  for (const word of words) {
    if (!word.includes('|')) {
      last?.uses.push(word);
      continue;
    }
    const [name, folder, first] = word.split('|');
    last = { name, folder, floor: floor_of.get(name), uses: first ? [first] : [] };
    modules.set(name, last);
  }
  return modules;
}

export const include_pattern = /^[ \t]*#[ \t]*include[ \t]*(?:"([^"\n]+)"|<([^>\n]+)>)/gm;

/** [{line, quoted?, angled?}] of a text. */
export function includes_of(text) {
  return [...text.matchAll(include_pattern)].map((match) => ({
    line: text.slice(0, match.index).split('\n').length,
    quoted: match[1],
    angled: match[2],
  }));
}

const is_test = (path) => /_(test|testing|fuzz)\.(cpp|h)$|\/(testing|misuse)\//.test(path);

/** The module of a path below src/, by the longest folder. */
export function module_of(path, modules) {
  let found;
  for (const module of modules.values()) {
    if (path.startsWith(`${module.folder}/`) && (!found || module.folder.length > found.folder.length)) found = module;
  }
  return found;
}

/** `files` is a Map of path (src/…) to text. */
export function check_includes(files, modules, find) {
  const used = new Map([...modules.keys()].map((name) => [name, new Set()]));
  for (const [path, text] of files) {
    const own = module_of(path.slice('src/'.length), modules);
    if (!own) {
      find(path, 1, 'lies in no module', 'move it into one, or give its folder a CMakeLists.txt with hartslag_module and a floor');
      continue;
    }
    for (const { line, quoted } of includes_of(text)) {
      if (quoted === undefined) continue;
      const other = module_of(quoted, modules);
      if (!other) {
        // What the build makes bears the module's namespace, which need not be its folder.
        if (/\/(queries|pages|keys)\.h$/.test(quoted)) continue;
        find(path, line, `"${quoted}" is no path of a module`, 'write #include "module/file.h", from src/');
        continue;
      }
      if (other === own) continue;
      used.get(own.name).add(other.name);
      if (other.floor >= own.floor) {
        find(path, line, `${own.name} (floor ${own.floor}) includes ${other.name} (floor ${other.floor})`,
          'dependencies point down only: move what is shared to a lower floor, or hand it in from app');
      } else if (!own.uses.includes(other.name)) {
        find(path, line, `${own.name} includes ${other.name} and does not say so`,
          `add ${other.name} to USES in src/${own.folder}/CMakeLists.txt`);
      }
    }
  }
  // A class may be used by its name alone, declared in front.
  for (const [path, text] of files) {
    const own = module_of(path.slice('src/'.length), modules);
    for (const name of own?.uses ?? []) {
      if (new RegExp(`\\b${modules.get(name)?.folder.replaceAll('/', '::')}::`).test(text)) used.get(own.name).add(name);
    }
  }
  for (const module of modules.values()) {
    for (const name of module.uses.filter((name) => !used.get(module.name).has(name))) {
      find(`src/${module.folder}/CMakeLists.txt`, 1, `${module.name} declares that it uses ${name} and includes nothing of it`,
        `remove ${name} from USES`);
    }
  }
}

const heavy = [
  { pattern: /^boost\//, home: 'http', what: 'Boost' },
  { pattern: /^soci\b/, home: 'sql', what: 'SOCI' },
  { pattern: /^(sqlite3\.h|libpq-fe\.h)$/, home: 'sql', what: "a database's own header" },
  // Its names alone weigh nothing.
  { pattern: /^nlohmann\/(?!json_fwd\.hpp$)/, what: 'nlohmann-json' },
  { pattern: /^simdjson/, what: 'simdjson' },
  { pattern: /^yaml-cpp\//, what: 'yaml-cpp' },
  { pattern: /^ctemplate\//, what: 'ctemplate' },
  { pattern: /^curl\//, what: 'libcurl' },
  { pattern: /^openssl\//, what: 'OpenSSL' },
  { pattern: /^spdlog\//, what: 'spdlog' },
  { pattern: /^(iostream|regex|fstream|sstream)$/, what: 'a heavy header of the standard library' },
];

/**
 * A library's headers stay in the module that wraps it; and a header that another module includes, directly or
 * through a third, brings none at all, since each of its readers would compile it again.
 */
export function check_weight(files, modules, find) {
  const reached = new Map();
  const reach = (path, by) => {
    if (reached.has(path)) return;
    reached.set(path, by);
    for (const { quoted } of includes_of(files.get(path) ?? '')) {
      if (quoted && files.has(posix.join('src', quoted))) reach(posix.join('src', quoted), by);
    }
  };
  for (const [path, text] of files) {
    const own = module_of(path.slice(4), modules);
    for (const { quoted } of includes_of(text)) {
      const header = quoted && posix.join('src', quoted);
      if (header && files.has(header) && module_of(quoted, modules) !== own && !is_test(header)) reach(header, path);
    }
  }
  for (const [path, text] of files) {
    const own = module_of(path.slice(4), modules)?.name;
    for (const { line, angled } of includes_of(text)) {
      const found = angled && heavy.find(({ pattern }) => pattern.test(angled));
      if (!found) continue;
      if (found.home && own !== found.home && !is_test(path)) {
        find(path, line, `${found.what} outside src/${found.home}`, `use what src/${found.home} offers, or extend it`);
      } else if (path.endsWith('.h') && reached.has(path)) {
        find(path, line, `<${angled}> in a header that others read (${reached.get(path)} does)`,
          'include it in the .cpp, and declare in the header what it needs');
      }
    }
  }
}
