// M03 Every mail carries "unsubscribe" (one click, RFC 8058). It erases the subscription's data, save an irreversible mark
// that prevents mailing again.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, test } from 'node:test';
import { policy_text } from '../support/policy.ts';
import { day_ms, rows, stores_with } from '../support/retention.ts';
import type { Server } from '../support/server.ts';
import type { MailServer } from '../support/smtp.ts';
import type { Staff } from '../support/staff.ts';
import { Sender, Subscriber, discounts, festival, one_click, programme } from '../support/updates.ts';
import { until } from '../support/until.ts';

let house: { server: Server; mail: MailServer; staff: Staff };
let sender: Sender;
const somebody = (name: string) => new Subscriber(house, `${name}@muziekvriend.example`);
const marks = () => rows(house.server, 'control', 'select mark from updates_mark').map(({ mark }) => String(mark));
const subscriptions = () => rows(house.server, 'control', 'select 1 from updates_subscription').length;
/** Sends one as soon as the policy lets it. */
async function mailed(update: string, subject: string) {
  const { next } = (await sender.desk()).updates.find((one) => one.update == update)!;
  if (next) house.server.clock.pass_to(Date.parse(next) + 1_000);
  return sender.mail(update, subject);
}

before(async () => {
  house = await festival();
  sender = new Sender(house.staff);
});
after(async () => {
  await house?.server.end();
  await house?.mail.close();
});

test('M03 every mail says how, to people and to programs', async () => {
  const ana = await somebody('ana').subscribe([programme]);
  await mailed(programme, 'Eerste');
  const [mail] = ana.updates();
  const page = `${house.server.origin}${ana.own}/unsubscribe/${programme}`;
  assert.equal(mail!.headers.get('list-unsubscribe'), `<${page}>`);
  assert.equal(mail!.headers.get('list-unsubscribe-post'), 'List-Unsubscribe=One-Click');
  assert.ok(mail!.text.includes(`Schrijf u uit:\n${page}?lang=nl`), mail!.text);
  assert.match(mail!.html, />Schrijf u uit<\/a>/);
});

test('M03 opening the link changes nothing; the button does', async () => {
  const bo = await somebody('bo').subscribe([programme]);
  const before = subscriptions();
  const path = `${bo.own}/unsubscribe/${programme}`;
  for (let i = 0; i < 3; ++i) assert.match((await bo.get(path)).expect(200).text, /Schrijf mij uit/);
  assert.equal(subscriptions(), before);
  assert.match((await bo.post(`${path}?lang=nl`)).expect(200).text, /U bent uitgeschreven/);
  assert.equal(subscriptions(), before - 1);
});

test('M03 one click: a post without cookies, with any body, acts at once, and once more does no harm', async () => {
  const cas = await somebody('cas').subscribe([programme]);
  await mailed(programme, 'Voor Cas');
  const mail = cas.updates().at(-1)!;
  const before = subscriptions();
  (await one_click(house.server, mail)).expect(200);
  assert.equal(subscriptions(), before - 1);
  (await one_click(house.server, mail)).expect(200);
  const dirk = await somebody('dirk').subscribe([programme]);
  const form = '--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n';
  (await house.server.ask('POST', `${dirk.own}/unsubscribe/${programme}`, { body: form, headers: { 'content-type': 'multipart/form-data; boundary=x' } })).expect(200);
  assert.equal(subscriptions(), before - 1);
});

test('M03 it erases: everything of theirs is in no file, there is a certificate, and a mark that tells nothing', async () => {
  const canary = { name: 'Kanarie Kwetterberg', telephone: '+32 477 98 76 54', region: 'Kanarie-eiland' };
  const els = await somebody('els.kanarie').subscribe([programme, discounts], canary);
  const before = marks();
  const page = (await els.post(`${els.own}/unsubscribe?lang=nl`)).expect(200).text;
  const certificate = JSON.parse((await els.get(/href="(\/certificates\/[^"?]+)"/.exec(page)![1]!)).expect(200).text);
  assert.match(JSON.stringify(certificate), /"key_destroyed":true/);
  for (const text of [...Object.values(canary), els.email, 'els.kanarie', els.link]) assert.deepEqual(stores_with(house.server, text), [], text);
  await house.server.restart();
  for (const text of [...Object.values(canary), els.email, els.link]) assert.deepEqual(stores_with(house.server, text), [], text);
  assert.equal((await els.page()).status, 410);
  const set = marks().filter((mark) => !before.includes(mark));
  assert.equal(set.length, 2, 'one for each update');
  for (const mark of set) assert.match(mark, /^[0-9a-f]{64}$/);
  const columns = rows(house.server, 'control', "select name from pragma_table_info('updates_mark')").map(({ name }) => name);
  assert.deepEqual(columns, ['mark'], 'and no date beside it');
});

test('M03 one of two ends: what served it alone goes, the rest stays', async () => {
  // A genre that is asked for offers alone.
  const policy = join(house.server.folder, 'apart.yaml');
  writeFileSync(policy, policy_text('festival').replace('for: [news, offers]\n    class: self-managed', 'for: [offers]\n    class: self-managed'));
  await house.server.stop();
  house.server.options.policy = policy;
  await house.server.start();
  const fien = await somebody('fien').subscribe([programme, discounts], { name: 'Fien', region: 'Vogelwijk' });
  assert.match((await fien.page()).text, /Vogelwijk/);
  assert.match((await fien.post(`${fien.own}/unsubscribe/${discounts}?lang=nl`)).expect(200).text, /Uw andere inschrijvingen blijven/);
  const page = (await fien.page()).expect(200).text;
  assert.doesNotMatch(page, /Vogelwijk/);
  assert.match(page, /Fien/);
});

test('M03 the mark holds: what was queued before is not sent, and nothing is queued after', async () => {
  const gust = await somebody('gust').subscribe([programme, discounts]);
  const hanne = await somebody('hanne').subscribe([programme]);
  const { next } = (await sender.desk()).updates.find((one) => one.update == programme)!;
  if (next) house.server.clock.pass_to(Date.parse(next) + 1_000);
  // The mail server is away while it is queued; meanwhile one of them unsubscribes.
  house.mail.busy = true;
  const issue = await sender.write(programme, 'Te laat');
  (await sender.send(issue)).expect(200);
  await until('both to be queued', async () => (await sender.issue(issue)).state == 'sent');
  (await gust.post(`${gust.own}/unsubscribe/${programme}?lang=nl`)).expect(200);
  house.mail.busy = false;
  house.server.clock.pass(3_600_000);
  await until('the other mail', () => hanne.updates().some(({ subject }) => subject == 'Te laat'), 30_000);
  await until('nothing to wait', async () => (await sender.issue(issue)).progress.waiting == 0);
  assert.equal(gust.updates().length, 0);
  await mailed(programme, 'Ook niet');
  await mailed(discounts, 'Dit wel');
  assert.deepEqual(gust.updates().map(({ subject }) => subject), ['Dit wel']);
});

test('M03 the mark alone holds a mail back, whatever brings a subscription back', async () => {
  const { server } = house;
  // News as a legitimate interest: no consent that could be missing stands in the way of it.
  const policy = join(server.folder, 'interest.yaml');
  const interest = policy_text('festival').replace('news:\n    basis: consent', 'news:\n    basis: legitimate-interest');
  writeFileSync(policy, interest.replace(/\n {2}news:\n {4}ask: once[\s\S]*?(?=\n {2}offers:\n {4}ask: once)/, ''));
  const before = server.options.policy;
  await server.stop();
  server.options.policy = policy;
  await server.start();
  const [kept, left] = [await somebody('kept').subscribe([programme]), await somebody('left').subscribe([programme, discounts])];
  const row = rows(server, 'control', 'select * from updates_subscription order by since_ms desc, name desc limit 1')[0];
  (await left.post(`${left.own}/unsubscribe/${programme}?lang=nl`)).expect(200);
  await server.stop();
  const database = new DatabaseSync(join(server.data, 'control.db'));
  const insert = database.prepare('insert into updates_subscription (person, name, session, policy_version, since_ms) values (?, ?, ?, ?, ?)');
  insert.run(row.person, row.name, row.session, row.policy_version, row.since_ms);
  database.close();
  await server.start();
  await mailed(programme, 'Wie heeft een merkteken');
  assert.deepEqual([kept, left].map((who) => who.updates().map(({ subject }) => subject)), [['Wie heeft een merkteken'], []]);
  await server.stop();
  server.options.policy = before;
  await server.start();
});

test('M03 nobody but the owner of the address lifts the mark: by their own double opt-in', async () => {
  const ivo = await somebody('ivo').subscribe([programme]);
  const before = marks();
  (await ivo.post(`${ivo.own}/unsubscribe?lang=nl`)).expect(200);
  const set = marks().filter((mark) => !before.includes(mark));
  assert.equal(set.length, 2);
  // Somebody types the address in; as long as its owner does not press, the mark stands.
  const mails = ivo.mails();
  (await ivo.ask([programme])).expect(303);
  const path = await ivo.confirmation(mails);
  assert.ok(set.every((mark) => marks().includes(mark)));
  await mailed(programme, 'Nog steeds niet');
  assert.ok(!ivo.updates().some(({ subject }) => subject == 'Nog steeds niet'));
  const again = (await ivo.ask([programme])).status;
  assert.equal(again, 303);
  const latest = await ivo.confirmation([...mails, ...ivo.mails().filter(({ text }) => text.includes(path))]);
  (await ivo.press(latest)).expect(303);
  assert.equal(set.filter((mark) => marks().includes(mark)).length, 1, 'that of the update that they chose is gone');
  await mailed(programme, 'Welkom terug');
  assert.ok(ivo.updates().some(({ subject }) => subject == 'Welkom terug'));
});

test('M03 a term that counts from the end is kept to, and nothing is mailed meanwhile', async () => {
  const policy = join(house.server.folder, 'later.yaml');
  writeFileSync(policy, policy_text('festival').replaceAll('keep: while subscription', 'keep: 10 days after subscription end'));
  await house.server.stop();
  house.server.options.policy = policy;
  await house.server.start();
  const jana = await somebody('jana').subscribe([discounts], { name: 'Jana Laatbloeier' });
  const people = () => rows(house.server, 'vault', 'select count(*) as people from person')[0].people;
  const before = people();
  assert.match((await jana.post(`${jana.own}/unsubscribe?lang=nl`)).expect(200).text, /wissen we op/);
  house.server.clock.pass(10 * day_ms - 60_000);
  await house.server.restart();
  assert.equal(people(), before);
  house.server.clock.pass(61_000);
  await until('the term to be executed', () => people() == before - 1, 60_000);
});

test('M03 everything can be erased at once, by a button behind a page that asks', async () => {
  const lies = await somebody('lies').subscribe([programme], { name: 'Lies Wegwezen' });
  assert.match((await lies.get(`${lies.own}/erase`)).expect(200).text, /Ja, wis alles/);
  (await lies.post(`${lies.own}/erase?lang=nl`)).expect(200);
  assert.equal((await lies.page()).status, 410);
  assert.deepEqual(stores_with(house.server, 'Wegwezen'), []);
});
