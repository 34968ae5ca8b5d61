// Fifty thousand people: only the rows in sight exist, and the keyboard reaches them all.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { Stage } from './browser.ts';
import { event_of } from './fixture_server.ts';

const people = 50_000;
const most_rows = 60;
let stage: Stage;
let page: Page;

before(async () => {
  stage = await Stage.open([event_of('groot', { title: 'Groot congres', registered: people })]);
  page = await stage.page();
  await page.goto(`${stage.fixture.url}/staff/e/groot/report`);
  await page.waitForSelector('[data-row="0"]', { timeout: 60_000 });
});
after(async () => {
  assert.deepEqual(stage.complaints, []);
  await stage.close();
});

const grid = (): ReturnType<Page['locator']> => page.getByRole('grid', { name: 'Mensen' });
const rows = (): Promise<number> => page.locator('[data-row]').count();

test('only a bounded number of rows exists, and scrolling to the end shows the last one', async () => {
  assert.equal(await grid().getAttribute('aria-rowcount'), String(people + 1));
  assert.ok((await rows()) <= most_rows);
  await grid().evaluate((element) => (element.scrollTop = element.scrollHeight));
  await page.locator(`[data-row="${people - 1}"]`).waitFor();
  assert.ok((await rows()) <= most_rows);
  assert.equal(await page.locator(`[data-row="${people - 1}"]`).getAttribute('aria-rowindex'), String(people + 1));
});

test('sorting puts the greatest first, and says so', async () => {
  const header = page.getByRole('columnheader', { name: 'Aandeel' });
  await header.getByRole('button').click();
  assert.equal(await header.getAttribute('aria-sort'), 'descending');
  const shares = (await page.locator('[data-row] .share').allTextContents()).slice(0, 8).map((text) => parseInt(text, 10));
  assert.deepEqual(shares, [...shares].sort((a, b) => b - a));
  assert.ok(shares[0]! > 90);
});

test('search finds names without their accents, and says how many', async () => {
  await page.getByRole('searchbox', { name: 'Zoek op naam of e-mail' }).fill('amelie skoda');
  await page.locator('.people h2 [role=status]', { hasNotText: '50.000' }).waitFor();
  const names = await page.locator('[data-row] .who').allTextContents();
  assert.ok(names.length > 3);
  assert.ok(names.every((name) => name.startsWith('Amélie Škoda')));
  await page.getByRole('searchbox', { name: 'Zoek op naam of e-mail' }).fill('zzzz');
  await page.getByText('Niemand gevonden').waitFor();
  await page.getByRole('searchbox', { name: 'Zoek op naam of e-mail' }).fill('');
  await page.locator('[data-row="0"]').waitFor();
});

test('one row is in the tab order; arrows, Page, Home and End move through all', async () => {
  assert.equal(await page.locator('[data-row][tabindex="0"]').count(), 1);
  await page.locator('[data-row="0"]').focus();
  const focused = (): Promise<string | null> => page.evaluate(() => document.activeElement?.getAttribute('data-row') ?? null);
  for (const [key, row] of [['ArrowDown', '1'], ['ArrowDown', '2'], ['ArrowUp', '1'], ['End', String(people - 1)], ['ArrowDown', String(people - 1)], ['Home', '0']] as const) {
    await page.keyboard.press(key);
    await page.waitForFunction((wanted) => document.activeElement?.getAttribute('data-row') === wanted, row);
    assert.equal(await focused(), row);
  }
  await page.keyboard.press('PageDown');
  await page.waitForFunction(() => Number(document.activeElement?.getAttribute('data-row')) > 4);
});

test('Enter opens the person, Escape gives the focus back to the row', async () => {
  await page.keyboard.press('Home');
  await page.waitForFunction(() => document.activeElement?.getAttribute('data-row') === '0');
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  await dialog.getByText('RIZIV-nummer').waitFor();
  assert.match(page.url(), /person=v\d+/);
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('data-row')), '0');
});

test('times are those of the event, not of the reader, and the page says so', async () => {
  await page.getByText('Tijden in de tijdzone van het evenement: Europe/Brussels (CET).').first().waitFor();
  assert.equal(await page.locator('#range-from').inputValue(), '2026-11-18T19:00');
});

test('a chosen stretch is asked for in UTC and stands in the address', async () => {
  await page.locator('#range-from').fill('2026-11-18T19:30:00');
  await page.getByRole('button', { name: 'Toon dit deel' }).click();
  await page.waitForURL(/from=2026-11-18T18%3A30%3A00.000Z/);
  await page.waitForFunction(() => !document.querySelector('[aria-busy="true"]'));
  const asked = stage.fixture.asked.filter(({ path }) => path.includes('/report?')).at(-1);
  assert.match(asked?.path ?? '', /from=2026-11-18T18%3A30%3A00.000Z/);
  await page.locator('#range-to').fill('2026-11-18T19:00:00');
  await page.getByRole('button', { name: 'Toon dit deel' }).click();
  await page.getByText('Het einde moet na het begin liggen.').waitFor();
});

test('the chart reads out values under the arrow keys, as a table, and as files', async () => {
  const slider = page.getByRole('slider').first();
  await slider.focus();
  await page.keyboard.press('Home');
  const first = await slider.getAttribute('aria-valuetext');
  await page.keyboard.press('ArrowRight');
  await page.waitForFunction(() => document.querySelector('[role=slider]')?.getAttribute('aria-valuenow') === '1');
  assert.notEqual(await slider.getAttribute('aria-valuetext'), first);
  await page.getByRole('button', { name: 'Tabel' }).first().click();
  await page.getByRole('region', { name: 'Aanwezigen in de tijd' }).getByRole('columnheader', { name: 'elders open' }).waitFor();
  for (const [button, file] of [['Aanwezigen in de tijd: gegevens als CSV', /\.csv$/], ['Komen en weggaan: afbeelding als PNG', /\.png$/], ['Kijkers als Excel', /^groot\.xlsx$/]] as const) {
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: button }).click()]);
    assert.match(download.suggestedFilename(), file);
  }
});
