// From nothing to a house with people in it, and every act of it found in the journal: by member, event, person, time and
// subject; and nothing of another organisation's.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { another_member, another_organisation } from '../support/members.ts';
import { start_server, type Server } from '../support/server.ts';
import type { Event, Staff } from '../support/staff.ts';

interface Act { act: number; at: string; kind: string; says: string; network: string; detail: string; member: string | null; name: string; event: string | null }
interface Page { acts: Act[]; next: number | null; members: { member: string; name: string }[] }

const day_ms = 86_400_000;
let server: Server;
let noor: Staff;
let bo: Staff;
let cas: Staff;
let els: Staff;
let event: Event;
const journal = async (who: Staff, query: Record<string, string> = {}) => (await who.get(`/api/v1/journal?${new URLSearchParams(query)}`)).expect(200).json<Page>();
const kinds = async (who: Staff, query: Record<string, string> = {}) => (await journal(who, query)).acts.map(({ kind }) => kind);
const id_of = async (who: Staff) => (await who.get('/api/v1/me')).json<{ member: string }>().member;

before(async () => {
  // The operator begins with nothing, invites an organiser, who invites an analyst.
  server = await start_server();
  noor = await server.sign_up();
  bo = await another_member(server, noor, { role: 'organiser', name: 'Bo Claes', email: 'bo@lichtbeeld.example' });
  cas = await another_member(server, bo, { role: 'analyst', name: 'Cas Maes', email: 'cas@lichtbeeld.example' });
  event = await bo.create_event({ event: 'open-dag', title: 'Open dag' });
  await server.register(event, { name: 'Ana Peeters', email: 'ana@kijker.example' });
  await bo.people(event);
  els = await another_organisation(server, noor);
  await els.create_event({ event: 'elders', title: 'Elders' });
});
after(() => server?.end());

test('each can do what the table says, and every act is in the journal with who did it and from where', async () => {
  (await cas.get(`/api/v1/events/${event.event}`)).expect(200);
  (await cas.get(`/api/v1/events/${event.event}/people`)).expect(403);
  (await cas.get('/api/v1/journal')).expect(403);
  (await bo.get('/api/v1/journal')).expect(403);
  const own = await kinds(noor, { member: await id_of(noor) });
  for (const kind of ['staff.account_made', 'staff.factor_set', 'staff.signed_in', 'staff.invited', 'staff.organisation_made', 'journal.read']) assert.ok(own.includes(kind), `${kind} of ${own}`);
  const organisers = await kinds(noor, { member: await id_of(bo) });
  for (const kind of ['staff.joined', 'staff.invited', 'events.created', 'events.opened', 'events.names_read', 'disclosure.assigned']) assert.ok(organisers.includes(kind), `${kind} of ${organisers}`);
  assert.deepEqual(new Set(await kinds(noor, { member: await id_of(cas) })), new Set(['staff.joined', 'staff.factor_set', 'staff.signed_in', 'staff.device_added']));
  const { acts, members } = await journal(noor);
  const invited = acts.filter(({ kind }) => kind == 'staff.invited');
  assert.deepEqual(invited.map(({ name, network }) => [name, network]).at(-1), ['Noor Vermeulen', '127.0.0.0/24']);
  assert.match(invited.at(-1)!.detail, /role=organiser export=false/);
  assert.deepEqual(members.map(({ name }) => name), ['Noor Vermeulen', 'Bo Claes', 'Cas Maes']);
  for (const { kind, says } of acts) assert.notEqual(says, kind, `${kind} is told in the reader's language`);
  assert.ok(!JSON.stringify(acts).includes('ana@kijker.example') && !JSON.stringify(acts).includes('Ana Peeters'));
});

test('by event, by what it is about, by the day, and by the person behind an address', async () => {
  const about = await journal(noor, { event: event.event });
  assert.ok(about.acts.length >= 3 && about.acts.every((one) => one.event == event.event));
  assert.ok((await kinds(noor, { module: 'staff' })).every((kind) => kind.startsWith('staff.')));
  const at = (off: number) => new Date(server.clock.now() + off).toISOString();
  assert.deepEqual(await kinds(noor, { to: at(-day_ms) }), []);
  assert.deepEqual(await kinds(noor, { from: at(day_ms) }), []);
  assert.ok((await kinds(noor, { from: at(-day_ms), to: at(day_ms) })).length > 10);
  const of_ana = await journal(noor, { address: 'ana@kijker.example' });
  assert.ok(of_ana.acts.some(({ kind }) => kind == 'events.names_read') && of_ana.acts.every((one) => one.event == event.event));
  assert.deepEqual((await journal(noor, { address: 'niemand@kijker.example' })).acts, []);
  for (const wrong of [{ from: 'gisteren' }, { member: 'x' }, { before: 'x' }, { module: 'a%' }]) (await noor.get(`/api/v1/journal?${new URLSearchParams(wrong as never)}`)).expect(400);
});

test('an older page begins where the newer one ended', async () => {
  for (let i = 0; i < 60; ++i) (await noor.get('/api/v1/members')).expect(200);
  const first = await journal(noor);
  assert.equal(first.acts.length, 50);
  const numbers = first.acts.map(({ act }) => act);
  let { next } = first;
  while (next !== null) {
    const page: Page = await journal(noor, { before: String(next) });
    numbers.push(...page.acts.map(({ act }) => act));
    ({ next } = page);
  }
  assert.deepEqual(numbers, [...new Set(numbers)].sort((a, b) => b - a), 'each once, the latest first');
  assert.equal(numbers.at(-1), 1, 'down to the very first act');
});

test('another organisation sees its own acts alone, and nobody sees theirs', async () => {
  const theirs = await journal(els);
  assert.ok(theirs.acts.length > 3);
  const own = new Set([await id_of(els)]);
  for (const one of theirs.acts) assert.ok(own.has(one.member!) || one.event == 'elders', JSON.stringify(one));
  assert.deepEqual(theirs.members.map(({ name }) => name), ['Els Noord']);
  assert.ok((await journal(noor)).acts.every((one) => !own.has(one.member!) && one.event != 'elders'));
  (await els.get(`/api/v1/journal?event=${event.event}`)).expect(404);
  (await els.get('/api/v1/journal?address=ana@kijker.example')).expect(403);
});
