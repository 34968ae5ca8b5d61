// What members say of themselves, and that they go when they want to.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { second_person, waiting } from '../support/approvals.ts';
import { another_member } from '../support/members.ts';
import { start_server, type Server } from '../support/server.ts';
import type { Staff } from '../support/staff.ts';
import { until } from '../support/until.ts';

const own = { name: 'Noor Claes', language: 'fr', told_of_approvals: true };
let server: Server;
let noor: Staff;
let omar: Staff;

before(async () => {
  server = await start_server();
  noor = await server.sign_up();
  omar = await second_person(server, noor);
});
after(() => server?.end());

const me = async (who: Staff) => (await who.get('/api/v1/me')).expect(200).json();
/** Everything that the data folder has, but for the mails' own files. */
const stored = () => readdirSync(server.data, { recursive: true, withFileTypes: true })
  .filter((one) => one.isFile() && !one.parentPath.includes('/mail')).map((one) => readFileSync(join(one.parentPath, one.name), 'latin1')).join('\n');

test('a name is corrected, colleagues see it, and the journal says that it was, not what', async () => {
  (await noor.put('/api/v1/me', own)).expect(204);
  const { name, language } = await me(noor);
  assert.deepEqual([name, language], ['Noor Claes', 'fr']);
  const { members } = (await omar.get('/api/v1/members')).expect(200).json<{ members: { name: string }[] }>();
  assert.ok(members.some((one) => one.name == 'Noor Claes'));
  const { acts } = (await noor.get('/api/v1/journal?module=staff')).expect(200).json<{ acts: { kind: string; detail: string }[] }>();
  assert.equal(acts.find(({ kind }) => kind == 'staff.own_details_changed')?.detail, '');
});

test('a name is one line of at most 200 characters, a language one of the four', async () => {
  (await noor.put('/api/v1/me', { ...own, name: 'x'.repeat(200) })).expect(204);
  for (const wrong of [{ name: 'x'.repeat(201) }, { name: '  ' }, { name: 'a\nb' }, { language: 'es' }, { told_of_approvals: 'yes' }, { name: null }])
    (await noor.put('/api/v1/me', { ...own, ...wrong })).expect(400);
  (await noor.put('/api/v1/me', own)).expect(204);
});

test('who does not want a mail for each approval gets none, in the language of their mails whoever does', async () => {
  const event = await noor.create_event();
  const to = 'noor@lichtbeeld.example';
  const told = () => server.mails().filter((mail) => mail.to == to && mail.text.includes('/staff/approvals/'));
  waiting(await omar.ask('GET', `/api/v1/events/${event.event}/viewers?format=csv`));
  await until('a mail of the approval', () => told().length == 1);
  assert.match(told()[0]!.subject, /accord|approuv/i);
  (await noor.put('/api/v1/me', { ...own, told_of_approvals: false })).expect(204);
  const another = await noor.create_event();
  const quiet = waiting(await omar.ask('GET', `/api/v1/events/${another.event}/viewers?format=csv`));
  (await noor.post(`/api/v1/approvals/${quiet}/refuse`, { reason: 'Pas maintenant.' })).expect(200);
  // The answer goes to who asked, by the same queue: what was not queued before it never is.
  await until('the answer', () => server.mails().some((mail) => mail.to == 'omar@lichtbeeld.example' && mail.text.includes(quiet)));
  assert.equal(told().length, 1);
});

test('who goes is erased; who is needed is told so', async () => {
  const bo = await another_member(server, noor, { name: 'Bo Verdwenen', email: 'bo.verdwenen@lichtbeeld.example', role: 'analyst' });
  const { member } = await me(bo);
  const gone = (await bo.del('/api/v1/me')).expect(204);
  assert.match(gone.headers['set-cookie']!.join(), /Max-Age=0/);
  (await server.get('/api/v1/me', { cookie: bo.cookie })).expect(401);
  assert.ok(!stored().includes('bo.verdwenen') && !stored().includes('Bo Verdwenen'));
  const { acts } = (await noor.get(`/api/v1/journal?member=${member}`)).expect(200).json<{ acts: { kind: string }[] }>();
  assert.ok(acts.some(({ kind }) => kind == 'staff.left'), 'what they did stays in the journal, under their number');
  const { status } = await server.post('/api/v1/sign-in', { email: 'bo.verdwenen@lichtbeeld.example', password: 'een lang wachtwoord' }, { origin: server.origin, 'sec-fetch-site': 'same-origin' });
  assert.equal(status, 401);
  // Of two owners one may go, and not both at once.
  const answers = await Promise.all([noor.del('/api/v1/me'), omar.del('/api/v1/me')]);
  assert.deepEqual(answers.map((answer) => answer.status).sort(), [204, 409]);
});
