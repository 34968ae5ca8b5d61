// Signing in with two factors in a browser, against the program itself: the first time, later, without the telephone, and once
// more in the middle of something; wide and on a phone, light and dark, by keyboard, in four languages.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Stage, accessibility_faults, give_code, keep_codes, looks_right, phone, set_up_authenticator, shoot, type Page } from '../support/browser.ts';
import { start_server, type Server } from '../support/server.ts';
import { Authenticator } from '../support/totp.ts';

const noor = { name: 'Noor Vermeulen', email: 'noor@lichtbeeld.example', password: 'een lang wachtwoord' };
let server: Server;
let stage: Stage;
let page: Page;
let codes: string[];

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
const sign_out = async () => {
  await page.getByRole('button', { name: 'Meld je af' }).click();
  await page.getByRole('heading', { name: 'Aanmelden' }).waitFor();
};

test('the first account: an authenticator, its code, and codes to keep', async () => {
  await page.goto(server.setup_link!);
  await page.getByLabel('Naam').fill(noor.name);
  await page.getByLabel('E-mailadres').fill(noor.email);
  await page.getByLabel('Wachtwoord', { exact: true }).fill(noor.password);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Stel je authenticator in' }).waitFor();
  await page.getByRole('img', { name: 'QR-code' }).waitFor();
  await looks_right(page, 'authenticator');
  const secret = (await page.getByLabel('Of neem deze sleutel over').inputValue()).replaceAll(' ', '');
  assert.match((await page.getByRole('link', { name: 'Open de app op dit toestel' }).getAttribute('href'))!, new RegExp(`^otpauth://totp/.*secret=${secret}&`));

  await page.getByLabel('De zes cijfers').fill('12');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').getByText('Typ de zes cijfers die de app toont.').waitFor();
  const wrong = new Authenticator('A'.repeat(32)).code_of(1);
  await page.getByLabel('De zes cijfers').fill(wrong);
  await page.keyboard.press('Enter');
  await page.getByText('Deze code is niet juist, of al gebruikt.').waitFor();
  assert.deepEqual(await accessibility_faults(page), []);

  codes = await set_up_authenticator(page, server, noor.email);
  assert.equal(codes.length, 10);
  await looks_right(page, 'recovery-codes');
  await page.getByRole('button', { name: 'Ga verder' }).click();
  await page.getByText('Bewaar eerst de codes').waitFor();
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Bewaar als bestand' }).click()]);
  assert.equal(file.suggestedFilename(), 'herstelcodes.txt');
  const pieces: Buffer[] = [];
  for await (const piece of await file.createReadStream()) pieces.push(piece as Buffer);
  for (const code of codes) assert.ok(Buffer.concat(pieces).includes(code));
  await keep_codes(page);
  await page.getByRole('heading', { name: 'Welkom' }).waitFor();
  await sign_out();
});

test('a password and a code, by keyboard alone, after a reload too', async () => {
  await give_password();
  await looks_right(page, 'code');
  await page.reload();
  await page.getByRole('heading', { name: 'Bevestig dat jij het bent' }).waitFor();
  await page.waitForFunction(() => document.activeElement?.id == 'code');
  await page.keyboard.type(await server.code(noor.email));
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Welkom' }).waitFor();
  await sign_out();
});

test('a recovery code without the telephone', async () => {
  await give_password();
  await page.getByRole('button', { name: 'Ik heb de app niet bij de hand' }).click();
  await page.getByLabel('Herstelcode').fill('AAAA-AAAA-AAAA-AAAA-AAAA-AAAA');
  await page.keyboard.press('Enter');
  await page.getByText('Deze herstelcode is niet juist, of al gebruikt.').waitFor();
  await looks_right(page, 'recovery-wrong');
  await page.getByLabel('Herstelcode').fill(codes[0]!);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Welkom' }).waitFor();
  await server.mail_to(noor.email, /herstelcode/);
  await page.goto(`${server.origin}/staff/me`);
  await page.getByText('Je hebt nog 9 herstelcodes.').waitFor();
});

test('whoever began with another account than theirs goes back', async () => {
  await sign_out();
  await give_password();
  await page.getByRole('button', { name: 'Meld je aan met een ander account' }).click();
  await page.getByRole('heading', { name: 'Aanmelden' }).waitFor();
  await page.reload();
  await page.getByRole('heading', { name: 'Aanmelden' }).waitFor();
});

test('who takes too long begins again with the password', async () => {
  await give_password();
  server.clock.pass(11 * 60_000);
  await give_code(page, server, noor.email);
  await page.getByText('Dit duurde te lang. Begin opnieuw met je wachtwoord.').waitFor();
  await give_password();
  await give_code(page, server, noor.email);
  await page.getByRole('heading', { name: 'Welkom' }).waitFor();
});

test('what is done seldom asks for a code in its midst, and goes on', async () => {
  await page.goto(`${server.origin}/staff/me`);
  await page.getByText('Je hebt nog 9 herstelcodes.').waitFor();
  server.clock.pass(6 * 60_000);
  await page.getByRole('button', { name: 'Maak nieuwe herstelcodes' }).click();
  const dialog = page.getByRole('dialog', { name: 'Bevestig dat jij het bent' });
  await dialog.waitFor();
  await looks_right(page, 'step-up');
  await page.keyboard.press('Escape');
  await page.getByText('Dit kan alleen kort nadat je een code gaf.').waitFor();
  await page.getByRole('button', { name: 'Maak nieuwe herstelcodes' }).click();
  await give_code(page, server, noor.email);
  await page.getByRole('heading', { name: 'Bewaar je herstelcodes' }).waitFor();
  await looks_right(page, 'codes-anew');
  codes = await page.locator('li code').allTextContents();
  await keep_codes(page);
  await page.getByText('Je hebt nog 10 herstelcodes.').waitFor();
});

test('another authenticator in the place of the first', async () => {
  await page.getByRole('button', { name: 'Stel een andere authenticator in' }).click();
  await page.getByRole('dialog', { name: 'Stel je authenticator in' }).waitFor();
  await looks_right(page, 'replace');
  await set_up_authenticator(page, server, noor.email);
  await keep_codes(page);
  await page.getByText('Je nieuwe authenticator telt vanaf nu.').first().waitFor();
  await looks_right(page, 'account-factor');
  await server.mail_to(noor.email, /authenticator/);
  await sign_out();
});

test('in four languages', async () => {
  await give_password();
  for (const [language, title] of [['fr', 'Confirmez que c’est bien vous'], ['en', 'Confirm that it is you'], ['de', 'Bestätige, dass du es bist'], ['nl', 'Bevestig dat jij het bent']]) {
    await page.locator('.preferences select').first().selectOption(language!);
    await page.getByRole('heading', { name: title! }).waitFor();
    await shoot(page, `code-${language}`);
  }
  await give_code(page, server, noor.email);
  await page.getByRole('heading', { name: 'Welkom' }).waitFor();
  assert.deepEqual(stage.complaints, []);
});
