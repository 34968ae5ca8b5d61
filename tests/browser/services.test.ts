// Services of others in a browser: added, allowed, used, looked at by two; wide and on a phone, light and dark, by keyboard.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { second_person } from '../support/approvals.ts';
import { Stage, accessibility_faults, desk, give_code, phone, scrolls_sideways, shoot, take_known_browser, type Page } from '../support/browser.ts';
import { path_of } from '../support/policy.ts';
import { start_server, type Server } from '../support/server.ts';
import type { Staff } from '../support/staff.ts';
import { TicketShop } from '../support/ticket_shop.ts';
import { until } from '../support/until.ts';

const email = 'noor@lichtbeeld.example';
let shop: TicketShop;
let server: Server;
let stage: Stage;
let page: Page;
let omar: Staff;

before(async () => {
  shop = await TicketShop.start();
  server = await start_server({ demo: true, policy: path_of('festival') });
  omar = await second_person(server, await server.sign_up());
  stage = await Stage.open();
  page = await stage.page();
  await take_known_browser(page, server, email);
  await page.goto(`${server.origin}/staff/sign-in`);
  await page.getByLabel('E-mailadres').fill(email);
  await page.getByLabel('Wachtwoord', { exact: true }).fill('een lang wachtwoord');
  await page.keyboard.press('Enter');
  await give_code(page, server, email);
  await page.getByRole('link', { name: 'Diensten', exact: true }).click();
  await page.getByRole('heading', { name: 'Diensten', exact: true }).waitFor();
});
after(async () => {
  await stage?.close();
  await server?.end();
  await shop?.end();
});

async function looks_right(name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const viewport of [desk, phone]) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize(viewport);
      await shoot(page, `${name}-${colorScheme}-${viewport.width}`);
      assert.deepEqual(await accessibility_faults(page), [], `${name} ${colorScheme} ${viewport.width}`);
      assert.equal(await scrolls_sideways(page), false, `${name} ${colorScheme} ${viewport.width}`);
    }
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize(desk);
}

test('a service is added with its password, which nobody sees afterwards', async () => {
  await page.getByText('Voeg de eerste toe').waitFor();
  await looks_right('services-empty');
  await page.getByRole('button', { name: 'Voeg een dienst toe' }).click();
  const { declared } = shop;
  await page.getByLabel('Naam', { exact: true }).fill('Ticketwinkel');
  await page.getByLabel('Adres van de dienst').fill(declared.origin);
  await page.getByLabel('Gebruiker, kop of veld').fill(declared.puts.name);
  await page.getByLabel('Wachtwoord', { exact: true }).fill(declared.secret);
  await page.getByLabel('Taak 1', { exact: true }).fill('bestellingen');
  await page.getByLabel('Pad van taak 1').fill('/api/orders');
  await page.getByLabel('Pad dat zegt of het wachtwoord klopt').fill(declared.check);
  await page.getByLabel('Pad voor een nieuw wachtwoord').fill(declared.change.path);
  await page.getByLabel('Veld voor een nieuw wachtwoord').fill(declared.change.field);
  await page.keyboard.press('Enter');
  await page.getByText('Kies een naam van 3 tot 40').first().waitFor();
  await looks_right('services-form');
  await page.getByLabel('Naam', { exact: true }).fill('ticketwinkel');
  await page.getByRole('button', { name: 'Bewaar de dienst' }).click();
  await page.getByRole('link', { name: /ticketwinkel/ }).waitFor();
  await looks_right('services-list');
});

test('whoever may use it asks it for a task, and reads the answer', async () => {
  await page.getByRole('link', { name: /ticketwinkel/ }).click();
  await page.getByText('Je mag deze niet zelf gebruiken').waitFor();
  await page.getByLabel('Noor Vermeulen').check();
  await page.getByRole('button', { name: 'Bewaar wie mag' }).click();
  await page.getByLabel('Vraag', { exact: false }).first().waitFor();
  await page.getByRole('button', { name: 'Vraag het', exact: true }).click();
  await page.getByRole('heading', { name: 'Het antwoord van de dienst: 200' }).waitFor();
  await page.getByText('4711').waitFor();
  await page.getByText(/Noor Vermeulen · gebruikte een dienst · bestellingen · 200/).waitFor();
  await looks_right('service');
  assert.ok(!(await page.content()).includes(shop.password));
});

test('it is replaced by a button, and looked at when a second person agrees', async () => {
  const before = shop.password;
  await page.getByRole('button', { name: 'Vervang het nu' }).click();
  await until('another password', () => shop.password != before);
  await page.getByRole('button', { name: 'Vraag om het te bekijken' }).click();
  await page.getByRole('heading', { name: 'Het wachtwoord van “ticketwinkel” bekijken' }).waitFor();
  (await omar.post(`/api/v1/approvals/${page.url().split('/').at(-1)}/approve`, {})).expect(200);
  await page.reload();
  await page.getByRole('button', { name: 'Toon het wachtwoord' }).click();
  await page.getByText('Je ziet het nu, en daarna niet meer').first().waitFor();
  assert.equal(await page.locator('#revealed').inputValue(), shop.password);
  await looks_right('service-revealed');
  await page.goto(`${server.origin}/staff/credentials`);
  await page.getByText('Vervang het', { exact: true }).waitFor();
  await page.getByRole('link', { name: /ticketwinkel/ }).click();
  await page.getByText('iemand heeft dit wachtwoord gezien').waitFor();
  await looks_right('service-seen');
});
