// M18 The data register says of each datum why it is kept, on which basis, how long, with an invented example record;
// nothing outside it can be collected.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { declared, languages, path_of, read_html } from '../support/policy.ts';
import { binary, files_below, start_server, type Server } from '../support/server.ts';
import type { Staff } from '../support/staff.ts';
import { read_csv } from '../support/table.ts';

const policy = declared('festival');
const articles: Record<string, string> = { consent: 'a', contract: 'b', 'legal-obligation': 'c', 'legitimate-interest': 'f' };
let server: Server;
let staff: Staff;

before(async () => {
  server = await start_server({ policy: path_of('festival') });
  staff = await server.sign_up();
});
after(() => server?.end());

function register(language: string) {
  const words = ['policy', 'register', path_of('festival'), '--role', 'controller', '--lang', language, '--format', 'csv'];
  const { status, stdout } = spawnSync(binary, words, { encoding: 'utf8', timeout: 60_000 });
  assert.equal(status, 0);
  return read_csv(stdout).slice(1);
}

const kinds = ['fields', 'facts', 'records', 'attributes', 'marks', 'logs'];
const rows = Object.entries<any>(policy.data).flatMap(([name, datum]) =>
  kinds.flatMap((kind) => (Array.isArray(datum[kind]) ? datum[kind] : Object.keys(datum[kind] ?? {}))).map((item: string) => ({ name, datum, item })));

test('M18 each item says why, on which basis and how long', () => {
  const shown = register('nl');
  assert.equal(shown.length, rows.length);
  rows.forEach(({ datum, item }, i) => {
    const row = shown[i]!;
    for (const purpose of datum.for) {
      assert.ok(row[6]!.includes(policy.purposes[purpose].says.nl.replace(/\.$/, '')), `${item}: ${purpose}`);
      assert.ok(row[7]!.includes(`artikel 6, lid 1, ${articles[policy.purposes[purpose].basis]}`), `${item}: ${row[7]}`);
    }
    const [, count] = /^(\d+)/.exec(datum.keep) ?? [];
    assert.match(row[8]!, count ? new RegExp(`^${count} `) : /^Tot /);
    assert.match(row[9]!, datum.then == 'erase' ? /gewist/ : /niemand/);
  });
});

test('M18 each item has an invented example: the declared one, or one for its type', () => {
  for (const language of languages) {
    const shown = register(language);
    rows.forEach(({ datum, item }, i) => {
      const example = shown[i]![2]!.replace(/^'/, '');
      const field = datum.fields?.[item];
      assert.notEqual(example, '', item);
      if (field?.example) assert.equal(example, field.example);
      if (field?.choices) assert.equal(example, Object.values<any>(field.choices)[0][language]);
      if (/@/.test(example)) assert.match(example, /\.example$/);
    });
  }
});

test('M18 the register that anybody can read has the same', async () => {
  const text = read_html((await server.page('/privacy/register?lang=nl')).expect(200).text);
  for (const row of register('nl')) for (const cell of row.slice(0, 4)) assert.ok(text.includes(cell.replace(/^'/, '')), cell);
});

test('M18 a field outside it cannot be asked', async () => {
  const at = (minutes: number) => new Date(server.clock.now() + minutes * 60_000).toISOString();
  const plan = { title: 'Zomeravond', event: 'zomeravond', starts: at(-5), ends: at(60), measured: false, opens_by: 'form' };
  const refused = await staff.ask('POST', '/api/v1/events', { body: { ...plan, fields: ['name', 'email', 'shoe-size'] } });
  assert.equal(refused.status, 400);
  assert.match(refused.text, /shoe-size|fields/);
});

test('M18 a value that the register does not name is dropped before anything is stored', async () => {
  const at = (minutes: number) => new Date(server.clock.now() + minutes * 60_000).toISOString();
  const plan = { title: 'Zomeravond', event: 'zomeravond', starts: at(-5), ends: at(60), measured: false, opens_by: 'form', fields: ['name', 'email'] };
  (await staff.ask('POST', '/api/v1/events', { body: plan })).expect(201);
  (await staff.ask('POST', '/api/v1/events/zomeravond/open')).expect(200);
  const secret = 'maat-43-en-een-half';
  const { status } = await server.register({ event: 'zomeravond' }, { name: 'Bart Claes', email: 'bart@muziekvriend.example', 'shoe-size': secret, region: secret });
  assert.ok(status < 500);
  await server.stop();
  for (const { path, bytes } of files_below(server.data)) assert.ok(!bytes.includes(secret), path);
  assert.ok(!server.log.includes(secret));
  await server.start();
});
