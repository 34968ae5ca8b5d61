// From nothing to a house with people in it, in a browser: the operator invites an organiser, who invites an analyst; each
// sees what their role may do. Wide and on a phone, light and dark; with the keyboard where a form is filled in.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Stage, keep_codes, looks_right, phone, set_up_authenticator, type Page } from '../support/browser.ts';
import { invitation_to } from '../support/members.ts';
import { start_server, type Server } from '../support/server.ts';
import { until } from '../support/until.ts';

const bo = { name: 'Bo Claes', email: 'bo@lichtbeeld.example', password: 'nog een lang wachtwoord' };
const cas = { name: 'Cas Maes', email: 'cas@lichtbeeld.example', password: 'een derde lang wachtwoord' };
let server: Server;
let stage: Stage;
let noor: Page;
let organiser: Page;

/** Opens the mail's link in a browser of their own, and makes the account. */
async function come(who: typeof bo, shot = ''): Promise<Page> {
  const page = await stage.page();
  await page.goto(`${server.origin}/staff/join#${await invitation_to(server, who.email)}`);
  await page.getByRole('heading', { name: 'Welkom bij Lichtbeeld' }).waitFor();
  await page.getByText(who.email).waitFor();
  if (shot) await looks_right(page, shot);
  await page.getByLabel('Naam').fill(who.name);
  await page.getByLabel('Wachtwoord', { exact: true }).fill(who.password);
  await page.keyboard.press('Enter');
  await set_up_authenticator(page, server, who.email);
  await keep_codes(page);
  await page.getByRole('link', { name: who.name }).waitFor();
  return page;
}

async function invite(page: Page, email: string, role: string) {
  await page.getByRole('link', { name: 'Leden' }).click();
  await page.getByRole('heading', { name: 'Leden' }).waitFor();
  await page.getByRole('button', { name: 'Iemand uitnodigen' }).click();
  const dialog = page.getByRole('dialog', { name: 'Iemand uitnodigen' });
  await dialog.getByLabel('E-mailadres').fill(email);
  await dialog.getByRole('radio', { name: role }).check();
}

before(async () => {
  server = await start_server();
  const staff = await server.sign_up();
  stage = await Stage.open();
  noor = await stage.page();
  const [name, value] = staff.cookie.split('=') as [string, string];
  await noor.context().addCookies([{ name, value, url: server.origin }]);
});
after(async () => {
  await stage?.close();
  await server?.end();
});

test('the operator invites an organiser, whose mail leads to an account', async () => {
  await noor.goto(`${server.origin}/staff/`);
  await invite(noor, 'geen adres', 'Organisator');
  await noor.getByRole('button', { name: 'Uitnodiging sturen' }).click();
  await noor.getByRole('alert').getByRole('heading').waitFor();
  await looks_right(noor, 'invite');
  await noor.getByLabel('E-mailadres').fill(bo.email);
  await noor.keyboard.press('Enter');
  await noor.getByRole('heading', { name: 'Uitgenodigd' }).waitFor();
  await looks_right(noor, 'members');
  organiser = await come(bo, 'join');
  assert.equal(new URL(organiser.url()).hash, '', 'the secret does not stay in the address');
});

test('the organiser invites an analyst, who sees figures and no more', async () => {
  await invite(organiser, cas.email, 'Analist');
  // What one does not have oneself is not offered.
  assert.equal(await organiser.getByRole('radio', { name: 'Eigenaar' }).count(), 0);
  assert.equal(await organiser.getByLabel('Mag bestanden meenemen').count(), 0);
  await organiser.getByRole('button', { name: 'Uitnodiging sturen' }).click();
  await organiser.getByRole('heading', { name: 'Uitgenodigd' }).waitFor();
  const analyst = await come(cas);
  assert.equal(await analyst.getByRole('link', { name: 'Leden' }).count(), 0);
  assert.equal(await analyst.getByRole('link', { name: 'Nieuw evenement' }).count(), 0);
  await analyst.getByRole('link', { name: 'Wat mijn rol mag' }).click();
  await analyst.getByRole('heading', { name: 'Rollen' }).waitFor();
  await looks_right(analyst, 'analyst-roles');
  const row = analyst.getByRole('row', { name: /^cijfers zien/ });
  assert.equal(await row.getByText('ja', { exact: true }).count(), 6);
});

test('a role is drawn otherwise, and somebody gets another one', async () => {
  await noor.getByRole('link', { name: 'Rollen' }).click();
  await noor.getByRole('button', { name: 'Analist wijzigen' }).click();
  const dialog = noor.getByRole('dialog', { name: 'Analist' });
  await dialog.getByLabel('namen zien').check();
  await looks_right(noor, 'role');
  await dialog.getByRole('button', { name: 'Opslaan' }).click();
  await noor.getByText('aangepast').waitFor();
  await looks_right(noor, 'roles');
  await noor.getByRole('link', { name: 'Leden' }).click();
  await noor.getByRole('button', { name: 'Cas Maes wijzigen' }).click();
  await noor.getByRole('radio', { name: 'Moderator' }).check();
  await looks_right(noor, 'member');
  await noor.getByRole('button', { name: 'Opslaan' }).click();
  await noor.getByText('Moderator').waitFor();
  await noor.getByRole('button', { name: 'Cas Maes wijzigen' }).click();
  await noor.getByRole('button', { name: 'Account beëindigen' }).click();
  await noor.getByText('Dit kun je niet ongedaan maken.').waitFor();
  await noor.getByRole('button', { name: 'Account beëindigen' }).click();
  await until('nobody called Cas', async () => (await noor.getByText('Cas Maes').count()) == 0);
});

test('an organisation of its own, whose owner sees nothing of the first', async () => {
  await noor.getByRole('link', { name: 'Organisaties' }).click();
  await noor.getByRole('button', { name: 'Organisatie toevoegen' }).click();
  await noor.getByLabel('Naam van de organisatie').fill('Zaal Noord');
  await noor.getByLabel('E-mailadres van de eerste eigenaar').fill('els@zaalnoord.example');
  await noor.getByRole('button', { name: 'Uitnodiging sturen' }).click();
  await noor.getByText('1 uitnodiging loopt').waitFor();
  await looks_right(noor, 'organisations');
});

test('every act of it is in the journal', async () => {
  await noor.getByRole('link', { name: 'Logboek' }).click();
  await noor.getByText('voegde een organisatie toe').waitFor();
  await looks_right(noor, 'journal');
  await noor.getByLabel('Wie', { exact: true }).selectOption('Bo Claes');
  await noor.getByRole('button', { name: 'Zoeken' }).click();
  await until('only what Bo did', async () => (await noor.getByText('voegde een organisatie toe').count()) == 0);
  await noor.getByText('nam een uitnodiging aan').waitFor();
  assert.match(noor.url(), /member=/);
});

test('an invitation that was used says so', async () => {
  const page = await stage.page();
  await page.goto(`${server.origin}/staff/join#${await invitation_to(server, bo.email)}`);
  await page.getByRole('heading', { name: 'Deze uitnodiging werkt niet meer' }).waitFor();
  await looks_right(page, 'join-over');
});
