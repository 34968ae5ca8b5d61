// An open live page ends when its member may no longer see it: at once, and not when it connects again.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { with_duties } from '../support/before_anything.ts';
import { duty_of } from '../support/duties.ts';
import { another_member } from '../support/members.ts';
import { changed_policy, start_server, type Server } from '../support/server.ts';
import type { Event, Live, Staff } from '../support/staff.ts';

/** A page is told something at least every five seconds; it is asked about much more often. */
const at_once_ms = 3_000;

let folder: string;
let server: Server;
let noor: Staff;
let event: Event;
let people = 0;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hartslag-live-'));
  server = await start_server({ policy: changed_policy(folder, with_duties) });
  noor = await server.sign_up();
  event = await noor.create_event({ event: 'lezing', title: 'Een lezing' });
});
after(async () => {
  await server?.end();
  rmSync(folder, { recursive: true, force: true });
});

async function watching(role = 'support'): Promise<{ who: Staff; member: string; live: Live }> {
  const who = await another_member(server, noor, { role, email: `kijkt${++people}@lichtbeeld.example`, name: 'Bo Claes' });
  const { member } = (await who.get('/api/v1/me')).expect(200).json<{ member: string }>();
  const live = await who.live(event);
  await live.wait_for('the greeting', ({ kind }) => kind == 'hello');
  return { who, member, live };
}

/** The page is told why, and nothing after it, whoever comes then. */
async function ends(live: Live, why: string) {
  const told = await live.wait_for('why it ends', ({ kind }) => kind == 'error', at_once_ms);
  assert.equal(told.error, `/problems/${why}`);
  const heard = live.messages.length;
  await server.register(event, { name: 'Ana Peeters', email: `ana${++people}@kijker.example` });
  await assert.rejects(live.wait_for('more', ({ kind }) => kind == 'nothing', 2_000), /closed with 1008/);
  assert.equal(live.messages.length, heard);
}

test('a live page goes on as long as its member may see it', async () => {
  const { live } = await watching();
  const before = live.messages[0].registered;
  await server.register(event, { name: 'Ana Peeters', email: `ana${++people}@kijker.example` });
  await live.wait_for('somebody who registers', ({ registered }) => registered > before);
  assert.ok(live.messages.every(({ kind }) => kind != 'error'));
  live.close();
});

test('it ends with the role that let one see names', async () => {
  const { live, member } = await watching();
  (await noor.patch(`/api/v1/members/${member}`, { role: 'analyst' })).expect(204);
  await ends(live, 'denied');
});

test('it ends with the session, wherever that is ended', async () => {
  const { live, who } = await watching();
  (await who.post('/api/v1/sign-out', {})).expect(204);
  await ends(live, 'unauthenticated');
});

test('it ends with the account', async () => {
  const { live, member } = await watching();
  (await noor.del(`/api/v1/members/${member}`)).expect(204);
  await ends(live, 'unauthenticated');
});

test('it ends when there is something to do before anything else', async () => {
  const { who, live } = await watching();
  live.close();
  const over = Date.parse((await duty_of(who, 'course')).ends!);
  server.clock.pass(over - server.clock.now() - 60_000);
  server.acknowledges = false;
  // A session of that day, and an event that is still there.
  (await who.get('/api/v1/events')).expect(200);
  const soon = await noor.create_event({ event: 'later', title: 'Later' });
  const page = await who.live(soon);
  await page.wait_for('the greeting', ({ kind }) => kind == 'hello');
  server.clock.pass(61_000);
  assert.equal((await page.wait_for('why it ends', ({ kind }) => kind == 'error', at_once_ms)).error, '/problems/acknowledge');
  page.close();
});
