// X03 Every act on personal data is in a tamper-evident journal that anyone with the public key verifies offline, and
// whose proofs survive erasure.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, test } from 'node:test';
import { binary, files_below, start_server, type Server } from '../support/server.ts';
import type { Event, Staff } from '../support/staff.ts';
import { until } from '../support/until.ts';

const minute_ms = 60_000;
const day_ms = 24 * 60 * minute_ms;
let server: Server;
let staff: Staff;
let event: Event;
let key: string;
let folder: string;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hartslag-journal-'));
  server = await start_server();
  staff = await server.sign_up();
  event = await staff.create_event();
  await server.register(event, { name: 'Ana Peeters', email: 'ana@kijker.example' });
  key = execFileSync(binary, ['journal', 'key', '--data', server.data, '--master-key', server.master_key], { encoding: 'utf8' }).trim();
});
after(async () => {
  await server?.end();
  rmSync(folder, { recursive: true, force: true });
});

interface Verdict {
  status: number | null;
  said: string;
}

function verify(path: string, ...words: string[]): Verdict {
  const { status, stdout, stderr } = spawnSync(binary, ['journal', 'verify', path, '--key', key, ...words], { encoding: 'utf8' });
  return { status, said: stdout + stderr };
}

const size_of = (note: string) => Number(note.split('\n')[1]);
const journal = () => join(server.data, 'journal');
const checkpoint = () => readFileSync(join(journal(), 'checkpoint'), 'utf8');

/** Reads who is there, lets time go by until that is signed, and takes a copy: what an auditor would be handed. */
async function copy(name: string): Promise<string> {
  const before = size_of(checkpoint());
  (await staff.get(`/api/v1/events/${event.event}/viewers?format=json`)).expect(200);
  server.clock.pass(minute_ms + 1);
  await until('the next checkpoint', () => size_of(checkpoint()) > before);
  // What it supersedes is removed after it; a copy that still holds it verifies, with or without.
  await until('the superseded tiles to be gone', () => readdirSync(join(journal(), 'tile/0/000.p')).length == 1 && readdirSync(join(journal(), 'tile/entries/000.p')).length == 1);
  const path = join(folder, name);
  cpSync(journal(), path, { recursive: true });
  return path;
}

/** The kinds of the acts in a copy, in their order, each proved to be in it. */
function kinds(path: string): string[] {
  const size = size_of(readFileSync(join(path, 'checkpoint'), 'utf8'));
  return Array.from({ length: size }, (_, k) => {
    const { status, said } = verify(path, '--entry', `${k + 1}`);
    assert.equal(status, 0, said);
    return /^ {2}kind +(\S+)$/m.exec(said)![1]!;
  });
}

test('X03 what staff do with personal data is in the journal, and proved to be', async () => {
  const first = await copy('first');
  (await staff.take(`/api/v1/events/${event.event}/viewers?format=csv`)).expect(200);
  const second = await copy('second');
  const [earlier, later] = [kinds(first), kinds(second)];
  assert.deepEqual(later.slice(0, earlier.length), earlier);
  const since = later.slice(earlier.length);
  assert.ok(since.includes('events.names_read'), `${since}`);
  assert.ok(since.includes('events.names_exported'), `${since}`);
  assert.ok(earlier.includes('staff.account_made') && earlier.includes('events.created'), `${earlier}`);
  assert.equal(verify(second, '--since', join(first, 'checkpoint')).status, 0);
  assert.notEqual(verify(first, '--since', join(second, 'checkpoint')).status, 0, 'it was cut back');
});

test('X03 nobody is named in what is handed out', () => {
  for (const { path, bytes } of files_below(journal())) {
    for (const text of ['ana@kijker.example', 'Ana Peeters', 'noor@lichtbeeld.example', 'Noor', '127.0.0.1', event.event]) {
      assert.ok(!bytes.includes(text) || path == 'checkpoint', `${path} tells ${text}`);
    }
  }
});

test('X03 whatever is changed in a copy is seen', async () => {
  const path = await copy('tampered');
  assert.equal(verify(path).status, 0);
  for (const { path: file, bytes } of files_below(path)) {
    const whole = join(path, file);
    // The beginning, the end and some of what is between; every single bit is tried where the code is tested.
    for (const at of new Set([0, 1, bytes.length >> 1, bytes.length - 2, bytes.length - 1])) {
      const changed = Buffer.from(bytes);
      changed[at]! ^= 1;
      writeFileSync(whole, changed);
      assert.equal(verify(path).status, 1, `${file}, byte ${at}`);
    }
    // The signature itself: in the middle of the last line.
    if (file == 'checkpoint') {
      for (let at = bytes.length - 80; at < bytes.length - 3; at += 7) {
        const changed = Buffer.from(bytes);
        changed[at] = changed[at] == 65 ? 66 : 65;
        writeFileSync(whole, changed);
        assert.equal(verify(path).status, 1, `${file}, byte ${at}`);
      }
    }
    writeFileSync(whole, bytes.subarray(0, bytes.length - 1));
    assert.equal(verify(path).status, 1, `${file} cut short`);
    rmSync(whole);
    assert.equal(verify(path).status, 1, `${file} dropped`);
    writeFileSync(whole, bytes);
  }
  cpSync(join(folder, 'first', 'checkpoint'), join(path, 'checkpoint'));
  assert.equal(verify(path).status, 1, 'an older checkpoint');
  const other = key.replace(/^[^+]+/, 'another.example/journal');
  assert.equal(spawnSync(binary, ['journal', 'verify', path, '--key', other]).status, 2, 'no key of that name');
});

test('X03 anybody can follow the tree by HTTP, and sees no entry there', async () => {
  const note = (await server.get('/journal/checkpoint')).expect(200);
  assert.equal(note.text, checkpoint());
  assert.equal((await server.get('/journal/key')).expect(200).text.trim(), key);
  const size = size_of(note.text);
  assert.ok(size < 256);
  const tile = (await server.get(`/journal/tile/0/000.p/${size}`)).expect(200);
  assert.equal(tile.header('content-type'), 'application/octet-stream');
  (await server.get('/journal/tile/0/000.p/1')).expect(200);
  for (const path of [`tile/0/000.p/${size + 1}`, 'tile/0/000', `tile/entries/000.p/${size}`, 'tile/0/000/checkpoint', 'tile/9/000']) {
    assert.equal((await server.get(`/journal/${path}`)).status, 404, path);
  }
  assert.equal((await server.get('/journal/tile/0/..%2f..%2fcheckpoint')).status, 400, 'a segment holds no slash');
});

test('X03 a journal that was changed or rolled back is not signed again', async () => {
  const kept = join(folder, 'kept');
  await copy('before-tampering');
  await server.stop();
  cpSync(server.data, kept, { recursive: true });
  const control = new DatabaseSync(join(server.data, 'control.db'));
  control.exec("drop trigger act_stays; update act set kind = 'events.opened' where number = 2");
  control.close();
  await assert.rejects(server.start(), /the journal is not what was signed.*entry 2/s);
  rmSync(server.data, { recursive: true });
  cpSync(kept, server.data, { recursive: true });
  await server.start();
  assert.equal(verify(journal()).status, 0);
});

test('X03 the proofs survive the erasure of what they are about', async () => {
  const details = () => {
    const control = new DatabaseSync(join(server.data, 'control.db'), { readOnly: true });
    const { count } = control.prepare('select count(*) as count from act_detail').get() as { count: number };
    control.close();
    return count;
  };
  const path = await copy('before-erasure');
  const known = kinds(path);
  assert.ok(details() > 0);
  // The details' term is 36 months; nobody takes a clock's word for it before it has gone on for an hour.
  server.clock.pass(37 * 31 * day_ms);
  await until('the details to be gone', () => {
    server.clock.pass(minute_ms);
    return details() < known.length;
  }, 60_000);
  await server.restart();
  assert.equal(verify(journal(), '--since', join(path, 'checkpoint')).status, 0);
  assert.deepEqual(kinds(journal()).slice(0, known.length), known);
});
