import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { compare, identifier, languages, load, parseFile, placeholdersOf } from '../../tools/embed_texts.mjs';

const generator = fileURLToPath(new URL('../../tools/embed_texts.mjs', import.meta.url));

function inFolder(texts, work) {
  const folder = mkdtempSync(join(tmpdir(), 'texts-'));
  try {
    for (const language of languages) {
      const own = texts[language] ?? texts.all;
      const rows = Object.entries(own).map(([key, text]) => `  ${JSON.stringify(key)}: ${JSON.stringify(text)}`);
      writeFileSync(join(folder, `${language}.json`), `{\n${rows.join(',\n')}\n}\n`);
    }
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('a sound set of texts has no problems', () => {
  inFolder({ all: { 'a.b': 'Dag {name}', 'a.n.one': 'een', 'a.n.other': '{count}' } }, (folder) =>
    assert.deepEqual(load(folder).problems, []),
  );
});

test('a missing text names file, key and cure', () => {
  inFolder({ all: { 'a.b': 'x', 'a.c': 'y' }, de: { 'a.b': 'x' } }, (folder) =>
    assert.deepEqual(load(folder).problems, [
      `${folder}/de.json: "a.c" is missing; translate ${folder}/nl.json:3, or remove it there`,
    ]),
  );
});

test('placeholders must be the same in every language', () => {
  inFolder({ all: { 'a.b': 'Dag {name}' }, fr: { 'a.b': 'Bonjour {nom}' } }, (folder) => {
    const { problems } = load(folder);
    assert.equal(problems.length, 1);
    assert.match(problems[0], /fr\.json:2: "a\.b" has the placeholders \{nom\} where .*nl\.json has \{name\}/);
  });
});

test('the form for one may leave its number out, the other may not', () => {
  inFolder({ all: { 'a.n.one': 'een', 'a.n.other': '{count}' }, fr: { 'a.n.one': '{count} un', 'a.n.other': '{count}' } }, (folder) =>
    assert.deepEqual(load(folder).problems, []),
  );
  inFolder({ all: { 'a.n.one': 'een', 'a.n.other': 'veel' } }, (folder) =>
    assert.match(load(folder).problems[0], /no \{count\}/),
  );
  inFolder({ all: { 'a.n.one': 'een' } }, (folder) =>
    assert.match(load(folder).problems[0], /write "a\.n\.other" too/),
  );
});

test('each malformed line is named', () => {
  const source = '{\n  "a.b": "x", "a.c": "y",\n  "A.b": "x",\n  "a.d": "",\n  "a.e": "{oops",\n  "a.f": "x",\n  "a.f": "y"\n}\n';
  const { problems } = parseFile(source, 'nl.json');
  assert.deepEqual(
    problems.map((problem) => problem.split(': ')[0]),
    ['nl.json:2', 'nl.json:3', 'nl.json:4', 'nl.json:5', 'nl.json:7'],
  );
});

test('a file that is not JSON as a whole is refused', () => {
  assert.match(parseFile('{\n  "a.b": "x"\n  "a.c": "y"\n}\n', 'nl.json').problems[0], /not JSON/);
});

test('keys that would share a name in C++ are refused', () => {
  assert.equal(identifier('mail.export_nears.body'), 'MailExportNearsBody');
  const entries = parseFile('{\n  "a.b_c": "x",\n  "a.b.c": "y"\n}\n', 'f').entries;
  const problems = compare(new Map(languages.map((language) => [language, entries])), 'texts');
  assert.match(problems[0], /would both be ABC/);
});

test('placeholders are listed once and sorted', () => {
  assert.deepEqual(placeholdersOf('{b} {a} {b}'), ['a', 'b']);
});

test('sorting, checking, choosing; unchanged files stay untouched', () => {
  inFolder({ all: { 'b.x': 'Dag', 'a.x': 'Kijk' } }, (folder) => {
    const run = (...words) => execFileSync(process.execPath, [generator, '--texts', folder, ...words], { stdio: 'pipe' });
    assert.throws(() => run('--check'), /not in order; run node tools\/embed_texts\.mjs --sort/);
    run('--sort');
    run('--check');
    run('--cpp', folder, '--ts', join(folder, 'texts.ts'), '--only', 'a.');
    const typescript = readFileSync(join(folder, 'texts.ts'), 'utf8');
    assert.match(typescript, /"a\.x": "Kijk"/);
    assert.doesNotMatch(typescript, /"b\.x"/);
    assert.match(readFileSync(join(folder, 'keys.h'), 'utf8'), /^ {2}AX,\n {2}BX,$/m);
    const file = join(folder, 'keys.h');
    utimesSync(file, 1000, 1000);
    run('--cpp', folder);
    assert.equal(statSync(file).mtimeMs, 1_000_000);
  });
});

test("the program's own texts are in order", () => {
  execFileSync(process.execPath, [generator, '--check'], { stdio: 'pipe' });
});
