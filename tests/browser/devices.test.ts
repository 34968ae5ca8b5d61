// Coming in with a browser that is not known: what waits, the mailed link, and one's own browsers; wide and on a phone, light
// and dark, by keyboard, in four languages.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Stage, accessibility_faults, give_code, looks_right, phone, shoot, vouch_for_page, type Page } from '../support/browser.ts';
import { start_server, type Server } from '../support/server.ts';
import { until } from '../support/until.ts';

const noor = { email: 'noor@lichtbeeld.example', password: 'een lang wachtwoord' };
let server: Server;
let stage: Stage;
let page: Page;

before(async () => {
  server = await start_server({ demo: true });
  await server.sign_up();
  stage = await Stage.open();
  page = await stage.page();
});
after(async () => {
  await stage?.close();
  await server?.end();
});

async function show_both_factors(one: Page): Promise<void> {
  await one.goto(`${server.origin}/staff/sign-in`);
  await one.getByLabel('E-mailadres').fill(noor.email);
  await one.getByLabel('Wachtwoord', { exact: true }).fill(noor.password);
  await one.keyboard.press('Enter');
  await give_code(one, server, noor.email);
}
/** The link of the latest mail that has one, once there are so many. */
const link_of = (count: number) =>
  until('the mail with the link', () => {
    const asks = server.mails().filter(({ subject }) => subject == 'Bevestig je nieuwe browser');
    return asks.length == count ? asks.flatMap(({ links }) => links).filter((link) => link.includes('/staff/device')) : undefined;
  });
let link: string;

test('a browser that is not known waits, says what to do, and goes on waiting after a reload', async () => {
  await show_both_factors(page);
  await page.getByRole('heading', { name: 'Bevestig deze browser' }).waitFor();
  await page.getByText('We wachten op je bevestiging').waitFor();
  await page.getByText(/^Kun je die mail hier niet lezen\?.*\d{3} \d{3}$/).waitFor();
  await looks_right(page, 'waiting');
  await page.reload();
  await page.getByText('We wachten op je bevestiging').waitFor();
  assert.equal(await page.getByRole('link', { name: 'Dit is een demo' }).getAttribute('href'), '/demo/mail');
  for (const [language, title] of [['fr', 'Confirmez ce navigateur'], ['en', 'Confirm this browser'], ['de', 'Bestätige diesen Browser'], ['nl', 'Bevestig deze browser']]) {
    await page.locator('.preferences select').first().selectOption(language!);
    await page.getByRole('heading', { name: title! }).waitFor();
    await shoot(page, `waiting-${language}`);
  }
});

test('the link says elsewhere that it counts in the other browser', async () => {
  [link] = (await link_of(1)) as [string];
  const elsewhere = await stage.page();
  await elsewhere.goto(link);
  await elsewhere.getByRole('button', { name: 'Bevestig deze browser' }).click();
  await elsewhere.getByText('In deze browser meldt niemand zich aan.').waitFor();
  assert.deepEqual(await accessibility_faults(elsewhere), []);
  await shoot(elsewhere, 'elsewhere');
  await elsewhere.context().close();
});

test('opened in the same browser it lets in, by keyboard alone, and the page that waited follows', async () => {
  const opened = await page.context().newPage();
  await opened.goto(link);
  const waiting = page;
  page = opened;
  await looks_right(page, 'link');
  page = waiting;
  const button = opened.getByRole('button', { name: 'Bevestig deze browser' });
  await button.focus();
  await opened.keyboard.press('Enter');
  await opened.getByRole('heading', { name: 'Welkom' }).waitFor();
  await waiting.getByRole('heading', { name: 'Welkom' }).waitFor();
  await opened.close();
});

test('who waits elsewhere is let in by the operator', async () => {
  const other = await stage.page();
  await show_both_factors(other);
  await vouch_for_page(other, server, noor.email);
  await other.getByRole('heading', { name: 'Welkom' }).waitFor();
  await other.context().close();
});

test('one sees the browsers that let one in and how one came in, and ends one of them', async () => {
  for (let i = 0; i < 2; ++i) (await server.post('/api/v1/sign-in', { ...noor, password: 'niet het mijne' }, { origin: server.origin })).expect(401);
  await page.goto(`${server.origin}/staff/me`);
  const list = page.locator('section', { has: page.getByRole('heading', { name: 'Je browsers' }) });
  await list.getByText('Chrome, Linux').first().waitFor();
  await page.getByText('Tegengehouden: een browser die niet bekend was').first().waitFor();
  await looks_right(page, 'browsers');
  const count = await list.locator('li').count();
  await list.locator('li').filter({ hasNotText: 'Deze browser' }).getByRole('button', { name: /^Verwijder/ }).first().click();
  await until('one browser less', async () => (await list.locator('li').count()) == count - 1);
  await page.getByRole('button', { name: 'Toon ze alle' }).click();
});

test('a known browser comes in with both factors, and is asked for nothing else', async () => {
  await page.getByRole('button', { name: 'Meld je af' }).click();
  await show_both_factors(page);
  await page.getByRole('heading', { name: 'Welkom' }).waitFor();
  assert.deepEqual(stage.complaints, []);
});
