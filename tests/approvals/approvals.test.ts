// Four eyes from outside: what waits, who decides, that it is done once, and that a stop in between changes none of it.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { approval, at, second_person, waiting, type Approval } from '../support/approvals.ts';
import { rows } from '../support/retention.ts';
import { another_member } from '../support/members.ts';
import { changed_policy, start_server, type Server } from '../support/server.ts';
import { read_csv } from '../support/table.ts';
import type { Event, Staff } from '../support/staff.ts';
import { until } from '../support/until.ts';

const minute_ms = 60_000;
const day_ms = 24 * 60 * minute_ms;
let server: Server;
let noor: Staff;
let omar: Staff;
let event: Event;

before(async () => {
  server = await start_server();
  noor = await server.sign_up();
  omar = await second_person(server, noor);
  event = await noor.create_event({ event: 'lezing', title: 'Lezing' });
  await server.register(event, { name: 'Ana Peeters', email: 'ana@kijker.example' });
});
after(() => server?.end());

const csv = (who: Staff = noor) => who.get(`/api/v1/events/${event.event}/viewers?format=csv`);
const list = async (who: Staff) => (await who.get('/api/v1/approvals')).expect(200).json<Approval[]>();
const count = async (who: Staff) => (await who.get('/api/v1/me')).expect(200).json().approvals.waiting as number;
const approve = (id: string, who: Staff = omar) => who.post(at(id, 'approve'), {});
const fetch_file = (id: string, who: Staff = noor) => who.post(at(id, 'file'), {});
const acts = (about: string) => rows(server, 'control', `select kind from act where kind like '${about}%' order by number`).map(({ kind }) => kind as string);
/** Without the way in again: what a session alone may. */
const plainly = (path: string, { cookie }: Staff, body: object = {}) =>
  server.post(path, body, { cookie, origin: server.origin, 'sec-fetch-site': 'same-origin' });
/** Another end, so many minutes later. */
const later = async (minutes: number) => new Date(Date.parse((await noor.event(event.event)).ends) + minutes * minute_ms).toISOString();
const move = async (ends: string, more: object = {}) => noor.patch(`/api/v1/events/${event.event}`, { ends, ...more });

test('an export waits: both read the same, a second person approves, who asked fetches it once', async () => {
  const begun = acts('approval.').length;
  const id = waiting(await csv());
  assert.equal(waiting(await csv()), id, 'asking again is the same request');
  assert.equal(acts('events.names_exported').length, 0, 'nothing was read yet');
  const [own, other] = [await approval(noor, id), await approval(omar, id)];
  for (const one of [own, other]) {
    assert.deepEqual([one.state, one.act, one.asked_by, one.title], ['waiting', 'export', 'Noor Vermeulen', 'The viewers of Lezing in a file']);
    assert.equal(Date.parse(one.until) - Date.parse(one.asked), day_ms);
  }
  assert.deepEqual(own.lines, other.lines);
  const said = Object.fromEntries(own.lines.map(({ label, value }) => [label, value]));
  assert.equal(said['File'], 'CSV');
  assert.equal(said['People in it, now'], '1');
  assert.ok(said['For whom'] && said['What for'] && said['Data']);
  assert.deepEqual([own.own, own.can_decide, own.can_withdraw, own.deciders], [true, false, true, 1]);
  assert.deepEqual([other.own, other.can_decide, other.can_withdraw], [false, true, false]);
  assert.deepEqual([await count(noor), await count(omar)], [0, 1]);

  const mail = await server.mail_to('omar@lichtbeeld.example', /goedkeuring|approval/);
  assert.ok(mail.text.includes(`${server.origin}/staff/approvals/${id}`));
  assert.doesNotMatch(mail.text + mail.subject, /Noor|Ana|Lezing|kijker/, 'nobody and nothing by name');
  assert.equal(server.mails().filter(({ to, text }) => to == 'noor@lichtbeeld.example' && text.includes(id)).length, 0);

  assert.equal((await approve(id, noor)).status, 403, 'nobody approves their own');
  assert.equal((await fetch_file(id)).status, 409, 'not before it is approved');
  const approved = (await approve(id)).expect(200).json<Approval>();
  assert.deepEqual([approved.state, approved.decided_by], ['approved', 'Omar Haddad']);
  assert.equal((await fetch_file(id, omar)).status, 403, 'whoever approves does not get it');
  const answers = await Promise.all(Array.from({ length: 20 }, () => fetch_file(id)));
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, ...Array(19).fill(409)], 'once');
  const file = answers.find(({ status }) => status == 200)!;
  assert.match(file.header('cache-control'), /no-store/);
  assert.equal(read_csv(file.text).length, 2);
  assert.ok(file.text.includes('ana@kijker.example'));
  assert.equal((await approval(noor, id)).state, 'executed');
  assert.deepEqual(acts('approval.').slice(begun), ['approval.asked', 'approval.approved', 'approval.executed']);
  assert.equal(acts('events.names_exported').length, 1);
  assert.equal(rows(server, 'control', 'select count(*) as n from disclosure')[0]!.n, 1);
  const news = await server.mail_to('noor@lichtbeeld.example', /beslist|decided/);
  assert.ok(news.text.includes(id));
});

test('another end waits; what else was changed does not; twenty at once approve it once', async () => {
  const { ends, deletes_at } = await noor.event(event.event);
  const wanted = await later(30);
  const id = waiting(await move(wanted, { title: 'Lezing over slaap' }));
  const before = await noor.event(event.event);
  assert.deepEqual([before.ends, before.title, before.deletes_at], [ends, 'Lezing over slaap', deletes_at]);
  const { lines } = await approval(omar, id);
  assert.deepEqual(lines.slice(0, 2).map(({ label }) => label), ['End now', 'End then']);
  assert.ok(lines.some(({ label, value }) => label.startsWith('Will be removed: ') && value.includes(' → ')), 'and when data go');
  const statuses = (await Promise.all(Array.from({ length: 20 }, () => approve(id)))).map(({ status }) => status);
  assert.deepEqual(statuses.sort(), [200, ...Array(19).fill(409)]);
  const moved = await noor.event(event.event);
  assert.equal(moved.ends, wanted);
  assert.equal(Date.parse(moved.deletes_at!) - Date.parse(deletes_at!), 30 * minute_ms);
  assert.deepEqual(acts('events.end_moved').length, 1);

  // Two requests from the same end: the second is not possible any more.
  const [first, second] = [waiting(await move(await later(10))), waiting(await move(await later(20)))];
  (await approve(first)).expect(200);
  const failed = (await approve(second)).expect(200).json<Approval>();
  assert.equal(failed.state, 'failed');
  assert.match(failed.reason, /another end/);
  assert.equal((await move(new Date(server.clock.now() - minute_ms).toISOString())).status, 400, 'not into the past');
  const starts = new Date(Date.parse(moved.starts) + minute_ms).toISOString();
  assert.equal((await noor.patch(`/api/v1/events/${event.event}`, { starts })).status, 400, 'nor the start at all');
});

test('refused, withdrawn and expired requests do nothing', async () => {
  const { ends } = await noor.event(event.event);
  const refused = waiting(await move(await later(5)));
  assert.equal((await omar.post(at(refused, 'refuse'), { reason: '' })).status, 400);
  assert.equal((await noor.post(at(refused, 'refuse'), { reason: 'Toch niet.' })).status, 403);
  (await omar.post(at(refused, 'refuse'), { reason: 'Het was om tien uur gedaan.' })).expect(200);
  assert.equal((await approval(noor, refused)).reason, 'Het was om tien uur gedaan.');
  assert.deepEqual(server.files_with('om tien uur gedaan'), [], 'no file holds it in clear');

  const withdrawn = waiting(await csv());
  assert.equal((await omar.post(at(withdrawn, 'withdraw'))).status, 403);
  (await noor.post(at(withdrawn, 'withdraw'))).expect(200);
  const approved = waiting(await csv());
  (await approve(approved)).expect(200);
  (await noor.post(at(approved, 'withdraw'))).expect(200);
  assert.equal((await fetch_file(approved)).status, 409);

  const late = waiting(await csv());
  const fetched_late = waiting(await noor.get(`/api/v1/events/${event.event}/viewers?format=xlsx`));
  (await approve(fetched_late)).expect(200);
  server.clock.pass(day_ms + minute_ms);
  assert.equal((await approve(late)).status, 409);
  assert.equal((await fetch_file(fetched_late)).status, 409);
  await until('both to be put down as expired', () => acts('approval.expired').length == 2);
  for (const id of [refused, withdrawn, approved, late, fetched_late]) assert.equal((await approve(id)).status, 409, id);
  assert.equal((await noor.event(event.event)).ends, ends);
  assert.equal(await count(omar), 0);
  event = await noor.create_event({ event: 'vervolg', title: 'Vervolg' });
});

test('whoever has not shown a factor just now, who may not, and who is nobody', async () => {
  const id = waiting(await csv());
  server.clock.pass(6 * minute_ms);
  for (const what of ['approve', 'refuse', 'file']) {
    const answer = await plainly(at(id, what), what == 'file' ? noor : omar, { reason: 'Nee.' });
    assert.deepEqual([answer.status, answer.json().type], [403, '/problems/step-up'], what);
  }
  const anyone = await server.get('/api/v1/approvals');
  assert.equal(anyone.status, 401);
  const bo = await another_member(server, noor, { role: 'analyst', exports: true, email: 'bo@lichtbeeld.example', name: 'Bo Claes' });
  assert.equal((await bo.get(at(id))).status, 404, 'may export, may not approve');
  const ada = await another_member(server, noor, { role: 'owner', exports: false, email: 'ada@lichtbeeld.example', name: 'Ada Wit' });
  assert.equal((await approve(id, ada)).status, 404, 'may approve, may not export');
  assert.deepEqual([await list(bo), await list(ada)].map((all) => all.filter(({ own }) => !own).filter(({ act }) => act == 'export')), [[], []]);
  assert.equal((await approval(noor, id)).deciders, 1);
  (await approve(id)).expect(200);
  (await fetch_file(id)).expect(200);
});

test('an approver who lost the permission decides nothing, and a page says that nobody can', async () => {
  const id = waiting(await csv());
  const { members } = (await noor.get('/api/v1/members')).expect(200).json();
  const member = members.find(({ email }: { email: string }) => email == 'omar@lichtbeeld.example').member;
  (await noor.patch(`/api/v1/members/${member}`, { role: 'owner', export: false })).expect(204);
  assert.equal((await approve(id)).status, 404);
  const seen = await approval(noor, id);
  assert.deepEqual([seen.state, seen.deciders], ['waiting', 0]);
  (await noor.patch(`/api/v1/members/${member}`, { role: 'owner', export: true })).expect(204);
  (await approve(id)).expect(200);
  (await fetch_file(id)).expect(200);
});

test('what somebody asked who is gone since, or may not any more, is not done', async () => {
  const before = (await noor.event(event.event)).ends;
  for (const ends of ['demoted', 'removed']) {
    const bo = await another_member(server, noor, { role: 'organiser', email: `bo.${ends}@lichtbeeld.example` });
    const { member } = (await bo.get('/api/v1/me')).json<{ member: string }>();
    const id = waiting(await bo.patch(`/api/v1/events/${event.event}`, { ends: await later(30) }));
    if (ends == 'removed') (await noor.del(`/api/v1/members/${member}`)).expect(204);
    else (await noor.patch(`/api/v1/members/${member}`, { role: 'analyst', export: false })).expect(204);
    await approve(id);
    assert.equal((await approval(omar, id)).state, 'failed', ends);
    assert.equal((await noor.event(event.event)).ends, before, ends);
  }
});

test('a stop between two steps: never twice, never lost', async () => {
  const restarted = async (point?: string) => {
    server.options.env = point ? { HARTSLAG_KILL_AT: point } : {};
    await server.start();
  };
  for (const point of ['approval.asked', 'approval.executing', 'approval.decided']) {
    const wanted = await later(7);
    let id = point == 'approval.asked' ? '' : waiting(await move(wanted));
    await server.stop();
    await restarted(point);
    await assert.rejects(point == 'approval.asked' ? move(wanted) : approve(id), point);
    await server.kill();
    await restarted();
    id ||= waiting(await move(wanted));
    assert.equal((await list(noor)).filter(({ state }) => state == 'waiting').length, point == 'approval.decided' ? 0 : 1, point);
    if (point != 'approval.decided') (await approve(id)).expect(200);
    assert.equal((await approval(noor, id)).state, 'executed', point);
    assert.equal((await noor.event(event.event)).ends, wanted, point);
    assert.equal((await approve(id)).status, 409, point);
    assert.equal((await server.mail_to('noor@lichtbeeld.example', /beslist|decided/)).text.includes('/staff/approvals/'), true);
  }
  assert.equal(acts('events.end_moved').length, acts('approval.executed').length - 3, 'three files, and each end once');

  const id = waiting(await csv());
  (await approve(id)).expect(200);
  await server.stop();
  await restarted('approval.made');
  await assert.rejects(fetch_file(id));
  await server.kill();
  await restarted();
  (await fetch_file(id)).expect(200);
  assert.equal((await fetch_file(id)).status, 409);
});

test('a policy without four eyes: at once', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hartslag-approvals-'));
  const policy = changed_policy(folder, (yaml) => yaml.replace(/^ {2}four-eyes: .*$/m, '  four-eyes: []'));
  const alone = await start_server({ policy });
  try {
    const staff = await alone.sign_up();
    const made = await staff.create_event({ event: 'alleen' });
    await alone.register(made, { name: 'Ana Peeters', email: 'ana@kijker.example' });
    (await staff.get(`/api/v1/events/${made.event}/viewers?format=csv`)).expect(200);
    const ends = new Date(Date.parse(made.ends) + minute_ms).toISOString();
    assert.equal((await staff.patch(`/api/v1/events/${made.event}`, { ends })).expect(200).json<Event>().ends, ends);
    assert.equal((await staff.get('/api/v1/me')).expect(200).json().approvals, null);
  } finally {
    await alone.end();
    rmSync(folder, { recursive: true, force: true });
  }
});
