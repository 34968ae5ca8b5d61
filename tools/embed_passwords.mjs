// Usage: node tools/embed_passwords.mjs OUT
//
// Writes OUT, what src/access/common.cpp looks passwords up in: the passwords that are guessed first, from packages of
// Debian, as a Bloom filter. It is bits alone: byte i has bits 8i to 8i+7, the lowest one first. An entry, in small
// letters and UTF-8, sets one bit for each of the eight 32-bit numbers (little endian) that its SHA-256 is made of:
// that number modulo the number of bits. With 16 bits for each entry, one in 1700 others looks as if it were there.

import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';

const bits_each = 16;
/** What is shorter stands with too much around it, and what is longer is tried late. */
const shortest = 4;
const longest_password = 24;
const longest_word = 12;

/** Passwords that were seen in breaches, the 30 000 most frequent, and names and words of which many are made. */
function of_breaches() {
  const source = readFileSync('/usr/lib/python3/dist-packages/zxcvbn/frequency_lists.py', 'utf8');
  const lists = [...source.matchAll(/^ {4}"(\w+)": "([^"]*)"/gm)].map(([, , words]) => words.split(','));
  if (lists.length < 5) throw new Error('python3-zxcvbn has other lists than this reads');
  return lists.flat();
}
const lines = (path) => readFileSync(path, 'utf8').split('\n');
const passwords = [...of_breaches(), ...lines('/usr/share/john/password.lst').filter((line) => !line.startsWith('#!comment'))];
const words = ['american-english', 'dutch', 'french', 'ngerman'].flatMap((name) => lines(`/usr/share/dict/${name}`));

const entries = new Set();
function add(texts, longest) {
  for (const text of texts) {
    const entry = text.trim().toLowerCase();
    const length = [...entry].length;
    if (length >= shortest && length <= longest) entries.add(entry);
  }
}
add(passwords, longest_password);
add(words, longest_word);

const filter = Buffer.alloc((entries.size * bits_each) >> 3);
for (const entry of entries) {
  const digest = createHash('sha256').update(entry).digest();
  for (let at = 0; at < 32; at += 4) {
    const bit = digest.readUInt32LE(at) % (filter.length * 8);
    filter[bit >> 3] |= 1 << (bit & 7);
  }
}
writeFileSync(process.argv[2], filter);
