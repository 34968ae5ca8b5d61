// The desk of incidents in a browser, against the program itself: put on record, assessed, told, closed; wide, on a phone, light and dark.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Stage, accessibility_faults, phone, scrolls_sideways, shoot, type Page } from '../support/browser.ts';
import { Officer, hour_ms, letters } from '../support/incidents.ts';
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
  await page.getByLabel('Waarom moet het opnieuw open?').fill('Het bestand ging naar nog iemand.');
  await page.getByRole('button', { name: 'Open het voorval opnieuw' }).click();
  await page.getByText(/^Opnieuw geopend op .*: Het bestand ging naar nog iemand/).waitFor();
  await page.getByRole('button', { name: 'Sluit het voorval' }).click();
  await page.getByText('afgesloten').first().waitFor();
});

test('who has no address is told otherwise, without waiting for a letter to fail', async () => {
  const form = new URLSearchParams({ about: 'misuse', message: 'Iemand leest mee.', name: 'Wim Zonderadres' });
  (await server.post('/report?lang=nl', form, { origin: server.origin, 'sec-fetch-site': 'same-origin', accept: 'text/html' })).expect(303);
  const incident = await officer.open({ what: 'Een lijst hing aan de muur.', properties: ['requests'], letters });
  (await officer.assess(incident, 'high')).expect(200);
  await page.goto(`${server.origin}/staff/incidents/${incident.incident}`);
  await page.getByText('1 persoon heeft geen e-mailadres').waitFor();
  await page.getByText('vragen en meldingen van mensen:').waitFor();
  await page.locator('[aria-describedby="d-people"]').filter({ hasText: 'Licht in' }).first().click();
  await page.getByText('1 persoon kreeg geen brief').waitFor();
  await in_order('by-hand');
  await page.locator('#d-people-how').fill('Gebeld.');
  await page.getByRole('button', { name: 'Leg vast dat het gedaan is' }).click();
  await page.getByText('Gebeld.').waitFor();
  const report = (await officer.list()).find(({ found }) => found == 'page')!;
  await page.goto(`${server.origin}/staff/incidents/${report.incident}`);
  await page.getByText('Melder: Wim Zonderadres').waitFor();
  await in_order('report');
});

test('each panel is there for who may use it', async () => {
  const me = (await officer.staff.get('/api/v1/me')).json();
  for (const [hidden, shown, left] of [['requests', 'Voorvallen', 'Vragen'], ['incidents', 'Vragen', 'Voorvallen']] as const) {
    await page.route('**/api/v1/me', (route) => route.fulfill({ json: { ...me, [hidden]: null } }));
    await page.goto(`${server.origin}/staff/`);
    await page.getByRole('link', { name: new RegExp(`^${shown}`) }).waitFor();
    assert.equal(await page.getByRole('link', { name: new RegExp(`^${left}`) }).count(), 0);
    await page.unroute('**/api/v1/me');
  }
});

test('what is late is on every page', async () => {
  await officer.open({ what: 'Een portaal stond open.' });
  server.clock.pass(25 * hour_ms);
  await server.settle();
  await officer.list();
  const [name, value] = officer.staff.cookie.split('=') as [string, string];
  await page.context().addCookies([{ name, value, url: server.origin }]);
  await page.goto(`${server.origin}/staff/`);
  await page.getByRole('alert').filter({ hasText: /plicht(en)? om iemand in te lichten (is|zijn) te laat/ }).waitFor();
  await page.goto(`${server.origin}/staff/incidents`);
  await page.getByText(/te laat$/).first().waitFor();
  await in_order('late');
});
