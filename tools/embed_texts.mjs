// Usage: node tools/embed_texts.mjs [--texts FOLDER] [--cpp FOLDER] [--ts FILE] [--only PREFIX,…] [--sort] [--check]
//
// Reads nl.json, fr.json, en.json and de.json of FOLDER (texts/ when not given) and makes of them
//   --cpp FOLDER   keys.h and data.cpp for src/texts
//   --ts FILE      a TypeScript module: the same texts, with types for keys and placeholders
//   --only         which texts go into --ts: those whose key begins with one of the prefixes
//   --sort         puts the entries of the files themselves in order
//   --check        fails when a file is not in order, and makes nothing
// A file that would not change is not written, so that nothing is compiled again without need.
//
// The files are flat: {, one "key": "text" a line, }. A key is two or more words divided by dots, each of
// [a-z0-9_]. {name} is a placeholder. "viewers.one" with "viewers.other" are the two forms of a plural, whose
// number is {count}; the form for one may leave it out. A brace that is no placeholder is an error.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const languages = ['nl', 'fr', 'en', 'de'];
const keyForm = /^[a-z][a-z0-9_]*(\.[a-z0-9][a-z0-9_]*)+$/;

function byKey(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}

// {entries: Map of key to {text, line}, problems: [string]}
export function parseFile(source, file) {
  const entries = new Map();
  const problems = [];
  source.split('\n').forEach((row, index) => {
    const at = `${file}:${index + 1}`;
    const line = row.trim();
    if (line === '' || line === '{' || line === '}') return;
    let pair;
    try {
      pair = Object.entries(JSON.parse(`{${line.replace(/,$/, '')}}`));
    } catch {
      pair = [];
    }
    if (pair.length !== 1 || typeof pair[0][1] !== 'string') {
      problems.push(`${at}: not one "key": "text" on a line; write each text on a line of its own`);
      return;
    }
    const [key, text] = pair[0];
    if (!keyForm.test(key)) {
      problems.push(`${at}: "${key}" is no key; write words of a-z, 0-9 and _ divided by dots, as "mail.footer"`);
    } else if (entries.has(key)) {
      problems.push(`${at}: "${key}" stands on line ${entries.get(key).line} too; remove one of them`);
    } else if (text.trim() === '') {
      problems.push(`${at}: "${key}" is empty; write its text`);
    } else if (/[{}]/.test(text.replace(/\{[a-z][a-z0-9_]*\}/g, ''))) {
      problems.push(`${at}: "${key}" has a brace that is no placeholder; write {name} with a-z, 0-9 and _`);
    } else {
      entries.set(key, { text, line: index + 1 });
    }
  });
  if (problems.length === 0) {
    try {
      JSON.parse(source);
    } catch (error) {
      problems.push(`${file}: not JSON (${error.message}); a comma after every text but the last`);
    }
  }
  return { entries, problems };
}

export function placeholdersOf(text) {
  return [...new Set([...text.matchAll(/\{([a-z0-9_]+)\}/g)].map((match) => match[1]))].sort(byKey);
}

// "mail.reminder.subject" is MailReminderSubject.
export function identifier(key) {
  return key
    .split(/[._]/)
    .filter((word) => word !== '')
    .map((word) => word[0].toUpperCase() + word.slice(1))
    .join('');
}

function pluralStem(key) {
  return /^(.+)\.(one|other)$/.exec(key)?.[1];
}

function sameWords(a, b) {
  return a.length === b.length && a.every((word, index) => word === b[index]);
}

// What is wrong across the languages; `files` is a Map of language to the entries of its file.
export function compare(files, folder) {
  const problems = [];
  const name = (language) => `${folder}/${language}.json`;
  const keys = [...new Set([...files.values()].flatMap((entries) => [...entries.keys()]))].sort(byKey);
  for (const key of keys) {
    const having = languages.filter((language) => files.get(language).has(key));
    for (const language of languages.filter((each) => !having.includes(each))) {
      problems.push(
        `${name(language)}: "${key}" is missing; ` +
          `translate ${name(having[0])}:${files.get(having[0]).get(key).line}, or remove it there`,
      );
    }
    const wanted = placeholdersOf(files.get(having[0]).get(key).text);
    for (const language of having.slice(1)) {
      const { text, line } = files.get(language).get(key);
      const found = placeholdersOf(text);
      const relaxed = (words) => (key.endsWith('.one') ? words.filter((word) => word !== 'count') : words);
      if (!sameWords(relaxed(found), relaxed(wanted))) {
        problems.push(
          `${name(language)}:${line}: "${key}" has the placeholders {${found.join('} {')}} where ` +
            `${name(having[0])} has {${wanted.join('} {')}}; use the same ones`,
        );
      }
    }
    const stem = pluralStem(key);
    if (stem === undefined) continue;
    const other = key.endsWith('.one') ? `${stem}.other` : `${stem}.one`;
    if (!keys.includes(other)) {
      problems.push(`${name(having[0])}: "${key}" is one form of a plural; write "${other}" too, or rename it`);
    }
    if (key.endsWith('.other') && !wanted.includes('count')) {
      problems.push(`${name(having[0])}: "${key}" has no {count}; a plural names its number`);
    }
  }
  const seen = new Map();
  for (const key of keys) {
    const spelling = identifier(key);
    if (seen.has(spelling)) {
      problems.push(`${folder}: "${key}" and "${seen.get(spelling)}" would both be ${spelling}; rename one`);
    }
    seen.set(spelling, key);
  }
  return problems;
}

function sorted(entries) {
  const lines = [...entries.keys()]
    .sort(byKey)
    .map((key) => `  ${JSON.stringify(key)}: ${JSON.stringify(entries.get(key).text)}`);
  return `{\n${lines.join(',\n')}\n}\n`;
}

// {languages: Map, problems}; problems of one file hide those across files, which would only repeat them.
export function load(folder) {
  const files = new Map();
  const problems = [];
  for (const language of languages) {
    const file = join(folder, `${language}.json`);
    if (!existsSync(file)) {
      problems.push(`${file}: missing; every language has its file`);
      continue;
    }
    const read = parseFile(readFileSync(file, 'utf8'), file);
    problems.push(...read.problems);
    files.set(language, read.entries);
  }
  if (problems.length === 0) problems.push(...compare(files, folder));
  return { files, problems };
}

function split(files) {
  const keys = [...files.get('nl').keys()].sort(byKey);
  const stems = [...new Set(keys.map(pluralStem).filter((stem) => stem !== undefined))];
  return { keys, stems };
}

// A C++ literal of UTF-8 text; a hexadecimal escape would swallow the digits behind it, an octal one does not. It is
// a string_view: a compiler that has to count the characters of every text gives up on so many.
function literal(text) {
  const escaped = text
    .replace(/[\\"]/g, '\\$&')
    .replaceAll('\n', '\\n')
    .replace(/[\x00-\x1f\x7f]/g, (c) => `\\${c.charCodeAt(0).toString(8).padStart(3, '0')}`)
    .replaceAll('??', '?\\?');
  return `"${escaped}"sv`;
}

export function keysHeader(files) {
  const { keys, stems } = split(files);
  const list = (names) => names.map((name) => `  ${identifier(name)},`).join('\n');
  return `// Generated by tools/embed_texts.mjs from texts/*.json.
#pragma once

#include <cstdint>

namespace texts {

/// A text, by its key in texts/*.json: "mail.footer" is MailFooter.
enum class Key : std::uint16_t {
${list(keys)}
};

/// A text with a form for one and a form for more.
enum class Plural : std::uint16_t {
${list(stems)}
};

}  // namespace texts
`;
}

export function dataSource(files) {
  const { keys, stems } = split(files);
  const words = [];
  const ranges = keys.map((key) => {
    const of = [...new Set(languages.flatMap((language) => placeholdersOf(files.get(language).get(key).text)))];
    const from = words.length;
    words.push(...of.sort(byKey));
    return `{${from}, ${of.length}}`;
  });
  const table = (language) =>
    `    {{\n${keys.map((key) => `        ${literal(files.get(language).get(key).text)},`).join('\n')}\n    }},`;
  return `// Generated by tools/embed_texts.mjs from texts/*.json.
#include "texts/data.h"

namespace texts::data {
namespace {

using namespace std::string_view_literals;

constexpr std::array<std::string_view, ${keys.length}> kNameTable{
${keys.map((key) => `    ${literal(key)},`).join('\n')}
};
constexpr std::array<std::array<std::string_view, ${keys.length}>, ${languages.length}> kTextTable{{
${languages.map(table).join('\n')}
}};
constexpr std::array<std::string_view, ${Math.max(words.length, 1)}> kWordTable{
${words.map((word) => `    ${literal(word)},`).join('\n')}
};
constexpr std::array<WordRange, ${keys.length}> kRangeTable{{
    ${ranges.join(', ')}
}};
constexpr std::array<PluralForms, ${Math.max(stems.length, 1)}> kPluralTable{{
${stems.map((stem) => `    {Key::${identifier(`${stem}.one`)}, Key::${identifier(`${stem}.other`)}},`).join('\n')}
}};

}  // namespace

std::span<const std::string_view> names() { return kNameTable; }
std::string_view text(std::size_t language, Key key) {
  return kTextTable[language][static_cast<std::size_t>(key)];
}
std::span<const std::string_view> words(Key key) {
  const auto& range = kRangeTable[static_cast<std::size_t>(key)];
  return std::span{kWordTable}.subspan(range.from, range.count);
}
PluralForms forms(Plural key) { return kPluralTable[static_cast<std::size_t>(key)]; }

}  // namespace texts::data
`;
}

export function typescriptModule(files, prefixes) {
  const wanted = (key) => prefixes.length === 0 || prefixes.some((prefix) => key.startsWith(prefix));
  const { keys, stems } = split(files);
  const plain = keys.filter((key) => wanted(key) && pluralStem(key) === undefined);
  const plurals = stems.filter(wanted);
  const words = (key) =>
    [...new Set(languages.flatMap((language) => placeholdersOf(files.get(language).get(key).text)))].sort(byKey);
  const fields = (names) =>
    names.length === 0 ? 'Record<never, never>' : `{ ${names.map((name) => `${name}: Value`).join('; ')} }`;
  const pluralWords = (stem) =>
    [...new Set([...words(`${stem}.one`), ...words(`${stem}.other`)])].filter((word) => word !== 'count');
  const table = (language) => {
    const own = [...plain, ...plurals.flatMap((stem) => [`${stem}.one`, `${stem}.other`])];
    const rows = own.map((key) => `    ${JSON.stringify(key)}: ${JSON.stringify(files.get(language).get(key).text)},`);
    return `  ${language}: {\n${rows.join('\n')}\n  },`;
  };
  return `// Generated by tools/embed_texts.mjs from texts/*.json.

export type Language = ${languages.map((language) => `'${language}'`).join(' | ')};
type Value = string | number;

/** The placeholders of each text. */
export interface Texts {
${plain.map((key) => `  ${JSON.stringify(key)}: ${fields(words(key))};`).join('\n')}
}
/** The placeholders of each text that has a form for one and a form for more, but for {count}. */
export interface Plurals {
${plurals.map((stem) => `  ${JSON.stringify(stem)}: ${fields(pluralWords(stem))};`).join('\n')}
}
type Arguments<Fields> = keyof Fields extends never ? [] : [values: Fields];

const table: Record<Language, Record<string, string>> = {
${languages.map(table).join('\n')}
};

function fill(text: string, language: Language, values: Record<string, Value>): string {
  return text.replace(/\\{([a-z0-9_]+)\\}/g, (whole, name: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === 'number' ? value.toLocaleString(language) : value;
  });
}

/** The text in that language with its placeholders filled in; numbers as the language writes them. */
export function text<Key extends keyof Texts>(language: Language, key: Key, ...values: Arguments<Texts[Key]>): string {
  return fill(table[language][key]!, language, (values[0] ?? {}) as Record<string, Value>);
}

/** The form for \`count\`; in French zero is singular. */
export function plural<Key extends keyof Plurals>(
  language: Language,
  key: Key,
  count: number,
  ...values: Arguments<Plurals[Key]>
): string {
  const one = count === 1 || (language === 'fr' && count === 0);
  return fill(table[language][\`\${key}.\${one ? 'one' : 'other'}\`]!, language, {
    ...((values[0] ?? {}) as Record<string, Value>),
    count,
  });
}
`;
}

function write(file, content) {
  mkdirSync(dirname(file), { recursive: true });
  if (existsSync(file) && readFileSync(file, 'utf8') === content) return;
  writeFileSync(file, content);
}

function optionsOf(words) {
  const options = { texts: join(dirname(fileURLToPath(import.meta.url)), '..', 'texts'), only: [] };
  for (let at = 0; at < words.length; ++at) {
    const word = words[at];
    if (word === '--sort' || word === '--check') options[word.slice(2)] = true;
    else if (word === '--only' && at + 1 < words.length) options.only = words[++at].split(',');
    else if (['--texts', '--cpp', '--ts'].includes(word) && at + 1 < words.length) options[word.slice(2)] = words[++at];
    else throw new Error(`unknown option ${word}; the head of tools/embed_texts.mjs tells which there are`);
  }
  return options;
}

function main() {
  const options = optionsOf(process.argv.slice(2));
  if (options.sort) {
    for (const language of languages) {
      const file = join(options.texts, `${language}.json`);
      const { entries, problems } = parseFile(readFileSync(file, 'utf8'), file);
      if (problems.length > 0) throw new Error(problems.join('\n'));
      write(file, sorted(entries));
    }
  }
  const { files, problems } = load(options.texts);
  if (problems.length === 0 && options.check) {
    for (const language of languages) {
      const file = join(options.texts, `${language}.json`);
      if (readFileSync(file, 'utf8') !== sorted(files.get(language)))
        problems.push(`${file}: not in order; run node tools/embed_texts.mjs --sort`);
    }
  }
  if (problems.length > 0) throw new Error(problems.join('\n'));
  if (options.cpp) {
    write(join(options.cpp, 'keys.h'), keysHeader(files));
    write(join(options.cpp, 'data.cpp'), dataSource(files));
  }
  if (options.ts) write(options.ts, typescriptModule(files, options.only));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    main();
  } catch (error) {
    console.error(error.message);
    process.exit(1);
  }
}
