// M11 Every way in is registered as a source: business card, telephone, e-mail, contact form, subscription, purchase,
// contract, survey, survey in exchange for content, cookie; what is entered by hand carries source, date and basis.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Stage, accessibility_faults, phone, scrolls_sideways, shoot } from '../support/browser.ts';
import { policy_text, read_html } from '../support/policy.ts';
import { Requester, decide, latest } from '../support/requests.ts';
import { day_ms, ended, number_of, rows } from '../support/retention.ts';
import { binary, changed_policy, start_server, type Server } from '../support/server.ts';
import type { Event, Staff } from '../support/staff.ts';
import { until } from '../support/until.ts';

let server: Server;
let staff: Staff;
let event: Event;
let festival: Server;
let bookkeeper: Staff;
let concert: Event;

/** The shipped policy of events, whose organisers also take registrations by telephone and from cards. */
const also_by_hand = (text: string) => text.replace('from: registration form', 'from: [registration form, telephone, business card]');
const today = (house: Server, days = 0) => new Date(house.clock.now() + days * day_ms).toISOString().slice(0, 10);
const enter = (who: Staff, { event: slug }: Event, entry: object) => who.post(`/api/v1/events/${slug}/entries`, entry);
const kinds = async (who: Staff, { event: slug }: Event) =>
  (await who.get(`/api/v1/events/${slug}/entries`)).expect(200).json<{ datum: string; sources: string[]; purposes: { basis: string }[]; fields: { name: string }[] }[]>();
const bo = { name: 'Bo Claes', email: 'bo@kijker.example' };

before(async () => {
  server = await start_server();
  await server.stop();
  server.options.policy = changed_policy(server.folder, also_by_hand);
  await server.start();
  staff = await server.sign_up();
  event = await staff.create_event({ event: 'lezing' });
  // A festival whose concerts can be registered for: else it has no event that somebody could be entered at.
  const with_form = join(server.folder, 'festival.yaml');
  writeFileSync(with_form, policy_text('festival').replace('from: [subscription, contact form,', 'from: [registration form, subscription, contact form,'));
  festival = await start_server({ policy: with_form });
  bookkeeper = await festival.sign_up();
  concert = await bookkeeper.create_event({ event: 'zomer', fields: ['name', 'email'], measured: false, opens_by: 'form' });
});
after(async () => {
  await server?.end();
  await festival?.end();
});

test('M11 a policy\'s ways in are words that there are, and each is told', () => {
  for (const word of ['business card', 'telephone', 'e-mail', 'contact form', 'subscription', 'purchase', 'contract', 'survey', 'survey in exchange for content', 'cookie']) {
    const file = changed_policy(server.folder, (text) => text.replace('from: registration form', `from: [registration form, ${word}]`));
    assert.equal(spawnSync(binary, ['policy', 'check', file]).status, 0, word);
  }
  const invented = changed_policy(server.folder, (text) => text.replace('from: registration form', 'from: [registration form, bought list]'));
  const { status, stdout } = spawnSync(binary, ['policy', 'check', invented], { encoding: 'utf8' });
  assert.equal(status, 1);
  assert.match(stdout, /bought list/);
  changed_policy(server.folder, also_by_hand);
});

test('M11 what comes in by a form or a mail says so', async () => {
  await server.register(event, { name: 'Ana Peeters', email: 'ana@kijker.example' });
  assert.deepEqual((await staff.person(event, 'ana@kijker.example') as any).origins, [{ source: 'registration form', given_on: null, basis: ['contract'] }]);
  await new Requester(server, 'ana@kijker.example').ask('access');
  const mail = ['From: ana@kijker.example', 'Subject: Inzage', 'Content-Type: text/plain; charset=utf-8', '', 'Graag inzage in mijn gegevens.', ''];
  execFileSync(binary, ['request', 'receive', '--data', server.data], { input: mail.join('\r\n') });
  const sources = () => rows(server, 'vault', 'select distinct source from person_field order by source').map(({ source }) => source);
  await until('the mail to be taken', () => sources().includes('e-mail'));
  assert.deepEqual(sources().filter((source) => source != 'policy'), ['contact form', 'e-mail', 'registration form', 'staff form']);
  assert.ok(!sources().includes(''), 'nothing came in unregistered');
});

test('M11 by hand: what the policy declares to come in so, with source, day and basis', async () => {
  assert.deepEqual((await kinds(staff, event)).map(({ datum, sources, purposes, fields }) => [datum, sources, purposes.map(({ basis }) => basis), fields.map(({ name }) => name)]), [
    ['contact', ['telephone', 'business card'], ['contract'], ['name', 'email', 'organisation', 'job', 'accreditation-number']],
  ]);
  const given_on = today(server, -3);
  const answer = (await enter(staff, event, { datum: 'contact', source: 'telephone', given_on, fields: bo })).expect(201);
  const person = await staff.person(event, bo.email) as any;
  assert.equal(person.viewer, answer.json().viewer);
  assert.deepEqual(person.origins, [{ source: 'telephone', given_on, basis: ['contract'] }]);
  const stored = rows(server, 'vault', "select source, given_on, purposes from person_field where source = 'telephone'");
  assert.deepEqual(stored.map((row) => [row.source, row.given_on, row.purposes]), [['telephone', given_on, 'admission'], ['telephone', given_on, 'admission']]);
  // The person learns of it, and it is on record who did it.
  const mail = await server.mail_to(bo.email);
  (await server.page(`/e/lezing/watch/${server.personal_link(mail)}`)).expect(200);
  const acts = rows(server, 'control', "select kind from act where kind = 'events.person_entered'");
  assert.equal(acts.length, 1);
  assert.equal((await enter(staff, event, { datum: 'contact', source: 'telephone', given_on, fields: bo })).status, 409, 'once');
});

test('M11 whoever asks is told the source, the day and the basis', async () => {
  const asking = await new Requester(server, bo.email).ask('access');
  const { request } = await latest(staff);
  await asking.show_who();
  (await decide(staff, request, { grant: true, reasons: '' })).expect(200);
  const members = await asking.answer();
  const [held] = JSON.parse(members.get('answer.json')!.toString()).properties.filter(({ property }: any) => property == 'lezing');
  const name = held.data.find(({ name: one }: any) => one == 'name');
  assert.deepEqual([name.source, name.given_on, name.purposes.map(({ basis }: any) => basis)], [['telephone'], today(server, -3), ['contract']]);
  assert.match(read_html(members.get('answer.html')!.toString()), new RegExp(`telephone, ${today(server, -3)}`));
});

test('M11 nothing else comes in by hand', async () => {
  const good = { datum: 'contact', source: 'telephone', given_on: today(server), fields: { name: 'Cas Wouters', email: 'cas@kijker.example' } };
  const wrong: [string, object][] = [
    ['no source', { ...good, source: '' }],
    ['a source that is not declared', { ...good, source: 'survey' }],
    ['a form of the program', { ...good, source: 'registration form' }],
    ['no day', { ...good, given_on: '' }],
    ['a day to come', { ...good, given_on: today(server, 3) }],
    ['no such day', { ...good, given_on: '2026-02-30' }],
    ['data that do not come in so', { ...good, datum: 'request' }],
    ['facts', { ...good, datum: 'heartbeat' }],
    ['a field that is not declared', { ...good, fields: { ...good.fields, shoe: '43' } }],
    ['a wrong address', { ...good, fields: { name: 'Cas', email: 'cas' } }],
    ['a field that is required', { ...good, fields: { email: 'cas@kijker.example' } }],
    ['something else', { ...good, consent: true }],
  ];
  for (const [what, entry] of wrong) assert.equal((await enter(staff, event, entry)).status, 400, what);
  const { secret } = (await staff.post('/api/v1/tokens', { label: 'Cijfers', permissions: ['view_report', 'manage_event'] })).expect(201).json();
  assert.equal((await enter(staff.with_token(secret), event, good)).status, 403, 'who may not see names types none');
  assert.equal((await server.post('/api/v1/events/lezing/entries', good)).status, 401);
  assert.ok((await staff.people(event)).people.every(({ name }) => name != 'Cas Wouters'));
});

test('M11 festival: a contract is typed over; what has no end here, and what rests on consent, is not', async () => {
  const offered = await kinds(bookkeeper, concert);
  assert.deepEqual(offered.map(({ datum, sources }) => [datum, sources]), [['buyer', ['purchase', 'contract']]]);
  const given_on = today(festival, -10);
  const fields = { 'buyer-name': 'Elke Maes', 'invoice-address': 'Dorpsstraat 1, Gent', bought: 'Stand', amount: '250', 'bought-on': given_on };
  const filled = Object.fromEntries(Object.entries(fields).filter(([name]) => offered[0]!.fields.some((field) => field.name == name)));
  (await enter(bookkeeper, concert, { datum: 'buyer', source: 'contract', given_on, fields: filled })).expect(201);
  const number = number_of(festival, concert);
  const stored = rows(festival, 'vault', 'select distinct f.source, f.given_on, f.data from person_field f join person p on p.person = f.person where p.property = ?', number);
  assert.deepEqual(stored.map((row) => [row.source, row.given_on, row.data]), [['contract', given_on, 'buyer']]);
  assert.equal((await enter(bookkeeper, concert, { datum: 'contact', source: 'business card', given_on, fields: { email: 'elke@muziek.example' } })).status, 400);
});

test('M11 the form for it, on a desk and on a phone', async () => {
  const stage = await Stage.open();
  try {
    for (const [name, options, who] of [['desk', {}, 'Dirk Maas'], ['phone', { viewport: phone, colorScheme: 'dark' as const }, 'Els Maas']] as const) {
      const page = await stage.page(options);
      await page.context().addCookies([{ name: staff.cookie.split('=')[0]!, value: staff.cookie.split('=')[1]!, url: server.origin }]);
      await page.goto(`${server.origin}/staff/e/lezing/report`);
      await page.getByRole('button', { name: 'Voeg iemand toe' }).click();
      await page.getByRole('button', { name: 'Bewaar' }).click();
      await page.getByRole('alert').getByRole('heading').waitFor();
      assert.deepEqual(await accessibility_faults(page), [], `${name}, with faults`);
      await page.getByLabel('Hoe je ze kreeg').selectOption({ label: 'visitekaartje' });
      await page.getByLabel('Op welke dag').fill(today(server, -1));
      await page.getByLabel('Naam', { exact: true }).fill(who);
      await page.getByLabel('E-mailadres', { exact: true }).fill(`${who.replace(' ', '.')}@kijker.example`);
      assert.match((await page.textContent('dialog'))!, /overeenkomst/);
      await shoot(page, `entry-${name}`);
      assert.deepEqual(await accessibility_faults(page), [], name);
      assert.equal(await scrolls_sideways(page), false, name);
      await page.getByRole('button', { name: 'Bewaar' }).click();
      await until('the person', async () => (await staff.people(event)).people.some((one) => one.name == who));
      const { viewer } = (await staff.people(event)).people.find((one) => one.name == who)!;
      await page.goto(`${server.origin}/staff/e/lezing/report?person=${viewer}`);
      await page.getByText(/visitekaartje, op \d/).waitFor();
      assert.match((await page.textContent('dialog'))!, /Grond.*overeenkomst/s);
      await page.context().close();
    }
    assert.deepEqual(stage.complaints, []);
  } finally {
    await stage.close();
  }
});

test('M11 its term ends as everybody\'s does, and nothing is entered after it', async () => {
  server.clock.pass_to(Date.parse(event.ends) + 14 * day_ms + 60_000);
  await ended(server, staff, event);
  assert.deepEqual((await staff.people(event)).people, []);
  const late = await enter(staff, event, { datum: 'contact', source: 'telephone', given_on: today(server), fields: { name: 'Fien', email: 'fien@kijker.example' } });
  assert.ok([409, 410].includes(late.status), `${late}`);
});
