// Every screen, light and dark, wide and on a phone: axe finds nothing, and nothing sticks out sideways.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { Stage, accessibility_faults } from './browser.ts';
import { event_of, viewer_of } from './fixture_server.ts';

let stage: Stage;

before(async () => {
  stage = await Stage.open([
    event_of('geweest', { title: 'Geweest', registered: 300 }),
    event_of('nu', { title: 'Nu bezig', state: 'live', starts: '2026-11-22T14:00:00.000Z', registered: 60 }),
    event_of('straks', { title: 'Straks', state: 'open', starts: '2027-01-10T19:00:00.000Z', video: { kind: 'upload', address: null, captions: false } }),
    event_of('concept', { title: 'Concept', state: 'draft', starts: '2027-02-10T19:00:00.000Z' }),
  ]);
});
after(async () => {
  assert.deepEqual(stage.complaints, []);
  await stage.close();
});

const rows = '[data-row="0"]';
const screens: { name: string; path: string; ready: string; act?: (page: Page) => Promise<unknown> }[] = [
  { name: 'setup', path: '/staff/setup?token=good', ready: '#password' },
  { name: 'sign-in', path: '/staff/sign-in', ready: '#password' },
  { name: 'events', path: '/staff/', ready: 'h1' },
  { name: 'new event', path: '/staff/new', ready: '#f-title' },
  { name: 'new event with faults', path: '/staff/new', ready: '#f-title', act: (page) => page.getByRole('button', { name: 'Bewaar en open inschrijving' }).click() },
  { name: 'overview', path: '/staff/e/straks', ready: '#captions-file' },
  { name: 'draft', path: '/staff/e/concept', ready: '#share' },
  { name: 'edit', path: '/staff/e/straks/edit', ready: '#f-title' },
  { name: 'live', path: '/staff/e/nu/live', ready: rows },
  { name: 'report', path: '/staff/e/geweest/report', ready: rows },
  { name: 'report as tables', path: '/staff/e/geweest/report', ready: rows, act: (page) => page.getByRole('button', { name: 'Tabel' }).first().click() },
  { name: 'person', path: `/staff/e/geweest/report?person=${viewer_of(3)}`, ready: 'dialog table' },
  { name: 'approvals', path: '/staff/approvals', ready: 'main li', act: (page) => page.locator('summary').click() },
  { name: 'approval to decide', path: '/staff/approvals/anders', ready: 'dl', act: (page) => page.getByRole('button', { name: 'Weigeren' }).click() },
  { name: 'approval that nobody may decide', path: '/staff/approvals/eigen', ready: 'dl' },
  { name: 'approval to be fetched', path: '/staff/approvals/klaar', ready: 'dl' },
  { name: 'approval that was refused', path: '/staff/approvals/nee', ready: '.reason' },
  { name: 'contact', path: '/staff/e/geweest/contact', ready: '#contact-to', act: (page) => page.getByLabel('Wie je zelf kiest').check() },
  { name: 'accreditation', path: '/staff/e/geweest/report', ready: rows, act: (page) => page.getByRole('button', { name: /^Beslis: / }).first().click() },
  { name: 'missing', path: '/staff/nothing', ready: 'h1' },
];

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [1280, 360, 320]) {
    test(`${colorScheme}, ${width} px wide`, async (group) => {
      const page = await stage.page({ colorScheme, viewport: { width, height: 800 } });
      for (const screen of screens) {
        await group.test(screen.name, async () => {
          await page.goto(stage.fixture.url + screen.path);
          await page.waitForSelector(screen.ready);
          await screen.act?.(page);
          assert.deepEqual(await accessibility_faults(page), []);
          assert.equal(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth), false, 'scrolls sideways');
          assert.equal(await page.locator('h1:visible').count(), 1);
        });
      }
      await page.context().close();
    });
  }
}
