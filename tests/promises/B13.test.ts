// B13 Only staff, temporary staff included, with a signed confidentiality statement and current training get access; it
// lapses with either.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { acknowledge_all, agree, duty_of, is_held } from '../support/duties.ts';
import { another_member } from '../support/members.ts';
import { path_of } from '../support/policy.ts';
import { binary, files_below, start_server, type Server } from '../support/server.ts';
import type { Staff } from '../support/staff.ts';
import { until } from '../support/until.ts';

const day_ms = 24 * 3_600_000;
const omar = { name: 'Omar Haddad', email: 'omar@kompas.example' };
const tess = { name: 'Tess Tijdelijk', email: 'tess@kompas.example' };
interface Member { member: string; email: string; ends: string | null; self: boolean; duties: { duty: string; state: string; ends: string | null }[] }

let folder: string;
let policy: string;
let server: Server;
let noor: Staff;
let manager: Staff;

const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);
const today = () => day(server.clock.now());
const member = async (email: string): Promise<Member> =>
  (await noor.get('/api/v1/members')).expect(200).json<{ members: Member[] }>().members.find((one) => one.email == email)!;
const train = async (by: Staff, email: string, given: object = {}) =>
  by.post(`/api/v1/members/${(await member(email)).member}/trainings`, { training: 'privacy', followed: today(), ...given });
const opens = async (who: Staff) => (await who.get('/api/v1/events')).expect(200);
const is_shut = async (who: Staff) => is_held(await who.get('/api/v1/events'));
const acts = async (kind: string) =>
  (await noor.get('/api/v1/journal?module=staff')).expect(200).json<{ acts: { kind: string; name: string; detail: string }[] }>().acts.filter((one) => one.kind == kind);

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hartslag-b13-'));
  policy = join(folder, 'policy.yaml');
  writeFileSync(policy, readFileSync(path_of('bureau'), 'utf8'));
  server = await start_server({ policy, organisation: 'Kompas Marketing BV' });
  server.acknowledges = false;
});
after(async () => {
  await server?.end();
  rmSync(folder, { recursive: true, force: true });
});

test('B13 the first one signs and is trained like anybody: the operator records it on the machine itself', async () => {
  noor = await server.sign_up();
  assert.ok(await is_shut(noor));
  (await agree(noor, 'guidelines')).expect(204);
  assert.ok(await is_shut(noor));
  for (const name of ['', 'Iemand Anders', 'Noor']) (await agree(noor, 'confidentiality', { name })).expect(400);
  (await agree(noor, 'confidentiality', { name: 'noor  vermeulen' })).expect(204);
  assert.equal((await duty_of(noor, 'confidentiality')).signed_as, 'noor  vermeulen');
  assert.ok(await is_shut(noor), 'and not trained yet');
  const record = (...words: string[]) =>
    spawnSync(binary, ['staff', 'record-training', ...words, '--from', `http://127.0.0.1:${server.local_port}`, '--lang', 'nl'], { encoding: 'utf8', timeout: 30_000 });
  assert.equal(record('niemand@kompas.example', today()).status, 1);
  assert.equal(record('noor@lichtbeeld.example', day(server.clock.now() + 2 * day_ms)).status, 1, 'not for a day to come');
  assert.equal(record('noor@lichtbeeld.example', day(server.clock.now() - 366 * day_ms)).status, 1, 'nor for one that is too long ago');
  assert.equal(record('noor@lichtbeeld.example', 'gisteren').status, 1);
  assert.equal(record('noor@lichtbeeld.example').status, 2);
  assert.ok(await is_shut(noor));
  const done = record('noor@lichtbeeld.example', today());
  assert.deepEqual([done.status, done.stdout], [0, 'De opleiding is genoteerd.\n'], done.stderr);
  await opens(noor);
});

test('B13 nobody gets access with one of the two, and nobody records their own training', async () => {
  manager = await another_member(server, noor, { ...omar, role: 'organiser' });
  assert.ok(await is_shut(manager));
  (await agree(manager, 'guidelines')).expect(204);
  (await train(noor, omar.email)).expect(204);
  assert.ok(await is_shut(manager), 'trained, and nothing signed');
  (await agree(manager, 'confidentiality', { name: omar.name })).expect(204);
  await opens(manager);
  for (const [who, email] of [[manager, omar.email], [noor, 'noor@lichtbeeld.example']] as const) (await train(who, email)).expect(403);
  for (const followed of [day(server.clock.now() + 2 * day_ms), day(server.clock.now() - 366 * day_ms), '2026-02-31', 'gisteren'])
    (await train(noor, omar.email, { followed })).expect(400);
  (await train(noor, omar.email, { training: 'confidentiality' })).expect(404);
  const signed = await acts('staff.signed');
  assert.deepEqual(signed.map(({ name }) => name), [omar.name, 'Noor Vermeulen']);
  assert.match(signed[0]!.detail, /duty=confidentiality version=[0-9a-f]{16} policy=2026-11-01-/);
  const [recorded] = await acts('staff.training_recorded');
  assert.equal(recorded!.name, 'Noor Vermeulen');
  assert.match(recorded!.detail, new RegExp(`member=${(await member(omar.email)).member} training=privacy followed=`));
});

test('B13 access lapses with the training, in a session that runs and for programs; a mail tells a month before', async () => {
  const { secret } = (await manager.post('/api/v1/tokens', { label: 'x', permissions: ['view_report'] })).expect(201).json<{ secret: string }>();
  const program = manager.with_token(secret);
  await opens(program);
  const ends = Date.parse((await member(omar.email)).duties.find(({ duty }) => duty == 'privacy')!.ends!);
  server.clock.pass(ends - server.clock.now() - 30 * day_ms - 60_000);
  assert.deepEqual((await manager.get('/api/v1/me')).json().duties.ends, []);
  server.clock.pass(120_000);
  const near = (await manager.get('/api/v1/me')).json<{ duties: { open: number; ends: { duty: string; at: string }[] } }>().duties;
  assert.deepEqual([near.open, near.ends.map(({ duty, at }) => [duty, Date.parse(at)])], [0, [['privacy', ends]]]);
  const mail = await server.mail_to(omar.email, /opleiding/);
  assert.match(mail.text, /Opleiding gegevensbescherming/);
  assert.match(mail.text, /\/staff\/me/);
  await server.mail_to('noor@lichtbeeld.example', /opleiding/);
  // Noor's is renewed in time, Omar's is not.
  (await server.train('noor@lichtbeeld.example', 'privacy')).expect(204);
  server.clock.pass(ends - server.clock.now() - 60_000);
  for (const who of [noor, manager]) await opens(who);
  await opens(program);
  server.clock.pass(120_000);
  assert.ok(await is_shut(manager), 'the session runs, and opens nothing');
  assert.ok(await is_shut(program));
  await opens(noor);
  assert.deepEqual((await member(omar.email)).duties.map(({ duty, state }) => `${duty} ${state}`), ['guidelines met', 'confidentiality met', 'privacy over']);
  const id = (await member(omar.email)).member;
  await until('the lapse in the journal', async () => (await acts('staff.lapsed')).some(({ detail }) => detail == `member=${id} duty=privacy reason=over`));
  (await train(noor, omar.email)).expect(204);
  for (const who of [manager, program]) await opens(who);
});

test('B13 access lapses with the statement: another text is signed anew', async () => {
  const before = readFileSync(policy, 'utf8');
  const after = before.replace('Ik houd geheim wat', 'Ik houd strikt geheim wat');
  assert.notEqual(after, before);
  writeFileSync(policy, after);
  await server.restart();
  for (const who of [noor, manager]) assert.ok(await is_shut(who));
  assert.equal((await duty_of(manager, 'confidentiality')).state, 'changed');
  await acknowledge_all(server, noor, 'noor@lichtbeeld.example');
  await opens(noor);
  assert.ok(await is_shut(manager));
  (await agree(manager, 'confidentiality', { name: omar.name })).expect(204);
  await opens(manager);
});

test('B13 temporary staff sign and are trained as well, and their access ends with their time', async () => {
  const last = day(server.clock.now() + 3 * day_ms);
  for (const ends of [day(server.clock.now() - 2 * day_ms), '2027-02-31', 'ooit', 7])
    (await noor.post('/api/v1/invitations', { email: tess.email, role: 'analyst', ends })).expect(400);
  const invited = (await noor.post('/api/v1/invitations', { email: tess.email, role: 'analyst', ends: last })).expect(201).json<{ ends: string; invitation: string }>();
  assert.equal(invited.ends, last);
  (await noor.del(`/api/v1/invitations/${invited.invitation}`)).expect(204);
  const temporary = await another_member(server, noor, { ...tess, ends: last });
  assert.ok(await is_shut(temporary));
  await acknowledge_all(server, temporary, tess.email);
  await opens(temporary);
  const { secret } = (await temporary.post('/api/v1/tokens', { label: 'x', permissions: ['view_report'] })).expect(201).json<{ secret: string }>();
  const program = temporary.with_token(secret);
  const { member: id, ends } = await member(tess.email);
  assert.equal(ends, last);
  assert.equal((await temporary.get('/api/v1/me')).json().ends, last);
  // Until the end of that day, where the law of the policy holds.
  const over = Date.parse(`${last}T00:00:00Z`) + day_ms;
  const offset_ms = 3_600_000 * Number(new Intl.DateTimeFormat('en', { timeZone: 'Europe/Brussels', timeZoneName: 'shortOffset' }).format(over).match(/GMT\+(\d)/)![1]);
  server.clock.pass(over - offset_ms - server.clock.now() - 60_000);
  await opens(temporary);
  await opens(program);
  const { cookie } = temporary;
  server.clock.pass(61_000);
  (await server.get('/api/v1/events', { cookie })).expect(401);
  (await program.get('/api/v1/events')).expect(401);
  const own = { origin: server.origin, 'sec-fetch-site': 'same-origin' };
  (await server.post('/api/v1/sign-in', { email: tess.email, password: 'nog een lang wachtwoord' }, own)).expect(403);
  (await server.post('/api/v1/sign-in', { email: tess.email, password: 'een verkeerd wachtwoord' }, own)).expect(401);
  await until('the end in the journal', async () => (await acts('staff.membership_over')).some(({ detail }) => detail == `member=${id}`));
  // Extended, it goes on.
  (await noor.patch(`/api/v1/members/${id}`, { role: 'analyst' })).expect(400);
  (await noor.patch(`/api/v1/members/${id}`, { role: 'analyst', ends: day(server.clock.now() + 5 * day_ms) })).expect(204);
  await opens(await server.sign_in({ email: tess.email, password: 'nog een lang wachtwoord' }));
  await opens(program);
  // Left out, the end stays; null takes it away.
  (await noor.patch(`/api/v1/members/${id}`, { role: 'support' })).expect(204);
  assert.notEqual((await member(tess.email)).ends, null);
  (await noor.patch(`/api/v1/members/${id}`, { role: 'analyst', ends: null })).expect(204);
  assert.equal((await member(tess.email)).ends, null);
});

test('B13 the name that somebody signed with is sealed, and goes with the account', async () => {
  const signature = 'tess  tijdelijk';
  const staff = await server.sign_in({ email: tess.email, password: 'nog een lang wachtwoord' });
  const before = readFileSync(policy, 'utf8');
  writeFileSync(policy, before.replace('Ik houd strikt geheim', 'Ik houd voor altijd geheim'));
  await server.restart();
  (await agree(staff, 'confidentiality', { name: signature })).expect(204);
  assert.equal((await duty_of(staff, 'confidentiality')).signed_as, signature);
  assert.equal((await duty_of(noor, 'confidentiality')).signed_as.toLowerCase().includes('tess'), false);
  for (const { path, bytes } of files_below(server.data)) assert.ok(!bytes.includes(signature), `${path} has the signature in clear`);
  await acknowledge_all(server, noor, 'noor@lichtbeeld.example');
  (await noor.del(`/api/v1/members/${(await member(tess.email)).member}`)).expect(204);
  assert.equal(await member(tess.email), undefined);
});

test('B13 the promises tell how many have access, and how many have something to do first', async () => {
  const { groups } = (await noor.get('/api/v1/promises?lang=en')).expect(200).json<{ groups: { promises: { id: string; state: string; evidence: string[] }[] }[] }>();
  const row = groups.flatMap(({ promises }) => promises).find(({ id }) => id == 'B13')!;
  assert.equal(row.state, 'kept');
  assert.deepEqual(row.evidence, ['1 member has done everything that comes before access.', '1 member has something to do first and gets at nothing.']);
});
