// M22 Nothing goes to third parties without the person's explicit permission, save a court order, a competent authority's
// order or a regulation, then limited to what it demands; either is recorded with its ground.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { at, second_person, through } from '../support/approvals.ts';
import { Stage, accessibility_faults, phone, scrolls_sideways, shoot } from '../support/browser.ts';
import { policy_text } from '../support/policy.ts';
import { Requester, decide, faults_of, latest, unzip } from '../support/requests.ts';
import { rows } from '../support/retention.ts';
import { changed_policy, start_server, type Server } from '../support/server.ts';
import type { Event, Staff } from '../support/staff.ts';

interface Disclosure { number: number; at: string; ground: string; receiver: string; reference: string; data: string[]; people: number; by: string }
interface Book { grounds: { name: string; says: string }[]; data: { name: string }[]; disclosures: Disclosure[] }

let folder: string;
let server: Server;
let staff: Staff;
let concert: Event;
const ana = 'ana@kijker.example';
const book = async (who = staff) => (await who.get('/api/v1/disclosures')).expect(200).json<Book>();
const order = { ground: 'court order', receiver: 'Rechtbank van Gent', reference: 'Vonnis 2026/77', data: ['contact'], addresses: [ana] };
const disclose = async (given: object, who = staff) => through(server, who, await who.post('/api/v1/disclosures', given));
const acts = () => rows(server, 'control', "select count(*) as n from act where kind = 'disclosure.made'")[0]!.n as number;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hartslag-m22-'));
  const policy = join(folder, 'festival.yaml');
  writeFileSync(policy, policy_text('festival').replace('from: [subscription, contact form,', 'from: [registration form, subscription, contact form,'));
  server = await start_server({ policy, organisation: 'Klankveld' });
  staff = await server.sign_up();
  concert = await staff.create_event({ event: 'zomer', fields: ['name', 'email'], measured: false, opens_by: 'form' });
  await server.register(concert, { name: 'Ana Peeters', email: ana });
  await server.register(concert, { name: 'Bo Claes', email: 'bo@kijker.example' });
});
after(async () => {
  await server?.end();
  rmSync(folder, { recursive: true, force: true });
});

test('M22 on an order: what it demands, of whom it demands it, and nothing else; on record with its ground', async () => {
  assert.deepEqual((await book()).grounds.map(({ name }) => name), ['court order', 'authority order', 'regulation']);
  const members = unzip((await disclose(order)).expect(200).bytes);
  assert.deepEqual(faults_of(members, (await server.get('/requests/key.pem')).expect(200).text), []);
  const about = JSON.parse(members.get('disclosure.json')!.toString());
  assert.deepEqual([about.ground, about.receiver, about.reference, about.data], ['court order', 'Rechtbank van Gent', 'Vonnis 2026/77', ['contact']]);
  const all = [...members.values()].map((content) => content.toString()).join('\n');
  for (const value of ['Ana Peeters', ana]) assert.ok(all.includes(value), value);
  assert.doesNotMatch(all, /Bo Claes|bo@kijker/, 'of nobody else');
  const [last] = (await book()).disclosures;
  assert.deepEqual([last!.receiver, last!.reference, last!.data, last!.people, last!.by], [order.receiver, order.reference, ['contact'], 1, 'Noor Vermeulen']);
  assert.match(last!.ground, /court order/i);
  assert.equal(acts(), 1);
});

test('M22 limited to what is demanded: data that are not named stay here', async () => {
  const members = unzip((await disclose({ ...order, ground: 'regulation', data: ['visits'] })).expect(200).bytes);
  for (const [name, content] of members) assert.doesNotMatch(content.toString(), /Ana Peeters|ana@kijker/, name);
});

test('M22 no other way out', async () => {
  const before = acts();
  const refused: [string, number, object][] = [
    ['a ground that the policy does not give', 403, { ...order, ground: 'contract' }],
    ['no ground', 403, { ...order, ground: '' }],
    ['a friendly request', 403, { ...order, ground: 'friendship' }],
    ['permission, which is for the person to give', 403, { ...order, ground: 'permission' }],
    ['nobody who demands it', 400, { ...order, receiver: '' }],
    ['no order that can be found again', 400, { ...order, reference: '' }],
    ['no data', 400, { ...order, data: [] }],
    ['data that nobody declared', 404, { ...order, data: ['medical'] }],
    ['of nobody', 400, { ...order, addresses: [] }],
    ['of everybody', 400, { ...order, addresses: ['*'] }],
    ['of somebody who is not here', 404, { ...order, addresses: ['cas@kijker.example'] }],
    ['past the limit', 400, { ...order, addresses: Array.from({ length: 1001 }, (_, i) => `a${i}@kijker.example`) }],
  ];
  for (const [what, status, given] of refused) assert.equal((await disclose(given)).status, status, what);
  assert.equal((await server.post('/api/v1/disclosures', order)).status, 401);
  for (const permissions of [['answer_requests'], ['export', 'see_names', 'view_report']]) {
    const { secret } = (await staff.post('/api/v1/tokens', { label: 'Half', permissions })).expect(201).json();
    assert.equal((await disclose(order, staff.with_token(secret))).status, 403, permissions.join());
  }
  assert.equal(acts(), before, 'nothing left, and nothing is on record as if it had');
  (await disclose({ ...order, addresses: [ana, ...Array.from({ length: 999 }, (_, i) => `a${i}@kijker.example`)] })).expect(200);
});

test('M22 with the person\'s own permission: sent where they ask, on record', async () => {
  const events = await start_server();
  try {
    const who = await events.sign_up();
    const event = await who.create_event({ event: 'webinar' });
    const { link } = await events.register_and_read(event, { name: 'Ana Peeters', email: ana });
    const { t } = await events.open_session(event, { link, consent: true });
    await events.watch(t!, 60_000, 7);
    const asking = await new Requester(events, ana).ask('hand-over', { organisation: 'Ander Platform', organisation_email: 'in@ander.example' });
    const { request } = await latest(who);
    assert.deepEqual((await book(who)).disclosures, [], 'not before it is known who asks');
    await asking.show_who();
    (await decide(who, request, { grant: true, reasons: '' })).expect(200);
    await events.mail_to('in@ander.example');
    const [one] = (await book(who)).disclosures;
    assert.deepEqual([one!.receiver, one!.reference, one!.people], ['Ander Platform', request, 1]);
    assert.match(one!.ground, /permission/);

    // A policy that gives no such ground cannot promise it.
    const none = changed_policy(folder, (text) => text.replace('disclosures: [permission, ', 'disclosures: ['));
    await events.stop();
    events.options.policy = none;
    await assert.rejects(events.start(), /disclosures/);
  } finally {
    await events.end();
  }
});

test('M22 the person is told of it, and once erased is not in the book', async () => {
  const asking = await new Requester(server, ana).ask('access');
  const { request } = await latest(staff);
  const subjects = () => rows(server, 'control', 'select count(*) as n from disclosure_subject')[0]!.n as number;
  assert.ok(subjects() >= 3);
  await asking.prove(Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'));
  (await staff.post(`/api/v1/requests/${request}/identity`, { established: true })).expect(200);
  (await decide(staff, request, { grant: true, reasons: '' })).expect(200);
  const answer = JSON.parse((await asking.answer()).get('answer.json')!.toString());
  const told = answer.properties.find(({ property }: any) => property == 'zomer').disclosures;
  assert.ok(told.some(({ receiver, ground }: any) => receiver == 'Rechtbank van Gent' && ground == 'court order'));

  const erasing = await new Requester(server, ana).ask('erasure');
  const last = await latest(staff);
  await erasing.prove(Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'));
  (await staff.post(`/api/v1/requests/${last.request}/identity`, { established: true })).expect(200);
  (await decide(staff, last.request, { grant: true, reasons: '' })).expect(200);
  assert.equal(subjects(), 0);
  assert.ok((await book()).disclosures.length >= 3, 'that it was disclosed stays');
});

test('M22 the book, and an order, on a desk and on a phone', async () => {
  const stage = await Stage.open();
  try {
    for (const [name, options] of [['desk', {}], ['phone', { viewport: phone, colorScheme: 'dark' as const }]] as const) {
      const page = await stage.page(options);
      await page.context().addCookies([{ name: staff.cookie.split('=')[0]!, value: staff.cookie.split('=')[1]!, url: server.origin }]);
      await page.goto(`${server.origin}/staff/disclosures`);
      await page.getByText('Rechtbank van Gent').first().waitFor();
      await shoot(page, `disclosures-${name}`);
      assert.deepEqual(await accessibility_faults(page), [], name);
      assert.equal(await scrolls_sideways(page), false, name);
      await page.getByRole('button', { name: 'Voer een bevel uit' }).click();
      await page.getByLabel('Grond').selectOption({ label: 'bevel van een overheid' });
      await page.getByLabel('Wie het vraagt').fill('Inspectie');
      await page.getByLabel('Kenmerk').fill(`I-${name}`);
      await page.getByLabel('Wat u invult om ons te schrijven').check();
      await page.getByLabel('Van wie').fill('niemand@kijker.example');
      await page.getByRole('button', { name: 'Maak het bestand' }).click();
      await page.getByRole('alert').waitFor();
      await page.getByLabel('Van wie').fill('bo@kijker.example');
      await shoot(page, `order-${name}`);
      assert.deepEqual(await accessibility_faults(page), [], `${name}, order`);
      await page.getByRole('button', { name: 'Maak het bestand' }).click();
      // The policy makes it wait for a second person.
      await page.getByRole('heading', { name: 'Gegevens afgeven aan Inspectie' }).waitFor();
      await page.getByText('bo@kijker.example').waitFor();
      (await (await second_person(server, staff)).post(at(new URL(page.url()).pathname.split('/').at(-1)!, 'approve'), {})).expect(200);
      await page.reload();
      const download = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Haal het bestand op' }).click();
      assert.match((await download).suggestedFilename(), /disclosure.*\.zip/);
      await page.goto(`${server.origin}/staff/disclosures`);
      await page.getByText(`I-${name}`).waitFor();
      await page.context().close();
    }
    assert.deepEqual(stage.complaints, []);
  } finally {
    await stage.close();
  }
});
