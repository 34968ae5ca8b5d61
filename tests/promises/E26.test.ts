// E26 Erasure within seven calendar days, and really. (Here: at once, by the person's own press.)
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Stage } from '../support/browser.ts';
import { audience, erase, known, number_of, rows, stores_with, type Known } from '../support/retention.ts';
import { binary, start_server, type Server } from '../support/server.ts';
import type { Event, Staff } from '../support/staff.ts';
import { until } from '../support/until.ts';

let server: Server;
let staff: Staff;
let event: Event;
let everybody: Known[];

before(async () => {
  server = await start_server();
  staff = await server.sign_up();
  event = await staff.create_event({ event: 'webinar' });
  everybody = await audience(server, event, 7);
});
after(() => server?.end());

const names = async () => (await staff.people(event)).people.map(({ name }) => name);

test('E26 one press on the own page, asked once more, erases everything in every store', async () => {
  const ana = everybody[0]!;
  const before = await staff.report(event);
  const own = (await server.page(`/e/webinar/me/${ana.link}`)).expect(200);
  assert.match(own.text, /\/erase\?lang=/);
  const question = (await server.page(`/e/webinar/me/${ana.link}/erase?lang=nl`)).expect(200);
  assert.match(question.text, /method="post"/);
  assert.ok((await names()).includes(ana.name), 'asking erases nothing');

  const number = number_of(server, event);
  const sealed = rows(server, 'vault', 'select f.sealed from person_field f join person p on p.person = f.person order by f.stored_at_ms limit 40');
  assert.ok(sealed.length > 0);
  const consents = rows(server, 'control', 'select id, session from consent where session = ?', ana.session);
  assert.ok(consents.length > 0 && stores_with(server, ana.session).length > 0);
  const viewer = (await staff.row(event, ana.email)).viewer;

  const done = (await erase(server, event, ana.link)).expect(200);
  assert.match(done.text, /\/certificates\/[0-9a-z]{26}/);

  assert.ok(!(await names()).includes(ana.name));
  const report = await staff.report(event);
  assert.equal(report.viewers.registered, before.viewers.registered - 1);
  assert.equal(report.viewers.watched, before.viewers.watched - 1);
  assert.equal((await staff.get(`/api/v1/events/webinar/people/${viewer}`)).status, 404);
  for (const page of ['me', 'watch']) {
    for (const link of [ana.link, ana.door]) assert.equal((await server.page(`/e/webinar/${page}/${link}`)).status, 403);
  }
  assert.equal((await server.page(`/e/webinar/me/${ana.link}/records.csv`)).status, 403);
  assert.equal((await server.beat(ana.t!, 500, [[0, 7]])).status, 403);
  assert.ok((await server.ask_session(event, { link: ana.link, consent: true })).status >= 400);

  assert.deepEqual(rows(server, 'control', 'select 1 from consent where session = ?', ana.session), []);
  for (const text of [ana.session, ...consents.map(({ id }) => id as string)]) assert.deepEqual(stores_with(server, text), [], text);
  assert.equal(rows(server, 'vault', 'select count(*) as n from person where property = ?', number)[0].n, everybody.length - 1);
  assert.equal(rows(server, 'keys', "select count(*) as n from kept_key where name like 'person/%' and state = 'destroyed'")[0].n, 1);

  // The others are as they were.
  for (const { link } of everybody.slice(1)) (await server.page(`/e/webinar/me/${link}`)).expect(200);
});

test('E26 the certificate is verified offline with the public key, and any change to it is noticed', async () => {
  const bo = everybody[1]!;
  const page = (await erase(server, event, bo.link)).expect(200).text;
  const path = /\/certificates\/[0-9a-z]{26}/.exec(page)![0];
  const answer = (await server.get(path)).expect(200);
  assert.match(answer.header('content-disposition'), /attachment/);
  const key = (await server.get('/certificates/key')).expect(200).text.trim();
  const file = join(server.folder, 'certificate.json');
  const verify = (text: string, with_key = key) => {
    writeFileSync(file, text);
    return spawnSync(binary, ['certificate', 'verify', file, '--key', with_key], { encoding: 'utf8' });
  };
  const good = verify(answer.text);
  assert.equal(good.status, 0, good.stderr);
  assert.equal(verify(JSON.stringify(JSON.parse(answer.text))).status, 0, 'layout does not count');

  const { certificate } = JSON.parse(answer.text);
  assert.equal(certificate.kind, 'erasure');
  assert.equal(certificate.by, server.origin);
  assert.equal(certificate.search.found, 0);
  assert.ok(certificate.search.looked_for > 10 && certificate.search.files > 5);
  assert.ok(certificate.erased.fields >= 2 && certificate.erased.sessions >= 1 && certificate.erased.answers >= 1);
  for (const secret of [bo.name, bo.email, bo.session, bo.link]) assert.ok(!answer.text.includes(secret), 'it names nobody');

  const changed = (change: (all: any) => void) => {
    const all = JSON.parse(answer.text);
    change(all);
    return verify(JSON.stringify(all)).status;
  };
  assert.equal(changed((all) => (all.certificate.completed_at = '2027-01-01T00:00:00.000Z')), 1);
  assert.equal(changed((all) => (all.certificate.search.found = 1)), 1);
  assert.equal(changed((all) => (all.certificate.more = 'x')), 1);
  assert.equal(changed((all) => (all.more = 'x')), 2);
  assert.equal(changed((all) => delete all.certificate.of), 1);
  assert.equal(changed((all) => (all.signature = all.signature.replace(/^./, (c: string) => (c == 'A' ? 'B' : 'A')))), 1);
  const other = Buffer.alloc(32, 7).toString('base64url');
  assert.equal(verify(answer.text, `ed25519:${other}`).status, 1);
  assert.equal(verify(answer.text, 'key').status, 2);

  // Pressing again, or from an old page, erases nobody else and says so.
  assert.equal((await erase(server, event, bo.link)).status, 403);
});

test('E26 the door that the form opens erases nobody', async () => {
  const cas = everybody[2]!;
  assert.equal((await erase(server, event, cas.door)).status, 403);
  assert.equal((await server.page(`/e/webinar/me/${cas.door}/erase`)).status, 403);
  assert.ok((await names()).includes(cas.name));
});

test('E26 no mail goes to who was erased, and who registers again is somebody new', async () => {
  const eve = await known(server, event, 'Eve Nieuwenhuis', true);
  (await erase(server, event, eve.link)).expect(200);
  assert.deepEqual(rows(server, 'control', "select 1 from outbox_mail where state in ('queued', 'sending')"), []);
  const mails = server.mails().filter(({ to }) => to == eve.email).length;
  server.clock.pass(120_000);
  const again = await server.register(event, { name: eve.name, email: eve.email });
  assert.equal(again.status, 303);
  assert.ok((await names()).includes(eve.name));
  assert.equal((await server.page(`/e/webinar/me/${eve.link}`)).status, 403, 'the old link stays nobody\'s');
  assert.equal(server.mails().filter(({ to }) => to == eve.email).length >= mails, true);
});

test('E26 it stays so after a restart, and the journal has intent and result without a name', async () => {
  const gone = everybody.slice(0, 2);
  await server.restart();
  for (const { link, name } of gone) {
    assert.equal((await server.page(`/e/webinar/me/${link}`)).status, 403);
    assert.ok(!(await names()).includes(name));
  }
  const acts = rows(server, 'control', "select state from act where kind = 'retention.person_erased' order by number");
  assert.deepEqual(acts.map(({ state }) => state).filter((state) => state == 'intent').length, acts.length / 2);
});

test('E26 looking through the databases gives up none of their locks', async () => {
  const locks = () => readFileSync('/proc/locks', 'utf8').split('\n').filter((line) => line.includes('POSIX') && line.includes(` ${server.pid} `)).length;
  const gil = await known(server, event, 'Gil Slot', true);
  const held = locks();
  assert.ok(held >= 3, 'one for each database at least');
  (await erase(server, event, gil.link)).expect(200);
  assert.ok(locks() >= held, `${locks()} of ${held}`);
});

test('E26 nothing is certified while anything is found, and the certificate comes once it is gone', async () => {
  const fay = await known(server, event, 'Fay Traag', true);
  const copies = ['', '-wal'].map((end) => [join(server.data, `vault.db${end}`), join(server.data, `left${end}`)] as const);
  for (const [from, to] of copies) copyFileSync(from, to);
  const path = /\/certificates\/[0-9a-z]{26}/.exec((await erase(server, event, fay.link)).expect(202).text)![0];
  assert.equal((await server.get(path)).status, 503);
  assert.equal((await server.page(`/e/webinar/me/${fay.link}`)).status, 403, 'unreadable all the same');
  assert.ok(!(await names()).includes(fay.name));
  for (const [, to] of copies) rmSync(to);
  server.clock.pass(61_000);
  const answer = await until('the certificate', async () => {
    const asked = await server.get(path);
    return asked.status == 200 ? asked : undefined;
  });
  assert.equal(JSON.parse(answer.text).certificate.search.found, 0);
});

test('E26 in a browser, without JavaScript too: two presses, and a certificate to keep', async () => {
  const stage = await Stage.open();
  try {
    const person = await known(server, event, 'Zoë Wauters');
    const page = await stage.page({ javaScriptEnabled: false });
    await page.goto(`${server.origin}/e/webinar/me/${person.link}`);
    await page.click('#erase ~ p a');
    await page.click('form button');
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('a[download]')]);
    const file = join(server.folder, 'browser.json');
    await download.saveAs(file);
    const key = (await server.get('/certificates/key')).text.trim();
    execFileSync(binary, ['certificate', 'verify', file, '--key', key]);
  } finally {
    await stage.close();
  }
});
