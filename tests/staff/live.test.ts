// The live view over its one connection: it follows changes, says when it is cut off, and comes back by itself.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { Stage } from './browser.ts';
import { person_of } from './fixture_people.ts';
import { event_of } from './fixture_server.ts';

const registered = 40;
const starts = '2026-11-22T14:00:00.000Z';
let stage: Stage;
let page: Page;

before(async () => {
  stage = await Stage.open([event_of('nu', { title: 'Nu bezig', state: 'live', starts, registered })]);
  page = await stage.page();
  await page.goto(`${stage.fixture.url}/staff/e/nu/live`);
  await page.waitForSelector('[data-connection="connected"]');
});
after(async () => {
  assert.deepEqual(stage.complaints, []);
  await stage.close();
});

const number = (): Promise<string | null> => page.locator('[data-present]').textContent();
const plan = { from_ms: Date.parse(starts), to_ms: Date.parse(starts) + 5_400_000, cells: 240, live: true };

test('the greeting fills number, curve and people', async () => {
  assert.ok(Number(await number()) > 10);
  assert.ok((await page.locator('[data-row]').count()) > 5);
  const last = await page.getByRole('slider').getAttribute('aria-valuemax');
  assert.equal(last, '479');
});

test('a change moves number, curve, table and the list of comings and goings', async () => {
  const person = { ...person_of(0, plan, false), viewer: 'v-new', name: 'Nieuwe Kijker', state: 'active' as const };
  stage.fixture.change({ present: { active: 30, inactive: 4 }, point: [plan.from_ms + 2_405_000, 30, 4], people: [person] });
  await page.waitForFunction(() => document.querySelector('[data-present]')?.textContent === '34');
  await page.getByRole('slider').and(page.locator('[aria-valuemax="480"]')).waitFor();
  await page.locator('.feed li', { hasText: 'Nieuwe Kijker is er' }).waitFor();
  await page.locator('[data-row]', { hasText: 'Nieuwe Kijker' }).waitFor();
  stage.fixture.change({ present: { active: 30, inactive: 4 }, people: [{ ...person, state: 'open' }] });
  await page.locator('.feed li', { hasText: 'Nieuwe Kijker is elders bezig' }).waitFor();
  stage.fixture.change({ present: { active: 30, inactive: 3 }, people: [{ ...person, state: 'absent' }] });
  await page.locator('.feed li', { hasText: 'Nieuwe Kijker ging weg' }).waitFor();
  await page.locator('[data-row]', { hasText: 'Nieuwe Kijker' }).waitFor({ state: 'detached' });
  assert.equal(await page.locator('.feed li').count(), 3);
});

test('the chart shows the last half hour, or the whole event when asked', async () => {
  const choice = page.getByLabel('Tijd op de grafiek');
  assert.equal(await choice.inputValue(), 'recent');
  const leftmost = async (): Promise<string> => {
    const slider = page.getByRole('slider');
    await slider.press('Home');
    return (await slider.getAttribute('aria-valuetext')) ?? '';
  };
  assert.match(await leftmost(), /^15:10/);
  await choice.selectOption('whole');
  assert.match(await leftmost(), /^15:00/);
  await choice.selectOption('recent');
});

test('a lost connection is told with the time of what is shown, and is made again on request', async () => {
  stage.fixture.refuse_live = true;
  stage.fixture.drop_live();
  await page.waitForSelector('[data-connection="lost"]');
  assert.match((await page.locator('[data-connection]').textContent()) ?? '', /Verbinding verbroken. Dit is de stand van \d\d:\d\d:\d\d/);
  assert.equal(await number(), '33');
  stage.fixture.refuse_live = false;
  await page.getByRole('button', { name: 'Probeer nu' }).click();
  await page.waitForSelector('[data-connection="connected"]');
  await page.waitForFunction(() => document.querySelector('[data-present]')?.textContent !== '33');
  assert.equal(stage.fixture.live_count(), 1);
});

test('it comes back without being asked', async () => {
  stage.fixture.drop_live();
  await page.waitForSelector('[data-connection="lost"]');
  await page.waitForSelector('[data-connection="connected"]');
  assert.equal(stage.fixture.live_count(), 1);
});

test('a part of the application that does not come is told, and comes when asked again', async () => {
  const other = await stage.page();
  const missing = /assets\/staff\/(Live|PersonPanel)-[^/]*\.(js|css)$/;
  await other.route(missing, (route) => route.abort());
  await other.goto(`${stage.fixture.url}/staff/e/nu/live`);
  await other.getByText('De server antwoordt niet.').waitFor();
  await other.unroute(missing);
  await other.getByRole('button', { name: 'Probeer opnieuw' }).click();
  await other.waitForSelector('[data-connection="connected"]');
  await other.close();
});

test('leaving the view ends the connection; whoever is signed out meanwhile is asked to sign in', async () => {
  await page.getByRole('link', { name: 'Overzicht' }).click();
  await page.getByText('Link om in te schrijven').waitFor();
  const deadline = Date.now() + 10_000;
  while (stage.fixture.live_count() && Date.now() < deadline) await new Promise((next) => setImmediate(next));
  assert.equal(stage.fixture.live_count(), 0);
  stage.fixture.signed_in = false;
  await page.getByRole('link', { name: 'Live', exact: true }).click();
  await page.waitForURL(/\/staff\/sign-in\?next=%2Fstaff%2Fe%2Fnu%2Flive/, { timeout: 30_000 });
});
