// M13 Shared credentials are managed by one role, generated, rotated, and shared with staff without their seeing them; every use
// is recorded.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { second_person, waiting } from '../support/approvals.ts';
import type { Answer } from '../support/http.ts';
import { another_member, another_organisation } from '../support/members.ts';
import { path_of } from '../support/policy.ts';
import { start_server, type Server } from '../support/server.ts';
import type { Staff } from '../support/staff.ts';
import { TicketShop } from '../support/ticket_shop.ts';
import { until } from '../support/until.ts';

const day_ms = 86_400_000;

let shop: TicketShop;
let server: Server;
/** Manages them. */
let owner: Staff;
/** Has leave. */
let support: Staff;
/** May use credentials, but not this one. */
let moderator: Staff;
let analyst: Staff;
let id: string;
/** All that was ever answered to anybody. */
const answered: string[] = [];
/** Each password there ever was. */
const secrets = new Set<string>();

before(async () => {
  shop = await TicketShop.start();
  secrets.add(shop.password);
  server = await start_server({ policy: path_of('festival') });
  owner = await server.sign_up();
  support = await another_member(server, owner, { role: 'support', name: 'Sanne Smit', email: 'sanne@lichtbeeld.example' });
  moderator = await another_member(server, owner, { role: 'moderator', name: 'Mo Maas', email: 'mo@lichtbeeld.example' });
  analyst = await another_member(server, owner, { role: 'analyst', name: 'Ali Aerts', email: 'ali@lichtbeeld.example' });
});
after(async () => {
  await server?.end();
  await shop?.end();
});

const at = (what = '') => `/api/v1/credentials/${id}${what && `/${what}`}`;
const kept = (answer: Answer): Answer => {
  answered.push(`${answer.text}${JSON.stringify(answer.headers)}`);
  return answer;
};
const use = async (staff: Staff, wanted: object): Promise<Answer> => kept(await staff.post(at('use'), wanted));
interface Event { kind: string; name: string; task: string; outcome: string }
interface Detail { name: string; standing: { overdue: boolean; seen: string | null; says: string[] }; users: { member: string; name: string }[]; history: Event[] }
const detail = async (): Promise<Detail> => kept(await owner.get(at())).expect(200).json<Detail>();
const acts = async () => (await owner.get('/api/v1/journal?module=credential')).expect(200)
  .json<{ acts: { kind: string; name: string; detail: string; state: string }[] }>().acts;

test('M13 a password is given once, and replaced at once by one that nobody has seen', async () => {
  for (const staff of [support, moderator, analyst]) assert.equal((await staff.post('/api/v1/credentials', shop.declared)).status, 403);
  assert.equal(kept(await owner.post('/api/v1/credentials', { ...shop.declared, secret: 'niet het juiste' })).status, 403);
  assert.deepEqual((await owner.get('/api/v1/credentials')).json<{ credentials: unknown[] }>().credentials, [], 'nothing stays of one that is wrong');
  const added = kept(await owner.post('/api/v1/credentials', shop.declared)).expect(201);
  id = added.json<{ credential: string }>().credential;
  assert.ok(!secrets.has(shop.password), 'the service has learnt another one');
  assert.match(shop.password, /^[\w-]{43}$/);
  secrets.add(shop.password);
  const told = kept(await owner.get('/api/v1/credentials')).expect(200).json<{ credentials: { name: string }[] }>();
  assert.deepEqual(told.credentials.map(({ name }) => name), ['ticket shop']);
});

test('M13 whoever has leave uses it without seeing it, within its tasks, and nobody else does', async () => {
  for (const staff of [support, moderator]) {
    assert.deepEqual(kept(await staff.get('/api/v1/credentials')).expect(200).json<{ credentials: unknown[] }>().credentials, []);
    assert.equal((await use(staff, { task: 'orders' })).status, 404);
    assert.equal(kept(await staff.get(at())).status, 404);
  }
  const member = (await detail()).users.find(({ name }) => name == 'Sanne Smit')!.member;
  assert.ok(!(await detail()).users.some(({ name }) => name == 'Ali Aerts'), 'an analyst has no leave to get');
  (await owner.put(at('users'), { members: [member] })).expect(204);
  const got = (await use(support, { task: 'orders', path: '/api/orders/today', query: 'page=2' })).expect(200).json<{ status: number; text: string }>();
  assert.equal(got.status, 200);
  assert.deepEqual(JSON.parse(got.text), { orders: [{ number: 4711, at: '/api/orders/today' }], asked: '/api/orders/today?page=2' });
  const { user, password, headers } = shop.heard.at(-1)!;
  assert.deepEqual([user, password], ['lichtbeeld', shop.password]);
  assert.equal(headers['cookie'], undefined);
  const refund = (await use(support, { task: 'refund', type: 'application/json', body: '{"order":4711}' })).expect(200).json<{ text: string }>();
  assert.deepEqual(JSON.parse(refund.text), { refunded: '{"order":4711}', type: 'application/json' });
  assert.equal((await use(moderator, { task: 'orders' })).status, 404);
  assert.equal((await use(analyst, { task: 'orders' })).status, 403);
  const heard = shop.heard.length;
  for (const wanted of [{ task: 'users' }, { task: 'orders', path: '/api/password' }, { task: 'orders', path: '/api/orders/../password' },
    { task: 'orders', path: '/api/orders/%2e%2e/password' }, { task: 'orders', path: '/api/ordersx' }, { task: 'orders', path: 'http://127.0.0.1:1/' },
    { task: 'orders', path: '@127.0.0.1/api/orders' }, { task: 'orders', query: 'a\r\nX-Key: 1' }, { task: 'refund', type: 'a\r\nX-Key: 1' }])
    assert.equal((await use(support, wanted)).status, 400, JSON.stringify(wanted));
  assert.equal(shop.heard.length, heard, 'the service was not asked');
});

test('M13 an answer that holds the password is withheld, and no other machine hears of it', async () => {
  for (const query of ['as=plain', '', 'as=zipped']) {
    const answer = await use(support, { task: 'echo', query });
    assert.equal(answer.status, 403);
    assert.match(answer.text, /withheld/);
  }
  const away = (await use(support, { task: 'away' })).expect(200).json<{ status: number }>();
  assert.equal(away.status, 302);
  assert.deepEqual(shop.elsewhere, []);
  assert.equal((await use(support, { task: 'much' })).status, 413);
});

test('M13 every use is in the journal: who, which, for what, and what came of it', async () => {
  const used = (await acts()).filter(({ kind, state }) => kind == 'credential.used' && state == 'intent').reverse();
  assert.deepEqual(used.map(({ name, detail: said }) => [name, JSON.parse(said)]),
    ['orders', 'refund', 'echo', 'echo', 'echo', 'away', 'much'].map((task) => ['Sanne Smit', { credential: 'ticket shop', task }]));
  const { history } = await detail();
  assert.deepEqual(history.filter(({ kind }) => kind == 'credential.used').map(({ task, outcome }) => `${task} ${outcome}`).reverse(),
    ['orders 200', 'refund 200', 'echo withheld', 'echo withheld', 'echo withheld', 'away 302', 'much no answer']);
  const managed = (await acts()).filter(({ state }) => state != 'result').map(({ kind }) => kind);
  for (const kind of ['credential.added', 'credential.set', 'credential.rotated', 'credential.allowed']) assert.ok(managed.includes(kind), kind);
});

test('M13 it is replaced by the policy\'s term, and one that is late is seen', async () => {
  const before = shop.password;
  (await owner.post(at('rotate'))).expect(204);
  assert.notEqual(shop.password, before);
  secrets.add(shop.password);
  assert.equal((await use(support, { task: 'orders' })).expect(200).json<{ status: number }>().status, 200);
  const rotated = shop.password;
  server.clock.pass(88 * day_ms);
  await until('another one by itself', () => shop.password != rotated);
  secrets.add(shop.password);
  shop.learns = false;
  server.clock.pass(91 * day_ms);
  assert.equal((await detail()).standing.overdue, true);
  const overdue = await owner.get('/api/v1/me');
  assert.ok(overdue.json<{ credentials: { overdue: number } }>().credentials.overdue >= 1);
  const old = shop.password;
  assert.equal((await use(support, { task: 'orders' })).expect(200).json<{ status: number }>().status, 200, 'the one before is used until then');
  shop.learns = true;
  (await owner.post(at('rotate'))).expect(204);
  assert.notEqual(shop.password, old);
  secrets.add(shop.password);
  assert.equal((await detail()).standing.overdue, false);
});

test('M13 two people may see it together: once, told to all who manage it, and due at once', async () => {
  assert.equal((await support.post(at('reveal'))).status, 403);
  const omar = await second_person(server, owner);
  const asked = waiting(kept(await owner.post(at('reveal'))));
  assert.equal((await owner.post(`/api/v1/approvals/${asked}/file`, {})).status, 409, 'nobody has approved it');
  assert.equal((await owner.post(`/api/v1/approvals/${asked}/approve`, {})).status, 403, 'not by who asked');
  kept(await omar.post(`/api/v1/approvals/${asked}/approve`, {})).expect(200);
  assert.equal((await omar.post(`/api/v1/approvals/${asked}/file`, {})).status, 403, 'who approves sees nothing');
  const shown = (await owner.post(`/api/v1/approvals/${asked}/file`, {})).expect(200);
  assert.equal(shown.text, shop.password);
  assert.match(shown.header('cache-control'), /no-store/);
  assert.equal((await owner.post(`/api/v1/approvals/${asked}/file`, {})).status, 409, 'once');
  for (const email of ['noor@lichtbeeld.example', 'omar@lichtbeeld.example'])
    await until(`a mail to ${email}`, () => server.mails().some(({ to, subject }) => to == email && /ticket shop/.test(subject)));
  assert.ok(server.mails().every(({ text }) => !text.includes(shop.password)));
  const { standing, history } = await detail();
  assert.ok(standing.seen && standing.overdue);
  assert.ok(history.some(({ kind, name }) => kind == 'credential.revealed' && name == 'Noor Vermeulen'));
  const seen = shop.password;
  server.clock.pass(2 * 3_600_000);
  await until('it is replaced', () => shop.password != seen);
  secrets.add(shop.password);
  await until('nothing is late', async () => !(await detail()).standing.overdue);
});

test('M13 no answer, no log and no file holds a password, and a restart changes nothing', async () => {
  const elsewhere = await another_organisation(server, owner);
  assert.equal((await elsewhere.get('/api/v1/credentials')).status, 403);
  assert.equal((await elsewhere.get(at())).status, 403);
  await server.restart();
  assert.equal((await use(support, { task: 'orders' })).expect(200).json<{ status: number }>().status, 200);
  for (const secret of secrets) {
    for (const text of [...answered, server.output]) assert.ok(!text.includes(secret));
    assert.deepEqual(server.files_with(secret), []);
  }
  (await owner.del(at())).expect(204);
  assert.equal((await use(support, { task: 'orders' })).status, 404);
  assert.deepEqual((await owner.get('/api/v1/credentials')).json<{ credentials: unknown[] }>().credentials, []);
});
