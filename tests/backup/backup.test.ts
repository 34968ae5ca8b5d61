// Backups: taken while the program serves, whole or not at all, and of use only with today's keys.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Viewer, pass_together } from '../support/audience.ts';
import { files_below, start_server, type Server } from '../support/server.ts';
import type { Event, Staff } from '../support/staff.ts';
import { back_up, copy_keys, drill_words, local, restart_on, restore_words, run, succeed } from '../support/backup.ts';

let server: Server;
let staff: Staff;
let event: Event;
let count = 0;

before(async () => {
  server = await start_server();
  staff = await server.sign_up();
  event = await staff.create_event({ event: 'webinar' });
});
after(() => server?.end());

const place = (name: string) => join(server.folder, name);
const seconds = (intervals: { start: string; end: string }[]) =>
  intervals.reduce((sum, { start, end }) => sum + (Date.parse(end) - Date.parse(start)) / 1_000, 0);

/** One person after the other registers, until told otherwise; whose registration was answered is in `told`. */
async function register_on(told: string[], life: { over: boolean }) {
  while (!life.over) {
    const email = `deelnemer-${++count}@kijker.example`;
    const { status, answer } = await server.register(event, { name: `Deelnemer ${count}`, email });
    assert.equal(status, 303, `${answer}`);
    told.push(email);
  }
}

/** Beats on and on; `told` counts the seconds that were acknowledged. */
async function beat_on(viewer: Viewer, told: { seconds: number }, life: { over: boolean }) {
  while (!life.over) {
    server.clock.pass(5_000);
    await viewer.say([[0, 7]]);
    told.seconds += 5;
  }
}

test('a backup under load holds everything that was answered before it began', { timeout: 300_000 }, async () => {
  const viewer = await new Viewer(server, event, 'Ana Peeters').register();
  await viewer.open(true);
  await viewer.say([[0, 7]]);
  const told: string[] = [];
  const beaten = { seconds: 0 };
  const life = { over: false };
  const load = [register_on(told, life), register_on(told, life), beat_on(viewer, beaten, life)];
  const backups: { file: string; people: string[]; seconds: number }[] = [];
  for (let number = 1; number <= 3; ++number) {
    while (told.length < 6 * number) await new Promise((resolve) => setTimeout(resolve, 20));
    const file = place(`under-load-${number}.backup`);
    const was = { file, people: [...told], seconds: beaten.seconds };
    const { out } = await back_up(server, file);
    assert.match(out, /keys are not in it/);
    backups.push(was);
  }
  life.over = true;
  await Promise.all(load);
  await copy_keys(server, place('keys.copy'));
  for (const { file, people, seconds: known } of backups) {
    await restart_on(server, file, place('keys.copy'));
    const listed = new Set((await staff.people(event)).people.map(({ email }) => email));
    for (const email of people) assert.ok(listed.has(email), `${email} is missing`);
    const { sessions } = await staff.person(event, viewer.email);
    const there = sessions.reduce((sum, { intervals }) => sum + seconds(intervals), 0);
    assert.ok(there >= known, `${there} s of ${known} s`);
    // The journal's files, which are in no backup, are made again, and are what was signed.
    const { out: key } = await succeed(['journal', 'key', '--data', server.data, '--master-key', server.master_key]);
    await succeed(['journal', 'verify', join(server.data, 'journal'), '--key', key.trim()]);
  }
  // It serves on: what is new is stored, and lasts.
  const { email } = await new Viewer(server, event, 'Na Herstel').register();
  await server.restart();
  assert.ok((await staff.people(event)).people.some((row) => row.email == email));
});

test('neither keys nor names are in a backup, nor is anything left in the data folder', async () => {
  const name = 'Wilhelmina Uniek-Kanarie';
  const viewer = await new Viewer(server, event, name).register();
  const file = place('sealed.backup');
  await back_up(server, file);
  const bytes = readFileSync(file);
  assert.equal(bytes.subarray(0, 8).toString(), 'HSBACK1\n');
  for (const text of [name, viewer.email, 'SQLite format 3', 'control.db', 'manifest']) assert.ok(!bytes.includes(text), text);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.ok(!existsSync(join(server.data, 'backup.part')));
  await copy_keys(server, place('keys.copy'));
  await succeed(restore_words(server, file, place('looked-at'), place('keys.copy')));
  const names = files_below(place('looked-at')).map(({ path }) => path);
  assert.ok(names.includes('control.db') && names.includes('vault.db') && names.some((path) => path.startsWith('pulse/log-')));
  assert.ok(!names.includes('lock') && !names.some((path) => path.startsWith('journal/')));
});

test('a backup that is changed, cut off or lengthened is refused, and leaves nothing', { timeout: 300_000 }, async () => {
  const file = place('whole.backup');
  await back_up(server, file);
  await copy_keys(server, place('keys.copy'));
  const whole = readFileSync(file);
  const damaged = place('damaged.backup');
  const target = place('not-made');
  const refused = async (bytes: Buffer, what: string) => {
    writeFileSync(damaged, bytes);
    const ran = await run(restore_words(server, damaged, target, place('keys.copy')));
    assert.equal(ran.status, 1, `${what}: ${ran.out}${ran.err}`);
    assert.match(ran.err, /damaged|another installation/, what);
    assert.ok(!existsSync(target) && !existsSync(`${target}.restoring`), what);
  };
  const places = [0, 8, 16, 39, 40, 44, 60, ...[0.2, 0.5, 0.8].map((part) => Math.floor(part * whole.length)), whole.length - 1];
  for (const at of places) {
    const changed = Buffer.from(whole);
    changed[at]! ^= 0x10;
    await refused(changed, `bit of byte ${at}`);
    await refused(whole.subarray(0, at), `cut off at ${at}`);
  }
  await refused(Buffer.concat([whole, Buffer.from([0])]), 'one byte more');
  await refused(Buffer.concat([whole.subarray(0, 40), whole.subarray(40), whole.subarray(40)]), 'twice');
});

test('a restore wants an empty place and the keys of this installation', async () => {
  const file = place('keys.backup');
  await back_up(server, file);
  await copy_keys(server, place('keys.copy'));
  mkdirSync(place('full'));
  writeFileSync(place('full/something'), 'of somebody');
  const full = await run(restore_words(server, file, place('full'), place('keys.copy')));
  assert.equal(full.status, 1);
  assert.match(full.err, /not empty/);
  assert.deepEqual(readdirSync(place('full')), ['something']);

  const other = await start_server();
  try {
    await back_up(other, place('other.backup'));
    await copy_keys(other, place('other.keys'));
    const foreign = await run(restore_words(other, file, place('none'), place('other.keys')));
    assert.equal(foreign.status, 1);
    assert.match(foreign.err, /another installation/);
    const master = await run(restore_words(other, file, place('none'), place('keys.copy')));
    assert.equal(master.status, 1);
    assert.match(master.err, /master key/);
  } finally {
    await other.end();
  }
  const without = await run(['restore', file, '--data', place('none'), '--master-key', server.master_key]);
  assert.equal(without.status, 2);
  assert.match(without.err, /--keys is needed/);
  assert.ok(!existsSync(place('none')));
});

test('keys that are older than the backup are refused', async () => {
  await copy_keys(server, place('old.keys'));
  // Whoever registers has a key, which the old copy does not know.
  await new Viewer(server, event, 'Nieuwe Sleutel').register();
  const file = place('newer.backup');
  await back_up(server, file);
  const ran = await run(restore_words(server, file, place('none'), place('old.keys')));
  assert.equal(ran.status, 1);
  assert.match(ran.err, /older than the backup/);
  assert.ok(!existsSync(place('none')));
});

test('the copy of the keys is one, the latest', async () => {
  const copy = place('one.keys');
  const first = await copy_keys(server, copy);
  assert.match(first.out, /Destroy every earlier copy/);
  await new Viewer(server, event, 'Nog Een Sleutel').register();
  const old = readFileSync(copy);
  const second = await copy_keys(server, copy);
  assert.match(second.out, /overwritten/);
  assert.ok(!readFileSync(copy).equals(old));
  assert.equal(statSync(copy).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(server.folder).filter((name) => name.startsWith('one.keys')), ['one.keys']);
});

test('a backup that cannot be written leaves no half file, and the program serves on', async () => {
  const file = place('small.backup');
  // A limit on the size of files stands for a disk that is full.
  const limited = await new Promise<{ status: number | null; err: string }>((resolve, reject) => {
    import('node:child_process').then(({ spawn }) => import('../support/server.ts').then(({ binary }) => {
      const words = `trap '' XFSZ; ulimit -f 4; exec "$0" backup --to "$1" --from "$2"`;
      const child = spawn('bash', ['-c', words, binary, file, local(server)], { stdio: ['ignore', 'ignore', 'pipe'] });
      let err = '';
      child.stderr.setEncoding('utf8').on('data', (piece: string) => (err += piece));
      child.on('error', reject);
      child.on('close', (status) => resolve({ status, err }));
    }));
  });
  assert.equal(limited.status, 1, limited.err);
  assert.deepEqual(readdirSync(server.folder).filter((name) => name.startsWith('small.backup')), []);
  assert.ok(!existsSync(join(server.data, 'backup.part')));
  // The turn is free again, and a file that is there is not overwritten.
  await back_up(server, file);
  const again = await run(['backup', '--to', file, '--from', local(server)]);
  assert.equal(again.status, 1);
  assert.match(again.err, /there already/);
});

test('nobody there, or a program in the folder: it says what to do', async () => {
  const nobody = await run(['backup', '--to', place('x.backup'), '--from', 'http://127.0.0.1:1']);
  assert.equal(nobody.status, 1);
  assert.match(nobody.err, /nobody answers/);
  const busy = await run(['backup', '--to', place('x.backup'), '--data', server.data, '--master-key', server.master_key]);
  assert.equal(busy.status, 1);
  assert.match(busy.err, /use --from/);
  assert.ok(!existsSync(place('x.backup')));
});

test('a folder where no program runs is backed up as well', async () => {
  const { email } = await new Viewer(server, event, 'Voor De Stilte').register();
  await server.stop();
  const file = place('stopped.backup');
  await succeed(['backup', '--to', file, '--data', server.data, '--master-key', server.master_key]);
  await copy_keys(server, place('keys.copy'));
  await server.start();
  await restart_on(server, file, place('keys.copy'));
  assert.ok((await staff.people(event)).people.some((row) => row.email == email));
});

test('a restore drill begins the program on the backup, mails nobody, and is noted', async () => {
  await pass_together(server, 60_000, []);
  const file = place('drill.backup');
  await back_up(server, file);
  await copy_keys(server, place('keys.copy'));
  const metric = async (name: string) =>
    Number(new RegExp(`^${name} (\\d+)$`, 'm').exec((await server.local('/metrics')).text)?.[1] ?? 0);
  const now_s = Math.floor(server.clock.now() / 1_000);
  assert.ok(Math.abs((await metric('hartslag_backup_timestamp_seconds')) - now_s) < 120);
  assert.equal(await metric('hartslag_restore_drill_timestamp_seconds'), 0);
  const temporary = place('temporary');
  mkdirSync(temporary);
  const ran = await run(drill_words(server, file, place('keys.copy')), { TMPDIR: temporary });
  assert.equal(ran.status, 0, ran.out + ran.err);
  assert.match(ran.out, /can be restored: .* \d+ people, .* begun, examined and removed/);
  assert.deepEqual(readdirSync(temporary), []);
  assert.ok(Math.abs((await metric('hartslag_restore_drill_timestamp_seconds')) - now_s) < 300);

  const bytes = readFileSync(file);
  bytes[Math.floor(bytes.length / 2)]! ^= 1;
  writeFileSync(place('bad.backup'), bytes);
  const bad = await run(drill_words(server, place('bad.backup'), place('keys.copy')), { TMPDIR: temporary });
  assert.equal(bad.status, 1);
  assert.deepEqual(readdirSync(temporary), []);
  // Only who has the keys can say that one went well.
  const { ask } = await import('../support/http.ts');
  (await ask(`${local(server)}/backup/drill`, { method: 'POST', body: Buffer.from('{}') })).expect(403);
});
