// E20 Every password that the platform uses is generated, strong, and rotated on a declared schedule; an overdue rotation is visible.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { DatabaseSync } from 'node:sqlite';
import { back_up, copy_keys, restart_on, run } from '../support/backup.ts';
import { Stage, accessibility_faults, phone, scrolls_sideways, shoot } from '../support/browser.ts';
import { Provider, credentials, listed, one } from '../support/credentials.ts';
import { languages } from '../support/policy.ts';
import { binary, changed_policy, policy_file, start_server, type Server } from '../support/server.ts';
import type { Event, Staff } from '../support/staff.ts';
import { until } from '../support/until.ts';

const hour_ms = 3_600_000;
const day_ms = 24 * hour_ms;

let provider: Provider;
let server: Server;
let staff: Staff;
let event: Event;
let people = 0;

before(async () => {
  provider = await Provider.start();
  server = await start_server({ smtp: provider.address, words: ['--mail-password-hook', provider.hook] });
  staff = await server.sign_up();
  event = await new_event();
});
after(async () => {
  await server?.end();
  await provider?.end();
});

const new_event = () => staff.create_event({ opens_by: 'link', ends: new Date(server.clock.now() + 2 * hour_ms).toISOString() });

/** Somebody registers, which has a mail sent; their address. */
async function write_to_somebody(): Promise<string> {
  const email = `kijker-${++people}@kijker.example`;
  await server.register(event, { name: 'Ana Peeters', email });
  return email;
}
const arrives = async () => provider.mail.mail_to(await write_to_somebody());

interface Row { id: string; state: string; evidence: string[]; details: string[] }
async function promise(language = 'nl'): Promise<Row> {
  const list = (await staff.get(`/api/v1/promises?lang=${language}`)).expect(200).json<{ groups: { promises: Row[] }[] }>();
  return list.groups.flatMap(({ promises }) => promises).find(({ id }) => id == 'E20')!;
}
const metric = async (name: string) => Number(new RegExp(`^${name} (\\d+)$`, 'm').exec((await server.local('/metrics')).text)![1]);
const acts = () => execFileSync(binary, ['journal', 'list', '--data', server.data, '--master-key', server.master_key], { encoding: 'utf8' });
/** Each secret that the provider has ever heard of. */
const secrets = () => [...new Set([provider.first, ...provider.given])];

/** The sealed bytes of a credential that is still there, as they lie in the key database. */
function sealed(name: string, number: number): string {
  const copy = join(server.folder, 'keys-looked-at.db');
  for (const suffix of ['', '-wal', '-shm']) copyFileSync(join(server.data, `keys.db${suffix}`), copy + suffix);
  const database = new DatabaseSync(copy);
  const row = database.prepare('select sealed from credential where name = ? and number = ?').get(name, number);
  database.close();
  for (const suffix of ['', '-wal', '-shm']) rmSync(copy + suffix, { force: true });
  return String(row!['sealed']);
}

test('E20 no password stands in an address, and a hook has to be one that can be run', async () => {
  const words = ['serve', '--data', join(server.folder, 'none'), '--policy', policy_file, '--master-key', server.master_key, '--listen', '127.0.0.1:0', '--listen-local', '127.0.0.1:0'];
  const refused = await run([...words, '--smtp', 'smtp://hartslag:Zeer-Geheim@mail.example:587']);
  assert.equal(refused.status, 2);
  assert.match(refused.err, /hartslag credentials set mail/);
  assert.doesNotMatch(refused.err, /Geheim/);
  for (const more of [['--mail-password-hook', provider.hook], ['--smtp', provider.address, '--mail-password-hook', '/nowhere/hook'], ['--smtp', provider.address, '--mail-password-hook', 'hook'],
    ['--smtp', 'smtp+plain://127.0.0.1:25', '--mail-password-hook', provider.hook]]) {
    assert.equal((await run([...words, ...more])).status, 2, more.join(' '));
  }
});

test('E20 without its password mail waits; the first one is given on standard input, and tried before it is kept', async () => {
  const early = await write_to_somebody();
  assert.equal((await promise()).state, 'attention');
  assert.match((await promise()).evidence.join(), /“mail”: er is nog geen wachtwoord/);
  const wrong = await credentials(server, ['set', 'mail'], 'Verkeerd-Wachtwoord\n');
  assert.equal(wrong.status, 1);
  assert.match(wrong.err, /refuses this user and password/);
  assert.equal((await credentials(server, ['set', 'mail'], 'kort\n')).status, 1);
  assert.equal((await credentials(server, ['set', 'session', 'keys'], 'Eerste-Wachtwoord\n')).status, 1);
  assert.equal(provider.mail.mails.length, 0);
  const set = await credentials(server, ['set', 'mail', '--lang', 'en'], `${provider.first}\n`);
  assert.equal(set.status, 0, set.err);
  assert.match(set.out, /“mail”: in use since/);
  server.clock.pass(10 * 60_000);
  assert.equal((await provider.mail.mail_to(early)).encrypted, false);
  const row = await promise();
  assert.equal(row.state, 'attention', 'a password that somebody chose is not one that the program drew');
  assert.match(row.evidence.join(), /met de hand gegeven/);
});

test('E20 after its term the old password is refused, a strong one is in use that nobody saw, and mails arrive', async () => {
  const before = await one(server, 'mail');
  assert.equal(before.every, '90 days');
  assert.equal(Date.parse(before.due!) - Date.parse(before.versions[0]!.made_at), 90 * day_ms);
  server.clock.pass_to(Date.parse(before.due!) - 3 * day_ms - hour_ms);
  assert.equal((await one(server, 'mail')).versions.length, 1);
  server.clock.pass_to(Date.parse(before.due!) - 2 * day_ms);
  await until('another password', async () => (await one(server, 'mail')).versions[0]!.state == 'current' && provider.password != provider.first);

  event = await new_event();
  await arrives();
  assert.ok(!provider.tried.slice(-1).includes(provider.first));
  const now = await one(server, 'mail');
  assert.deepEqual(now.versions.map(({ state, made, by }) => [state, made, by]), [['current', 'generated', 'schedule'], ['ended', 'given', 'operator']]);
  assert.equal(now.overdue, false);
  assert.match(provider.password, /^[A-Za-z0-9_-]{43}$/);
  assert.deepEqual(provider.given, [provider.password]);
  const { state, evidence } = await promise();
  assert.equal(evidence.filter((sentence) => /“mail”: laatst vervangen op .*Opnieuw uiterlijk op/.test(sentence)).length, 1);
  assert.match(evidence.join(), /“sessiesleutels”: laatst vervangen .*“logboeksleutel”: in gebruik sinds/);
  assert.equal(state, 'kept');

  // Not in what the hook was started with, not in a log, a journal, an answer or a file.
  assert.deepEqual(provider.read('arguments').trim().split('\n').slice(-1), [provider.hook]);
  assert.deepEqual(provider.read('environment').split('\n').filter((line) => !/^(PATH|PWD|OLDPWD|SHLVL|_|$)/.test(line)), []);
  const told = [server.log, server.output, acts(), JSON.stringify(await listed(server)), (await server.local('/metrics')).text];
  for (const secret of secrets()) {
    for (const text of told) assert.ok(!text.includes(secret));
    assert.deepEqual(server.files_with(secret), []);
  }
  const recorded = acts().split('\n').filter((line) => line.includes('credential.rotated') && line.includes('\\"mail\\"'));
  assert.equal(recorded.length, 1);
});

test('E20 each password is drawn anew, of 256 bits', async () => {
  const before = provider.given.length;
  for (let i = 0; i < 6; ++i) assert.equal((await credentials(server, ['rotate', 'mail'])).status, 0);
  const drawn = provider.given.slice(before);
  assert.equal(drawn.length, 6);
  assert.equal(new Set(provider.given).size, provider.given.length);
  for (const password of drawn) assert.equal(Buffer.from(password, 'base64url').length * 8, 256);
  // Of 1536 bits that are drawn, half are ones, give or take.
  const ones = drawn.flatMap((password) => [...Buffer.from(password, 'base64url')]).reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0);
  assert.ok(Math.abs(ones - 768) < 140, `${ones} ones`);
  await arrives();
});

test('E20 a hook that fails loses nothing, and an overdue rotation is seen everywhere', async () => {
  const { due } = await one(server, 'mail');
  const kept = provider.password;
  provider.break();
  server.clock.pass_to(Date.parse(due!) - day_ms);
  await until('an attempt', async () => (await one(server, 'mail')).failed != null);
  const waiting = await one(server, 'mail');
  assert.equal(waiting.overdue, false);
  assert.match(waiting.failed!, /status 3/);
  assert.equal(await metric('hartslag_credentials_failing'), 1);
  assert.equal(await metric('hartslag_credentials_overdue'), 0);
  assert.equal((await staff.get('/api/v1/me')).json<{ credentials: { overdue: number } }>().credentials.overdue, 0);

  server.clock.pass_to(Date.parse(due!) + 60_000);
  await until('it to be told', () => server.log.includes('"credential.overdue"'));
  assert.equal(await metric('hartslag_credentials_overdue'), 1);
  const list = await credentials(server, ['list']);
  assert.equal(list.status, 1);
  assert.match(list.out, /“mail” had uiterlijk op .* vervangen moeten zijn/);
  const row = await promise();
  assert.equal(row.state, 'broken');
  assert.match(row.evidence[0]!, /“mail” had uiterlijk op/);
  assert.equal((await run(['promises', '--from', `http://127.0.0.1:${server.local_port}`])).status, 1);
  assert.equal((await staff.get('/api/v1/me')).json<{ credentials: { overdue: number } }>().credentials.overdue, 1);
  const sentences = await Promise.all(languages.map(async (language) => (await promise(language)).evidence[0]!));
  assert.equal(new Set(sentences).size, languages.length);
  await page_shows(true);

  event = await new_event();
  await arrives();
  assert.equal(provider.password, kept);
  assert.equal((await credentials(server, ['rotate', 'mail'])).status, 1);
  assert.equal(provider.tried.at(-1) == kept, false, 'what is half replaced is tried first');

  provider.break(false);
  server.clock.pass(7 * hour_ms);
  await until('the rotation', async () => !(await one(server, 'mail')).overdue);
  assert.notEqual(provider.password, kept);
  assert.equal(await metric('hartslag_credentials_overdue'), 0);
  event = await new_event();
  await arrives();
  await page_shows(false);
});

/** The page of promises, and the banner above every page of who runs events. */
async function page_shows(overdue: boolean) {
  const stage = await Stage.open();
  try {
    for (const [name, options] of [['desk', {}], ['phone', { viewport: phone }], ['dark', { colorScheme: 'dark' as const }]] as const) {
      const page = await stage.page(options);
      const [cookie, value] = staff.cookie.split('=');
      await page.context().addCookies([{ name: cookie!, value: value!, url: server.origin }]);
      await page.goto(`${server.origin}/staff/promises`);
      const row = page.locator('[data-promise=E20]');
      await row.waitFor();
      assert.equal(/had uiterlijk op/.test((await row.textContent())!), overdue);
      assert.equal(await page.getByRole('alert').filter({ hasText: '1 wachtwoord of sleutel is niet op tijd vervangen' }).count(), overdue ? 1 : 0);
      if (overdue) await row.scrollIntoViewIfNeeded();
      await shoot(page, `credentials-${overdue ? 'overdue' : 'replaced'}-${name}`);
      assert.deepEqual(await accessibility_faults(page), []);
      assert.equal(await scrolls_sideways(page), false);
      await page.context().close();
    }
    assert.deepEqual(stage.complaints, []);
  } finally {
    await stage.close();
  }
}

test('E20 a program that dies between two steps of a rotation finds its password again', async () => {
  for (const point of ['credential.drawn', 'credential.handed_over', 'credential.taken']) {
    await server.stop();
    server.options.env = { HARTSLAG_KILL_AT: point };
    await server.start();
    assert.equal((await credentials(server, ['rotate', 'mail'])).status, 1, point);
    await server.kill();
    server.options.env = {};
    await server.start();
    await until(`the password after ${point}`, async () => !(await one(server, 'mail')).waiting);
    await arrives();
    assert.equal(provider.tried.at(-1), provider.password, point);
  }
});

test('E20 what is restored from a backup knows its passwords', async () => {
  const archive = join(server.folder, 'old.backup');
  const keys = join(server.folder, 'keys-copy.db');
  await back_up(server, archive);
  // After the backup: the keys of today know it all the same.
  assert.equal((await credentials(server, ['rotate', 'mail'])).status, 0);
  await copy_keys(server, keys);
  await restart_on(server, archive, keys);
  staff = await server.sign_in();
  await arrives();
});

test('E20 session keys are replaced by themselves; who is watching goes on; the old one is then nowhere', async () => {
  const before = await one(server, 'session keys');
  assert.equal(before.every, '30 days');
  server.clock.pass_to(Date.parse(before.planned!) - hour_ms);
  const lecture = await staff.create_event({ starts: new Date(server.clock.now()).toISOString(), ends: new Date(server.clock.now() + 3 * hour_ms).toISOString() });
  const { door } = await server.register(lecture, { name: 'Ben Claes', email: 'ben@kijker.example' });
  const session = await server.open_session(lecture, { link: door!, consent: true });
  const number = before.versions[0]!.number;
  const bytes = sealed('session keys', number);
  assert.ok(server.files_with(bytes).length > 0);
  const n = await server.watch(session.t!, 50 * 60_000, 7);
  server.clock.pass_to(Date.parse(before.planned!) + 60_000);
  await until('the rotation', async () => (await one(server, 'session keys')).versions[0]!.number == number + 1);
  const next = await server.watch(session.t!, 20 * 60_000, 7, n);
  const other = await server.open_session(lecture, { link: door!, consent: true });
  await server.watch(other.t!, 60_000, 7);
  await server.watch(session.t!, 5 * 60_000, 7, next);
  const states = async () => (await one(server, 'session keys')).versions.map(({ state }) => state).slice(0, 2);
  assert.deepEqual(await states(), ['current', 'retired']);
  assert.ok(server.files_with(bytes).length > 0, 'it is still accepted');

  server.clock.pass(25 * hour_ms + 60_000);
  await until('its end', async () => (await states())[1] == 'ended');
  await until('its bytes to go', () => server.files_with(bytes).length == 0);
  assert.equal((await server.beat(session.t!, 99_999, [[0, 7]])).status, 401);
});

test('E20 the journal\'s key is replaced each year, and whoever has the old one is led to the new one', async () => {
  const copy = join(server.folder, 'journal-copy');
  const verify = (key: string, ...more: string[]) => {
    rmSync(copy, { recursive: true, force: true });
    cpSync(join(server.data, 'journal'), copy, { recursive: true });
    return run(['journal', 'verify', copy, '--key', key, ...more]);
  };
  const public_key = async () => (await server.get('/journal/key')).expect(200).text.trim();
  const first = await public_key();
  const kept = join(server.folder, 'checkpoint-kept');
  writeFileSync(kept, (await server.get('/journal/checkpoint')).expect(200).text);
  const before = await one(server, 'journal key');
  assert.equal(before.every, '1 year');
  assert.equal((await server.get('/journal/handovers')).expect(200).text, '');
  const bytes = sealed('journal key', before.versions[0]!.number);

  server.clock.pass_to(Date.parse(before.planned!) + 60_000);
  await until('the rotation', async () => (await one(server, 'journal key')).versions.length == 2);
  const second = await until('the new key', async () => ((await public_key()) == first ? undefined : public_key()));
  assert.equal((await server.get('/journal/checkpoint')).text.trim().split('\n').length, 6, 'both sign, so that a witness can follow');
  const listed_key = (await run(['journal', 'key', '--data', server.data, '--master-key', server.master_key])).out.trim();
  assert.equal(listed_key, second);
  for (const key of [first, second]) {
    const verified = await verify(key, '--since', kept);
    assert.equal(verified.status, 0, verified.err);
    assert.ok(verified.out.includes(`replaced 1 time, each time announced by the key before; today's is\n  ${second}`));
  }

  // A restart, a month later the old key is gone, and the way still leads to today.
  await server.restart();
  server.clock.pass(31 * day_ms);
  await until('the end of the old key', async () => (await one(server, 'journal key')).versions[1]!.state == 'ended');
  await until('its bytes to go', () => server.files_with(bytes).length == 0);
  await until('a checkpoint of the new key alone', async () => (await server.get('/journal/checkpoint')).text.trim().split('\n').length == 5);
  const handover = (await server.get('/journal/handovers')).expect(200).text.split('\n');
  assert.deepEqual(handover.slice(1, 4), ['handover', first, second]);
  for (const key of [first, second]) assert.equal((await verify(key, '--since', kept)).status, 0);
  const stranger = first.replace(/.$/, (last) => (last == 'A' ? 'B' : 'A'));
  assert.notEqual((await verify(stranger)).status, 0);
  const path = join(copy, 'handovers');
  const good = readFileSync(path);
  for (let at = 0; at < good.length; at += 7) {
    const changed = Buffer.from(good);
    changed[at]! ^= 1;
    writeFileSync(path, changed);
    assert.equal((await run(['journal', 'verify', copy, '--key', first])).status, 1, `byte ${at}`);
  }
});

test('E20 what nobody tells the other side of is replaced by hand, and is overdue when it is not', async () => {
  const policy = changed_policy(server.folder, (text) => text.replace(/^ {2}(database|storage|stream|session keys|journal key): .*\n/gm, ''));
  const other = await start_server({ smtp: provider.address, policy });
  try {
    const boss = await other.sign_up();
    assert.equal((await credentials(other, ['set', 'mail'], provider.password)).status, 0);
    const rotate = await credentials(other, ['rotate', 'mail']);
    assert.equal(rotate.status, 1);
    assert.match(rotate.err, /hartslag credentials set mail/);
    assert.match((await credentials(other, ['list', '--lang', 'en'])).out, /“session keys”: in use since .*does not say for how long/);
    other.clock.pass(91 * day_ms);
    await until('it to be overdue', async () => (await credentials(other, ['list'])).status == 1);
    assert.equal((await boss.get('/api/v1/me')).json<{ credentials: { overdue: number } }>().credentials.overdue, 1);
    assert.equal((await credentials(other, ['set', 'mail'], provider.password)).status, 0);
    assert.equal((await credentials(other, ['list'])).status, 0);
    assert.equal((await credentials(other, ['rotate', 'session keys'])).status, 0);
    assert.equal((await credentials(other, ['rotate', 'storage'])).status, 1);
    assert.equal((await credentials(other, ['rotate'])).status, 2);
  } finally {
    await other.end();
  }
});

test('E20 a rule for what an installation does not have is told as such', async () => {
  const plain = await start_server();
  try {
    const all = await listed(plain);
    assert.deepEqual(all.filter(({ used }) => used).map(({ credential }) => credential), ['session keys', 'journal key']);
    assert.match((await credentials(plain, ['list', '--lang', 'en'])).out, /“mail”: this installation has none/);
    const checked = await run(['policy', 'check', policy_file]);
    assert.deepEqual([...checked.out.matchAll(/the rotation of '([^']*)' is not watched/g)].map(([, name]) => name), ['database', 'storage', 'stream']);
  } finally {
    await plain.end();
  }
});
