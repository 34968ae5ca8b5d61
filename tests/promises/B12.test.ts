// B12 Every incident is registered and assessed; duties to client, authority and people each get a tracked decision and deadline.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { Officer, hour_ms, hours, letters, type Incident } from '../support/incidents.ts';
import { path_of } from '../support/policy.ts';
import { Requester } from '../support/requests.ts';
import { binary, start_server, type Server } from '../support/server.ts';

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

test('B12 only who may answer for it sees incidents', async () => {
  const token = (await officer.staff.post('/api/v1/tokens', { label: 'kijken', permissions: ['view_report', 'manage_event'] })).expect(201).json<{ secret: string }>();
  const other = officer.staff.with_token(token.secret);
  const incident = await officer.open();
  for (const path of ['', '/choices', `/${incident.incident}`, `/${incident.incident}/people`, `/${incident.incident}/affected`, `/${incident.incident}/notification`]) {
    assert.equal((await other.get(`/api/v1/incidents${path}`)).status, 403, path);
  }
  assert.equal((await other.post('/api/v1/incidents', { what: 'x' })).status, 403);
});
