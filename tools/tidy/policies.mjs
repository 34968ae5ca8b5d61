// No word of an example policy in the program: code that knows a purpose, a datum or a field by its name would work
// for that policy and for no other.

import { line_of, split } from './source.mjs';

/**
 * Names that policies chose and that are words of the program too: keys of its JSON and of its own forms and tables,
 * types and sources of the policies' language, words of mail and of the contract's tables. Nothing of these looks up
 * what a policy declares.
 */
const own_words = new Set([
  'attachment', 'contact', 'email', 'job', 'message', 'name', 'organisation', 'question', 'request', 'telephone',
]);

/** Name to where it is declared: "purpose of videoevent". Reads as far as the names go: keys by their indentation. */
export function declared_names(files) {
  const names = new Map();
  for (const [path, text] of files) {
    const policy = /^policies\/([a-z-]+)\.yaml$/.exec(path)?.[1];
    if (!policy) continue;
    let keys = [];
    for (const line of text.split('\n')) {
      const match = /^( *)([a-z][\w -]*):/.exec(line);
      if (!match) continue;
      const depth = match[1].length / 2;
      keys = [...keys.slice(0, depth), match[2]];
      const [part, , inner] = keys;
      const what = depth === 1 && part === 'purposes' ? 'purpose'
        : depth === 1 && part === 'data' ? 'datum'
        : depth === 3 && part === 'data' && inner === 'fields' ? 'field' : undefined;
      if (what && !names.has(match[2])) names.set(match[2], `${what} of ${policy}`);
    }
  }
  return names;
}

/** What a text in quotes may name: itself, or what a path ends with, as in `consent.attendance`. */
function names_in(quoted) {
  return /^[a-z][a-z0-9-]*(?:[./:_][a-z0-9-]+)*$/.test(quoted) ? [quoted, quoted.split(/[./:]/).at(-1)] : [];
}

export function check_policy_names(files, find) {
  const names = declared_names(files);
  for (const [path, text] of files) {
    if (!/^src\/.*\.(cpp|h|sql)$/.test(path) || /_test\.cpp$|_fuzz\.cpp$|\/(testing|misuse)\//.test(path)) continue;
    const quoted = split(text, path).strings.replace(/(?<=#include )"[^"\n]*"/g, (file) => ' '.repeat(file.length));
    for (const match of quoted.matchAll(/"((?:\\.|[^"\\\n])*)"|'([a-z][\w./:-]*)'/g)) {
      const named = names_in(match[1] ?? match[2]).find((name) => names.has(name) && !own_words.has(name));
      if (named) {
        find(path, line_of(text, match.index), `"${named}" is a ${names.get(named)}: other policies do not have it`,
          'find it by what it is: the field whose type is email, the data that hold facts, the purposes that rest on consent');
      }
    }
  }
}
