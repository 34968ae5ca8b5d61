// What the desk does when a request is granted: a user withdraws consent, objects, and takes their data along as a file for themselves or sent to
// another organisation. And what is restricted is really not processed.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Requester, decide, desk, detail, latest, unzip } from '../support/requests.ts';
import { stores_with } from '../support/retention.ts';
import { changed_policy, start_server, type Server } from '../support/server.ts';
import type { Event, Staff } from '../support/staff.ts';
import { until } from '../support/until.ts';

let server: Server;
let staff: Staff;
let event: Event;
let count = 0;
const day_ms = 86_400_000;

before(async () => {
  server = await start_server();
  staff = await server.sign_up();
  event = await staff.create_event({ event: 'webinar', ends: new Date(server.clock.now() + 90 * day_ms).toISOString(), kind: 'on-demand' });
});
after(() => server?.end());

async function watcher() {
  const email = `kijker-${++count}@kijker.example`;
  const { door, link } = await server.register_and_read(event, { name: 'Ana Peeters', email });
  const { t, session } = await server.open_session(event, { link: door!, consent: true });
  const n = await server.watch(t!, 20_000, 7);
  return { email, door: door!, link, t: t!, session, n, ana: new Requester(server, email) };
}

test('mechanism: consent that is withdrawn at the desk is withdrawn at once, without anybody granting it', async () => {
  const { ana, t, n, door } = await watcher();
  await ana.ask('withdrawal');
  const { request } = await latest(staff);
  await ana.show_who();
  assert.equal((await desk(staff)).find((row) => row.request == request)!.granted, true);
  assert.equal((await server.beat(t, n, [[0, 7]])).status, 403);
  (await server.ask_session(event, { link: door })).expect(201);
});

test('mechanism: restricted data are kept and nothing else: no beats, no sessions, no list, no export; until it is lifted', async () => {
  const { ana, t, n, door, email, link } = await watcher();
  const before = (await server.page(`/e/${event.event}/me/${link}/records.csv`)).text;
  await ana.ask('restriction');
  const { request } = await latest(staff);
  await ana.show_who();
  (await decide(staff, request, { grant: true, reasons: 'Tot het is uitgezocht.' })).expect(200);
  assert.equal((await server.beat(t, n, [[0, 7]])).status, 403);
  assert.equal((await server.ask_session(event, { link: door, consent: true })).status, 403);
  assert.ok(!(await staff.people(event)).people.some((one) => one.email == email));
  for (const format of ['json', 'csv'] as const) assert.ok(!(await staff.viewers(event, format)).text.includes(email), format);
  assert.equal((await server.page(`/e/${event.event}/me/${link}/records.csv`)).text, before, 'it is kept');
  await server.restart();
  assert.equal((await server.ask_session(event, { link: door, consent: true })).status, 403, 'after a restart too');
  (await staff.post(`/api/v1/requests/${request}/lift`)).expect(200);
  (await server.ask_session(event, { link: door, consent: true })).expect(201);
  assert.ok((await staff.people(event)).people.some((one) => one.email == email));
  await until('the mail that says so', () => ana.mails().find(({ subject }) => /weer/.test(subject)));
});

test('mechanism: an objection stops what it is about', async () => {
  const { ana, t, n } = await watcher();
  await ana.ask('objection');
  const { request } = await latest(staff);
  await ana.show_who();
  assert.equal((await decide(staff, request, { grant: true, purposes: ['nothing-such'] })).status, 400);
  (await decide(staff, request, { grant: true, purposes: ['attendance'] })).expect(200);
  assert.equal((await server.beat(t, n, [[0, 7]])).status, 403);
});

test('mechanism: a correction reaches the record, and the next mail', async () => {
  const { ana, email } = await watcher();
  await ana.ask('correction', { message: 'Mijn naam is Anna.' });
  const { request } = await latest(staff);
  await ana.show_who();
  assert.equal((await decide(staff, request, { grant: true })).status, 400, 'nothing to correct');
  (await decide(staff, request, { grant: true, corrections: { name: 'Anna Peeters' } })).expect(200);
  assert.equal((await staff.row(event, email)).name, 'Anna Peeters');
});

test('E24 the records go to another organisation by a link that ends, with the ground on record', async () => {
  const { ana, session } = await watcher();
  const missing = await server.post('/requests?lang=nl', new URLSearchParams({ right: 'hand-over', name: 'Ana', email: ana.email }), { accept: 'text/html' });
  assert.equal(missing.status, 422);
  await ana.ask('hand-over', { organisation: 'Opleidingshuis', organisation_email: 'data@opleidingshuis.example' });
  const { request } = await latest(staff);
  await ana.show_who();
  (await decide(staff, request, { grant: true })).expect(200);
  const mail = await server.mail_to('data@opleidingshuis.example');
  const link = mail.links.find((one) => one.includes('/requests/handover/'))!;
  const members = unzip((await server.get(new URL(link).pathname)).expect(200).bytes);
  assert.match(members.get('records-webinar.csv')!.toString(), new RegExp(`^session,start,end,duration,action\\r\\n${session},`));
  assert.ok(![...members.values()].some((content) => content.includes(ana.email)), 'the raw records and no more');
  assert.equal((await server.get(new URL(link).pathname.slice(0, -1) + '_')).status, 404);
  server.clock.pass(15 * day_ms);
  assert.equal((await server.get(new URL(link).pathname)).status, 403);
});

test('mechanism: what a request holds of the requester goes when its term has ended, and not before it is decided', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hartslag-request-term-'));
  const other = await start_server({ policy: changed_policy(folder, (text) => text.replace('keep: 3 years', 'keep: 2 days')) });
  try {
    const officer = await other.sign_up();
    const ask = async (name: string, email: string): Promise<string> => {
      await new Requester(other, email).ask('objection', { name, message: `Vraag van ${name}` });
      return (await desk(officer)).find((row) => row.state == 'received' && !seen.includes(row.request))!.request;
    };
    const seen: string[] = [];
    const done = await ask('Klaartje Gedaan', 'klaartje@kijker.example');
    seen.push(done);
    (await decide(officer, done, { grant: false, reasons: 'Klaartje Gedaan is niet gevonden.' })).expect(200);
    const open = await ask('Otto Open', 'otto@kijker.example');
    assert.equal((await detail(officer, done)).name, 'Klaartje Gedaan');

    other.clock.pass(2 * day_ms - 3_600_000);
    await other.restart();
    assert.equal((await detail(officer, done)).name, 'Klaartje Gedaan', 'an hour before');
    other.clock.pass(2 * 3_600_000);
    const left = await until('the details to go', async () => {
      const now = await detail(officer, done);
      return now.name == '' && now.reasons == '' ? now : undefined;
    }, 60_000);
    assert.equal(left.email, '');
    assert.equal(left.message, '');
    assert.equal(left.granted, false, 'that it was there, and what was decided, stays');
    for (const canary of ['Klaartje Gedaan', 'klaartje@kijker.example']) assert.deepEqual(stores_with(other, canary), [], canary);
    assert.equal((await detail(officer, open)).state, 'received');
  } finally {
    await other.end();
    rmSync(folder, { recursive: true });
  }
});
