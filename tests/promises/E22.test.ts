// E22 Behaviour that is kept is anonymous: nobody can link it to a person, not even with an old link, file, report,
// backup or key.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { audience, copy_data, day_ms, ended, minute_ms, put_back, rows, stores_with, type Known } from '../support/retention.ts';
import { files_below, start_server, type Server } from '../support/server.ts';
import type { Event, People, Person, Staff } from '../support/staff.ts';
import { pass_together } from '../support/audience.ts';

const k = 5;

let server: Server;
let staff: Staff;
let event: Event;
let viewers: Known[];
/** What somebody with every permission took along on the day before, and a copy of the data folder of that day. */
let old: { people: People; persons: Person[]; csv: string; records: Map<string, string> };
const backup = mkdtempSync(join(tmpdir(), 'hartslag-backup-'));

before(async () => {
  server = await start_server();
  staff = await server.sign_up();
  event = await staff.create_event({ event: 'debat' });
  viewers = await audience(server, event, 9);
  // One of them stays alone, long after the others: what a curve by the second would give away.
  await viewers[0]!.viewer.open(true);
  await pass_together(server, 7 * minute_ms, [[viewers[0]!.viewer, 7]]);
  await viewers[0]!.viewer.leave();
  server.clock.pass_to(Date.parse(event.ends) + 13 * day_ms);
  const people = await staff.people(event);
  const persons: Person[] = [];
  for (const { email } of viewers) persons.push(await staff.person(event, email));
  const records = new Map<string, string>();
  for (const { email, link } of viewers) records.set(email, (await server.page(`/e/debat/me/${link}/records.csv`)).expect(200).text);
  old = { people, persons, csv: (await staff.viewers(event, 'csv')).text, records };
  await server.stop();
  copy_data(server, backup);
  await server.start();
  server.clock.pass_to(Date.parse(event.ends) + 14 * day_ms + minute_ms);
  await ended(server, staff, event);
});
after(async () => {
  await server?.end();
  rmSync(backup, { recursive: true, force: true });
});

test('E22 no old link, token, handle or session leads anywhere', async () => {
  for (const { link, door, t } of viewers) {
    for (const path of [`me/${link}`, `watch/${link}`, `watch/${door}`, `me/${link}/records.csv`])
      assert.equal((await server.page(`/e/debat/${path}`)).status, 410);
    if (t) assert.ok([401, 403].includes((await server.beat(t, 700, [[0, 7]])).status));
  }
  for (const { viewer } of old.people.people)
    assert.equal((await staff.get(`/api/v1/events/debat/people/${viewer}`)).status, 404);
});

test('E22 nothing of the old files is in what is kept', () => {
  const words = new Set<string>();
  for (const person of old.persons) {
    words.add(person.viewer).add(person.email);
    for (const { session } of person.sessions) words.add(session);
  }
  assert.ok(words.size >= 3 * viewers.length - 2);
  for (const word of words) assert.deepEqual(stores_with(server, word), [], word);
  for (const person of old.persons) {
    const number = Buffer.from(person.viewer, 'hex');
    for (const form of [number, Buffer.from(number).reverse()]) {
      const found = server.files().filter(({ path, bytes }) => !path.startsWith('mail/') && bytes.includes(form));
      assert.deepEqual(found.map(({ path }) => path), [], 'a viewer\'s number');
    }
  }
});

test('E22 what is told afterwards rests on five or more: neither curve nor comings and goings show one alone', async () => {
  const report = await staff.report(event, { step: 1 });
  for (const { at, active, inactive } of report.curve)
    assert.ok([active, inactive, active + inactive].every((value) => value == 0 || value >= k - 0.001), `${at}: ${active} and ${inactive}`);
  const alone = old.persons[0]!.sessions.flatMap(({ intervals }) => intervals).at(-1)!;
  const then = report.curve.find(({ at }) => Date.parse(at) > Date.parse(alone.end) - 60_000)!;
  assert.equal(then.active + then.inactive, 0, 'who stayed alone is not there');
  for (const step of [1, 60, 600]) {
    const { arrivals, departures } = await staff.movements(event, step);
    for (const count of [...arrivals, ...departures]) assert.ok(count == 0 || count >= k, `${count} in ${step} s`);
  }
  for (const count of Object.values(report.viewers)) assert.ok(count == 0 || count >= k, `${JSON.stringify(report.viewers)}`);
});

test('E22 the same figures whoever of the viewers did what: exchanging two of them changes nothing', async () => {
  // The record is a function of counts, so the report has no order of people in it to be matched with an old list.
  const text = JSON.stringify(await staff.report(event, { step: 60 }));
  for (const person of old.persons) {
    for (const { intervals } of person.sessions)
      for (const { start, end } of intervals) assert.ok(!text.includes(start) && !text.includes(end), 'an instant of one viewer');
  }
});

test('E22 the data of the day before with the keys of today: nobody is in it, and it ends again', async () => {
  const sealed = files_below(backup);
  for (const { email, name } of viewers)
    assert.ok(!sealed.some(({ path, bytes }) => !path.startsWith('mail/') && (bytes.includes(email) || bytes.includes(name))));
  await server.stop();
  put_back(server, backup);
  await server.start();
  assert.deepEqual((await staff.people(event)).people, []);
  for (const { link } of viewers) assert.equal((await server.page(`/e/debat/me/${link}`)).status, 410);
  for (const { viewer } of old.people.people)
    assert.equal((await staff.get(`/api/v1/events/debat/people/${viewer}`)).status, 404);
  assert.equal(rows(server, 'vault', 'select count(*) as n from person where property <> 0')[0].n, 0);
  for (const { sessions } of old.persons) for (const { session } of sessions) assert.deepEqual(stores_with(server, session), []);
  const report = await staff.report(event, { step: 1 });
  for (const { active, inactive } of report.curve) assert.ok([active, inactive].every((value) => value == 0 || value >= k - 0.001));
});
