// Reads a policy file as far as the shipped ones go: maps by indentation, flow maps and lists, plain and quoted words,
// folded texts, and texts of paragraphs of a line each. A reader of its own, so that what the program shows is held against the file and not against itself.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './server.ts';

// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Declared = any;

export const shipped = ['videoevent', 'festival', 'tours', 'calls', 'bureau'] as const;
export const languages = ['nl', 'fr', 'en', 'de'] as const;
export const path_of = (name: string) => join(root, 'policies', `${name}.yaml`);

interface Row {
  indent: number;
  text: string;
}

/** A value on one line: `{ a: b, c: [d] }`, `[a, b]`, or a word. */
class Flow {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(stops = ''): Declared {
    this.#space();
    const c = this.#text[this.#at];
    if (c == '{') return this.#map();
    if (c == '[') return this.#list();
    if (c == '"' || c == "'") return this.#quoted(c);
    const from = this.#at;
    while (this.#at < this.#text.length && !stops.includes(this.#text[this.#at]!)) ++this.#at;
    return this.#text.slice(from, this.#at).trim();
  }

  #map() {
    const map: Record<string, Declared> = {};
    ++this.#at;
    for (this.#space(); this.#text[this.#at] != '}'; this.#space()) {
      const colon = this.#text.indexOf(':', this.#at);
      const key = this.#text.slice(this.#at, colon).trim();
      this.#at = colon + 1;
      map[key] = this.value(',}');
      this.#comma();
    }
    ++this.#at;
    return map;
  }

  #list() {
    const list: Declared[] = [];
    ++this.#at;
    for (this.#space(); this.#text[this.#at] != ']'; this.#space()) {
      list.push(this.value(',]'));
      this.#comma();
    }
    ++this.#at;
    return list;
  }

  #quoted(quote: string) {
    const from = ++this.#at;
    while (this.#text[this.#at] != quote) ++this.#at;
    return this.#text.slice(from, this.#at++);
  }

  #space() {
    while (this.#text[this.#at] == ' ') ++this.#at;
  }

  #comma() {
    this.#space();
    if (this.#text[this.#at] == ',') ++this.#at;
  }
}

function read_map(rows: Row[], indent: number): Record<string, Declared> {
  const map: Record<string, Declared> = {};
  while (rows.length > 0 && rows[0]!.indent == indent) {
    const [, key, rest] = /^([\w -]+): ?(.*)$/.exec(rows.shift()!.text)!;
    const inner = rows[0] && rows[0].indent > indent ? rows[0].indent : 0;
    if (rest == '>') {
      const words: string[] = [];
      while (rows[0] && rows[0].indent >= inner && inner > 0) words.push(rows.shift()!.text);
      map[key!] = words.join(' ');
    } else if (rest == '|') {
      const paragraphs: string[] = [];
      while (rows[0] && rows[0].indent >= inner && inner > 0) paragraphs.push(rows.shift()!.text);
      map[key!] = paragraphs.join('\n\n');
    } else {
      map[key!] = rest == '' ? read_map(rows, inner) : new Flow(rest!).value();
    }
  }
  return map;
}

export function read_policy(text: string): Declared {
  const rows = text.split('\n').filter((line) => /\S/.test(line) && !/^\s*#/.test(line)).map((line) => {
    const without_comment = line.replace(/\s+# .*$/, '');
    return { indent: without_comment.search(/\S/), text: without_comment.trim() };
  });
  return read_map(rows, 0);
}

export const policy_text = (name: string) => readFileSync(path_of(name), 'utf8');
export const declared = (name: string): Declared => read_policy(policy_text(name));

const escapes: Record<string, string> = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'", '&amp;': '&' };
/** What a reader sees of HTML: a line for each element's own text. */
export const read_html = (html: string): string =>
  html.replace(/<[^>]*>/g, '\n').replace(/&(lt|gt|quot|#39|amp);/g, (escape) => escapes[escape]!);

/** The part of a page from the heading with that anchor to the next of its level. */
export function section(html: string, anchor: string): string {
  const from = html.indexOf(` id="${anchor}"`);
  if (from < 0) throw new Error(`there is no section ${anchor}`);
  const level = html[html.lastIndexOf('<h', from) + 2]!;
  const rest = html.slice(html.indexOf('>', from) + 1);
  const end = rest.search(new RegExp(`<h[1-${level}][ >]|</main>`));
  return end < 0 ? rest : rest.slice(0, end);
}

/** The rows of the tables in it: cells as a reader sees them. */
export const rows_of = (html: string): string[][] =>
  [...html.matchAll(/<tr[^>]*>(.*?)<\/tr>/gs)].map(([, row]) =>
    [...row!.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/gs)].map(([, cell]) => read_html(cell!).replace(/\s*\n\s*/g, ' ').trim()));

/** Of a description list: each word with what is said of it. */
export const entries_of = (html: string): { word: string; text: string }[] =>
  [...html.matchAll(/<dt>(.*?)<\/dt>(.*?)<\/div>/gs)].map(([, word, text]) => ({ word: read_html(word!).trim(), text: read_html(text!) }));
