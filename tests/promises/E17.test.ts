// E17 The organiser never touches raw data, only reports that the program generates, on their request, under a recorded
// assignment. Nobody else gets any. Every hand-over is recorded.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Stage, accessibility_faults, phone, scrolls_sideways, shoot } from '../support/browser.ts';
import { Requester, decide, latest } from '../support/requests.ts';
import { rows } from '../support/retention.ts';
import { start_server, type Server } from '../support/server.ts';
import type { Event, Staff } from '../support/staff.ts';
import { read_csv } from '../support/table.ts';

interface Assignment { number: number; organiser: string; reference: string; agreed_on: string; purposes: string[]; recorded: string; ended: string | null }
interface Disclosure { at: string; ground: string; receiver: string; purposes: string[]; data: string[]; form: string; people: number; by: string }
interface Desk { assignment: Assignment | null; earlier: Assignment[]; purposes: { name: string; says: string }[]; disclosures: Disclosure[] }

let server: Server;
let staff: Staff;
let event: Event;
let first: string;
const path = () => `/api/v1/events/${event.event}/assignment`;
const desk = async () => (await staff.get(path())).expect(200).json<Desk>();
const viewers = (who: Staff, query: string) => who.take(`/api/v1/events/${event.event}/viewers?${query}`);
const acts = (kind: string) => rows(server, 'control', 'select count(*) as n from act where kind = ?', kind)[0]!.n as number;
const today = () => new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Brussels' }).format(new Date(server.clock.now()));

before(async () => {
  server = await start_server();
  staff = await server.sign_up();
  event = await staff.create_event({ event: 'bijscholing', title: 'Bijscholing' });
  const { door } = await server.register(event, { name: 'Ana Peeters', email: 'ana@kijker.example' });
  const { t } = await server.open_session(event, { link: door!, consent: true });
  await server.watch(t!, 60_000, 7);
});
after(() => server?.end());

test('E17 whoever makes an event puts on record who assigned it, when and what for', async () => {
  const { assignment, purposes, disclosures } = await desk();
  assert.deepEqual(purposes.map(({ name }) => name), ['admission', 'attendance', 'accreditation']);
  assert.deepEqual([assignment!.organiser, assignment!.agreed_on, assignment!.purposes], ['Lichtbeeld', today(), purposes.map(({ name }) => name)]);
  assert.deepEqual(disclosures, []);
  first = assignment!.recorded;
  const better = { organiser: 'Zorgpunt De Linde', reference: 'Overeenkomst 2026-114', agreed_on: today() };
  const after = (await staff.put(path(), better)).expect(200).json<Desk>();
  assert.deepEqual([after.assignment!.organiser, after.assignment!.reference], ['Zorgpunt De Linde', 'Overeenkomst 2026-114']);
  assert.equal(after.earlier.length, 1, 'the earlier one stays on record');
  assert.ok(after.earlier[0]!.ended && after.earlier[0]!.recorded == first);
  assert.equal(acts('disclosure.assigned'), 2);
  const wrong: [string, object][] = [
    ['nobody', { ...better, organiser: ' ' }],
    ['a name past its limit', { ...better, organiser: 'x'.repeat(201) }],
    ['a reference past its limit', { ...better, reference: 'x'.repeat(201) }],
    ['no day', { ...better, agreed_on: '' }],
    ['a day to come', { ...better, agreed_on: '2099-01-01' }],
    ['a purpose that reports are not for', { ...better, purposes: ['answering'] }],
    ['no purpose', { ...better, purposes: [] }],
  ];
  for (const [what, body] of wrong) assert.equal((await staff.put(path(), body)).status, 400, what);
  (await staff.put(path(), { ...better, organiser: 'x'.repeat(200), reference: 'x'.repeat(200) })).expect(200);
  (await staff.put(path(), better)).expect(200);
  // Whoever decides what the data are used for is named where they are given.
  for (const [language, words] of [['nl', 'Georganiseerd door'], ['fr', 'Organisé par'], ['en', 'Organised by'], ['de', 'Veranstaltet von']]) {
    assert.match((await server.page(`/e/${event.event}?lang=${language}`)).expect(200).text, new RegExp(`${words} Zorgpunt De Linde`));
  }
});

test('E17 every report that is handed over is on record: to whom, what, of how many, by whom', async () => {
  const table = read_csv((await viewers(staff, 'format=csv')).expect(200).text);
  assert.equal(table[1]![0], 'Ana Peeters');
  (await viewers(staff, 'format=xlsx&purpose=admission')).expect(200);
  const { disclosures } = await desk();
  assert.deepEqual(disclosures.map(({ receiver, ground, form, people, by }) => [receiver, ground, form, people, by]), [
    ['Zorgpunt De Linde', 'assignment', 'xlsx', 1, 'Noor Vermeulen'],
    ['Zorgpunt De Linde', 'assignment', 'csv', 1, 'Noor Vermeulen'],
  ]);
  assert.deepEqual([disclosures[1]!.purposes, disclosures[1]!.data], [['admission', 'attendance', 'accreditation'], ['contact', 'heartbeat', 'visit']]);
  assert.deepEqual([disclosures[0]!.purposes, disclosures[0]!.data], [['admission'], ['contact', 'visit']]);
  assert.equal(acts('disclosure.made'), 2);
  // Looking is not taking away.
  (await viewers(staff, 'format=json')).expect(200);
  assert.equal((await desk()).disclosures.length, 2);
});

test('E17 nobody else gets any', async () => {
  const before = (await desk()).disclosures.length;
  const formats = ['json', 'csv', 'xlsx'].map((format) => `viewers?format=${format}`);
  for (const one of ['assignment', 'people', 'report', 'movements', ...formats].map((what) => `/api/v1/events/${event.event}/${what}`)) assert.equal((await server.get(one)).status, 401, one);
  const { secret } = (await staff.post('/api/v1/tokens', { label: 'Namen', permissions: ['view_report', 'see_names'] })).expect(201).json();
  for (const format of ['csv', 'xlsx']) assert.equal((await viewers(staff.with_token(secret), `format=${format}`)).status, 403, format);
  assert.equal((await staff.with_token(secret).put(path(), { organiser: 'Iemand', agreed_on: today() })).status, 403);
  assert.equal((await desk()).disclosures.length, before);
});

test('E17 what is measured comes out as reports, and nowhere as it came in', async () => {
  const documented = (await server.get('/api/openapi.json')).expect(200).json<{ paths: Record<string, Record<string, unknown>> }>().paths;
  const { viewer } = await staff.row(event, 'ana@kijker.example');
  let asked = 0;
  for (const [route, methods] of Object.entries(documented)) {
    if (!methods['get'] || !route.startsWith('/api/v1/events/{event}') || route.endsWith('/live')) continue;
    const answer = await staff.get(route.replace('{event}', event.event).replace('{viewer}', viewer));
    if (answer.status != 200) continue;
    ++asked;
    // A heartbeat is a pair of a time and its facts, sent with a token.
    assert.doesNotMatch(answer.text, /"b"\s*:\s*\[\[|"t"\s*:\s*"/, route);
  }
  assert.ok(asked >= 6, `${asked} routes`);
  for (const raw of ['/v1/pulse', '/v1/sessions', '/pulse', '/data/pulse']) assert.notEqual((await staff.get(raw)).status, 200, raw);
});

test('E17 without an assignment in force there is no report of names, and the refusal is on record', async () => {
  (await staff.del(path())).expect(200);
  assert.equal((await desk()).assignment, null);
  const before = (await desk()).disclosures.length;
  for (const format of ['json', 'csv', 'xlsx']) assert.equal((await viewers(staff, `format=${format}`)).status, 403, format);
  assert.equal((await staff.get(`/api/v1/events/${event.event}/people`)).status, 403);
  const live = await staff.live(event);
  await assert.rejects(live.wait_for('names', ({ kind }) => kind == 'hello'), /closed with 1008/);
  assert.deepEqual(live.messages, [{ kind: 'error', error: '/problems/denied' }]);
  assert.equal((await desk()).disclosures.length, before);
  assert.ok(acts('events.report_refused') >= 3);
  assert.equal(acts('disclosure.assignment_ended'), 1);
  // Figures in which nobody can be seen are no report of anybody.
  assert.equal((await staff.report(event)).viewers.registered, 1);
  (await staff.put(path(), { organiser: 'Zorgpunt De Linde', reference: '', agreed_on: today(), purposes: ['admission'] })).expect(200);
  assert.equal((await viewers(staff, 'format=csv&purpose=accreditation')).status, 403, 'not what it was assigned for');
  const table = read_csv((await viewers(staff, 'format=csv')).expect(200).text);
  assert.deepEqual(table[1]!.slice(0, 5), ['Ana Peeters', 'ana@kijker.example', '', '', '0.0'], 'times are not for admission');
});

test('E17 whoever is in a report is told who got it', async () => {
  const asking = await new Requester(server, 'ana@kijker.example').ask('access');
  const { request } = await latest(staff);
  await asking.show_who();
  (await decide(staff, request, { grant: true, reasons: '' })).expect(200);
  const members = await asking.answer();
  const [held] = JSON.parse(members.get('answer.json')!.toString()).properties.filter(({ property }: any) => property == event.event);
  assert.ok(held.disclosures.length >= 3);
  assert.ok(held.disclosures.every(({ receiver, ground }: any) => receiver == 'Zorgpunt De Linde' && ground == 'assignment'));
  assert.match(members.get('answer.html')!.toString(), /Zorgpunt De Linde \(opdracht van de organisator\)/);
  assert.match(members.get('disclosures.csv')!.toString(), /Zorgpunt De Linde,assignment,contact/);
});

test('E17 the assignment and the reports, on a desk and on a phone', async () => {
  const stage = await Stage.open();
  try {
    for (const [name, options] of [['desk', {}], ['phone', { viewport: phone, colorScheme: 'dark' as const }]] as const) {
      const page = await stage.page(options);
      await page.context().addCookies([{ name: staff.cookie.split('=')[0]!, value: staff.cookie.split('=')[1]!, url: server.origin }]);
      await page.goto(`${server.origin}/staff/e/${event.event}`);
      await page.getByRole('heading', { name: 'Opdracht' }).waitFor();
      await page.getByText((await desk()).assignment!.organiser, { exact: true }).first().waitFor();
      await page.getByText('Bezorgde rapporten').click();
      await shoot(page, `assignment-${name}`);
      assert.deepEqual(await accessibility_faults(page), [], name);
      assert.equal(await scrolls_sideways(page), false, name);
      await page.getByRole('button', { name: 'Pas de opdracht aan' }).click();
      await page.getByLabel('Organisator').fill('');
      await page.getByRole('button', { name: 'Bewaar' }).click();
      await page.getByRole('alert').getByRole('heading').waitFor();
      await page.getByLabel('Organisator').fill(`Ziekenhuis ${name}`);
      await shoot(page, `assignment-form-${name}`);
      assert.deepEqual(await accessibility_faults(page), [], `${name}, form`);
      await page.getByRole('button', { name: 'Bewaar' }).click();
      await page.getByText(`Ziekenhuis ${name}`).first().waitFor();
      assert.equal((await desk()).assignment!.organiser, `Ziekenhuis ${name}`);
      await page.context().close();
    }
    assert.deepEqual(stage.complaints, []);
  } finally {
    await stage.close();
  }
});
