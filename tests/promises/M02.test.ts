// M02 Every mail carries "manage your subscriptions": see and correct what is held, each subscription by itself.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Stage, accessibility_faults, desk, phone, scrolls_sideways, shoot } from '../support/browser.ts';
import { languages, path_of, read_html } from '../support/policy.ts';
import { Requester, decide, latest } from '../support/requests.ts';
import { rows } from '../support/retention.ts';
import { start_server, type Server } from '../support/server.ts';
import type { MailServer } from '../support/smtp.ts';
import type { Staff } from '../support/staff.ts';
import { Sender, Subscriber, discounts, festival, programme } from '../support/updates.ts';

/** A picture of one point. */
const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');

let house: { server: Server; mail: MailServer; staff: Staff };
let sender: Sender;
let ana: Subscriber;
const somebody = (name: string) => new Subscriber(house, `${name}@muziekvriend.example`);
/** The latest mail of an update that somebody got, once it may be sent. */
async function mailed(who: Subscriber, update: string, subject: string) {
  const { next } = (await sender.desk()).updates.find((one) => one.update == update)!;
  if (next) house.server.clock.pass_to(Date.parse(next) + 1_000);
  await sender.mail(update, subject);
  return who.updates().filter((mail) => mail.subject == subject);
}

before(async () => {
  house = await festival();
  sender = new Sender(house.staff);
  ana = await somebody('ana').subscribe([programme, discounts], { name: 'Ana Peeters', telephone: '+32 499 11 22 33', genre: 'jazz', region: 'Waasland' });
});
after(async () => {
  await house?.server.end();
  await house?.mail.close();
});

test('M02 every mail leads to the page of one\'s own, in one\'s own language, in text and in HTML', async () => {
  const words = { nl: 'Beheer uw inschrijvingen', fr: 'Gérer vos abonnements', en: 'Manage your subscriptions', de: 'Ihre Abonnements verwalten' };
  const readers = await Promise.all(languages.map((language) => somebody(`lezer-${language}`).subscribe([programme], {}, language)));
  await mailed(ana, programme, 'Zomer');
  for (const [at, language] of languages.entries()) {
    const [mail] = readers[at]!.updates();
    const link = `${house.server.origin}${readers[at]!.own}?lang=${language}`;
    assert.ok(mail!.text.includes(`${words[language]}:\n${link}`), mail!.text);
    assert.ok(mail!.html.includes(`href="${link}"`) && mail!.html.includes(`>${words[language]}</a>`), mail!.html);
    assert.match((await readers[at]!.get(new URL(link).pathname)).expect(200).text, /id="subscriptions"/);
  }
});

test('M02 see what is held, with purpose, basis and term', async () => {
  const page = read_html((await ana.page()).expect(200).text);
  const texts = ['ana@muziekvriend.example', 'Ana Peeters', '+32 499 11 22 33', 'Jazz', 'Waasland', 'toestemming', 'overeenkomst',
    'Om u elke maand per mail ons programma te sturen.', 'Om u aanbiedingen te mailen', 'einde van uw inschrijving'];
  for (const text of texts) assert.ok(page.toLowerCase().includes(text.toLowerCase()), text);
  assert.equal((await ana.get('/updates/mine/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA')).status, 410);
});

test('M02 correct what is held, and what is emptied is removed', async () => {
  const fields = { name: 'Ana De Smet', email: ana.email, telephone: '', genre: 'folk', region: 'Waasland', _language: 'nl' };
  (await ana.post(`${ana.own}?lang=nl`, fields)).expect(303);
  const page = read_html((await ana.page()).text);
  assert.ok(page.includes('Ana De Smet') && page.includes('Folk') && !page.includes('+32 499'));
  assert.equal((await ana.post(`${ana.own}?lang=nl`, { ...fields, genre: 'polka' })).status, 422);
  const [mail] = await mailed(ana, programme, 'Herfst');
  assert.match(mail!.text, /Dag Ana De Smet/, 'used at once');
  (await ana.post(`${ana.own}?lang=nl`, { ...fields, _language: 'de' })).expect(303);
  const [german] = await mailed(ana, discounts, 'Rabatt');
  assert.match(german!.text, /Ihre Abonnements verwalten/);
  (await ana.post(`${ana.own}?lang=nl`, fields)).expect(303);
});

test('M02 another address counts once its owner confirmed it', async () => {
  const bo = await somebody('bo').subscribe([programme], { name: 'Bo' });
  const moved = somebody('bo.nieuw');
  (await bo.post(`${bo.own}?lang=nl`, { name: 'Bo', email: moved.email, telephone: '', genre: '', region: '', _language: 'nl' })).expect(303);
  assert.ok(read_html((await bo.page()).text).includes(bo.email), 'not yet');
  const answer = (await moved.press(await moved.confirmation())).expect(303);
  assert.ok(answer.header('location').includes(bo.link), 'the same page, and the same person');
  assert.ok(!read_html((await bo.page()).text).includes(bo.email));
  assert.equal((await mailed(moved, programme, 'Verhuisd')).length, 1);
  assert.equal(bo.updates().length, 0);
});

test('M02 each subscription by itself: one ends and the other goes on, and begins again', async () => {
  const cas = await somebody('cas').subscribe([programme, discounts], { name: 'Cas' });
  (await cas.turn(discounts, 'no')).expect(303);
  const page = read_html((await cas.page()).text);
  assert.ok(page.includes('U krijgt ons programma per mail.') && page.includes('U krijgt geen aanbiedingen.'));
  assert.equal((await mailed(cas, discounts, 'Zonder Cas')).length, 0);
  assert.equal((await mailed(cas, programme, 'Met Cas')).length, 1);
  (await cas.turn(discounts, 'yes')).expect(303);
  assert.equal((await mailed(cas, discounts, 'Weer met Cas')).length, 1);
  // What was agreed to at two moments does not keep them from correcting anything.
  (await cas.post(`${cas.own}?lang=nl`, { name: 'Cas', email: cas.email, telephone: '', genre: 'jazz', region: '', _language: 'nl' })).expect(303);
  assert.ok(read_html((await cas.page()).text).includes('Jazz'));
  // Each change is in the ledger.
  const last = rows(house.server, 'control', "select state from consent where purpose = 'offers' order by at_ms desc limit 2");
  assert.deepEqual(last.map(({ state }) => state), ['given', 'withdrawn']);
});

test('M02 a request covers it: access tells of each subscription, restriction and withdrawal stop the mails', async () => {
  const server = await start_server({ policy: path_of('festival'), organisation: 'Klankveld vzw' });
  try {
    const own_staff = await server.sign_up();
    const own_sender = new Sender(own_staff);
    const mail = { get mails() { return server.mails(); } };
    const person = async (name: string) => new Subscriber({ server, mail }, `${name}@muziekvriend.example`).subscribe([programme, discounts], { name, region: 'Waasland' });
    const [dirk, gust, hanne] = [await person('dirk'), await person('gust'), await person('hanne')];
    const grant = async (who: Subscriber, right: string) => {
      const asking = await new Requester(server, who.email).ask_from({ event: 'updates' }, who.link, right, { message: 'Graag.' });
      const { request } = await latest(own_staff);
      assert.match((await asking.prove(png)).header('location'), /taken=1/);
      (await own_staff.post(`/api/v1/requests/${request}/identity`, { established: true })).expect(200);
      if (right != 'withdrawal') (await decide(own_staff, request, { grant: true, reasons: '' })).expect(200);
      return asking;
    };
    const answer = JSON.parse((await (await grant(dirk, 'access')).answer()).get('answer.json')!.toString());
    const held = answer.properties.find(({ property }: any) => property == 'updates').data;
    const told = held.map(({ name, value }: any) => `${name} ${value}`);
    for (const line of ['email dirk@muziekvriend.example', 'region Waasland', 'subscription Programma', 'subscription Aanbiedingen']) assert.ok(told.includes(line), `${told}`);
    await grant(gust, 'restriction');
    await grant(hanne, 'withdrawal');
    await own_sender.mail(programme, 'Wie krijgt dit');
    assert.deepEqual([dirk, gust, hanne].map((who) => who.updates().length), [1, 0, 0]);
  } finally {
    await server.end();
  }
});

test('M02 the pages: on a desk and a phone, light and dark, by keyboard alone, without a script', async () => {
  const els = await somebody('els').subscribe([programme], { name: 'Els' });
  const stage = await Stage.open();
  const { origin } = house.server;
  try {
    for (const [name, viewport, colorScheme] of [['desk', desk, 'light'], ['desk-dark', desk, 'dark'], ['phone', phone, 'light'], ['phone-dark', phone, 'dark']] as const) {
      const page = await stage.page({ viewport, colorScheme });
      for (const [what, path] of [['form', '/updates'], ['sent', '/updates/sent'], ['mine', els.own], ['unsubscribe', `${els.own}/unsubscribe/${programme}`], ['erase', `${els.own}/erase`]] as const) {
        await page.goto(`${origin}${path}?lang=nl`);
        await shoot(page, `updates-${what}-${name}`);
        assert.deepEqual(await accessibility_faults(page), [], `${what}, ${name}`);
        assert.equal(await scrolls_sideways(page), false, `${what}, ${name}`);
      }
      await page.context().close();
    }
    // By keyboard, and without a script.
    const gust = somebody('gust');
    const page = await stage.page({ viewport: phone, javaScriptEnabled: false });
    await page.goto(`${origin}/updates?lang=nl`);
    await page.getByLabel('Ja, mail mij het programma').focus();
    await page.keyboard.press('Space');
    await page.getByLabel('E-mailadres').focus();
    await page.keyboard.type(gust.email);
    await page.getByRole('button', { name: 'Schrijf mij in' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Kijk in uw mail' }).waitFor();
    await page.goto(`${origin}${await gust.confirmation()}?lang=nl`);
    await shoot(page, 'updates-confirm-phone');
    await page.getByRole('button', { name: 'Ja, dat klopt' }).focus();
    await page.keyboard.press('Enter');
    await page.getByText('U bent ingeschreven.').waitFor();
    assert.deepEqual(stage.complaints, []);
  } finally {
    await stage.close();
  }
});
