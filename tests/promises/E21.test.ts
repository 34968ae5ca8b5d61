// E21 Fourteen calendar days after the event ends (on demand: after its availability ends), everything that identifies
// a viewer is deleted.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { audience, day_ms, ended, minute_ms, number_of, rows, stores_with, type Known } from '../support/retention.ts';
import { start_server, type Server } from '../support/server.ts';
import type { Event, Report, Staff } from '../support/staff.ts';

let server: Server;
let staff: Staff;
let live: Event;
let later: Event;
let viewers: Known[];
let others: Known[];
let report_before: Report;

before(async () => {
  server = await start_server();
  staff = await server.sign_up();
  live = await staff.create_event({ event: 'lezing' });
  later = await staff.create_event({
    event: 'opname', kind: 'on-demand', ends: new Date(server.clock.now() + 10 * day_ms).toISOString(),
  });
  viewers = await audience(server, live, 8);
  others = await audience(server, later, 6);
});
after(() => server?.end());

test('E21 until the fourteenth day everything is there', async () => {
  server.clock.pass_to(Date.parse(live.ends) + 14 * day_ms - 2 * minute_ms);
  assert.equal((await staff.people(live)).people.length, viewers.length);
  (await server.page(`/e/lezing/me/${viewers[0]!.link}`)).expect(200);
  report_before = await staff.report(live);
  assert.equal(report_before.viewers.watched, 7);
  const event = (await staff.get('/api/v1/events/lezing')).json();
  assert.equal(Date.parse(event.deletes_at), Date.parse(live.ends) + 14 * day_ms);
  assert.equal(event.anonymous_since, null);
});

test('E21 then nothing is left that identifies anybody, on no page and in no store', async () => {
  const number = number_of(server, live);
  const held = rows(server, 'vault', 'select f.sealed from person_field f join person p on p.person = f.person where p.property = ?', number);
  assert.ok(held.length >= 16);
  server.clock.pass(3 * minute_ms);
  await ended(server, staff, live);

  assert.deepEqual((await staff.people(live)).people, []);
  for (const { link, door, t, session } of viewers) {
    for (const path of [`watch/${link}`, `watch/${door}`, `me/${link}`, `me/${link}/records.csv`])
      assert.equal((await server.page(`/e/lezing/${path}`)).status, 410, path);
    if (t) assert.ok([401, 403].includes((await server.beat(t, 900, [[0, 7]])).status));
    assert.deepEqual(stores_with(server, session), []);
  }
  for (const table of ['person', 'mail_index', 'link', 'viewer'])
    assert.equal(rows(server, 'vault', `select count(*) as n from ${table} where property = ?`, number)[0].n, 0, table);
  for (const table of ['consent', 'outbox_mail'])
    assert.equal(rows(server, 'control', `select count(*) as n from ${table} where property = ?`, number)[0].n, 0, table);
  for (const { sealed } of held) assert.deepEqual(stores_with(server, sealed.slice(0, 32)), []);
  const keys = rows(server, 'keys', 'select state from kept_key where name = ? or parent = ?', `property/${number}`, `property/${number}`);
  assert.ok(keys.length > viewers.length && keys.every(({ state }) => state == 'destroyed'), 'keys and all below');

  // Anonymised viewers stay in the figures.
  const report = await staff.report(live);
  assert.equal(report.viewers.watched + report.viewers.refused >= 5, true);
  assert.ok(report.watch.average_active_s > 0);
  const event = (await staff.get('/api/v1/events/lezing')).json();
  assert.ok(event.anonymous_since && event.deletes_at === null);
  assert.match((await server.page(`/e/lezing/me/${viewers[0]!.link}?lang=nl`)).text, /gewist/);
});

test('E21 an event that is still available keeps what is its own', async () => {
  assert.equal((await staff.people(later)).people.length, others.length);
  (await server.page(`/e/opname/me/${others[0]!.link}`)).expect(200);
});

test('E21 weeks of downtime over it: done at start-up, before anybody is let in', async () => {
  await server.stop();
  server.clock.pass(60 * day_ms);
  await server.start();
  assert.deepEqual((await staff.people(later)).people, []);
  for (const { link } of others) assert.equal((await server.page(`/e/opname/me/${link}`)).status, 410);
  assert.equal(rows(server, 'vault', 'select count(*) as n from person where property <> 0')[0].n, 0);
});

test('E21 a restart changes nothing of it', async () => {
  const before = await staff.report(live);
  await server.restart();
  assert.deepEqual(await staff.report(live), before);
  assert.deepEqual((await staff.people(live)).people, []);
});
