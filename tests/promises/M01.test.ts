// M01 Anyone can subscribe to one or more updates (double opt-in), at the declared frequency at most.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { policy_text, read_html } from '../support/policy.ts';
import { rows, stores_with } from '../support/retention.ts';
import { start_server, type Server } from '../support/server.ts';
import type { MailServer } from '../support/smtp.ts';
import type { Staff } from '../support/staff.ts';
import { Sender, Subscriber, discounts, festival, programme } from '../support/updates.ts';
import { until } from '../support/until.ts';

const hour_ms = 3_600_000;

let house: { server: Server; mail: MailServer; staff: Staff };
let sender: Sender;
const somebody = (name: string) => new Subscriber(house, `${name}@muziekvriend.example`);
const subscribers = async (update: string) => (await sender.desk()).updates.find((one) => one.update == update)!.subscribers;

before(async () => {
  house = await festival();
  sender = new Sender(house.staff);
});
after(async () => {
  await house?.server.end();
  await house?.mail.close();
});

test('M01 the page says what there is and how often, in four languages, and every page leads to it', async () => {
  const words = { nl: /Minstens 1 maand tussen twee mails/, fr: /Au moins 1 mois entre deux courriels/, en: /At least 1 month between two mails/, de: /Mindestens 1 Monat zwischen zwei E-Mails/ };
  for (const [language, every] of Object.entries(words)) {
    const page = (await house.server.page(`/updates?lang=${language}`)).expect(200);
    assert.match(page.text, every);
    assert.match((await house.server.page(`/?lang=${language}`)).text, new RegExp(`href="/updates\\?lang=${language}"`));
    assert.match((await house.server.page(`/privacy?lang=${language}`)).text, every);
    assert.doesNotMatch(page.text, /<script(?! type="module" src="\/assets)/, 'no script of its own');
  }
  const page = read_html((await house.server.page('/updates?lang=nl')).text);
  for (const text of ['Programma', 'Aanbiedingen', 'Mogen we u elke maand ons programma mailen?', 'Ja, mail mij aanbiedingen', 'Nee, geen aanbiedingen']) assert.ok(page.includes(text), text);
});

test('M01 one or more, and nothing before a button behind a mailed link was pressed', async () => {
  const ana = somebody('ana');
  (await ana.ask([programme, discounts], { name: 'Ana Peeters', genre: 'jazz' })).expect(303);
  const path = await ana.confirmation();
  assert.equal(await subscribers(programme), 0);
  // A mail scanner opens every link, and changes nothing.
  for (let i = 0; i < 3; ++i) assert.match((await ana.get(path)).expect(200).text, /Bevestigt u uw inschrijving/);
  assert.equal((await house.server.ask('HEAD', path)).status, 200);
  assert.equal(await subscribers(programme), 0);
  const answer = (await ana.press(path)).expect(303);
  ana.link = /mine\/([^?]+)/.exec(answer.header('location'))![1]!;
  assert.deepEqual([await subscribers(programme), await subscribers(discounts)], [1, 1]);
  assert.equal((await ana.press(path)).status, 410, 'once');
  const bo = await somebody('bo').subscribe([programme]);
  assert.deepEqual([await subscribers(programme), await subscribers(discounts)], [2, 1]);
  await sender.mail(programme, 'Jazz in de tuin', '# Vrijdag\n\nKom **luisteren**.');
  for (const one of [ana, bo]) {
    const [mail, ...more] = one.updates();
    assert.equal(more.length, 0);
    assert.equal(mail!.subject, 'Jazz in de tuin');
    assert.match(mail!.text, /Kom luisteren\./);
    assert.match(mail!.html, /<strong>luisteren<\/strong>/);
  }
  assert.match(ana.updates()[0]!.text, /Dag Ana Peeters/);
});

test('M01 what was agreed to is on record: the words, the version, the button and the time', async () => {
  const cas = await somebody('cas').subscribe([discounts]);
  const page = (await cas.page()).expect(200).text;
  const path = /href="([^"]+\/receipts\/[^"]+)"/.exec(page)![1]!.replaceAll('&amp;', '&');
  const receipt = (await cas.get(path)).expect(200).json();
  assert.deepEqual(receipt.purposes.map(({ purpose }: any) => purpose), ['offers']);
  assert.deepEqual(receipt.events.map(({ state, method }: any) => [state, method]), [['given', 'mail']]);
  assert.match(JSON.stringify(receipt.shown), /Mogen we u aanbiedingen mailen\?.*Ja, mail mij aanbiedingen.*Nee, geen aanbiedingen/s);
});

test('M01 the answer is the same whether an address is known or not', async () => {
  const known = await somebody('dirk').subscribe([programme]);
  const asked = await known.ask([programme]);
  const fresh = await somebody('els').ask([programme]);
  assert.deepEqual([asked.status, asked.header('location'), asked.text], [fresh.status, fresh.header('location'), fresh.text]);
  await somebody('els').confirmation();
});

test('M01 without a press within 48 hours everything is erased, and a no erases it at once', async () => {
  const fien = somebody('fien');
  (await fien.ask([programme], { name: 'Fien Vandezande', region: 'Vogelwijk' })).expect(303);
  const path = await fien.confirmation();
  const waiting = () => rows(house.server, 'control', 'select 1 from updates_waiting').length;
  const before = waiting();
  const gust = somebody('gust');
  (await gust.ask([programme])).expect(303);
  const refused = await gust.confirmation();
  assert.match((await gust.press(refused, 'no')).expect(200).text, /Alles is gewist/);
  assert.equal((await gust.get(refused)).status, 410);
  assert.equal(waiting(), before);
  house.server.clock.pass(48 * hour_ms - 60_000);
  (await fien.get(path)).expect(200);
  house.server.clock.pass(61_000);
  assert.equal((await fien.press(path)).status, 410);
  await until('what waited to go', () => waiting() == 0);
  for (const text of ['Vandezande', 'Vogelwijk', 'fien@muziekvriend']) assert.deepEqual(stores_with(house.server, text), []);
});

test('M01 the declared frequency: a second mail of the same update is refused for a month, and says until when', async () => {
  const hanne = await somebody('hanne').subscribe([programme, discounts]);
  const next = (await sender.desk()).updates.find(({ update }) => update == programme)!.next!;
  const second = await sender.write(programme, 'Nog iets');
  const refused = await sender.send(second);
  assert.equal(refused.status, 409);
  assert.match(refused.text, new RegExp(next.slice(0, 10)));
  assert.equal(hanne.updates().length, 0);
  // The other update has its own month.
  await sender.mail(discounts, 'Korting');
  assert.equal(hanne.updates().length, 1);
  house.server.clock.pass_to(Date.parse(next) - 60_000);
  assert.equal((await sender.send(second)).status, 409, 'a minute before');
  house.server.clock.pass_to(Date.parse(next) + 1_000);
  (await sender.send(second)).expect(200);
  await until('the second mail', () => hanne.updates().length == 2);
  assert.equal((await sender.send(second)).status, 409, 'once');
});

test('M01 a calendar month is a calendar month', async () => {
  // The end of January, then the end of February.
  house.server.clock.pass_to(Date.parse('2027-01-31T12:00:00Z') > house.server.clock.now() ? '2027-01-31T12:00:00Z' : '2028-01-31T12:00:00Z');
  await sender.mail(programme, 'Eind januari');
  const next = (await sender.desk()).updates.find(({ update }) => update == programme)!.next!;
  assert.match(next, /^20(27-02-28|28-02-29)T12:0/);
});

test('M01 a stop while mails are queued loses none and sends none twice', async () => {
  const { server } = house;
  const people = [];
  for (const name of ['ivo', 'jana', 'karel']) people.push(await somebody(name).subscribe([discounts]));
  const { next } = (await sender.desk()).updates.find(({ update }) => update == discounts)!;
  if (next) server.clock.pass_to(Date.parse(next) + 1_000);
  const written = await sender.write(discounts, 'Voorverkoop');
  (await sender.send(written)).expect(200);
  await server.kill();
  await server.start();
  await until('all of them', async () => {
    const { state, progress } = await sender.issue(written);
    return state == 'sent' && progress.waiting == 0;
  }, 30_000);
  for (const one of people) assert.equal(one.updates().filter(({ subject }) => subject == 'Voorverkoop').length, 1, one.email);
});

test('M01 whoever types a stranger\'s address sends them few mails', async () => {
  const lies = somebody('lies');
  const answers = [];
  for (let i = 0; i < 4; ++i) answers.push((await lies.ask([programme])).status);
  assert.deepEqual(answers, [303, 303, 303, 429]);
  house.server.clock.pass(hour_ms + 1_000);
  (await lies.ask([programme])).expect(303);
});

test('M01 what is not filled in as it should be is told, and nothing is kept', async () => {
  const mia = somebody('mia');
  assert.match((await mia.ask([])).expect(422).text, /Kies minstens één update/);
  assert.equal((await mia.ask([programme], { email: 'mia' })).status, 422);
  assert.equal((await mia.ask([programme], { email: '' })).status, 422);
  assert.equal((await mia.ask([programme], { genre: 'polka' })).status, 422);
  assert.equal(mia.mails().length, 0);
});

test('M01 only who may send updates sends them, and nobody\'s name is on the way', async () => {
  const { staff, server } = house;
  const { secret } = (await staff.post('/api/v1/tokens', { label: 'zien', permissions: ['view_report', 'see_names', 'manage_event'] })).expect(201).json();
  const other = new Sender(staff.with_token(secret));
  const draft = await sender.write(programme, 'Niet voor iedereen');
  assert.equal((await other.staff.get('/api/v1/updates')).status, 403);
  assert.equal((await other.send(draft)).status, 403);
  assert.equal((await server.get('/api/v1/updates')).status, 401);
  const seen = (await staff.get('/api/v1/updates')).expect(200).text;
  assert.doesNotMatch(seen, /muziekvriend/);
  const kinds = rows(server, 'control', 'select distinct kind from act').map(({ kind }) => kind);
  for (const kind of ['updates.subscribed', 'updates.written', 'updates.sent']) assert.ok(kinds.includes(kind), kind);
});

test('M01 a trial goes to who asks for it, and to nobody else', async () => {
  const draft = await sender.write(programme, 'Proefje', 'Voor mij alleen.');
  const before = house.mail.mails.length;
  (await house.staff.post(`/api/v1/updates/issues/${draft.issue}/trial`, { language: 'nl' })).expect(204);
  const mail = await until('the trial', () => house.mail.mails.slice(before).find(({ subject }) => subject == 'Proef: Proefje'));
  assert.equal(mail.to, 'noor@lichtbeeld.example');
  assert.equal(mail.headers.get('list-unsubscribe'), undefined);
  const shown = (await house.staff.get(`/api/v1/updates/issues/${draft.issue}/preview?language=nl`)).expect(200).json();
  assert.match(shown.text, /Voor mij alleen/);
});

test('M01 whoever reads another language gets theirs, or the first there is', async () => {
  const nele = await somebody('nele').subscribe([programme], {}, 'fr');
  const { next } = (await sender.desk()).updates.find(({ update }) => update == programme)!;
  if (next) house.server.clock.pass_to(Date.parse(next) + 1_000);
  const body = { update: programme, texts: { nl: { subject: 'Mei', body: 'Lente.' }, fr: { subject: 'Mai', body: 'Printemps.' } } };
  const issue = (await house.staff.post('/api/v1/updates/issues', body)).expect(201).json();
  (await sender.send(issue)).expect(200);
  const mail = await until('the French one', () => nele.updates()[0]);
  assert.equal(mail.subject, 'Mai');
  assert.match(mail.text, /Printemps\.[\s\S]*Gérer vos abonnements[\s\S]*Se désabonner/);
});

test('M01 a policy without updates has none of their pages', async () => {
  const server = await start_server();
  try {
    assert.equal((await server.page('/updates')).status, 404);
    assert.doesNotMatch((await server.page('/')).text, /href="\/updates/);
    const staff = await server.sign_up();
    assert.equal((await staff.get('/api/v1/me')).expect(200).json().updates, null);
  } finally {
    await server.end();
  }
});

test('M01 a frequency that the policy changes is the one that holds, and consent is asked again', async () => {
  const { server } = house;
  const olga = await somebody('olga').subscribe([discounts]);
  const weekly = join(server.folder, 'weekly.yaml');
  writeFileSync(weekly, policy_text('festival').replace('for: offers\n    at-most-every: 1 month', 'for: offers\n    at-most-every: 1 week'));
  await server.stop();
  server.options.policy = weekly;
  await server.start();
  const { next } = (await sender.desk()).updates.find(({ update }) => update == discounts)!;
  if (next) server.clock.pass_to(Date.parse(next) + 1_000);
  await sender.mail(discounts, 'Elke week');
  assert.deepEqual(olga.updates().filter(({ subject }) => subject == 'Elke week'), [], 'nobody agreed to that');
  const soon = (await sender.desk()).updates.find(({ update }) => update == discounts)!.next!;
  assert.ok(Date.parse(soon) - server.clock.now() <= 7 * 24 * hour_ms);
});
