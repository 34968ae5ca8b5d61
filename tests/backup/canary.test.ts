// Canaries: strings that occur nowhere else go in by every way there is for people's data. None of them lies readable in
// a file of the data folder or in the log; and once the person is erased, no byte of them is anywhere: databases, logs,
// segments, the queue of mails, and backups of the time before, restored with today's keys.
//
// What is not searched, since it is no store of the program's: delivered mails. Without a mail server the folder
// `mail/` of the data stands for people's mailboxes.
import assert from 'node:assert/strict';
import { randomBytes, randomInt } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gunzipSync, inflateSync } from 'node:zlib';
import { changed_policy, files_below, start_server, type Server } from '../support/server.ts';
import type { Event, Staff } from '../support/staff.ts';
import { back_up, copy_keys, restart_on, restore_words, succeed } from '../support/backup.ts';

let server: Server;
let staff: Staff;
let event: Event;

const folder = mkdtempSync(join(tmpdir(), 'hartslag-canary-'));

/** Fields of more types than the shipped policy has. */
const more_fields = `
      telephone: { type: phone, category: contact, label: { nl: Telefoon, fr: Téléphone, en: Telephone, de: Telefon }, example: +32 499 00 00 00 }
      badge: { type: number, category: professional, label: { nl: Badge, fr: Badge, en: Badge, de: Ausweis }, example: 12 }
`.slice(1);

before(async () => {
  const policy = changed_policy(folder, (text) => text.replace(/^ {6}organisation:/m, (line) => more_fields + line));
  server = await start_server({ policy });
  staff = await server.sign_up();
  event = await staff.create_event({ event: 'kanarie', fields: ['name', 'email', 'telephone', 'badge', 'organisation', 'job'] });
});
after(async () => {
  await server?.end();
  rmSync(folder, { recursive: true });
});

const canary = (what: string) => `${what}${randomBytes(9).toString('hex')}`;

/** All the spellings in which a text may lie in a file. */
function spellings(text: string): Buffer[] {
  const bytes = Buffer.from(text, 'utf8');
  const base64 = [0, 1, 2].map((shift) => {
    const padded = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64').replace(/=+$/, '');
    // Those characters that depend on this text alone.
    return padded.slice(Math.ceil((shift * 4) / 3), padded.length - 1);
  });
  return [
    bytes, Buffer.from(text, 'utf16le'), Buffer.from(text.toUpperCase()), Buffer.from(text.toLowerCase()),
    Buffer.from(bytes.toString('hex')), Buffer.from(bytes.toString('hex').toUpperCase()), Buffer.from(encodeURIComponent(text)),
    ...base64.flatMap((one) => [Buffer.from(one), Buffer.from(one.replace(/\+/g, '-').replace(/\//g, '_'))]),
  ];
}

/** A file's bytes as they are, and unpacked where they are packed. */
function faces(bytes: Buffer): Buffer[] {
  const found = [bytes];
  for (const unpack of [gunzipSync, inflateSync]) {
    try {
      found.push(unpack(bytes));
    } catch {
      // It was not packed like that.
    }
  }
  return found;
}

/** Where any of the canaries is found: "file: canary". */
function sightings(canaries: Map<string, string>, files: { path: string; bytes: Buffer }[], mails = false): string[] {
  const found: string[] = [];
  for (const { path, bytes } of files) {
    if (path.startsWith('mail/') != mails) continue;
    const all = faces(bytes);
    for (const [what, text] of canaries)
      if (spellings(text).some((spelling) => all.some((face) => face.includes(spelling)))) found.push(`${path}: ${what}`);
  }
  return found;
}

test('what people tell is readable nowhere, and nowhere at all once they are erased', { timeout: 300_000 }, async () => {
  const canaries = new Map<string, string>();
  const plant = (what: string, make: (text: string) => string = (text) => text) => {
    const text = canary(what.replace(/[^a-z]/g, ''));
    canaries.set(what, text);
    return make(text);
  };
  const number = () => String(randomInt(10 ** 11, 10 ** 12));
  const value_of = (field: string) => {
    if (field == 'telephone') canaries.set('telephone', number());
    if (field == 'telephone') return `+${canaries.get('telephone')}`;
    if (field == 'badge') canaries.set('badge', number());
    if (field == 'badge') return canaries.get('badge')!;
    if (field == 'email') return plant('e-mail', (text) => `${text}@kijker.example`);
    return plant(`field ${field}`);
  };

  // The form, with every field that the event asks for; and where it was filled in, with what browser, from where.
  const asked: Record<string, string> = {};
  for (const field of event.fields) asked[field] = value_of(field);
  // Whoever says so need not be believed, and what they say is kept no more than the rest.
  canaries.set('address', '2001:db8:7f3a:91c4:5e6d:2b08:1a9f:c3d7');
  const headers = {
    origin: server.origin, 'sec-fetch-site': 'same-origin', accept: 'text/html',
    'user-agent': plant('user agent'), referer: `${server.origin}/e/${event.event}?from=${plant('referrer')}`,
    'x-forwarded-for': canaries.get('address')!, 'accept-language': `nl, x-${plant('language')}`, cookie: `theme=${plant('cookie')}`,
  };
  const path = `/e/${event.event}/register?lang=nl&${plant('query name')}=${plant('query value')}`;
  const registered = await server.post(path, new URLSearchParams(asked), headers);
  assert.equal(registered.status, 303, `${registered}`);
  const mail = await server.mail_to(asked['email']!);
  const link = server.personal_link(mail);
  canaries.set('personal link', link);
  // The search finds what is there: the mail in the folder that stands for a mailbox has the address and the link.
  const in_mails = sightings(canaries, server.files(), true);
  assert.ok(in_mails.some((one) => one.endsWith(': e-mail')) && in_mails.some((one) => one.endsWith(': personal link')), `${in_mails}`);

  // A viewing: the session, its beats and its marks; and what pages send that nobody asked for.
  const opening = { property: event.event, link, consent: { attendance: true }, [plant('unknown key')]: plant('unknown value') };
  const session = await server.post('/v1/sessions', opening, { ...headers, accept: '*/*' });
  const answered = session.status == 201 ? session : await server.ask_session(event, { link, consent: true, headers: { ...headers, accept: '*/*' } });
  const { session: id, t } = answered.expect(201).json<{ session: string; t: string }>();
  server.clock.pass(30_000);
  await server.beat(t, 1, [[20_000, 7], [10_000, 3]], [[15_000, 'click', plant('mark')]]);
  await server.beat(t, 3, [[0, -1]], [[0, canary('kind'), plant('mark of no kind')]]);
  await server.get(`/e/${event.event}/me/${link}?${plant('own page query')}=1`, headers);
  await server.get(`/${plant('path')}`, headers);
  await server.post('/v1/pulse', plant('no beat'), headers);
  await server.post('/v1/sessions', `{"property":"${plant('half')}`, headers);

  // Nothing can be read, neither while it runs nor after it ended; what was logged is in `log`.
  const log = () => [{ path: 'log', bytes: Buffer.from(server.output + server.log) }];
  assert.deepEqual(sightings(canaries, [...server.files(), ...log()]), []);
  await back_up(server, join(server.folder, 'before.backup'));
  await server.stop();
  assert.deepEqual(sightings(canaries, [...server.files(), ...log()]), []);
  await server.start();

  // The organiser does see them: they are there.
  const person = await staff.person(event, asked['email']!.toLowerCase());
  assert.equal(person.name.includes(canaries.get('field name')!), true);

  // Ids are there, which say nothing by themselves; from the erasure on they count too.
  assert.notDeepEqual(sightings(new Map([['session', id]]), server.files()), []);
  canaries.set('session', id);
  const erased = await server.post(`/e/${event.event}/me/${link}/erase?lang=nl`, new URLSearchParams(), {
    origin: server.origin, 'sec-fetch-site': 'same-origin', accept: 'text/html',
  });
  erased.expect(200);
  assert.match(erased.text, /\/certificates\//);
  await back_up(server, join(server.folder, 'after.backup'));
  await copy_keys(server, join(server.folder, 'today.keys'));
  assert.deepEqual(sightings(canaries, [...server.files(), ...log()]), []);
  await server.stop();
  assert.deepEqual(sightings(canaries, [...server.files(), ...log()]), []);
  await server.start();

  // A backup of the time before, with today's keys: not readable when it is only unpacked, …
  const before = join(server.folder, 'before.backup');
  await succeed(restore_words(server, before, join(server.folder, 'unpacked'), join(server.folder, 'today.keys')));
  canaries.delete('session');
  assert.deepEqual(sightings(canaries, files_below(join(server.folder, 'unpacked'))), []);
  // … and gone, ids and all, once the program has begun on it.
  canaries.set('session', id);
  await restart_on(server, before, join(server.folder, 'today.keys'));
  (await server.page(`/e/${event.event}/me/${link}`)).status == 200 && assert.fail('the own page is back');
  assert.ok(!(await staff.people(event)).people.some((row) => row.email == asked['email']!.toLowerCase()));
  assert.deepEqual(sightings(canaries, [...server.files(), ...log()]), []);
  await restart_on(server, join(server.folder, 'after.backup'), join(server.folder, 'today.keys'));
  assert.deepEqual(sightings(canaries, [...server.files(), ...log()]), []);
});
