// One's own account in a browser, against the program itself: what one says of oneself, password, sessions, programs, its end; wide and on a phone, light and dark.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Stage, accessibility_faults, looks_right, shoot, type Page } from '../support/browser.ts';
import { another_member } from '../support/members.ts';
import { start_server, type Server } from '../support/server.ts';
import type { Staff } from '../support/staff.ts';
import { until } from '../support/until.ts';

let server: Server;
let stage: Stage;
let staff: Staff;
let page: Page;
const sessions = async () => (await staff.get('/api/v1/me/sessions')).expect(200).json<{ network: string; current: boolean }[]>();

before(async () => {
  server = await start_server();
  staff = await server.sign_up();
  await server.sign_in();
  await server.sign_in();
  stage = await Stage.open();
  page = await stage.page();
  const [name, value] = staff.cookie.split('=') as [string, string];
  await page.context().addCookies([{ name, value, url: server.origin }]);
});
after(async () => {
  await stage?.close();
  await server?.end();
});

test('one sees where one is signed in, and ends it there', async () => {
  await page.goto(`${server.origin}/staff/`);
  await page.getByRole('link', { name: 'Noor Vermeulen' }).click();
  await page.getByRole('heading', { name: 'Mijn account' }).waitFor();
  await page.getByText('Deze browser').waitFor();
  assert.deepEqual((await sessions()).map(({ network }) => network), Array.from({ length: 3 }, () => '127.0.0.0/24'));
  await looks_right(page, 'account');
  await page.getByRole('button', { name: 'Meld af', exact: true }).first().click();
  await until('one session less', async () => (await sessions()).length == 2);
  const third = await server.sign_in();
  await page.reload();
  await page.getByRole('button', { name: 'Meld overal elders af' }).click();
  await until('this session alone', async () => (await sessions()).length == 1);
  assert.equal((await third.get('/api/v1/events')).status, 200, 'who knows the password signs in anew');
  assert.equal((await server.get('/api/v1/me', { cookie: third.cookie })).status, 200);
});

test('another password: the present one is asked, and every other session ends', async () => {
  const elsewhere = (await server.sign_in()).cookie;
  await page.goto(`${server.origin}/staff/me`);
  await page.getByRole('button', { name: 'Verander het wachtwoord' }).click();
  await page.getByRole('alert').getByRole('heading').waitFor();
  assert.deepEqual(await accessibility_faults(page), []);
  await page.getByLabel('Huidig wachtwoord').fill('niet het mijne');
  await page.getByLabel('Nieuw wachtwoord').fill('een ander lang wachtwoord');
  await page.getByRole('button', { name: 'Verander het wachtwoord' }).click();
  await page.getByText('Dit is niet je huidige wachtwoord.').waitFor();
  assert.equal((await server.get('/api/v1/me', { cookie: elsewhere })).status, 200);
  await page.getByLabel('Huidig wachtwoord').fill('een lang wachtwoord');
  await page.getByRole('button', { name: 'Verander het wachtwoord' }).click();
  await page.getByText('Je wachtwoord is veranderd.').first().waitFor();
  assert.equal((await server.get('/api/v1/me', { cookie: elsewhere })).status, 401);
  assert.equal((await server.get('/api/v1/me', { cookie: staff.cookie })).status, 200);
  await server.sign_in({ password: 'een ander lang wachtwoord' });
});

test('a program gets a secret of its own, shown once, and loses it again', async () => {
  await page.goto(`${server.origin}/staff/me`);
  await page.getByRole('button', { name: 'Nieuw programma' }).click();
  await page.getByRole('button', { name: 'Maak een geheim' }).click();
  await page.getByText('Geef een naam en minstens één recht.').waitFor();
  await page.getByLabel('Naam van het programma').fill('Dagrapport');
  await page.getByLabel('cijfers zien').check();
  await shoot(page, 'account-token');
  assert.deepEqual(await accessibility_faults(page), []);
  await page.getByRole('button', { name: 'Maak een geheim' }).click();
  const secret = await page.getByLabel('Het geheim.').inputValue();
  const program = staff.with_token(secret);
  assert.equal((await program.get('/api/v1/events')).status, 200);
  assert.equal((await program.get('/api/v1/me/sessions')).status, 403, 'it changes nothing of the account');
  await page.reload();
  await page.getByText('Dagrapport').waitFor();
  assert.equal(await page.getByText(secret).count(), 0);
  await page.getByRole('button', { name: 'Trek Dagrapport in' }).click();
  await until('it to work no more', async () => (await program.get('/api/v1/events')).status == 401);
  assert.deepEqual(stage.complaints, []);
});

test('one corrects one’s name, which is shown everywhere at once', async () => {
  await page.goto(`${server.origin}/staff/me`);
  await page.getByLabel('Naam', { exact: true }).fill('');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').getByText('Vul je naam in.').waitFor();
  assert.deepEqual(await accessibility_faults(page), []);
  await page.getByLabel('Naam', { exact: true }).fill('Noor Claes');
  await page.getByLabel('Taal van je mails').selectOption('fr');
  await page.getByLabel('Mail me als er een goedkeuring op me wacht').uncheck();
  await page.getByRole('button', { name: 'Bewaar' }).click();
  await page.getByText('Het is bewaard.').first().waitFor();
  await page.getByRole('link', { name: 'Noor Claes' }).waitFor();
  const { name, language, told_of_approvals } = (await staff.get('/api/v1/me')).json();
  assert.deepEqual([name, language, told_of_approvals], ['Noor Claes', 'fr', false]);
});

test('who goes reads what goes with them; who is needed may not', async () => {
  await page.getByRole('button', { name: 'Wis mijn account' }).click();
  const dialog = page.getByRole('dialog', { name: 'Je account wissen?' });
  await dialog.getByRole('button', { name: 'Wis mijn account' }).waitFor();
  await looks_right(page, 'leave');
  await dialog.getByRole('button', { name: 'Wis mijn account' }).click();
  await dialog.getByText('Er is iets dat alleen jij hier mag.').waitFor();
  assert.deepEqual(await accessibility_faults(page), []);
  await page.keyboard.press('Escape');

  const bo = await another_member(server, staff, { role: 'analyst', email: 'bo@lichtbeeld.example' });
  const theirs = await stage.page();
  const [name, value] = bo.cookie.split('=') as [string, string];
  await theirs.context().addCookies([{ name, value, url: server.origin }]);
  await theirs.goto(`${server.origin}/staff/me`);
  await theirs.getByRole('button', { name: 'Wis mijn account' }).click();
  await theirs.getByRole('dialog').getByRole('button', { name: 'Wis mijn account' }).click();
  await theirs.waitForURL('**/staff/sign-in');
  (await server.get('/api/v1/me', { cookie: bo.cookie })).expect(401);
});
