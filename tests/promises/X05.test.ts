// X05 The program shows what it promises: each row of this catalogue that binds this installation, its state, the
// evidence.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { Stage, accessibility_faults, phone, scrolls_sideways, shoot } from '../support/browser.ts';
import { languages, path_of, shipped } from '../support/policy.ts';
import { Requester, decide, latest } from '../support/requests.ts';
import { audience, day_ms, ended, erase } from '../support/retention.ts';
import { binary, root, start_server, type Server } from '../support/server.ts';
import type { Event, Staff } from '../support/staff.ts';
import { until } from '../support/until.ts';

interface Row { id: string; promise: string; state: 'kept' | 'attention' | 'broken' | 'none' | 'possible'; evidence: string[]; details: string[] }
interface List {
  policy: { name: string; version: string; in_force: string };
  at: string | null;
  counts: Record<Row['state'], number>;
  groups: { group: string; title: string; promises: Row[] }[];
}
const rows_of = (list: List) => list.groups.flatMap(({ promises }) => promises);
const row_of = (list: List, id: string) => rows_of(list).find((row) => row.id == id)!;

function run(...words: string[]) {
  const { status, stdout, stderr } = spawnSync(binary, ['promises', ...words], { encoding: 'utf8', timeout: 60_000 });
  return { status, stdout, stderr };
}
const of_file = (name: string): List => JSON.parse(run(path_of(name), '--json').stdout);

/** The rows that the catalogue says bind each example. What a policy declares may bind more rows; never fewer. */
const span = (letter: string, from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => `${letter}${String(from + i).padStart(2, '0')}`);
const for_all = [...span('N', 1, 6), 'E18', 'E19', 'E20', 'E27', 'M12', 'M16', 'M19', 'M21', 'C08', 'B17', ...span('X', 1, 5)];
const catalogue: Record<(typeof shipped)[number], string[]> = {
  videoevent: span('E', 1, 28),
  festival: [...span('M', 1, 11), ...span('M', 13, 15), 'M17', 'M18', 'M20', 'M22'],
  tours: ['M02', 'M03', ...span('T', 1, 11)],
  calls: ['M07', 'M09', ...span('C', 1, 14)],
  bureau: ['M17', ...span('B', 1, 19)],
};

/** Bound by rows whose surface is there for other policies alone: what customers are mailed is not subscribed to. */
const surfaceless: Partial<Record<(typeof shipped)[number], string[]>> = { tours: ['M02', 'M03'] };

/** The ids of the tests that drive the program from outside. */
const tested = new Set(readdirSync(join(root, 'tests/promises')).flatMap((file) =>
  [...readFileSync(join(root, 'tests/promises', file), 'utf8').matchAll(/\btest\(\s*[`'"]([A-Z]\d\d) /g)].map(([, id]) => id!)));

let server: Server;
let staff: Staff;
let event: Event;

const list = async (language = 'nl'): Promise<List> => (await staff.get(`/api/v1/promises?lang=${language}`)).expect(200).json();
const local = () => `http://127.0.0.1:${server.local_port}`;

before(async () => {
  server = await start_server();
  staff = await server.sign_up();
  event = await staff.create_event({ event: 'lezing', title: 'Een lezing' });
});
after(() => server?.end());

test('X05 every row of the catalogue that binds a policy is told, and no other kind of policy\'s', () => {
  for (const name of shipped) {
    const told = rows_of(of_file(name)).map(({ id }) => id);
    for (const id of [...for_all, ...catalogue[name]]) assert.ok(told.includes(id), `${name}: ${id}`);
    assert.equal(new Set(told).size, told.length);
  }
  assert.ok(!rows_of(of_file('festival')).some(({ id }) => /^[ETB]0[1-9]/.test(id)), 'who shows no events has none of their rows');
});

test('X05 a row says that it is kept where a test carries its id, and nowhere else', () => {
  for (const name of shipped) {
    for (const { id, state, promise, evidence } of rows_of(of_file(name))) {
      const can = tested.has(id) && !surfaceless[name]?.includes(id);
      assert.equal(state == 'possible', can, `${name}: ${id} is ${state}, and ${tested.has(id) ? 'has a' : 'has no'} test`);
      assert.ok(state == 'possible' || state == 'none');
      assert.ok(promise != id && promise.length > 15 && evidence.length > 0, id);
    }
  }
});

test('X05 in four languages, as sentences', async () => {
  const all = await Promise.all(languages.map(async (language) => rows_of(await list(language))));
  for (const [at, { id }] of all[0]!.entries()) {
    const sentences = new Set(all.map((rows) => rows[at]!.promise));
    assert.equal(sentences.size, languages.length, id);
    for (const rows of all) for (const sentence of [...rows[at]!.evidence, ...rows[at]!.details]) assert.doesNotMatch(sentence, /[{}]/, id);
  }
});

test('X05 the evidence is what happened: deletion, consent, requests, journal, backup', async () => {
  const first = await list();
  assert.match(row_of(first, 'E21').evidence.join(' '), /nog niets verwijderd.*Volgende op .*Een lezing/);
  assert.match(row_of(first, 'E05').evidence.join(' '), new RegExp(`${first.policy.version} is nog niets gevraagd`));
  assert.equal(row_of(first, 'X04').state, 'attention');

  const viewers = await audience(server, event, 6);
  const consent = row_of(await list(), 'E05');
  assert.match(consent.evidence.join(' '), new RegExp(`${first.policy.version}: 83\\s%.*\\(5 van 6`));
  assert.match(consent.details.join(' '), /geweigerd 1/);

  assert.equal((await erase(server, event, viewers[0]!.link)).status < 400, true);
  assert.match(row_of(await list(), 'E26').evidence.join(' '), /1 persoon is gewist/);

  const backup = spawnSync(binary, ['backup', '--to', join(server.folder, 'all.backup'), '--from', local()], { encoding: 'utf8' });
  assert.equal(backup.status, 0, backup.stderr);
  assert.match(row_of(await list(), 'X04').evidence.join(' '), /Laatste reservekopie op/);

  server.clock.pass(2 * 60_000);
  const acts = (text: string) => Number(/^([\d.]+) handelingen/.exec(text)![1]!.replace('.', ''));
  assert.ok(acts(row_of(await list(), 'X03').evidence[0]!) > acts(row_of(first, 'X03').evidence[0]!));

  server.clock.pass_to(Date.parse(event.ends) + 15 * day_ms);
  await ended(server, staff, event);
  assert.match(row_of(await list(), 'E21').evidence.join(' '), /Laatst verwijderd op .*Een lezing/);
});

test('X05 a promise that is broken says so, at once and everywhere', async () => {
  const ana = await new Requester(server, 'ana@kijker.example').ask('access');
  const { request, due } = await latest(staff);
  assert.equal(row_of(await list(), 'E25').state, 'kept');
  assert.equal(run('--from', local()).status, 0);
  server.clock.pass_to(Date.parse(due) + 60_000);
  const late = await list();
  for (const id of ['E24', 'E25', 'E26']) assert.equal(row_of(late, id).state, 'broken', id);
  assert.match(row_of(late, 'E25').evidence[0]!, /1 verzoek is niet op tijd beantwoord/);
  assert.equal(late.counts.broken, rows_of(late).filter(({ state }) => state == 'broken').length);
  assert.equal(run('--from', local()).status, 1);
  await ana.show_who();
  (await decide(staff, request, { grant: false, reasons: 'Wij bewaren niets van u.' })).expect(200);
  assert.equal(row_of(await list(), 'E25').state, 'kept');
});

test('X05 a clock that cannot be right is told', async () => {
  await server.stop();
  server.clock.pass(200 * day_ms);
  await server.start();
  const row = row_of(await list(), 'M19');
  assert.equal(row.state, 'attention');
  assert.match(row.evidence[0]!, /klok van de server/);
});

test('X05 the command says what the page says', async () => {
  const timeless = ({ at, ...all }: List) => (assert.ok(at), all);
  // A job that records an act in between would tell the one more than the other.
  const { told, said, text } = await until('a moment in which nothing is done', async () => {
    const told = await list('fr');
    const said = JSON.parse(run('--from', local(), '--lang', 'fr', '--json').stdout) as List;
    const text = run('--from', local(), '--lang', 'fr').stdout;
    return isDeepStrictEqual(timeless(told), timeless(await list('fr'))) ? { told, said, text } : undefined;
  });
  assert.deepEqual(timeless(said), timeless(told));
  for (const { id, promise, evidence } of rows_of(told)) {
    assert.ok(text.includes(`${id}  ${promise}`), id);
    for (const sentence of evidence) assert.ok(text.includes(sentence), sentence);
  }
  assert.equal(run('--from', 'http://127.0.0.1:1').status, 1);
  assert.equal(run('--lang', 'xx').status, 2);
  assert.equal(run('no-such-policy.yaml').status, 1);
});

test('X05 nobody else is told', async () => {
  assert.equal((await server.get('/api/v1/promises')).status, 401);
  assert.equal((await server.get('/promises')).status, 404, 'on the public side');
});

test('X05 the page, for a board member: on a desk, on a phone, in the dark', async () => {
  const told = await list('nl');
  const stage = await Stage.open();
  try {
    for (const [name, options] of [['desk', {}], ['phone', { viewport: phone }], ['dark', { colorScheme: 'dark' as const }]] as const) {
      const page = await stage.page(options);
      await page.context().addCookies([{ name: staff.cookie.split('=')[0]!, value: staff.cookie.split('=')[1]!, url: server.origin }]);
      await page.goto(`${server.origin}/staff/promises`);
      await page.waitForSelector('[data-promise=X05]');
      await shoot(page, `promises-${name}`);
      const shown = await page.locator('[data-promise]').evaluateAll((items) => items.map((item) => ({
        id: item.getAttribute('data-promise')!, promise: item.querySelector('h3')!.textContent!,
        state: item.querySelector('.promise-state')!.textContent!, evidence: [...item.querySelectorAll('.evidence p')].map((p) => p.textContent!),
      })));
      const states = { kept: 'Nagekomen', attention: 'Vraagt aandacht', broken: 'Niet nagekomen', none: 'Nog niet in dit programma', possible: '' };
      const expected = rows_of(told).map(({ id, promise, state, evidence }) => ({ id, promise, state: states[state], evidence }));
      const by_id = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
      assert.deepEqual(shown.sort(by_id), expected.sort(by_id));
      assert.deepEqual(await accessibility_faults(page), [], name);
      assert.equal(await scrolls_sideways(page), false, name);
      await page.context().close();
    }
    assert.deepEqual(stage.complaints, []);
  } finally {
    await stage.close();
  }
});
