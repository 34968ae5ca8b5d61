// Each rule of tidy on a small tree: what it finds, where, and what it lets be.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { read_modules } from './modules.mjs';
import { split } from './source.mjs';
import { is_promise, titles_of } from './tests.mjs';
import { tidy } from './tidy.mjs';

const declared = JSON.stringify({
  modules: [
    'base|base|', 'sql|sql|base', 'http|http|base', 'pulse|pulse|base', 'vault|vault|sql', 'base',
    'surfaces_events|surfaces/events|vault', 'base',
  ],
  floors: ['base:0', 'sql:1', 'http:1', 'pulse:3', 'vault:3', 'surfaces_events:7'],
});
const used = {
  'src/base/result.h': '// What fails.\n#pragma once\n',
  'src/sql/query.h': '// A query.\n#pragma once\n#include "base/result.h"\n',
  'src/http/reply.h': '// An answer.\n#pragma once\n#include "base/result.h"\n',
  'src/pulse/fold.h': '// The fold.\n#pragma once\n#include "base/result.h"\n',
  'src/vault/vault.h': '// People.\n#pragma once\n#include "base/result.h"\n#include "sql/query.h"\n',
  'src/surfaces/events/event.h': '// An event.\n#pragma once\n#include "base/result.h"\n#include "vault/vault.h"\n',
};

/** "path:line" of what is found in the small tree with `files` in it. */
function found(files, compiled) {
  const tree = new Map(Object.entries({ ...used, ...files }));
  return tidy(tree, { modules: read_modules(declared), compiled }).map(({ path, line }) => `${path}:${line}`);
}

const in_cpp = (line, path = 'src/vault/vault.cpp') => found({ [path]: `// First line.\n${line}\n` });

test('a tree that keeps every rule has no findings', () => {
  assert.deepEqual(found({}), []);
});

test('what modules use is read, whatever divides the list', () => {
  const modules = read_modules(declared);
  assert.deepEqual(modules.get('vault'), { name: 'vault', folder: 'vault', floor: 3, uses: ['sql', 'base'] });
  assert.deepEqual(modules.get('surfaces_events').uses, ['vault', 'base']);
});

test('an include that points up, sideways or to what is not declared is found at its line', () => {
  assert.deepEqual(in_cpp('#include "surfaces/events/event.h"'), ['src/vault/vault.cpp:2']);
  assert.deepEqual(in_cpp('#include "pulse/fold.h"'), ['src/vault/vault.cpp:2']);
  assert.deepEqual(in_cpp('#include "http/reply.h"'), ['src/vault/vault.cpp:2']);
  assert.deepEqual(in_cpp('#include "nowhere/x.h"'), ['src/vault/vault.cpp:2']);
  assert.deepEqual(in_cpp('#include "sql/query.h"'), []);
  assert.deepEqual(in_cpp('#include "staff/queries.h"'), []);
});

test('a declared use that nothing makes is found', () => {
  const files = { 'src/vault/vault.h': '// People.\n#pragma once\n#include "base/result.h"\n' };
  assert.deepEqual(found(files), ['src/vault/CMakeLists.txt:1']);
});

test('a file in no module is found', () => {
  assert.deepEqual(found({ 'src/stray/x.cpp': '' }), ['src/stray/x.cpp:1']);
});

test('a library stays in the module that wraps it', () => {
  assert.deepEqual(in_cpp('#include <boost/asio.hpp>'), ['src/vault/vault.cpp:2']);
  assert.deepEqual(in_cpp('#include <soci/soci.h>'), ['src/vault/vault.cpp:2']);
  assert.deepEqual(in_cpp('#include <boost/asio.hpp>', 'src/http/reply.cpp'), []);
  assert.deepEqual(in_cpp('#include <nlohmann/json.hpp>'), []);
});

test('a header that others read brings no heavy one, be it through a third', () => {
  const inner = '// Inner.\n#pragma once\n#include <nlohmann/json.hpp>\n';
  const outer = `${used['src/vault/vault.h']}#include "vault/inner.h"\n`;
  assert.deepEqual(found({ 'src/vault/inner.h': inner }), []);
  assert.deepEqual(found({ 'src/vault/inner.h': inner, 'src/vault/vault.h': outer }), ['src/vault/inner.h:3']);
});

for (const [name, line] of [
  ['the time', 'auto now = std::chrono::system_clock::now();'],
  ['the time of C', 'auto now = time(nullptr);'],
  ['chance', 'std::random_device device;'],
  ['a sleep', 'std::this_thread::sleep_for(1s);'],
  ['a large object', 'soci::blob blob(session);'],
  ['SQL', 'auto query = "SELECT name FROM person";'],
  ['raw SQL', 'auto query = R"(DELETE FROM person)";'],
  ['printing', 'printf("%s", name.c_str());'],
  ['a stream', 'std::cerr << name;'],
  ['std::regex', 'std::regex pattern("x");'],
  ['all of std', 'using namespace std;'],
  ['C without errors', 'int n = atoi(text);'],
  ['a promise', '// TODO: more'],
  ['dead code', '// vault.erase(person);'],
  ['a long line', `int x = ${'1 + '.repeat(30)}1;`],
]) {
  test(`${name} is refused, and not in a comment or a string`, () => {
    assert.deepEqual(in_cpp(line), ['src/vault/vault.cpp:2']);
    if (name === 'a promise' || name === 'dead code' || name === 'a long line' || name.includes('SQL')) return;
    assert.deepEqual(in_cpp(`// It says ${line.replace(/;$/, '')} here`), []);
    assert.deepEqual(in_cpp(`auto x = R"(${line})";`), []);
  });
}

test('a member of that name is no call of the system', () => {
  assert.deepEqual(in_cpp('auto at = event.time(nullptr); row.puts(1); engine.rand();'), []);
});

test('base asks the system, for everybody', () => {
  assert.deepEqual(in_cpp('auto now = std::chrono::system_clock::now();', 'src/base/os_clock.cpp'), []);
});

test('the store leaves the disk to what was handed in', () => {
  assert.deepEqual(in_cpp('std::filesystem::remove(path);', 'src/pulse/log.cpp'), ['src/pulse/log.cpp:2']);
  assert.deepEqual(in_cpp('::unlink(path);', 'src/pulse/log.cpp'), ['src/pulse/log.cpp:2']);
  assert.deepEqual(in_cpp('auto log = Log::open(path);', 'src/pulse/log.cpp'), []);
  assert.deepEqual(in_cpp('std::filesystem::path path;', 'src/pulse/log.cpp'), []);
});

test('a line is let off by name and with a reason, and only for that', () => {
  const sleep = 'std::this_thread::sleep_for(1s);';
  assert.deepEqual(in_cpp(`// tidy: allow sleep, because another process has to begin.\n${sleep}`), []);
  assert.deepEqual(in_cpp(`// tidy: allow sleep\n${sleep}`), ['src/vault/vault.cpp:3']);
  assert.deepEqual(in_cpp(`// tidy: allow clock, because it is a test.\n${sleep}`), ['src/vault/vault.cpp:3']);
});

test('a test that no target compiles is found', () => {
  const files = { 'src/vault/deep/vault_test.cpp': '' };
  assert.deepEqual(found(files, new Set()), ['src/vault/deep/vault_test.cpp:1']);
  assert.deepEqual(found(files, new Set(['src/vault/deep/vault_test.cpp'])), []);
  assert.deepEqual(found({ 'src/vault/deep/x_fuzz.cpp': '' }), ['src/vault/deep/x_fuzz.cpp:1']);
  assert.deepEqual(found({ 'docs/x.test.mjs': '' }), ['docs/x.test.mjs:1']);
});

test('a promise needs a mutant, a mutant a test, and both a row of the catalogue', () => {
  const named = (title) => ({ 'tests/promises/e.test.ts': `test('${title}', () => {});\n` });
  const patch = { 'tests/mutants/E03.patch': '' };
  assert.deepEqual(found(named('E03 beats are kept')), ['tests/promises/e.test.ts:1']);
  assert.deepEqual(found({ ...named('E03 beats are kept'), ...patch }), []);
  assert.deepEqual(found(patch), ['tests/mutants/E03.patch:1']);
  assert.deepEqual(found(named('E99 is nothing')), ['tests/promises/e.test.ts:1']);
  assert.deepEqual(found({ ...named('the mechanism of E03'), 'x.test.mjs': '' }).length, 2);
});

test('ids are those of the catalogue, and titles are read from both languages', () => {
  assert.deepEqual(['E01', 'E28', 'E29', 'E00', 'Q01', 'X05', 'X06'].map(is_promise), [true, true, false, false, false, true, false]);
  assert.deepEqual(titles_of('a_test.cpp', 'TEST_F(Vault, E08_is_apart) {').map(({ title }) => title), ['Vault, E08 is apart']);
  assert.deepEqual(titles_of('a.test.ts', 'test("E08 is apart", f)').map(({ title }) => title), ['E08 is apart']);
});

test('SQL and headers say what they are for', () => {
  assert.deepEqual(found({ 'src/vault/sql/x.sql': 'SELECT 1;\n' }), ['src/vault/sql/x.sql:1']);
  assert.deepEqual(found({ 'src/vault/sql/x.sql': '-- One.\nSELECT 1;\n' }), []);
  assert.deepEqual(found({ 'src/vault/x.h': '#pragma once\n' }), ['src/vault/x.h:1']);
  assert.deepEqual(found({ 'src/vault/x.h': '// X.\n' }), ['src/vault/x.h:1']);
});

test('a file of 500 lines is read, one of 501 is not', () => {
  assert.deepEqual(found({ 'src/vault/x.cpp': '\n'.repeat(500) }), []);
  assert.deepEqual(found({ 'src/vault/x.cpp': '\n'.repeat(501) }), ['src/vault/x.cpp:501']);
});

test('a text that nothing shows is found; one whose key is put together is shown', () => {
  const texts = { 'texts/nl.json': '{\n  "mail.footer": "x",\n  "state.live": "x",\n  "people.one": "x"\n}\n' };
  assert.deepEqual(found(texts), ['texts/nl.json:2', 'texts/nl.json:3', 'texts/nl.json:4']);
  const shown = 'say(Key::MailFooter); count(Plural::People);';
  assert.deepEqual(found({ ...texts, 'src/vault/x.cpp': shown }), ['texts/nl.json:3']);
  assert.deepEqual(found({ ...texts, 'src/vault/x.cpp': shown, 'web/x.ts': 'text(`state.${state}`)' }), []);
});

test('a link leads to a file that is there, and a name to one that has it', () => {
  const link = (text) => found({ 'docs/a.md': `See\n${text}.\n` });
  assert.deepEqual(link('[vault](../src/vault/vault.h) and [`base::Result`](../src/vault/vault.h)'), ['docs/a.md:2']);
  assert.deepEqual(link('[fold](../src/pulse/fold.h), [a folder](../src/pulse/), [far](https://x.example/)'), []);
  assert.deepEqual(link('[gone](../src/pulse/gone.h)'), ['docs/a.md:2']);
});

test('a word of an example policy is found in the program, and not in its tests', () => {
  const policy = {
    'policies/festival.yaml': [
      'purposes:', '  news:', '    basis: consent',
      'data:', '  fans:', '    fields:', '      genre:', '        type: text', '      name:', '',
    ].join('\n'),
  };
  const named = (line, path = 'src/vault/vault.cpp') => found({ ...policy, [path]: `// Of the genre.\n${line}\n` });
  assert.deepEqual(named('auto* purpose = policy.purpose("news");'), ['src/vault/vault.cpp:2']);
  assert.deepEqual(named('auto* datum = policy.datum("fans");'), ['src/vault/vault.cpp:2']);
  assert.deepEqual(named('say("consent.genre");'), ['src/vault/vault.cpp:2']);
  const query = { 'src/vault/sql/x.sql': "-- What is kept.\nSELECT value FROM kept WHERE field = 'genre';\n" };
  assert.deepEqual(found({ ...policy, ...query }), ['src/vault/sql/x.sql:2']);
  assert.deepEqual(named('auto a = "name"; auto b = "no news today"; auto news = type("basis");'), []);
  assert.deepEqual(named('auto* purpose = policy.purpose("news");', 'src/vault/vault_test.cpp'), []);
});

test('a path of somebody is found in any file', () => {
  assert.deepEqual(found({ 'docs/x.md': 'see /home/noor/hartslag\n' }), ['docs/x.md:1']);
  assert.deepEqual(found({ 'docs/x.md': 'see $HOME/hartslag and /var/lib/hartslag\n' }), []);
});

test('text is divided into code, comments and strings, in place', () => {
  const source = 'int a = 1\'000; // it\'s\nauto s = "a // b";\n';
  const { code, comments, strings } = split(source, 'x.cpp');
  assert.equal(code.length, source.length);
  assert.match(code, /1'000;/);
  assert.equal(comments.trim(), "// it's");
  assert.equal(strings.trim(), '"a // b"');
  assert.equal(split("const x = /['\"`]/g; // quote\n", 'x.mjs').comments.trim(), '// quote');
});
