// Passkeys in a browser, with Chromium's virtual authenticator: as the first factor, one more, to come in with and at step-up;
// wide and on a phone, light and dark, by keyboard, in four languages.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Stage, keep_codes, looks_right, phone, shoot, type Page } from '../support/browser.ts';
import { start_server, type Server } from '../support/server.ts';

const noor = { name: 'Noor Vermeulen', email: 'noor@lichtbeeld.example', password: 'een lang wachtwoord' };
let server: Server;
let stage: Stage;
let page: Page;

/** An authenticator in the browser, as a telephone or a key would be. */
async function plug_in(one: Page): Promise<void> {
  const session = await one.context().newCDPSession(one);
  await session.send('WebAuthn.enable');
  await session.send('WebAuthn.addVirtualAuthenticator', {
    options: { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
  });
}

before(async () => {
  server = await start_server();
  stage = await Stage.open();
  page = await stage.page();
});
after(async () => {
  await stage?.close();
  await server?.end();
});

async function give_password(): Promise<void> {
  await page.goto(`${server.origin}/staff/sign-in`);
  await page.getByLabel('E-mailadres').fill(noor.email);
  await page.getByLabel('Wachtwoord', { exact: true }).fill(noor.password);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Bevestig dat jij het bent' }).waitFor();
}

test('the first account with a passkey in the place of an app', async () => {
  await plug_in(page);
  await page.goto(server.setup_link!);
  await page.getByLabel('Naam').fill(noor.name);
  await page.getByLabel('E-mailadres').fill(noor.email);
  await page.getByLabel('Wachtwoord', { exact: true }).fill(noor.password);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Liever een passkey' }).click();
  await page.getByRole('button', { name: 'Maak de passkey' }).click();
  await page.getByRole('alert').getByText('Geef de passkey een naam.').waitFor();
  await looks_right(page, 'first-passkey');
  await page.getByLabel('Naam van de passkey').fill('Mijn laptop');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Bewaar je herstelcodes' }).waitFor();
  await keep_codes(page);
  await page.getByRole('heading', { name: 'Welkom' }).waitFor();
  await page.getByRole('button', { name: 'Meld je af' }).click();
});

test('one comes in with it, by keyboard alone', async () => {
  await give_password();
  const button = page.getByRole('button', { name: 'Gebruik een passkey' });
  await button.waitFor();
  await looks_right(page, 'use-passkey');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Welkom' }).waitFor();
});

test('one sees it in one’s account, and the only factor stays', async () => {
  await page.goto(`${server.origin}/staff/me`);
  await page.getByText('Mijn laptop').waitFor();
  await page.getByText('Je hebt geen authenticator-app').waitFor();
  await looks_right(page, 'passkeys');
  await page.getByRole('button', { name: 'Verwijder de passkey Mijn laptop' }).click();
  await page.getByText('Dit is je enige tweede factor.').waitFor();
});

test('what is done seldom asks for it, and goes on', async () => {
  server.clock.pass(6 * 60_000);
  await page.getByRole('button', { name: 'Maak nieuwe herstelcodes' }).click();
  await page.getByRole('dialog', { name: 'Bevestig dat jij het bent' }).waitFor();
  await page.getByRole('button', { name: 'Gebruik een passkey' }).click();
  await page.getByRole('heading', { name: 'Bewaar je herstelcodes' }).waitFor();
  await keep_codes(page);
});

test('a browser that gives none is told so, and recovery codes are left', async () => {
  await page.getByRole('button', { name: 'Meld je af' }).click();
  const other = await page.context().newPage();
  await page.close();
  page = other;
  await give_password();
  await page.evaluate(() => {
    navigator.credentials.get = () => Promise.reject(new DOMException('', 'NotAllowedError'));
  });
  await page.getByRole('button', { name: 'Gebruik een passkey' }).click();
  await page.getByText('De browser gaf geen passkey.').waitFor();
  await page.getByLabel('Herstelcode').waitFor();
  for (const [language, words] of [['fr', 'Utiliser une clé d’accès'], ['en', 'Use a passkey'], ['de', 'Passkey verwenden'], ['nl', 'Gebruik een passkey']]) {
    await page.locator('.preferences select').first().selectOption(language!);
    await page.getByRole('button', { name: words! }).waitFor();
    await shoot(page, `use-passkey-${language}`);
  }
  assert.deepEqual(stage.complaints, []);
});
