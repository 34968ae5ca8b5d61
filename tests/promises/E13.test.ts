// E13 The organiser can contact viewers personally, for the declared purpose, through the program.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accessibility_faults, phone, scrolls_sideways, shoot, Stage } from '../support/browser.ts';
import { Reader, Writer, draw_letter, in_dutch, type Letter } from '../support/letters.ts';
import { another_member } from '../support/members.ts';
import { languages, read_html, section } from '../support/policy.ts';
import { Requester, decide, latest } from '../support/requests.ts';
import { day_ms, ended, erase, minute_ms, rows, stores_with } from '../support/retention.ts';
import { changed_policy, start_server, type Server } from '../support/server.ts';
import { MailServer } from '../support/smtp.ts';
import type { Event, Staff } from '../support/staff.ts';
import { one_click } from '../support/updates.ts';
import { until } from '../support/until.ts';

let server: Server;
let mail: MailServer;
let staff: Staff;
let event: Event;
let writer: Writer;
let ana: Reader;
let bo: Reader;
let cas: Reader;
let elise: Reader;
let everybody: Reader[];
const reply_to = 'leden@delinde.example';
const assignment = { organiser: 'Zorgpunt De Linde', agreed_on: '2026-11-20', reply_to };
const assign = (given: object = {}) => staff.put(`/api/v1/events/${event.event}/assignment`, { ...assignment, ...given });
const acts = (kind: string) => rows(server, 'control', 'select subject from act where kind = ?', kind);
const arrived = (who: Reader, subject: string) => until(`"${subject}" to ${who.name}`, () => who.letters().find((one) => one.subject == subject), 30_000);
/** Mails of a letter that the mail server did not take, and that wait. */
const tried = (letter: string) => rows(server, 'control', "select 1 from outbox_mail where once = ? and attempts > 0 and state = 'queued'", letter).length;
/** Whoever was written to a few times today can be written to again. */
const next_day = () => server.clock.pass(day_ms + minute_ms);

before(async () => {
  mail = await MailServer.start(undefined, /weg@/);
  server = await start_server({ smtp: `smtp+plain://localhost:${mail.port}` });
  staff = await server.sign_up();
  event = await staff.create_event({ event: 'bijscholing', title: 'Bijscholing slaap', kind: 'on-demand', ends: new Date(server.clock.now() + 30 * day_ms).toISOString(), fields: ['name', 'email'] });
  writer = new Writer(staff, event);
  const somebody = (name: string, language?: string) => new Reader({ server, mail, event }, name).register(language);
  [ana, bo, cas, elise] = [await somebody('Ana Peeters'), await somebody('Bo Claes'), await somebody('Cas Smets'), await somebody('Elise Dubois', 'fr')];
  everybody = [ana, bo, cas, elise];
  // Ana and Bo agree to be measured, Cas comes and does not, Elise never comes.
  for (const [who, consent] of [[ana, true], [bo, true], [cas, false]] as const) await server.open_session(event, { link: who.door, consent });
});
after(async () => {
  await server?.end();
  await mail?.close();
});

test('E13 for a purpose that addresses are declared for, under an assignment that names it, with an address for answers', async () => {
  for (const language of languages) {
    const says = { nl: 'u over het evenement te schrijven', fr: 'vous écrire au sujet', en: 'to write to you about the event', de: 'zur Veranstaltung zu schreiben' }[language];
    assert.ok(read_html((await server.page(`/privacy?lang=${language}`)).expect(200).text).includes(says), language);
  }
  assert.deepEqual((await writer.desk()).purposes.map(({ name, presence }) => [name, presence]), [['admission', true], ['accreditation', true]]);
  assert.equal((await writer.send({})).status, 409, 'nowhere to answer to yet');
  const wrong = await assign({ reply_to: 'geen adres' });
  assert.deepEqual(wrong.expect(400).json<{ errors: { pointer: string }[] }>().errors.map(({ pointer }) => pointer), ['#/reply_to']);
  (await assign({ purposes: ['attendance'] })).expect(200);
  assert.deepEqual((await writer.desk()).purposes, []);
  for (const purpose of ['admission', 'attendance', 'answering', 'nothing']) {
    (await staff.post(`${writer.path}/look`, { purpose, to: 'all' })).expect(403);
    (await writer.send({ purpose, people: 4 })).expect(403);
  }
  (await staff.del(`/api/v1/events/${event.event}/assignment`)).expect(200);
  (await writer.send({ people: 4 })).expect(403);
  (await assign()).expect(200);
  assert.equal((await writer.desk()).reply_to, reply_to);
  assert.deepEqual(everybody.flatMap((one) => one.letters()), []);
});

test('E13 each gets a mail of their own: in their language, with their name, answered to the organiser, and with nobody else in it', async () => {
  const texts = { nl: { subject: 'Nieuws voor {name}', body: 'Zaal **twee**, {name}.' }, fr: { subject: 'Pour {name}', body: 'Salle deux.' } };
  const { reached, preview } = await writer.look({ texts, language: 'fr' });
  assert.equal(reached, 4);
  assert.match(preview!.text, /Salle deux\.[\s\S]*Zorgpunt De Linde/);
  assert.match((await writer.look({ texts, language: 'nl' })).preview!.html, /<strong>twee<\/strong>/);
  const letter = await writer.mail({ texts });
  assert.deepEqual(letter.progress, { waiting: 0, sent: 4, failed: 0, dropped: 0 });
  for (const who of everybody) {
    const [one, ...more] = who.letters();
    assert.equal(more.length, 0, who.name);
    assert.equal(one!.subject, who == elise ? 'Pour Elise Dubois' : `Nieuws voor ${who.name}`);
    assert.match(one!.headers.get('reply-to')!, /Zorgpunt De Linde.*<leden@delinde\.example>/);
    for (const header of ['cc', 'bcc', 'auto-submitted']) assert.ok(!one!.headers.has(header), header);
    assert.match(one!.text, who == elise ? /Salle deux[\s\S]*leden@delinde/ : new RegExp(`Zaal twee, ${who.name}\\.[\\s\\S]*leden@delinde`));
    const raw = JSON.stringify([...one!.headers]) + one!.text + one!.html;
    for (const other of everybody) assert.equal(raw.includes(other.email), other == who, `${other.email} in the mail to ${who.name}`);
    assert.equal(one!.headers.get('list-unsubscribe'), `<${server.origin}${who.own}/letters>`);
  }
});

test('E13 the writer sees names where they may, and never an address', async () => {
  const look = { purpose: 'admission', to: 'all', texts: in_dutch('x'), language: 'nl' };
  const told = [await staff.get(writer.path), await staff.get(`${writer.path}/people?purpose=admission`), await staff.post(`${writer.path}/look`, look)];
  for (const answer of told) assert.ok(!/@kijker\.example/.test(answer.expect(200).text), answer.text);
  assert.deepEqual((await writer.people()).map(({ name, present }) => [name, present]), [['Ana Peeters', true], ['Bo Claes', true], ['Cas Smets', true], ['Elise Dubois', false]]);
});

test('E13 to who was there, who was not, or who is chosen; to nobody twice for one letter', async () => {
  next_day();
  const chosen = [await writer.handle('Bo Claes')];
  for (const [to, reached] of [['all', 4], ['present', 3], ['absent', 1], ['chosen', 1]] as const) assert.equal((await writer.look({ to, viewers: chosen })).reached, reached, to);
  await writer.mail({ to: 'chosen', viewers: chosen, texts: in_dutch('Aan Bo') });
  await writer.mail({ to: 'absent', texts: in_dutch('Gemist') });
  assert.deepEqual([bo, elise, ana].map((one) => one.subjects().slice(1)), [['Aan Bo'], ['Gemist'], []]);
  const id = draw_letter();
  const wanted = { to: 'chosen', viewers: [await writer.handle('Ana Peeters')], texts: in_dutch('Eén keer') };
  (await writer.send({ ...wanted, people: 2 }, id)).expect(409);
  (await writer.send(wanted, id)).expect(201);
  (await writer.send(wanted, id)).expect(200);
  (await writer.send({ to: 'all', texts: in_dutch('Iets anders') }, id)).expect(200);
  await arrived(ana, 'Eén keer');
  await until('nothing to wait', async () => (await writer.progress(id)).waiting == 0);
  assert.deepEqual(ana.subjects().slice(1), ['Eén keer']);
  assert.equal((await writer.send({ to: 'chosen', viewers: ['00000000000000ff'] })).status, 409, 'nobody');
  const injected = { purpose: 'admission', to: 'all', texts: { nl: { subject: 'a\r\nBcc: x@x.example', body: 'b' } }, people: 4 };
  for (const body of [{}, { purpose: 'admission', to: 'x' }, { purpose: 'admission', to: 'chosen', viewers: [1] }, injected])
    (await staff.put(`${writer.path}/${draw_letter()}`, body)).expect(400);
});

test('E13 where the purpose rests on agreement, only to who agreed last, and not to who takes it back before it leaves', async () => {
  next_day();
  const look = await writer.look({ purpose: 'accreditation' });
  assert.deepEqual([look.reached, look.left_out['unagreed']], [2, 2]);
  mail.busy = true;
  const { letter } = (await writer.send({ purpose: 'accreditation', texts: in_dutch('Je attest') })).expect(201).json<Letter>();
  await until('both to have been tried', () => tried(letter) == 2, 30_000);
  assert.equal((await writer.progress(letter)).waiting, 2, 'the mail server takes none: nothing is lost, and it shows');
  await server.open_session(event, { link: bo.door, consent: false });
  mail.busy = false;
  server.clock.pass(10 * minute_ms);
  await until('nothing to wait', async () => (await writer.progress(letter)).waiting == 0, 30_000);
  assert.deepEqual(await writer.progress(letter), { waiting: 0, sent: 1, failed: 0, dropped: 1 });
  assert.deepEqual([ana, bo].map((one) => one.subjects().includes('Je attest')), [true, false]);
  assert.equal((await writer.look({ purpose: 'accreditation' })).reached, 1);
});

test('E13 they read on their own page that, when and why, and say that they want no more: by a button, or by one click in the mail', async () => {
  next_day();
  for (const language of languages) {
    const shown = section(await ana.page(language), 'letters');
    assert.match(read_html(shown), /Zorgpunt De Linde[\s\S]*Eén keer/, language);
    assert.ok(shown.includes('<form'), language);
  }
  assert.match(read_html(section(await ana.page(), 'letters')), /Om u binnen te laten[\s\S]*Zaal twee, Ana Peeters/);
  assert.doesNotMatch(await ana.page(), /Aan Bo/);
  (await server.page(`${ana.own}/letters`)).expect(303);
  assert.equal((await writer.look()).left_out['objected'], 0, 'opening the address changes nothing');
  (await ana.press('stop')).expect(303);
  (await one_click(server, bo.letters()[0]!)).expect(204);
  (await one_click(server, bo.letters()[0]!)).expect(204);
  assert.match(read_html(section(await bo.page(), 'letters')), /krijg je geen brieven meer/);
  assert.deepEqual([(await writer.look()).reached, (await writer.look()).left_out['objected']], [2, 2]);
  await writer.mail({ texts: in_dutch('Voor wie wil') });
  assert.deepEqual(everybody.map((one) => one.subjects().includes('Voor wie wil')), [false, false, true, true]);
  (await server.post(`/e/${event.event}/me/${ana.door}/letters`, new URLSearchParams({ letters: 'again' }))).expect(403);
  (await ana.press('again')).expect(303);
  assert.equal((await writer.look()).left_out['objected'], 1);
  // Whoever says so while it waits gets none either.
  mail.busy = true;
  const { letter } = (await writer.send({ texts: in_dutch('Te laat') })).expect(201).json<Letter>();
  await until('all to have been tried', () => tried(letter) == 3, 30_000);
  (await cas.press('stop')).expect(303);
  mail.busy = false;
  server.clock.pass(10 * minute_ms);
  await until('nothing to wait', async () => (await writer.progress(letter)).waiting == 0, 30_000);
  assert.deepEqual(everybody.map((one) => one.subjects().includes('Te laat')), [true, false, false, true]);
  for (const who of [bo, cas]) (await who.press('again')).expect(303);
});

test('E13 each sending is an act, and one more for each viewer; the words are sealed', async () => {
  const before = acts('events.written_to').length;
  const sent = acts('events.letter_sent').length;
  next_day();
  const { letter } = await writer.mail({ texts: in_dutch('Kanariebrief', 'Kanarie Kwetterberg') });
  assert.equal(acts('events.letter_sent').length, sent + 1);
  const subjects = acts('events.written_to').slice(before).map(({ subject }) => subject);
  assert.equal(new Set(subjects).size, 4);
  assert.deepEqual(rows(server, 'control', 'select subject from letter_to where letter = ?', letter).map(({ subject }) => subject).sort(), subjects.sort());
  const trace = (await staff.get(`/api/v1/journal?event=${event.event}&module=events`)).expect(200).json<{ acts: { kind: string; name: string; detail: string }[] }>();
  const one = trace.acts.find(({ kind }) => kind == 'events.letter_sent')!;
  assert.deepEqual([one.name, one.detail], ['Noor Vermeulen', `admission ${letter}, to 4`]);
  const of_ana = (await staff.get(`/api/v1/journal?address=${ana.email}`)).expect(200).json<{ acts: { kind: string }[] }>();
  assert.ok(of_ana.acts.some(({ kind }) => kind == 'events.written_to'));
  for (const text of ['Kanarie Kwetterberg', 'Kanariebrief']) assert.deepEqual(stores_with(server, text), [], text);
});

test('E13 only who may write to viewers does; only who may see names chooses by them', async () => {
  for (const role of ['analyst', 'moderator', 'officer'] as const) {
    const other = new Writer(await another_member(server, staff, { role, email: `${role}@lichtbeeld.example` }, () => mail.mails), event);
    const asked = [['GET', ''], ['POST', '/look'], ['PUT', `/${draw_letter()}`], ['GET', '/people?purpose=admission']] as const;
    for (const [method, path] of asked) assert.equal((await other.staff.ask(method, other.path + path, method == 'GET' ? {} : { body: {} })).status, 403, role);
  }
  next_day();
  const support = new Writer(await another_member(server, staff, { role: 'support', email: 'hulp@lichtbeeld.example', name: 'Hulp Maes' }, () => mail.mails), event);
  assert.equal((await support.mail({ to: 'chosen', viewers: [await support.handle('Cas Smets')], texts: in_dutch('Van de hulp') })).by, 'Hulp Maes');
  await arrived(cas, 'Van de hulp');
});

test('E13 three to a viewer in a day, twenty for an event, and a second factor for more than ten people', async () => {
  next_day();
  const guests = await Promise.all([...'abcdefgh'].map((one) => new Reader({ server, mail, event }, `Gast ${one}`).register()));
  const viewers: string[] = [];
  for (const { name } of guests) viewers.push(await writer.handle(name));
  const to = (...who: string[]) => ({ to: 'chosen', viewers: who });
  server.clock.pass(6 * minute_ms);
  const headers = { cookie: staff.cookie, origin: server.origin, 'sec-fetch-site': 'same-origin' };
  const body = { purpose: 'admission', to: 'all', texts: in_dutch('Aan velen'), people: 12 };
  const refused = await server.ask('PUT', `${writer.path}/${draw_letter()}`, { headers, body });
  assert.deepEqual([refused.status, refused.json().type], [403, '/problems/step-up']);
  assert.deepEqual(acts('events.letter_sent').length, rows(server, 'control', 'select 1 from letter').length);
  (await writer.send({ texts: in_dutch('Aan velen') })).expect(201);
  server.clock.pass(6 * minute_ms);
  for (const i of [1, 2]) (await writer.send({ ...to(viewers[0]!), texts: in_dutch(`Nog ${i}`) })).expect(201);
  const often = await writer.look(to(viewers[0]!));
  assert.deepEqual([often.reached, often.left_out['often_today']], [0, 1]);
  (await writer.send({ ...to(viewers[0]!), people: 0 })).expect(409);
  (await writer.send({ ...to(viewers[0]!), people: 1 })).expect(409);
  for (let i = 0; i < 14; ++i) (await writer.send(to(viewers[1 + (i % 7)]!))).expect(201);
  assert.equal((await writer.desk()).left_today, 3);
  next_day();
  for (let i = 0; i < 20; ++i) (await writer.send(to(viewers[i % 7]!))).expect(201);
  assert.equal((await writer.desk()).left_today, 0);
  (await writer.send(to(viewers[7]!))).expect(429);
  for (const guest of guests) (await erase(server, event, guest.link)).expect(200);
});

test('E13 nothing in a name or a subject becomes a header, a link or markup', async () => {
  next_day();
  const name = '[Klik](https://elsewhere.example) *y*';
  const { answer } = await server.register(event, { name, email: 'raar@kijker.example' });
  answer.expect(303);
  await mail.mail_to('raar@kijker.example');
  const viewers = [await writer.handle(name)];
  const { progress } = await writer.mail({ to: 'chosen', viewers, texts: in_dutch('Dag {name}, =?utf-8?Q?x=0D=0ABcc:?=', '<b>{name}</b>\n\n[{name}](https://delinde.example)') });
  assert.equal(progress.sent, 1);
  const one = mail.mails.findLast(({ to }) => to == 'raar@kijker.example')!;
  assert.equal(one.subject, `Dag ${name}, =?utf-8?Q?x=0D=0ABcc:?=`);
  assert.ok(!one.headers.has('bcc'));
  assert.doesNotMatch(one.html, /href="https:\/\/elsewhere|<b>|<em>/);
  assert.ok(one.html.includes('[Klik](https://elsewhere.example) *y*&lt;/b&gt;'), one.html);
  const page = section((await server.page(`/e/${event.event}/me/${server.personal_link(await mail.mail_to('raar@kijker.example'))}?lang=nl`)).expect(200).text, 'letters');
  assert.ok(page.includes('&lt;b&gt;[Klik]') && !page.includes('<b>'), page);
});

test('E13 what the mail server refuses for good is told, and not to whom', async () => {
  (await server.register(event, { name: 'Weg', email: 'weg@kijker.example' })).answer.expect(303);
  const { progress } = await writer.mail({ to: 'chosen', viewers: [await writer.handle('Weg')], texts: in_dutch('Naar niemand') });
  assert.deepEqual(progress, { waiting: 0, sent: 0, failed: 1, dropped: 0 });
  assert.ok(!(await staff.get(writer.path)).text.includes('weg@'));
});

test('E13 a stop in the middle: nobody gets it twice, and nobody misses it', async () => {
  const viewers: string[] = [];
  for (const { name } of everybody) viewers.push(await writer.handle(name));
  for (const point of ['letter.stored', 'letter.queued', 'letter.noted']) {
    next_day();
    await staff.get('/api/v1/me');
    const id = draw_letter();
    const wanted = { to: 'chosen', viewers, texts: in_dutch(point), people: 4 };
    await server.stop();
    server.options.env = { HARTSLAG_KILL_AT: point };
    await server.start();
    // The answer is lost with the program, where it has come at all.
    await writer.send(wanted, id).catch(() => undefined);
    await until('the program to end', () => server.get('/').then(() => false, () => true), 30_000);
    await server.kill();
    server.options.env = {};
    await server.start();
    // A mail that was on its way just then is nobody's until its lease ends.
    server.clock.pass(6 * minute_ms);
    (await writer.send(wanted, id)).expect(200);
    await until('nothing to wait', async () => (await writer.progress(id)).waiting == 0, 30_000);
    assert.equal((await writer.progress(id)).sent, 4, point);
    const got = everybody.map((one) => one.letters().filter(({ subject }) => subject == point).map(({ headers }) => headers.get('message-id')));
    assert.deepEqual(got.map((ids) => new Set(ids).size), [1, 1, 1, 1], point);
    assert.equal(rows(server, 'control', 'select 1 from letter_to where letter = ? and subject is not null', id).length, 4);
  }
  assert.equal(new Set(acts('events.written_to').map(({ subject }) => subject)).size, acts('events.written_to').length);
});

test('E13 nobody who is restricted or erased; what was written to somebody goes with them', async () => {
  next_day();
  const dirk = await new Reader({ server, mail, event }, 'Dirk Wit').register();
  await writer.mail({ to: 'chosen', viewers: [await writer.handle('Dirk Wit')], texts: in_dutch('Dag Dirk') });
  assert.equal(rows(server, 'control', 'select person from letter_to where letter = (select id from letter order by sent_ms desc limit 1)').length, 1);
  (await erase(server, event, dirk.link)).expect(200);
  assert.equal(rows(server, 'control', 'select person from letter_to where letter = (select id from letter order by sent_ms desc limit 1)').length, 0);
  assert.ok(!(await writer.people()).some(({ name }) => name == 'Dirk Wit'));
  (await one_click(server, dirk.letters()[0]!)).expect(403);
});

test('E13 letters are in an answer about their data, and who is restricted gets none', async () => {
  next_day();
  const asks = async (who: Reader, right: string) => {
    const asking = await new Requester(server, who.email, () => mail.mails).ask(right, { message: 'Alstublieft.' });
    const { request } = await latest(staff);
    await asking.show_who();
    (await decide(staff, request, { grant: true, reasons: 'Alstublieft.' })).expect(200);
    return asking;
  };
  const answer = (await (await asks(ana, 'access')).answer()).get('answer.json')!.toString();
  assert.match(answer, /Eén keer[\s\S]*Tot dan/);
  assert.doesNotMatch(answer, /Aan Bo/);
  assert.match((await (await asks(cas, 'access')).answer()).get('answer.json')!.toString(), /Van de hulp/);
  await asks(bo, 'restriction');
  const look = await writer.look({ to: 'chosen', viewers: [await writer.handle('Ana Peeters')] });
  assert.equal(look.reached, 1);
  assert.equal((await writer.look()).left_out['restricted'], 1);
  assert.ok(!(await writer.people()).some(({ name }) => name == 'Bo Claes'));
  await writer.mail({ texts: in_dutch('Zonder Bo') });
  assert.deepEqual(everybody.map((one) => one.subjects().includes('Zonder Bo')), [true, false, true, true]);
});

test('E13 the page of who writes, on a desk and on a phone, light and dark, by keyboard', async () => {
  next_day();
  await staff.get('/api/v1/me');
  const stage = await Stage.open();
  try {
    const dark = { colorScheme: 'dark' as const };
    for (const [name, options] of [['desk', {}], ['desk-dark', dark], ['phone', { viewport: phone }], ['phone-dark', { ...dark, viewport: phone }]] as const) {
      const page = await stage.page(options);
      await page.context().addCookies([{ name: staff.cookie.split('=')[0]!, value: staff.cookie.split('=')[1]!, url: server.origin }]);
      await page.goto(`${server.origin}/staff/e/${event.event}/report`);
      await page.getByRole('link', { name: 'Schrijf naar kijkers' }).click();
      await page.getByText(/kijkers? krijg(t|en) deze brief/).waitFor();
      await page.getByLabel('Wie je zelf kiest').check();
      await page.getByLabel('Zoek een naam').fill('peeters');
      await page.getByLabel('Ana Peeters').focus();
      await page.keyboard.press('Space');
      await page.getByText('1 kijker krijgt deze brief.').waitFor();
      const dutch = page.getByRole('group', { name: /^Nederlands/ });
      await dutch.getByLabel('Onderwerp').fill(`Van de pagina (${name})`);
      await dutch.getByLabel('Tekst').fill('Dag {name}, **tot dan**.');
      await page.getByRole('button', { name: 'Toon de brief' }).click();
      await page.frameLocator('iframe').getByText('tot dan').waitFor();
      await shoot(page, `contact-${name}`);
      assert.deepEqual(await accessibility_faults(page), [], name);
      assert.equal(await scrolls_sideways(page), false, name);
      await page.getByRole('button', { name: 'Verstuur', exact: true }).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Deze brief naar 1 kijker sturen?' }).waitFor();
      await shoot(page, `contact-ask-${name}`);
      assert.deepEqual(await accessibility_faults(page), [], `${name}, asking`);
      await page.getByRole('button', { name: 'Verstuur nu' }).focus();
      await page.keyboard.press('Enter');
      await page.getByText(`Van de pagina (${name})`).first().waitFor();
      await arrived(ana, `Van de pagina (${name})`);
      await shoot(page, `contact-sent-${name}`);
      const own = await stage.page(options);
      await own.goto(`${server.origin}${ana.own}?lang=nl#letters`);
      await own.getByRole('button', { name: 'Schrijf mij niet meer' }).scrollIntoViewIfNeeded();
      await shoot(own, `contact-own-${name}`);
      assert.deepEqual(await accessibility_faults(own), [], `${name}, own page`);
      assert.equal(await scrolls_sideways(own), false, `${name}, own page`);
      await own.context().close();
      await page.context().close();
      if (name == 'phone') next_day();
      await staff.get('/api/v1/me');
    }
    assert.deepEqual(stage.complaints, []);
  } finally {
    await stage.close();
  }
});

test('E13 they end with the event', async () => {
  server.clock.pass_to(Date.parse(event.ends) + 14 * day_ms + minute_ms);
  await ended(server, staff, event);
  for (const table of ['letter', 'letter_to', 'letter_objection']) assert.deepEqual(rows(server, 'control', `select * from ${table}`), [], table);
  assert.deepEqual((await writer.desk()).letters, []);
});

test('E13 a policy without such a purpose has no such thing', async () => {
  const other = await start_server();
  try {
    const noor = await other.sign_up();
    const evening = await noor.create_event({ event: 'avond', opens_by: 'form' });
    (await noor.get(new Writer(noor, evening).path)).expect(200);
    await other.stop();
    other.options.policy = changed_policy(other.folder, (text) => text.replace('type: email', 'type: text').replace('opens-by: [form, link]', 'opens-by: [form]'));
    await other.start();
    const nobody = new Writer(noor, evening);
    (await noor.get(nobody.path)).expect(404);
    (await noor.get(`${nobody.path}/people?purpose=admission`)).expect(404);
    (await noor.post(`${nobody.path}/look`, { purpose: 'admission', to: 'all' })).expect(404);
    (await nobody.send({ people: 1 })).expect(404);
  } finally {
    await other.end();
  }
});
