// B12 Every incident is registered and assessed; duties to client, authority and people each get a tracked decision and deadline.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { Officer, hour_ms, hours, letters, row_of, type Document, type Incident } from '../support/incidents.ts';
import { path_of } from '../support/policy.ts';
import { Requester, detail, latest } from '../support/requests.ts';
import { binary, start_server, type Server } from '../support/server.ts';
import { until } from '../support/until.ts';

let server: Server;
let officer: Officer;
const client = { name: 'Winkelketen NV', email: 'privacy@winkelketen.example', language: 'nl' };

before(async () => {
  server = await start_server({ policy: path_of('bureau'), organisation: 'Kompas Marketing' });
  officer = new Officer(server, await server.sign_up());
  await new Requester(server, 'jan@vraag.example').ask('access');
});
after(() => server?.end());

test('B12 each duty has its own deadline and waits for its own decision, with reasons; nothing closes before', async () => {
  const incident = await officer.open({ clients: [client] });
  assert.equal((await officer.list()).find((row) => row.incident == incident.incident)!.risk, 'unassessed');
  assert.deepEqual(incident.duties.map((duty) => [duty.whom, hours(incident, duty), duty.tell]), [['controller', 24, null], ['authority', 72, null], ['people', 72, null]]);
  for (const whom of ['controller', 'authority', 'people'] as const) assert.equal((await officer.tell(incident, whom)).status, 409, 'assessed first');
  assert.equal((await officer.assess(incident, 'unlikely', '')).status, 400, 'with reasons');
  (await officer.assess(incident, 'unlikely', 'Alles was versleuteld.')).expect(200);
  assert.equal((await officer.tell(incident, 'authority', { tell: false })).status, 400, 'with reasons');
  (await officer.tell(incident, 'authority', { tell: false, reasons: 'Geen risico.' })).expect(200);
  (await officer.tell(incident, 'people', { tell: false, reasons: 'Geen hoog risico.' })).expect(200);
  (await officer.change(incident, { remedy: 'Hersteld.', policy_decision: 'Blijft.' })).expect(200);
  assert.equal((await officer.close(incident)).status, 409);
  assert.deepEqual((await officer.read(incident)).missing, ['controller']);
  (await officer.tell(incident, 'controller')).expect(200);
  await officer.was_told(incident, 'controller');
  (await officer.close(incident)).expect(200);
});

test('B12 a decision not to tell falls when the risk turns out higher, and the clock was running all the while', async () => {
  const incident = await officer.open({ clients: [client] });
  (await officer.assess(incident, 'unlikely')).expect(200);
  for (const whom of ['authority', 'people'] as const) (await officer.tell(incident, whom, { tell: false, reasons: 'Geen risico.' })).expect(200);
  const decided = await officer.duty(incident, 'people');
  assert.equal(decided.tell, false);
  (await officer.assess(incident, 'high', 'De sleutel was mee.')).expect(200);
  for (const whom of ['authority', 'people'] as const) {
    const duty = await officer.duty(incident, whom);
    assert.equal(duty.tell, null, whom);
    assert.equal(duty.due, incident.duties.find((one) => one.whom == whom)!.due);
    assert.equal((await officer.tell(incident, whom, { tell: false, reasons: 'Toch niet.' })).status, 409, whom);
  }
  // The exceptions of the law, for people alone.
  assert.equal((await officer.tell(incident, 'authority', { tell: false, reasons: 'x', exception: 'unintelligible' })).status, 409);
  (await officer.tell(incident, 'people', { tell: false, reasons: 'Niemand kan het lezen.', exception: 'unintelligible' })).expect(200);
});

test('B12 the authority is told in phases, under its reference; late only with the reason', async () => {
  const incident = await officer.open({ clients: [client], letters });
  (await officer.assess(incident, 'some')).expect(200);
  assert.equal((await officer.told(incident, 'authority', { how: 'GBA-2026-1', phase: 'preliminary' })).status, 409, 'decided first');
  (await officer.tell(incident, 'authority')).expect(200);
  assert.ok((await officer.duty(incident, 'authority')).open, 'a decision alone tells nobody');
  assert.equal((await officer.told(incident, 'authority', { how: '' })).status, 400, 'a reference');
  assert.equal((await officer.told(incident, 'authority', { how: 'GBA-1', at: new Date(server.clock.now() + hour_ms).toISOString() })).status, 400, 'not what is to come');
  server.clock.pass_to(Date.parse(incident.aware) + 73 * hour_ms);
  assert.equal((await officer.told(incident, 'authority', { how: 'GBA-2026-1', phase: 'preliminary' })).status, 400, 'why it is late');
  const told = (await officer.told(incident, 'authority', { how: 'GBA-2026-1', phase: 'preliminary', late_reasons: 'Het onderzoek duurde langer.' })).expect(200).json<Incident>();
  assert.equal(told.notices[0]!.reference, 'GBA-2026-1');
  assert.ok(told.missing.includes('complete_notice'), 'a first notification has to be completed');
  (await officer.change(incident, { consequences: 'Geen, zo blijkt.' })).expect(200);
  const complete = (await officer.told(incident, 'authority', { how: 'GBA-2026-1', phase: 'complete' })).expect(200).json<Incident>();
  assert.ok(!complete.missing.includes('complete_notice'));
  // Each is kept as it was.
  const said = complete.notices.map(({ document }) => JSON.stringify(document).includes('Geen, zo blijkt.'));
  assert.deepEqual(said, [false, true]);
  assert.deepEqual(complete.notices.map(({ phase }) => phase), ['preliminary', 'complete']);
});

test('B12 the clock runs from when one was aware of it, and says when that was set otherwise', async () => {
  const aware = new Date(server.clock.now() - 20 * hour_ms).toISOString();
  const incident = await officer.open({ aware, clients: [client] });
  assert.equal(incident.aware.slice(0, 19), aware.slice(0, 19));
  assert.equal(hours(incident, incident.duties[0]!), 24);
  assert.equal((await officer.change(incident, { aware: new Date(server.clock.now() + hour_ms).toISOString() })).status, 400);
  const earlier = new Date(server.clock.now() - 30 * hour_ms).toISOString();
  const changed = (await officer.change(incident, { aware: earlier })).expect(200).json<Incident>();
  assert.equal(changed.duties[0]!.stage, 'overdue');
});

test('B12 every step is in the journal, and what is on record is on no disk in clear', async () => {
  const what = 'Kanarievogel in de kluis';
  const incident = await officer.open({ what, clients: [client] });
  (await officer.assess(incident, 'none', 'Er lagen geen gegevens in.')).expect(200);
  for (const whom of ['controller', 'authority', 'people'] as const) (await officer.tell(incident, whom, { tell: false, reasons: 'Niets te melden.' })).expect(200);
  (await officer.change(incident, { remedy: 'Kluis vervangen.', policy_decision: 'Blijft.' })).expect(200);
  (await officer.close(incident)).expect(200);
  const listed = execFileSync(binary, ['journal', 'list', '--data', server.data, '--master-key', server.master_key], { encoding: 'utf8' });
  const mine = listed.split('\n').filter((line) => line.includes(incident.incident));
  for (const kind of ['opened', 'assessed', 'decided', 'changed', 'closed']) assert.ok(mine.some((line) => line.includes(`incident.${kind}`)), kind);
  assert.deepEqual(server.files_with(what), []);
});

test('B12 what is closed is opened again with the reason, and goes the same way once more', async () => {
  const incident = await officer.open({ clients: [client] });
  assert.equal((await officer.reopen(incident, 'Het is nog open.')).status, 409);
  const decline = async () => {
    for (const whom of ['controller', 'authority', 'people'] as const) (await officer.tell(incident, whom, { tell: false, reasons: 'Niets te melden.' })).expect(200);
  };
  (await officer.assess(incident, 'none')).expect(200);
  await decline();
  (await officer.change(incident, { remedy: 'Hersteld.', policy_decision: 'Blijft.' })).expect(200);
  (await officer.close(incident)).expect(200);
  assert.equal((await officer.reopen(incident, '')).status, 400, 'with a reason');
  const again = (await officer.reopen(incident, 'Er bleken toch gegevens in te liggen.')).expect(200).json<Incident>();
  assert.deepEqual([again.closed, again.state], [null, 'detected']);
  assert.deepEqual(again.reopened.map(({ reasons }) => reasons), ['Er bleken toch gegevens in te liggen.']);
  assert.deepEqual(again.duties.map(({ due }) => due), incident.duties.map(({ due }) => due), 'the clocks were never stopped');
  (await officer.assess(incident, 'some', 'Adressen van klanten.')).expect(200);
  assert.equal((await officer.close(incident)).status, 409, 'what was decided for no data falls');
  const listed = execFileSync(binary, ['journal', 'list', '--data', server.data, '--master-key', server.master_key], { encoding: 'utf8' });
  const mine = listed.split('\n').filter((line) => line.includes(incident.incident));
  assert.ok(mine.some((line) => line.includes('incident.reopened')));
  assert.ok(!listed.includes('Er bleken'), 'the journal holds no words of anybody');
});

test('B12 only who may answer for it sees incidents', async () => {
  const with_permissions = async (...permissions: string[]) => {
    const token = (await officer.staff.post('/api/v1/tokens', { label: 'kijken', permissions })).expect(201).json<{ secret: string }>();
    return officer.staff.with_token(token.secret);
  };
  // Handling incidents is one thing, answering requests another.
  const clerk = await with_permissions('view_report', 'answer_requests');
  (await clerk.get('/api/v1/requests')).expect(200);
  const handler = await with_permissions('view_report', 'handle_incidents');
  (await handler.get('/api/v1/incidents')).expect(200);
  assert.equal((await handler.get('/api/v1/requests')).status, 403);
  const seen_by = async (who: typeof clerk) => {
    const { requests, incidents } = (await who.get('/api/v1/me')).expect(200).json();
    return [requests !== null, incidents !== null];
  };
  assert.deepEqual([await seen_by(clerk), await seen_by(handler)], [[true, false], [false, true]]);
  assert.equal((await clerk.get('/api/v1/incidents')).status, 403);
  const other = await with_permissions('view_report', 'manage_event');
  const incident = await officer.open();
  for (const path of ['', '/choices', `/${incident.incident}`, `/${incident.incident}/people`, `/${incident.incident}/affected`, `/${incident.incident}/notification`]) {
    assert.equal((await other.get(`/api/v1/incidents${path}`)).status, 403, path);
  }
  assert.equal((await other.post('/api/v1/incidents', { what: 'x' })).status, 403);
});

test('B12 who has no address gets no letter and is told by hand; they are told apart beforehand', async () => {
  server.clock.pass(hour_ms + 1);
  const form = new URLSearchParams({ about: 'misuse', message: 'Iemand leest mee.', name: 'Wim Zonderadres' });
  (await server.post('/report?lang=nl', form, { origin: server.origin, 'sec-fetch-site': 'same-origin', accept: 'text/html' })).expect(303);
  server.clock.pass(60_000);
  const incident = await officer.open({ clients: [client], properties: ['requests'], letters });
  const affected = await officer.affected(incident);
  assert.deepEqual([affected.people, affected.unreachable], [2, 1]);
  (await officer.assess(incident, 'high')).expect(200);
  (await officer.tell(incident, 'people')).expect(200);
  assert.equal((await officer.read(incident)).letter_states['failed'], 1, 'at once, and not when a mail server says so');
  await until('the other letter to go', async () => (await officer.read(incident)).letter_states['sent'] == 1, 60_000);
  assert.equal((await officer.duty(incident, 'people')).done, null, 'one letter of two tells not everybody');
  // By the minute, as a page says it; not the minute before one was aware.
  const minute = Math.floor(Date.parse(incident.aware) / 60_000) * 60_000;
  const iso = (ms: number) => new Date(ms).toISOString();
  assert.equal((await officer.told(incident, 'people', { how: 'Gebeld.', at: iso(minute - 60_000) })).status, 400);
  const told = (await officer.told(incident, 'people', { how: 'Gebeld.', at: iso(minute) })).expect(200).json<Incident>();
  assert.ok(told.duties.find(({ whom }) => whom == 'people')!.done);
});

test('B12 of acts with a request those alone count whose it was; of others everybody, and it is said so', async () => {
  const other = await start_server();
  try {
    const staff = await other.sign_up();
    const there = new Officer(other, staff);
    const event = await staff.create_event({ title: 'Ledenvergadering' });
    for (const name of ['ana', 'bo', 'cas']) {
      await other.register_and_read(event, { name, email: `${name}@kijker.example` });
      await new Requester(other, `${name}@kijker.example`).ask('access');
    }
    const { request } = await latest(staff);
    const from = new Date(other.clock.now()).toISOString();
    other.clock.pass(1_000);
    const { email } = await detail(staff, request);
    await staff.viewers(event, 'csv');
    other.clock.pass(1_000);
    const incident = await there.open({ from, aware: new Date(other.clock.now()).toISOString() });
    const title = async (language: string) => (await there.affected(incident, language)).properties.find(({ property }) => property == 'requests')!.title;
    assert.equal(await title('nl'), 'vragen en meldingen van mensen', 'in words, and not by a name of the program');
    assert.equal(await title('de'), 'Anfragen und Meldungen von Menschen');
    const whole = await there.affected(incident);
    assert.ok(whole.properties.every((one) => one.whole));
    const read = whole.acts.find(({ kind }) => kind == 'rights.request_read')!;
    const exported = whole.acts.find(({ kind }) => kind == 'events.names_exported')!;
    assert.deepEqual([read.whole, exported.whole, exported.title], [false, true, 'Ledenvergadering']);

    const computed = async () => row_of((await there.notification(incident, 'format=json&lang=en')).json<Document>(), 'people', 'computed');
    (await there.change(incident, { acts: [read.act] })).expect(200);
    const narrow = await there.affected(incident);
    assert.deepEqual(narrow.properties.map(({ property, people, whole: all }) => [property, people, all]), [['requests', 1, false]]);
    assert.deepEqual((await there.people(incident)).people.map((one) => one.email), [email]);
    assert.doesNotMatch(await computed(), /does not say whom/);
    (await there.change(incident, { acts: [read.act, exported.act] })).expect(200);
    const both = (await there.affected(incident)).properties.map(({ property, people, whole: all }) => [property, people, all]);
    assert.deepEqual(both, [['requests', 1, false], [event.event, 3, true]]);
    assert.match(await computed(), /does not say whom/);
  } finally {
    await other.end();
  }
});

test('B12 what was written about it goes with the policy\'s term, and the facts stay', async () => {
  const canary = 'Pietje Precies van de balie';
  const incident = await officer.open({ what: `${canary} verloor een schijf.`, found_by: canary, clients: [client], consequences: 'Ongewenste mail.' });
  (await officer.assess(incident, 'none', `Volgens ${canary}.`)).expect(200);
  for (const whom of ['controller', 'authority', 'people'] as const) (await officer.tell(incident, whom, { tell: false, reasons: canary })).expect(200);
  (await officer.change(incident, { remedy: 'Schijf vervangen.', policy_decision: 'Blijft.' })).expect(200);
  const { closed } = (await officer.close(incident)).expect(200).json<Incident>();
  const open_one = await officer.open({ what: 'Loopt nog.', clients: [client] });
  const days = 24 * hour_ms;
  server.clock.pass_to(Date.parse(closed!) + 150 * days);
  await server.restart();
  assert.match((await officer.read(incident)).what, new RegExp(canary), 'not before');
  server.clock.pass_to(Date.parse(closed!) + 190 * days);
  const left = await until('its texts to go', async () => { const now = await officer.read(incident); return now.texts_ended ? now : undefined; }, 90_000);
  assert.ok(!JSON.stringify(left).includes(canary) && !JSON.stringify(left).includes(client.email));
  assert.deepEqual([left.what, left.risk, left.remedy, left.closed], ['', 'none', 'Schijf vervangen.', closed]);
  assert.deepEqual(left.duties.map(({ whom, tell }) => [whom, tell]), [['controller', false], ['authority', false], ['people', false]]);
  assert.equal((await officer.reopen(incident, 'Toch weer.')).status, 409);
  assert.ok((await officer.list()).some((row) => row.incident == incident.incident), 'it stays in the register');
  assert.equal((await officer.read(open_one)).what, 'Loopt nog.', 'while one is open nothing of it goes');
});
