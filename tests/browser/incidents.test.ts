// The desk of incidents in a browser, against the program itself: put on record, assessed, told, closed; wide, on a phone, light and dark.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Stage, accessibility_faults, phone, scrolls_sideways, shoot, type Page } from '../support/browser.ts';
import { Officer, hour_ms } from '../support/incidents.ts';
import { path_of } from '../support/policy.ts';
import { Requester } from '../support/requests.ts';
import { start_server, type Server } from '../support/server.ts';

let server: Server;
let stage: Stage;
let officer: Officer;
let page: Page;

before(async () => {
  server = await start_server({ policy: path_of('bureau'), organisation: 'Kompas Marketing' });
  officer = new Officer(server, await server.sign_up());
  await new Requester(server, 'jan@vraag.example').ask('access');
  stage = await Stage.open();
  page = await stage.page();
  const [name, value] = officer.staff.cookie.split('=') as [string, string];
  await page.context().addCookies([{ name, value, url: server.origin }]);
});
after(async () => {
  await stage?.close();
  await server?.end();
});

/** Every page of it as it looks everywhere. */
async function in_order(name: string) {
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const viewport of [{ width: 1280, height: 900 }, phone]) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize(viewport);
      const where = `incident-${name}-${colorScheme}-${viewport.width}`;
      await shoot(page, where);
      assert.deepEqual(await accessibility_faults(page), [], where);
      assert.equal(await scrolls_sideways(page), false, where);
    }
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize({ width: 1280, height: 900 });
  assert.deepEqual(stage.complaints, []);
}

test('an incident goes its whole way by the pages alone', async () => {
  await page.goto(`${server.origin}/staff/incidents`);
  await page.getByText('Er staat geen voorval open').waitFor();
  await in_order('none');
  await page.getByRole('link', { name: 'Meld een voorval' }).click();
  await page.getByLabel('Wat gebeurde er?').fill('Een bestand van een klant ging naar een verkeerd adres.');
  await page.getByLabel('in verkeerde handen').check();
  await in_order('new');
  await page.getByRole('button', { name: 'Meld een voorval' }).click();
  await page.getByRole('heading', { level: 1, name: /verkeerd adres/ }).waitFor();
  await page.getByText('2 mensen').waitFor();
  await in_order('fresh');

  await page.getByLabel('risico voor mensen onwaarschijnlijk').check();
  await page.getByLabel('Waarom?').last().fill('Alles was versleuteld.');
  await page.getByRole('button', { name: 'Leg de beoordeling vast' }).click();
  const authority = page.getByRole('button', { name: 'Licht niet in' }).nth(1);
  await page.locator('#d-authority-reasons').fill('Geen risico.');
  await authority.click();
  await page.getByText('Wordt niet ingelicht').waitFor();
  // Without a client there is nobody to write to.
  await page.getByRole('button', { name: 'Licht in', exact: true }).first().click();
  await page.getByRole('alert').filter({ hasText: 'Er ontbreekt nog iets' }).waitFor();
  await page.getByRole('button', { name: 'Voeg een klant toe' }).click();
  await page.locator('#c-0-name').fill('Winkelketen NV');
  await page.locator('#c-0-email').fill('privacy@winkelketen.example');
  await page.locator('#letters').locator('..').getByRole('button', { name: 'Bewaar' }).click();
  await page.locator('#c-0-name').waitFor();
  await page.getByRole('button', { name: 'Licht in', exact: true }).first().click();
  await page.getByText('De brieven zijn onderweg.').waitFor();
  await page.locator('#d-people-reasons').fill('Geen hoog risico.');
  await page.locator('[aria-describedby="d-people"]').filter({ hasText: 'Licht niet in' }).click();
  await page.getByLabel('De oplossing').fill('Het adres is verbeterd.');
  await page.getByLabel('De beslissing over het beleid').fill('Twee mensen kijken voortaan na.');
  await page.locator('#closing').locator('..').getByRole('button', { name: 'Bewaar' }).click();
  await page.getByRole('button', { name: 'Toon de namen' }).click();
  await page.getByText('jan@vraag.example').waitFor();
  await in_order('told');
  const { incident } = (await officer.list())[0]!;
  await officer.was_told({ incident }, 'controller');
  await page.reload();
  await page.getByRole('button', { name: 'Sluit het voorval' }).click();
  await page.getByText('afgesloten').first().waitFor();
  await in_order('closed');
});

test('what is late is on every page', async () => {
  await officer.open({ what: 'Een portaal stond open.' });
  server.clock.pass(25 * hour_ms);
  await server.settle();
  await officer.list();
  const [name, value] = officer.staff.cookie.split('=') as [string, string];
  await page.context().addCookies([{ name, value, url: server.origin }]);
  await page.goto(`${server.origin}/staff/`);
  await page.getByRole('alert').filter({ hasText: '1 plicht om iemand in te lichten is te laat' }).waitFor();
  await page.goto(`${server.origin}/staff/incidents`);
  await page.getByText(/te laat$/).first().waitFor();
  await in_order('late');
});
