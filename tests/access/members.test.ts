// Who was asked and never came is forgotten; and whatever managers of members do to one another, one of them is left.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, test } from 'node:test';
import { another_member, another_organisation, invitation_to } from '../support/members.ts';
import { start_server, type Server } from '../support/server.ts';
import type { Staff } from '../support/staff.ts';
import { until } from '../support/until.ts';

const day_ms = 24 * 60 * 60_000;
interface Organisation {
  organisation: number;
  name: string;
  members: number;
  invited: number;
  closed: string | null;
}
let server: Server;
let noor: Staff;

before(async () => {
  server = await start_server();
  noor = await server.sign_up();
});
after(() => server?.end());

function rows(file: string, sql: string): Record<string, unknown>[] {
  const database = new DatabaseSync(join(server.data, `${file}.db`), { readOnly: true });
  try {
    return database.prepare(sql).all();
  } finally {
    database.close();
  }
}
const invited = () => rows('control', 'select person from member_invitation').map(({ person }) => person as string);
const keys_of = (person: string) => rows('keys', "select name from kept_key where state = 'active'").filter(({ name }) => String(name).includes(person));

test('an invitation is good for seven days; after that the program has forgotten who it was for', async () => {
  (await noor.post('/api/v1/invitations', { email: 'cas@lichtbeeld.example', role: 'analyst', language: 'nl' })).expect(201);
  const [person] = invited();
  assert.ok(person && keys_of(person).length > 0);
  server.clock.pass(7 * day_ms - 60_000);
  assert.equal((await noor.get('/api/v1/members')).expect(200).json<{ invitations: unknown[] }>().invitations.length, 1);
  server.clock.pass(60_000);
  await until('nobody is invited any more', () => invited().length == 0);
  assert.deepEqual(keys_of(person), [], 'nor is what was sealed for them readable');
});

test('two who take the members out of one another’s hands at once do not both succeed', async () => {
  for (let round = 0; round < 5; ++round) {
    const bo = await another_member(server, noor, { role: 'owner', exports: true, email: `bo${round}@lichtbeeld.example` });
    const [own, theirs] = await Promise.all([noor, bo].map(async (who) => (await who.get('/api/v1/me')).json<{ member: string }>().member));
    const least = { role: 'analyst', export: false };
    const answers = await Promise.all([noor.patch(`/api/v1/members/${theirs}`, least), bo.patch(`/api/v1/members/${own}`, least)]);
    assert.ok(answers.some(({ status }) => status == 204) && answers.some(({ status }) => status != 204), `${answers.map(({ status }) => status)}`);
    // Whoever was quicker goes on.
    if (answers[1]!.status == 204) noor = bo;
  }
});

test('an organisation whose service ends: its members are gone at once, its invitations over, and it is on record', async () => {
  const els = await another_organisation(server, noor);
  const fien = await another_member(server, els, { role: 'analyst', name: 'Fien Noord', email: 'fien@zaalnoord.example' });
  (await els.post('/api/v1/invitations', { email: 'gust@zaalnoord.example', role: 'analyst', language: 'nl' })).expect(201);
  const asked = await invitation_to(server, 'gust@zaalnoord.example');
  await els.create_event();
  const row = async () => (await noor.get('/api/v1/organisations')).expect(200).json<Organisation[]>().find(({ name }) => name == 'Zaal Noord')!;
  const { organisation } = await row();
  const of = `/api/v1/organisations/${organisation}`;
  (await noor.del(of)).expect(409);
  server.clock.pass(3 * 60 * 60_000);
  const token = (await els.post('/api/v1/tokens', { label: 'x', permissions: ['view_report'] })).expect(201).json<{ secret: string }>().secret;
  for (const who of [els, fien]) (await who.del(of)).expect(403);
  (await noor.del(of)).expect(204);
  for (const who of [els, fien]) (await server.get('/api/v1/me', { cookie: who.cookie })).expect(401);
  (await server.get('/api/v1/events', { authorization: `Bearer ${token}` })).expect(401);
  const from = { origin: server.origin, 'sec-fetch-site': 'same-origin' };
  assert.equal((await server.post('/api/v1/join', { invitation: asked, name: 'Gust', password: 'een lang wachtwoord' }, from)).status, 401);
  const { members, invited: open, closed } = await row();
  assert.deepEqual([members, open, typeof closed], [0, 0, 'string']);
  assert.deepEqual(invited(), [], 'the invitation is forgotten');
  const { acts } = (await noor.get('/api/v1/journal?module=staff')).expect(200).json<{ acts: { kind: string; detail: string }[] }>();
  assert.equal(acts.find(({ kind }) => kind == 'staff.organisation_closed')?.detail, `organisation=${organisation} members=2`);
  (await noor.del(of)).expect(404);
  // Its name is free, for another one.
  await another_organisation(server, noor, 'Zaal Noord', { email: 'hilde@zaalnoord.example' });
});
