// What waits for a second person: found from every screen, read, and decided with the keyboard alone.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { Stage } from './browser.ts';
import { event_of } from './fixture_server.ts';

let stage: Stage;
let page: Page;

before(async () => {
  stage = await Stage.open([event_of('nu', { title: 'Nu bezig', state: 'live', starts: '2026-11-22T14:00:00.000Z' })]);
  page = await stage.page();
});
after(async () => {
  assert.deepEqual(stage.complaints, []);
  await stage.close();
});

const go = (path: string): Promise<unknown> => page.goto(stage.fixture.url + path);
const sent = (path: string): unknown => stage.fixture.asked.find((one) => one.method === 'POST' && one.path === path)?.body;

test('the number beside the link says how much waits, and the list what', async () => {
  await go('/staff/');
  await page.getByRole('link', { name: 'Goedkeuringen (1)' }).click();
  await page.getByRole('heading', { name: 'Wacht op jou' }).waitFor();
  await page.getByRole('link', { name: /Het einde van Nu bezig verschuiven/ }).waitFor();
  assert.equal(await page.getByRole('link', { name: /De kijkers van Geweest in een bestand/ }).count(), 2, 'what is over is folded away');
});

test('a refusal wants a reason; an approval comes after what will happen', async () => {
  await go('/staff/approvals/anders');
  await page.getByText('zondag 22 november 2026 om 16:30 (CET)').waitFor();
  await page.getByRole('button', { name: 'Weigeren' }).press('Enter');
  await page.locator('form').getByRole('button', { name: 'Weigeren' }).press('Enter');
  const reason = page.getByLabel('Waarom niet');
  assert.equal(await reason.getAttribute('aria-invalid'), 'true');
  assert.equal(sent('/api/v1/approvals/anders/refuse'), undefined);
  await page.getByRole('button', { name: 'Niet doen' }).press('Enter');
  stage.fixture.next_problem = { status: 409 };
  await page.getByRole('button', { name: 'Goedkeuren' }).press('Enter');
  await page.getByRole('alert').getByText('Dit verzoek wacht niet meer.').waitFor();
  await page.getByRole('button', { name: 'Goedkeuren' }).press('Enter');
  await page.getByText('Beslist door Lotte Vermeulen').waitFor();
  assert.equal(await page.getByRole('button', { name: 'Goedkeuren' }).count(), 0);
});

test('where nobody else may decide, the page says so', async () => {
  await go('/staff/approvals/eigen');
  await page.getByText('Niemand anders mag hierover beslissen.').waitFor();
  assert.equal(await page.getByRole('button', { name: 'Goedkeuren' }).count(), 0, 'nobody decides about their own');
  await page.getByRole('button', { name: 'Intrekken' }).press('Enter');
  await page.getByText('Ingetrokken', { exact: true }).first().waitFor();
});

test('an event that has begun says that its end is not for one person alone to move', async () => {
  await go('/staff/e/nu/edit');
  await page.getByText('Het einde verplaatsen vraagt de goedkeuring van een tweede persoon.').waitFor();
});
