// Lengths, first lines, SQL files, texts and links.

import { posix } from 'node:path';
import { split, extension_of } from './source.mjs';

/** Lines of a file and characters of a line that are read at a glance. */
export const lines_max = 500;
const columns_max = { cpp: 110, h: 110, cmake: 120, mjs: 140, ts: 200 };

export function check_shape(files, find) {
  for (const [path, text] of files) {
    const extension = extension_of(path);
    const max = columns_max[extension];
    if (max === undefined) continue;
    const lines = text.split('\n');
    const code = split(text, path).code.split('\n');
    if (lines.length - 1 > lines_max) {
      find(path, lines_max + 1, `${lines.length - 1} lines; more than ${lines_max} hide what a file is about`,
        'divide it by noun: a file for each');
    }
    lines.forEach((line, index) => {
      // A text over several lines, an address or a regular expression cannot be broken.
      const longest = [...line].length;
      const is_text = code[index].trim() === '' && !/^\s*\/\//.test(line);
      if (longest > max && !is_text && !/https?:\/\/|\\[bsdw(]/.test(line)) {
        find(path, index + 1, `${longest} characters; ${max} can be read side by side`, 'break the line');
      }
    });
    // What is precompiled is not included.
    if (extension === 'h' && path.startsWith('src/') && !path.endsWith('.pch.h')) check_header(path, text, find);
  }
}

function check_header(path, text, find) {
  if (!/^\/\//.test(text)) find(path, 1, 'a header without a word on what it is for', 'begin it with a comment that says so');
  if (!/^#pragma once$/m.test(text)) find(path, 1, 'a header that may be read twice', 'add #pragma once below its comment');
}

export function check_sql(files, find) {
  for (const [path, text] of files) {
    if (path.endsWith('.sql') && !/^--/m.test(text)) {
      find(path, 1, 'SQL without a word on what it asks', 'begin it with a comment that names parameters and columns');
    }
  }
}

const identifier = (key) =>
  key.split(/[._]/).filter((word) => word !== '').map((word) => word[0].toUpperCase() + word.slice(1)).join('');

/** Texts that nothing shows. A key may be put together in code: `state.${state}` shows all that begin with it. */
export function check_texts(files, find) {
  const path = 'texts/nl.json';
  const texts = files.get(path);
  if (texts === undefined) return;
  const readers = [...files].filter(([file]) => /^(src|web|policies)\//.test(file) && !/\.test\.|_test\.cpp$/.test(file));
  const all = readers.map(([, text]) => text).join('\n');
  const quoted = new Set([...all.matchAll(/['"`:]([a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+)\b/g)].map(([, key]) => key));
  const named = new Set([...all.matchAll(/\b(?:Key|Plural)::(\w+)/g)].map(([, name]) => name));
  const begun = [...all.matchAll(/['"`]([a-z][a-z0-9_]*\.(?:[a-z0-9_]+[._])*)(?:\$\{|['"]\s*\+|\{\}|['"])/g)].map(([, stem]) => stem);
  const begun_names = [...all.matchAll(/"([a-z]\w*(?:\.\w+)*\.)"/g)].map(([, stem]) => stem);
  texts.split('\n').forEach((line, index) => {
    const key = /^\s*"([^"]+)":/.exec(line)?.[1];
    if (!key) return;
    const stem = key.replace(/\.(one|other)$/, '');
    const shown = [key, stem].some((one) => quoted.has(one) || named.has(identifier(one)));
    if (!shown && ![...begun, ...begun_names].some((start) => key.startsWith(start))) {
      find(path, index + 1, `nothing shows the text "${key}"`, 'remove it from the four files of texts/');
    }
  });
}

/** What a file says in a comment to be let off a rule: "tidy: allow sleep, because …". */
export function allowances(text, path) {
  const allowed = [];
  const { comments } = split(text, path);
  comments.split('\n').forEach((line, index) => {
    const match = /tidy: allow ([a-z ]+?), because \S/.exec(line);
    if (match) allowed.push({ line: index + 1, name: match[1] });
  });
  return allowed;
}

/** Links in Markdown lead to files that are there, and a name in `code` to a file that has it. */
export function check_links(files, find) {
  const folders = new Set();
  for (const path of files.keys()) {
    for (let folder = posix.dirname(path); folder !== '.'; folder = posix.dirname(folder)) folders.add(folder);
  }
  for (const [path, text] of files) {
    if (!path.endsWith('.md')) continue;
    for (const match of text.matchAll(/(!?)\[([^\]\n]*(?:\n[^\]\n]*)?)\]\(([^)\s]+)\)/g)) {
      const [, picture, label, address] = match;
      if (picture || /^[a-z]+:|^#/.test(address)) continue;
      const line = text.slice(0, match.index).split('\n').length;
      const target = posix.join(posix.dirname(path), address.split('#')[0]).replace(/\/$/, '');
      const name = /^`(?:\w+::)*(\w+)`$/.exec(label)?.[1];
      if (!files.has(target) && !folders.has(target) && target !== '.' && target !== 'LICENSE') {
        find(path, line, `a link to ${address}, which is not there`, 'link to where it is now');
      } else if (name && files.has(target) && !new RegExp(`\\b${name}\\b`).test(files.get(target))) {
        find(path, line, `${address} has no ${name}`, 'link to where it is now');
      }
    }
  }
}
