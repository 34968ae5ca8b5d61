// M16 Roles are as narrow as possible; only a person with the explicit export permission can export. What each role opens,
// on every route, is tests/access/matrix.test.ts.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { another_member } from '../support/members.ts';
import { start_server, type Server } from '../support/server.ts';
import type { Event, Staff } from '../support/staff.ts';

const roles = ['owner', 'organiser', 'moderator', 'analyst', 'officer', 'support', 'operator'];
let server: Server;
let noor: Staff;
let event: Event;
const files = ['csv', 'xlsx'];
const fetch_file = (who: Staff, format: string) => who.get(`/api/v1/events/${event.event}/viewers?format=${format}`);
const order = (who: Staff) => who.post('/api/v1/disclosures', { ground: 'court order', receiver: 'x', reference: 'x', data: ['registration'], addresses: ['ana@kijker.example'] });
const is_refused = (answer: { status: number; json: () => { detail: string } }) => answer.status == 403 && /^this takes the permission (see_names\|)?export$/.test(answer.json().detail);

before(async () => {
  server = await start_server();
  noor = await server.sign_up();
  event = await noor.create_event();
  await server.register(event, { name: 'Ana Peeters', email: 'ana@kijker.example' });
});
after(() => server?.end());

test('M16 no role takes files along by itself', async () => {
  for (const role of roles) {
    const who = await another_member(server, noor, { role, email: `${role}@lichtbeeld.example` });
    const { permissions } = (await who.get('/api/v1/me')).json<{ permissions: string[] }>();
    assert.ok(!permissions.includes('export'), role);
    for (const format of files) {
      const answer = await fetch_file(who, format);
      assert.ok(is_refused(answer), `${role}: ${answer}`);
    }
    if (permissions.includes('answer_requests')) assert.ok(is_refused(await order(who)), role);
  }
});

test('M16 it is given to a person, explicitly, by who has it; and taken back it is gone at once', async () => {
  const bo = await another_member(server, noor, { role: 'organiser' });
  const { member } = (await bo.get('/api/v1/me')).json<{ member: string }>();
  for (const format of files) assert.ok(is_refused(await fetch_file(bo, format)));
  // Whoever may not export gives it to nobody, themselves included.
  const cas = (await bo.post('/api/v1/invitations', { email: 'cas@lichtbeeld.example', role: 'analyst', export: true })).expect(403);
  assert.match(cas.json().detail, /nobody gives what they do not have/);
  (await bo.patch(`/api/v1/members/${member}`, { role: 'organiser', export: true })).expect(403);
  (await noor.post('/api/v1/roles', { name: 'Uitvoer', permissions: ['view_report', 'export'] })).expect(400);
  (await noor.patch(`/api/v1/members/${member}`, { role: 'organiser', export: true })).expect(204);
  for (const format of files) assert.ok(!is_refused(await fetch_file(bo, format)), 'it counts at once');
  const token = (await bo.post('/api/v1/tokens', { label: 'x', permissions: ['export'] })).expect(201).json<{ secret: string }>();
  const program = bo.with_token(token.secret);
  assert.ok(!is_refused(await fetch_file(program, 'csv')));
  (await noor.patch(`/api/v1/members/${member}`, { role: 'organiser', export: false })).expect(204);
  for (const who of [bo, program]) assert.ok(is_refused(await fetch_file(who, 'csv')), 'taken back, it is gone at once');
});

test('M16 the promises tell how many may', async () => {
  const { groups } = (await noor.get('/api/v1/promises')).expect(200).json<{ groups: { promises: { id: string; state: string; evidence: string[] }[] }[] }>();
  const row = groups.flatMap(({ promises }) => promises).find(({ id }) => id == 'M16')!;
  assert.equal(row.state, 'kept');
  assert.ok(row.evidence.some((one) => /1 member may take files along|1 lid mag/.test(one)), row.evidence.join(' '));
});
