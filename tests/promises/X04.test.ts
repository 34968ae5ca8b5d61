// X04 What was acknowledged as stored survives a crash or power loss; what was acknowledged as erased does not come
// back, from a backup either. (What was stored: tests/crash.)
import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { audience, copy_data, day_ms, ended, erase, known, number_of, put_back, rows, stores_with } from '../support/retention.ts';
import { start_server, type Server } from '../support/server.ts';
import type { Event, Staff } from '../support/staff.ts';

let server: Server;
let staff: Staff;
let event: Event;
const backup = mkdtempSync(join(tmpdir(), 'hartslag-backup-'));

before(async () => {
  server = await start_server();
  staff = await server.sign_up();
  event = await staff.create_event({ event: 'zitting', ends: new Date(server.clock.now() + day_ms).toISOString() });
  await audience(server, event, 6, 60_000);
});
after(async () => {
  await server?.end();
  rmSync(backup, { recursive: true, force: true });
});

/** Starts anew with a point at which the program ends by itself. */
async function restart_to_die_at(point: string | undefined) {
  await server.kill();
  if (point) server.options.env = { HARTSLAG_KILL_AT: point };
  else delete server.options.env;
  await server.start();
}

const steps = ['ledger', 'intent', 'vault', 'pulse', 'scrub', 'consent', 'outbox', 'surfaces', 'scrubbed', 'searched', 'completed', 'seen'];

for (const step of steps) {
  test(`X04 an erasure that ends at "${step}" is finished before anybody is served`, async () => {
    await restart_to_die_at(`erasure.${step}`);
    const person = await known(server, event, `Ans ${step}`, true);
    server.clock.pass(60_000);
    await person.viewer.say([[30_000, 7], [15_000, 7], [0, -1]]);
    await assert.rejects(erase(server, event, person.link), 'the program ended while it erased');
    await restart_to_die_at(undefined);
    assert.equal((await server.page(`/e/zitting/me/${person.link}`)).status, 403);
    assert.ok(!(await staff.people(event)).people.some(({ email }) => email == person.email));
    assert.deepEqual(stores_with(server, person.session), []);
    const open = rows(server, 'keys', 'select 1 from erasure where completed_at_ms is null');
    assert.deepEqual(open, []);
    const acts = rows(server, 'control', "select state from act where kind = 'retention.person_erased'");
    assert.equal(acts.filter(({ state }) => state == 'intent').length, acts.filter(({ state }) => state == 'result').length);
    assert.equal((await staff.report(event)).viewers.registered, 6);
  });
}

test('X04 old data with the keys of today: whoever was erased since is erased again before anybody is served', async () => {
  const person = await known(server, event, 'Rik Terug', true);
  server.clock.pass(60_000);
  await person.viewer.say([[30_000, 7], [15_000, 7], [0, -1]]);
  await server.stop();
  copy_data(server, backup);
  await server.start();
  assert.ok((await staff.people(event)).people.some(({ email }) => email == person.email));
  assert.notDeepEqual(stores_with(server, person.session), []);
  (await erase(server, event, person.link)).expect(200);
  await server.stop();
  put_back(server, backup);
  assert.notDeepEqual(stores_with(server, person.session), [], 'the old data are back');
  await server.start();
  assert.equal((await server.page(`/e/zitting/me/${person.link}`)).status, 403);
  assert.ok(!(await staff.people(event)).people.some(({ email }) => email == person.email));
  assert.deepEqual(stores_with(server, person.session), []);
  assert.equal((await staff.report(event)).viewers.registered, 6);
  assert.equal((await staff.report(event)).viewers.watched, 5, 'their time is in no figure');
});

test('X04 data that know of an erasure are not served with keys from before it', async () => {
  const person = await known(server, event, 'Sam Sleutel');
  await server.stop();
  const copy_keys = (from: string, to: string) => {
    for (const file of ['keys.db', 'keys.db-wal', 'keys.db-shm']) {
      rmSync(join(to, file), { force: true });
      if (existsSync(join(from, file))) cpSync(join(from, file), join(to, file));
    }
  };
  copy_keys(server.data, backup);
  await server.start();
  (await erase(server, event, person.link)).expect(200);
  await server.stop();
  const today = mkdtempSync(join(tmpdir(), 'hartslag-keys-'));
  copy_keys(server.data, today);
  copy_keys(backup, server.data);
  await assert.rejects(server.start(), /older than the data/);
  copy_keys(today, server.data);
  rmSync(today, { recursive: true, force: true });
  await server.start();
  assert.equal((await server.page(`/e/zitting/me/${person.link}`)).status, 403);
});

const ends = ['intent', 'fields', 'store', 'dropped', 'consent', 'outbox', 'surfaces', 'vault', 'scrubbed', 'written'];

for (const step of ends) {
  test(`X04 an event's end that is interrupted at "${step}" is finished at the next start`, async () => {
    await restart_to_die_at(undefined);
    const ending = await staff.create_event({ event: `einde-${step}`, ends: new Date(server.clock.now() + 1_800_000).toISOString() });
    const viewers = await audience(server, ending, 6, 60_000);
    await server.stop();
    server.clock.pass_to(Date.parse(ending.ends) + 14 * day_ms + 60_000);
    server.options.env = { HARTSLAG_KILL_AT: `retention.${step}` };
    await assert.rejects(server.start(), 'the program ended while it caught up');
    await restart_to_die_at(undefined);
    await ended(server, staff, ending);
    assert.deepEqual((await staff.people(ending)).people, []);
    assert.ok((await staff.report(ending)).viewers.watched >= 5, 'the anonymous record is there, once');
    for (const { session, link } of viewers) {
      assert.deepEqual(stores_with(server, session), []);
      assert.equal((await server.page(`/e/${ending.event}/me/${link}`)).status, 410);
    }
    assert.equal(rows(server, 'vault', 'select count(*) as n from person where property = ?', number_of(server, ending))[0].n, 0);
    const acts = rows(server, 'control', "select state from act where kind = 'retention.term_ended'");
    assert.equal(acts.filter(({ state }) => state == 'intent').length, acts.filter(({ state }) => state == 'result').length);
  });
}
