// What comes before anything else: one text after the other, agreed to and signed with the keyboard; then on to where one
// wanted to go.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import type { Page } from 'playwright-core';
import type { OwnDuty } from '../../web/staff/src/lib/duties.ts';
import { Stage, accessibility_faults } from './browser.ts';
import { event_of } from './fixture_server.ts';

const in_all = (text: string) => ({ nl: text, fr: text, en: text, de: text });
const duty = (name: string, kind: OwnDuty['kind'], title: string, changes: Partial<OwnDuty> = {}): OwnDuty => ({
  duty: name, kind, title: in_all(title), state: 'never', ends: null, text: kind === 'training' ? null : in_all('Wees stil.\n\nOok in de gang.'),
  version: kind === 'training' ? '' : '0123456789abcdef', done: null, signed_as: '', ...changes,
});
const shots = process.env['SHOTS'];
let stage: Stage;
let page: Page;

before(async () => {
  stage = await Stage.open([event_of('nu', { title: 'Nu bezig', state: 'live', starts: '2026-11-22T14:00:00.000Z' })]);
});
beforeEach(async () => {
  page = await stage.page();
});
after(async () => {
  assert.deepEqual(stage.complaints, []);
  await stage.close();
});

const heading = (name: string) => page.getByRole('heading', { level: 1, name });
const sent = (path: string): unknown => stage.fixture.asked.findLast((one) => one.method === 'POST' && one.path === path)?.body;

async function looks_right(name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [1280, 360]) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 800 });
      if (shots) {
        mkdirSync(shots, { recursive: true });
        await page.screenshot({ path: join(shots, `${name}-${colorScheme}-${width}.png`), fullPage: true });
      }
      assert.deepEqual(await accessibility_faults(page), [], `${name} ${colorScheme} ${width}`);
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth), false, `${name} ${colorScheme} ${width}`);
    }
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize({ width: 1280, height: 900 });
}

test('one text after the other, and then where one wanted to go', async () => {
  stage.fixture.duties = [duty('rules', 'read', 'Huisregels'), duty('secrecy', 'signed', 'Geheimhouding', { state: 'changed', done: '2026-11-01T09:00:00.000Z' })];
  await page.goto(`${stage.fixture.url}/staff/e/nu`);
  await heading('Huisregels').waitFor();
  assert.match(page.url(), /\/staff\/acknowledge\?next=/);
  await page.getByText('Ook in de gang.').waitFor();
  await page.getByText('1 van 2').waitFor();
  await looks_right('read');
  await page.getByRole('button', { name: 'Ik heb dit gelezen en hou me eraan' }).press('Enter');
  await heading('Geheimhouding').waitFor();
  assert.equal(await page.evaluate(() => document.activeElement?.tagName), 'H1', 'the next text is read out from its heading');
  assert.deepEqual(sent('/api/v1/me/duties/rules'), { version: '0123456789abcdef', language: 'nl', name: '' });
  await page.getByText('Deze tekst is veranderd sinds je hem las.').waitFor();
  const name = page.getByLabel('Typ je naam om te ondertekenen');
  await name.fill('Iemand Anders');
  await name.press('Enter');
  await page.getByText('Dit is niet je naam').waitFor();
  assert.equal(await name.getAttribute('aria-invalid'), 'true');
  await looks_right('sign');
  await name.fill('Lotte Vermeulen');
  await name.press('Enter');
  await heading('Nu bezig').waitFor();
  assert.equal(new URL(page.url()).pathname, '/staff/e/nu');
});

test('a training that is not recorded says whom to ask', async () => {
  stage.fixture.duties = [duty('course', 'training', 'Cursus', { state: 'over', done: '2025-11-01T09:00:00.000Z', ends: '2026-11-01T09:00:00.000Z' })];
  await page.goto(`${stage.fixture.url}/staff/`);
  await page.getByRole('heading', { name: 'Cursus' }).waitFor();
  await page.getByText('Deze opleiding volgde je op').waitFor();
  await page.getByText('hartslag staff record-training lotte@voorbeeld.example').waitFor();
  await looks_right('training');
  stage.fixture.duties = [duty('course', 'training', 'Cursus', { state: 'met', done: '2026-11-20T09:00:00.000Z', ends: '2027-11-20T09:00:00.000Z' })];
  await page.getByRole('button', { name: 'Kijk opnieuw' }).press('Enter');
  await page.getByRole('link', { name: 'Lotte Vermeulen' }).waitFor();
  assert.equal(new URL(page.url()).pathname, '/staff/');
});

test('nobody is led elsewhere from there', async () => {
  stage.fixture.duties = [];
  await page.goto(`${stage.fixture.url}/staff/acknowledge?next=https://elsewhere.example/`);
  await page.getByRole('link', { name: 'Lotte Vermeulen' }).waitFor();
  assert.equal(new URL(page.url()).origin, stage.fixture.url);
});

test('one’s own account shows what one agreed to, and is open meanwhile', async () => {
  stage.fixture.duties = [
    duty('rules', 'read', 'Huisregels', { state: 'over', done: '2025-11-01T09:00:00.000Z', ends: '2026-11-01T09:00:00.000Z' }),
    duty('secrecy', 'signed', 'Geheimhouding', { state: 'met', done: '2026-11-02T09:00:00.000Z', signed_as: 'Lotte Vermeulen' }),
    duty('course', 'training', 'Cursus', { state: 'met', done: '2026-11-20T09:00:00.000Z', ends: '2027-11-20T09:00:00.000Z' }),
  ];
  await page.goto(`${stage.fixture.url}/staff/me`);
  await page.getByText('Ondertekend op 2 nov 2026 als Lotte Vermeulen').waitFor();
  await page.getByText('telt tot 20 nov 2027').waitFor();
  await page.getByText('Lees de tekst').first().click();
  await looks_right('account');
  await page.getByRole('link', { name: 'Nog te doen' }).click();
  await heading('Huisregels').waitFor();
});
