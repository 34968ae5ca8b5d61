// What is unusual in an account is told by mail, to its member and to those who manage members; once for each kind, member and
// hour, whatever happens.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { another_member } from '../support/members.ts';
import { changed_policy, start_server, type Server } from '../support/server.ts';
import { MailServer } from '../support/smtp.ts';
import type { Event, Staff } from '../support/staff.ts';
import { until } from '../support/until.ts';

const minute_ms = 60_000;
const hour_ms = 60 * minute_ms;
const [noor, sanne, omar] = ['noor@lichtbeeld.example', 'sanne@lichtbeeld.example', 'omar@lichtbeeld.example'];
const password = 'nog een lang wachtwoord';

let folder: string;
let mail: MailServer;
let server: Server;
let owner: Staff;
let organiser: Staff;
let analyst: Staff;
let event: Event;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hartslag-alerts-'));
  mail = await MailServer.start();
  const policy = changed_policy(folder, (yaml) => yaml.replace(/^ {2}four-eyes: .*$/m, '  four-eyes: []'));
  server = await start_server({ policy, smtp: `smtp+plain://127.0.0.1:${mail.port}` });
  owner = await server.sign_up();
  const mails = () => mail.mails;
  organiser = await another_member(server, owner, { role: 'organiser', exports: true, name: 'Sanne Smit', email: sanne }, mails);
  analyst = await another_member(server, owner, { role: 'analyst', name: 'Omar Haddad', email: omar }, mails);
  event = await owner.create_event();
});
after(async () => {
  await server?.end();
  await mail?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Whom a mail came to of which the subject says this, since so many had come. */
const told = (what: RegExp, since = 0) => mail.mails.slice(since).filter(({ subject }) => what.test(subject)).map(({ to }) => to).sort();
const count = () => mail.mails.length;
/** Another hour, in which another mail of a kind may go. */
const next_hour = () => server.clock.pass(hour_ms);
/** All that happened until now was looked at: what comes after it has arrived. */
async function looked_at(): Promise<void> {
  const before = count();
  server.clock.pass(2 * minute_ms);
  (await owner.post('/api/v1/invitations', { email: `gast${before}@elders.example`, role: 'analyst', language: 'nl' })).expect(201);
  await mail.mail_to(`gast${before}@elders.example`);
}
const guess = () => server.post('/api/v1/sign-in', { email: sanne, password: 'geraden wachtwoord' }, { origin: server.origin });
/** As often as the throttle lets one from one address. */
async function guess_often(tries: number): Promise<void> {
  for (let i = 0; i < tries; ++i) {
    if (i > 0 && i % 4 == 0) server.clock.pass(6 * minute_ms);
    assert.equal((await guess()).status, 401);
  }
}

test('an account that was just made is no news', async () => {
  await looked_at();
  assert.deepEqual(told(/nieuwe browser kan in het account/), []);
});

test('ten wrong passwords within an hour are told, nine are not', async () => {
  const since = count();
  await guess_often(9);
  await looked_at();
  assert.deepEqual(told(/tien keer/, since), []);
  assert.equal((await guess()).status, 401);
  server.clock.pass(minute_ms);
  await until('who has the account and who manages members hear of it', () => told(/tien keer/, since).length == 2);
  assert.deepEqual(told(/tien keer/, since), [noor, sanne]);
  const [own, other] = [sanne, noor].map((to) => mail.mails.slice(since).find((one) => one.to == to && /tien keer/.test(one.subject))!);
  assert.match(own!.text, /Was jij het niet\? Verander dan meteen je wachtwoord/);
  assert.match(other!.text, /het account van Sanne Smit/);
});

test('a kind of news of one member comes once an hour', async () => {
  const since = count();
  for (let i = 0; i < 2; ++i) (await organiser.post('/api/v1/me/recovery-codes', {})).expect(201);
  await looked_at();
  await looked_at();
  assert.deepEqual(told(/herstelcodes zijn veranderd/, since), [noor, sanne]);
  next_hour();
  (await organiser.post('/api/v1/me/recovery-codes', {})).expect(201);
  await looked_at();
  await until('again, an hour later', () => told(/herstelcodes zijn veranderd/, since).length == 4);
});

test('another browser, a recovery code and another password are told to who manages members', async () => {
  const since = count();
  next_hour();
  const { recovery_codes } = (await analyst.post('/api/v1/me/recovery-codes', {})).expect(201).json<{ recovery_codes: string[] }>();
  server.devices.delete(omar);
  await server.sign_in({ email: omar, password });
  await looked_at();
  await until('a new browser', () => told(/nieuwe browser kan in het account/, since).length == 2);
  assert.deepEqual(told(/nieuwe browser kan in het account/, since), [noor, sanne]);
  assert.deepEqual(told(/nieuwe browser kan in je account/, since), [omar], 'its member hears of it from another mail');
  const from = { origin: server.origin, 'sec-fetch-site': 'same-origin' };
  const half = (await server.post('/api/v1/sign-in', { email: omar, password }, { ...from, cookie: server.devices.get(omar)! })).expect(200).headers['set-cookie']![0]!.split(';')[0]!;
  (await server.post('/api/v1/sign-in/code', { code: recovery_codes[0] }, { ...from, cookie: `${half}; ${server.devices.get(omar)}` })).expect(204);
  await looked_at();
  assert.deepEqual(told(/een herstelcode is gebruikt/, since), [noor, sanne]);
  next_hour();
  (await analyst.post('/api/v1/me/password', { present: password, wanted: 'een heel ander lang wachtwoord' })).expect(204);
  await looked_at();
  assert.deepEqual(told(/wachtwoord, een passkey/, since).slice(-3).filter((to) => to == omar), [omar]);
});

test('more than five files within a day are told to the officer too, five are not', async () => {
  await server.register(event, { name: 'Ana Peeters', email: 'ana@kijker.example' });
  const since = count();
  const take = async () => (await organiser.get(`/api/v1/events/${event.event}/viewers?format=csv`)).expect(200);
  for (let i = 0; i < 5; ++i) await take();
  await looked_at();
  assert.deepEqual(told(/ongewoon veel/, since), []);
  await take();
  server.clock.pass(minute_ms);
  await until('told', () => told(/ongewoon veel/, since).length == 2);
  await looked_at();
  assert.deepEqual(told(/ongewoon veel/, since), [noor, sanne]);
});

test('after a restart nothing is told twice', async () => {
  const since = count();
  await server.restart();
  await looked_at();
  assert.deepEqual(told(/ongewoon veel|tien keer|veranderd/, since), []);
});
