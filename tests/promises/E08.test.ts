// E08 Behaviour hangs on a unique session id in a database that alone identifies nobody; the identity database alone
// says nothing about viewing. Joining them is a recorded act.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, test } from 'node:test';
import { second_person } from '../support/approvals.ts';
import { binary, start_server, type Server } from '../support/server.ts';
import { MailServer } from '../support/smtp.ts';
import type { Event, Staff } from '../support/staff.ts';

let mail: MailServer;
let server: Server;
let staff: Staff;
let event: Event;

// Texts that occur nowhere by chance.
const ana = { name: 'Kanarie-Aa Zebrowska', email: 'kanarie.aa.4711@kijker.example', job: 'Kanariefunctie-9911' };
const bo = { name: 'Kanarie-Bo Quispel', email: 'kanarie.bo.4712@kijker.example', job: 'Kanariefunctie-9912' };
const noor = { name: 'Kanarie-Noor Vlasblom', email: 'kanarie.noor.4713@lichtbeeld.example', password: 'kanarie-wachtwoord-8822' };
const canaries = [...Object.values(ana), ...Object.values(bo), ...Object.values(noor), 'Zebrowska', 'kanarie'];

before(async () => {
  mail = await MailServer.start();
  server = await start_server({ smtp: `smtp+plain://127.0.0.1:${mail.port}` });
  staff = await server.sign_up(noor);
  await second_person(server, staff, () => mail.mails);
  event = await staff.create_event({ event: 'symposium', fields: ['name', 'email', 'job'] });
});
after(async () => {
  await server?.end();
  await mail?.close();
});

/** Every table of a database as it is now, row by row, without disturbing the server. */
function rows_of(database: string): Map<string, Record<string, unknown>[]> {
  const folder = mkdtempSync(join(server.folder, 'look-'));
  for (const suffix of ['', '-wal', '-shm']) {
    try {
      cpSync(join(server.data, database + suffix), join(folder, database + suffix));
    } catch {
      // A database that was closed has only its one file.
    }
  }
  const opened = new DatabaseSync(join(folder, database));
  const names = opened.prepare("select name from sqlite_master where type = 'table'").all().map(({ name }) => String(name));
  const rows = new Map(names.map((name) => {
    const statement = opened.prepare(`select * from "${name}"`);
    statement.setReadBigInts(true);
    return [name, statement.all() as Record<string, unknown>[]];
  }));
  opened.close();
  rmSync(folder, { recursive: true });
  return rows;
}

const shown = (rows: unknown) => JSON.stringify(rows, (_, value) => (typeof value == 'bigint' ? String(value) : value));

/** What is recorded, as whoever has the keys reads it. That it was read is recorded as well, and left out here. */
const acts = () => execFileSync(binary, ['journal', 'list', '--data', server.data, '--master-key', server.master_key], { encoding: 'utf8' })
  .trim().split('\n')
  .map((line) => JSON.parse(line) as { kind: string; member?: string; detail?: string; subject?: string; address?: string })
  .filter(({ kind }) => kind != 'journal.read')
  .map(({ kind, member, detail, subject, address }) => ({ kind, member: member ?? null, detail: detail ?? '', subject: subject ?? null, address: address ?? null }));

/** What a text looks like in a file that somebody did not mean to be read: as it is, in UTF-16, base64 or hexadecimal. */
function forms_of(text: string): Buffer[] {
  const bytes = Buffer.from(text);
  const base64 = [0, 1, 2].map((shift) => {
    // Without what depends on the neighbours.
    const all = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64').replace(/=+$/, '');
    return all.slice(shift == 0 ? 0 : shift + 1, -1);
  });
  const forms = [...base64, ...base64.map((one) => one.replace(/\+/g, '-').replace(/\//g, '_')), bytes.toString('hex'), bytes.toString('hex').toUpperCase()];
  return [bytes, Buffer.from(text, 'utf16le'), Buffer.from(text.toLowerCase()), Buffer.from(text.toUpperCase()), ...forms.map((form) => Buffer.from(form))];
}

function found_in_files(text: string): string[] {
  const forms = forms_of(text);
  return server.files().filter(({ bytes }) => forms.some((form) => bytes.includes(form))).map(({ path }) => path);
}

async function watch(who: typeof ana) {
  const { door } = await server.register(event, who);
  const { session, t } = await server.open_session(event, { link: door!, consent: true });
  await server.watch(t!, 60_000, 7);
  return { door: door!, session, t: t! };
}

test('E08 no file tells who somebody is', async () => {
  await watch(ana);
  await server.register(event, bo);
  await Promise.all([ana, bo].map(({ email }) => mail.mail_to(email)));
  assert.equal((await staff.person(event, ana.email)).fields['name'], ana.name, 'though the program, with its keys, knows');
  for (const text of canaries) assert.deepEqual(found_in_files(text), [], text);
  // And none once the databases were closed and written out whole.
  await server.restart();
  for (const text of canaries) assert.deepEqual(found_in_files(text), [], text);
  // The look itself is no blind man's: an event's title stands in control.db.
  assert.ok(found_in_files(event.title).some((path) => path.startsWith('control.db')));
});

test('E08 what the program logs tells neither', async () => {
  for (const text of [...canaries, (await staff.row(event, ana.email)).viewer]) assert.ok(!(server.output + server.log).includes(text), text);
});

test('E08 the identity database says nothing of viewing', async () => {
  const dirk = { name: 'Kanarie-Dirk', email: 'kanarie.dirk@kijker.example', job: 'x' };
  const els = { name: 'Kanarie-Els', email: 'kanarie.els@kijker.example', job: 'x' };
  const { door } = await server.register(event, dirk);
  await server.register(event, els);
  // Writing a mail makes its personal link, which stands there too.
  await Promise.all([dirk, els].map(({ email }) => mail.mail_to(email)));
  const blank = shown([...rows_of('vault.db')]);
  const { session, t } = await server.open_session(event, { link: door!, consent: true });
  await server.watch(t!, 60_000, 7);
  await server.open_session(event, { link: door!, consent: false });
  const after_viewing = rows_of('vault.db');
  assert.equal(shown([...after_viewing]), blank, 'whoever watched cannot be told there from who never came');

  const { viewer } = await staff.row(event, dirk.email);
  const number = BigInt(`0x${viewer}`);
  const id_bytes = Buffer.from(viewer, 'hex');
  const needles = [session, viewer, String(number), String(BigInt.asIntN(64, number))].flatMap(forms_of).concat([id_bytes, Buffer.from(id_bytes).reverse()]);
  const found = server.files().filter(({ path }) => path.startsWith('vault.db')).filter(({ bytes }) => needles.some((needle) => bytes.includes(needle)));
  assert.deepEqual(found.map(({ path }) => path), [], 'neither the session nor the viewer\'s number stands there in clear');
});

test('E08 the database of behaviour hangs on session ids, unique, and knows no person', async () => {
  const people = [...rows_of('vault.db').values()].flat().flatMap((row) => Object.entries(row)).filter(([name]) => name == 'person').map(([, value]) => String(value));
  assert.ok(people.length > 0);
  const links = await Promise.all([ana, bo].map(async ({ email }) => server.personal_link(await mail.mail_to(email))));
  const consents = rows_of('control.db').get('consent')!;
  for (const person of people) assert.ok(!shown(consents).includes(person), 'what was consented to names no person');
  for (const text of [...people, ...links]) {
    const where = server.files().filter(({ path }) => path.startsWith('pulse/')).filter(({ bytes }) => forms_of(text).some((form) => bytes.includes(form)));
    assert.deepEqual(where.map(({ path }) => path), []);
  }
  for (const link of links) assert.deepEqual(found_in_files(link), [], 'no link is kept in clear');

  const sessions = (await Promise.all([ana, bo].map(async ({ email }) => (await staff.person(event, email)).sessions))).flat().map(({ session }) => session);
  const more = await Promise.all(Array.from({ length: 20 }, async () => (await server.open_session(event, { link: links[0]! })).session));
  assert.equal(new Set([...sessions, ...more]).size, sessions.length + more.length);
});

test('E08 each joining of names with viewing is recorded: who, what, of which event', async () => {
  const { viewer } = await staff.row(event, ana.email);
  const member = acts().findLast(({ kind }) => kind == 'events.names_read')!.member;
  assert.match(String(member), /^[0-9a-z]{26}$/);
  const base = `/api/v1/events/${event.event}`;
  const joinings: [string, ...string[]][] = [
    [`${base}/people`, 'events.names_read'],
    [`${base}/people/${viewer}`, 'events.person_read'],
    [`${base}/viewers?format=json`, 'events.names_read'],
    [`${base}/viewers?format=csv`, 'events.names_exported', 'disclosure.made'],
    [`${base}/viewers?format=xlsx`, 'events.names_exported', 'disclosure.made'],
  ];
  for (const [path, ...kinds] of joinings) {
    const known = acts().length;
    (await staff.take(path)).expect(200);
    // Beside what the second person does, where one has to.
    const added = acts().slice(known).filter(({ kind }) => /^(events|disclosure)\./.test(String(kind)));
    // Who, and from where: as much of it as tells a network and no machine.
    assert.deepEqual(added.map((act) => [act.kind, act.member, act.address]), kinds.map((kind) => [kind, member, '127.0.0.0/24']), path);
  }
  const known = acts().length;
  const live = await staff.live(event);
  await live.wait_for('names', ({ kind, people }) => kind == 'hello' && people.length > 0);
  live.close();
  assert.deepEqual(acts().slice(known).map((act) => [act.kind, act.member, act.detail]), [['events.names_read', member, 'live']]);

  // A viewer's own page joins them too, for the viewer; the journal knows no person, so none is named.
  const link = server.personal_link(await mail.mail_to(ana.email));
  for (const [path, kind] of [[`/e/${event.event}/me/${link}`, 'events.own_record_read'], [`/e/${event.event}/me/${link}/records.csv`, 'events.own_record_exported']]) {
    const known_now = acts().length;
    (await server.page(path!)).expect(200);
    assert.deepEqual(acts().slice(known_now).map((act) => [act.kind, act.member]), [[kind, null]]);
    assert.equal(acts().at(-1)!.address, null, 'a viewer is no member of staff');
  }
  for (const text of canaries) assert.ok(!shown(acts()).includes(text));
});

test('E08 what joins nothing is no act, and shows no name', async () => {
  const known = acts().length;
  for (const path of ['report', 'movements']) {
    const answer = (await staff.get(`/api/v1/events/${event.event}/${path}`)).expect(200);
    for (const text of canaries) assert.ok(!answer.text.includes(text));
  }
  assert.equal(acts().length, known);
});

test('E08 whoever may not see names joins nothing', async () => {
  const made = await staff.post('/api/v1/tokens', { label: 'cijfers', permissions: ['view_report'] });
  const { secret } = made.expect(201).json();
  const figures = staff.with_token(secret);
  const { viewer } = await staff.row(event, ana.email);
  const known = acts().filter(({ kind }) => String(kind).startsWith('events.')).length;
  const base = `/api/v1/events/${event.event}`;
  (await figures.get(`${base}/report`)).expect(200);
  for (const path of [`${base}/people`, `${base}/people/${viewer}`, `${base}/viewers?format=json`, `${base}/viewers?format=csv`, `${base}/viewers?format=xlsx`]) {
    const denied = (await figures.get(path)).expect(403);
    const nobody = (await server.get(path)).expect(401);
    for (const text of canaries) assert.ok(!denied.text.includes(text) && !nobody.text.includes(text));
  }
  assert.equal(acts().filter(({ kind }) => String(kind).startsWith('events.')).length, known);
});

test('E08 a recorded act cannot be changed or taken back, not even in the database', () => {
  const folder = mkdtempSync(join(server.folder, 'forge-'));
  for (const suffix of ['', '-wal', '-shm']) cpSync(join(server.data, `control.db${suffix}`), join(folder, `control.db${suffix}`), { force: true });
  const opened = new DatabaseSync(join(folder, 'control.db'));
  assert.throws(() => opened.exec("update act set kind = 'something.else'"), /never changed/);
  assert.throws(() => opened.exec('delete from act'), /never deleted/);
  opened.close();
});
