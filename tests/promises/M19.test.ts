// M19 When term or purpose ends, data is removed. (Each datum by its own term.)
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { audience, day_ms, ended, minute_ms, number_of, rows, stores_with, type Known } from '../support/retention.ts';
import { changed_policy, start_server, type Server } from '../support/server.ts';
import type { Event, Staff } from '../support/staff.ts';
import { until } from '../support/until.ts';

const folder = mkdtempSync(join(tmpdir(), 'hartslag-policy-'));
let server: Server;
let staff: Staff;
let event: Event;
let viewers: Known[];
let ends: number;

// What was filled in goes after two days, attention after twenty, and nothing of it is kept then.
const own_terms = (text: string) => {
  const [before, data] = text.split(/^data:$/m) as [string, string];
  let at = 0;
  const changed = data.replace(/keep: 14 days after event end\n(\s*)then: \w+/g, (_, space: string) =>
    `keep: ${at++ == 0 ? 2 : 20} days after event end\n${space}then: erase`);
  assert.ok(at >= 3, 'the policy has its data as it had');
  return `${before}data:${changed}`;
};

before(async () => {
  server = await start_server({ policy: changed_policy(folder, own_terms) });
  staff = await server.sign_up();
  event = await staff.create_event({ event: 'avond' });
  viewers = await audience(server, event, 6);
  ends = Date.parse(event.ends);
});
after(async () => {
  await server?.end();
  rmSync(folder, { recursive: true, force: true });
});

const fields = () => rows(server, 'vault', 'select count(*) as n from person_field f join person p on p.person = f.person where p.property = ?', number_of(server, event))[0].n;

test('M19 a datum goes at its own end, and no other with it', async () => {
  const sealed = rows(server, 'vault', 'select f.sealed from person_field f join person p on p.person = f.person where p.property <> 0');
  server.clock.pass_to(ends + 2 * day_ms - 2 * minute_ms);
  assert.ok(fields() >= 12);
  server.clock.pass(3 * minute_ms);
  await until('the fields to go', () => fields() == 0);
  for (const one of sealed) await until('the bytes to go', () => stores_with(server, one.sealed.slice(0, 32)).length == 0);
  const { people } = await staff.people(event);
  assert.equal(people.length, 6, 'their time is still there');
  assert.ok(people.every(({ name, email }) => name == '' && email == ''));
  assert.equal(people.filter(({ active_s, consent }) => consent == 'given' && active_s > 0).length, 3);
  (await server.page(`/e/avond/me/${viewers[0]!.link}/records.csv`)).expect(200);
  assert.equal((await staff.report(event)).viewers.watched, 5);
});

test('M19 the last datum takes everything with it, and where the policy says erase no figure stays', async () => {
  server.clock.pass_to(ends + 20 * day_ms + minute_ms);
  await ended(server, staff, event);
  assert.deepEqual((await staff.people(event)).people, []);
  const report = await staff.report(event);
  assert.deepEqual([report.viewers.watched, report.viewers.opened, report.watch.average_open_s], [0, 0, 0]);
  for (const { session, link } of viewers) {
    assert.deepEqual(stores_with(server, session), []);
    assert.equal((await server.page(`/e/avond/me/${link}`)).status, 410);
  }
  assert.equal(rows(server, 'vault', 'select count(*) as n from person where property <> 0')[0].n, 0);
  const runs = rows(server, 'control', 'select datum, did, due_at_ms, executed_at_ms from retention_run order by executed_at_ms');
  assert.ok(runs.length >= 4 && runs.every(({ due_at_ms, executed_at_ms }) => executed_at_ms >= due_at_ms));
  assert.ok(runs.every(({ executed_at_ms, due_at_ms }) => executed_at_ms - due_at_ms < 10 * minute_ms), 'within minutes of its end');
});

test('M19 each end is an act in the journal: intent and result', () => {
  const acts = rows(server, 'control', "select state from act where kind = 'retention.term_ended'");
  assert.equal(acts.filter(({ state }) => state == 'intent').length, acts.filter(({ state }) => state == 'result').length);
  assert.ok(acts.length >= 4);
});
