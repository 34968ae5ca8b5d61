// C07 Nobody under the policy's age without consent of parent or guardian. Here for who registers for an event; the
// mechanism is the same for every form.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Stage, accessibility_faults, phone, scrolls_sideways, shoot } from '../support/browser.ts';
import { day_ms, rows, stores_with } from '../support/retention.ts';
import { changed_policy, start_server, type Server } from '../support/server.ts';
import type { Event, Staff } from '../support/staff.ts';
import { until } from '../support/until.ts';

let server: Server;
let staff: Staff;
let event: Event;
const folder = mkdtempSync(join(tmpdir(), 'hartslag-minors-'));
const with_minors = (text: string) => (rule: string) => text.replace('\nrights:', `\nminors: { age: 16, ${rule} }\nrights:`);

before(async () => {
  server = await start_server({ policy: changed_policy(folder, (text) => with_minors(text)('guardian: confirms by mail')) });
  staff = await server.sign_up();
  event = await staff.create_event({ event: 'jeugddag', ends: new Date(server.clock.now() + 30 * day_ms).toISOString(), kind: 'on-demand' });
});
after(async () => {
  await server?.end();
  rmSync(folder, { recursive: true });
});

const child = { name: 'Juna Klein', email: 'juna@kijker.example' };
const young = (guardian: string) => ({ ...child, 'old-enough': 'no', guardian });
const answer = (path: string, yes: boolean) =>
  server.post(path, new URLSearchParams({ answer: yes ? 'yes' : 'no' }), { origin: server.origin, 'sec-fetch-site': 'same-origin', accept: 'text/html' });

async function asked(guardian: string): Promise<string> {
  const { status, location, door } = await server.register(event, young(guardian));
  assert.equal(status, 303);
  assert.equal(door, undefined, 'nothing is opened');
  assert.match(location, /\/guardian/);
  const mail = await server.mail_to(guardian);
  return new URL(mail.links.find((link) => link.includes('/guardian/'))!).pathname;
}

test('C07 age is asked, and without an answer, or without a guardian, nobody is registered', async () => {
  assert.match((await server.page(`/e/${event.event}`, 'nl')).text, /Ben je 16 jaar of ouder\?/);
  for (const wrong of [child, { ...child, 'old-enough': 'no' }, young('geen adres'), young(child.email)])
    assert.equal((await server.register(event, wrong)).status, 422, JSON.stringify(wrong));
  assert.equal((await staff.event(event.event)).registered, 0);
  assert.deepEqual(stores_with(server, child.email), []);
});

test('C07 until the guardian agrees there is no registration, and what was filled in is sealed', async () => {
  const path = await asked('ouder@kijker.example');
  assert.equal((await staff.event(event.event)).registered, 0);
  assert.deepEqual((await staff.people(event)).people, []);
  assert.equal(server.mails().filter(({ to }) => to == child.email).length, 0);
  for (const word of [child.email, 'Juna', 'ouder@kijker.example']) assert.deepEqual(stores_with(server, word), [], word);

  const page = await server.page(path, 'nl');
  assert.match(page.text, /Vindt u het goed dat Juna Klein meedoet\?/);
  assert.ok(page.text.includes(child.email));
  assert.match((await answer(path, true)).expect(200).text, /Dank u/);
  const mail = await server.mail_to(child.email);
  assert.ok(server.personal_link(mail));
  assert.deepEqual((await staff.people(event)).people.map(({ email }) => email), [child.email]);
  // The guardian's address served its end.
  assert.equal(rows(server, 'control', 'select count(*) as n from pending_registration')[0].n, 0);
  assert.equal((await server.page(path, 'nl')).status, 410);
  const acts = rows(server, 'control', "select count(*) as n from act where kind = 'events.guardian_agreed'");
  assert.equal(acts[0].n, 1);
});

test('C07 a guardian who says no, or nothing, leaves nothing behind', async () => {
  const other = { name: 'Rune Klein', email: 'rune@kijker.example', 'old-enough': 'no' };
  const ask = async (guardian: string) => {
    assert.equal((await server.register(event, { ...other, guardian })).status, 303);
    return new URL((await server.mail_to(guardian)).links.find((link) => link.includes('/guardian/'))!).pathname;
  };
  const refused = await ask('nee@kijker.example');
  assert.match((await answer(refused, false)).expect(200).text, /gewist/);
  assert.equal((await answer(refused, true)).status, 410, 'a no is a no');

  const silent = await ask('stil@kijker.example');
  await server.restart();
  assert.equal((await server.page(silent, 'nl')).status, 200, 'it waits through a restart');
  server.clock.pass(7 * day_ms + 3_600_000);
  await until('the silent one to go', () => rows(server, 'control', 'select count(*) as n from pending_registration')[0].n == 0, 60_000);
  assert.equal((await server.page(silent, 'nl')).status, 410);
  assert.equal((await staff.event(event.event)).registered, 1);
  const alive = rows(server, 'keys', "select name from kept_key where name like '%pending_%' and state <> 'destroyed'");
  assert.deepEqual(alive, []);
});

test('C07 whoever is old enough registers as ever; and a policy that refuses minors stores nothing of them', async () => {
  const { door } = await server.register(event, { name: 'Ana Groot', email: 'ana@kijker.example', 'old-enough': 'yes' });
  assert.ok(door);
  server.options.policy = changed_policy(folder, (text) => with_minors(text)('guardian: refused'));
  await server.restart();
  const answer = await server.register(event, { name: 'Mats Klein', email: 'mats@kijker.example', 'old-enough': 'no', guardian: 'ouder@kijker.example' });
  assert.equal(answer.status, 422);
  assert.match(answer.answer.text, /Wie jonger is dan 16, kan zich hier niet inschrijven/);
  assert.deepEqual(stores_with(server, 'mats@kijker.example'), []);
  server.options.policy = changed_policy(folder, (text) => with_minors(text)('guardian: confirms by mail'));
  await server.restart();
});

test('C07 form and question in a browser: by keyboard, on a phone, in the dark', async () => {
  const stage = await Stage.open();
  try {
    const page = await stage.page({ viewport: phone, colorScheme: 'dark' });
    await page.goto(`${server.origin}/e/${event.event}?lang=nl`);
    const guardian = page.getByLabel('E-mailadres van je ouder of voogd');
    assert.equal(await guardian.isVisible(), false);
    await page.getByLabel('Nee, ik ben jonger').check();
    await guardian.fill('mama@kijker.example');
    await shoot(page, 'event-minor-phone-dark');
    assert.deepEqual(await accessibility_faults(page), []);
    assert.equal(await scrolls_sideways(page), false);
    await page.getByLabel('Naam').fill('Bas Klein');
    await page.getByLabel('E-mailadres', { exact: true }).fill('bas@kijker.example');
    await page.getByRole('button', { name: /inschrij|Schrijf/i }).first().press('Enter');
    await page.getByRole('heading', { name: 'We mailen je ouder of voogd' }).waitFor();
    assert.deepEqual(await accessibility_faults(page), []);

    const link = (await server.mail_to('mama@kijker.example')).links.find((one) => one.includes('/guardian/'))!;
    for (const [colorScheme, lang] of [['light', 'fr'], ['dark', 'de']] as const) {
      const answering = await stage.page({ viewport: phone, colorScheme });
      await answering.goto(`${server.origin}${new URL(link).pathname}?lang=${lang}`);
      await shoot(answering, `guardian-phone-${colorScheme}-${lang}`);
      assert.deepEqual(await accessibility_faults(answering), []);
      assert.equal(await scrolls_sideways(answering), false);
      await answering.context().close();
    }
    assert.deepEqual(stage.complaints, []);
  } finally {
    await stage.close();
  }
});
