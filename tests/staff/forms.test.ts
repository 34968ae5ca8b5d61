// Setup, signing in, and the event form: what is wrong stands where it is, and what is right is sent as the server expects it.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import type { Page } from 'playwright-core';
import { Stage } from './browser.ts';
import { event_of, policy } from './fixture_server.ts';

let stage: Stage;
let page: Page;

before(async () => {
  stage = await Stage.open([]);
});
after(async () => {
  assert.deepEqual(stage.complaints, []);
  await stage.close();
});
beforeEach(async () => {
  stage.fixture.events.length = 0;
  stage.fixture.asked.length = 0;
  stage.fixture.signed_in = true;
  stage.fixture.next_problem = null;
  stage.fixture.policy = policy;
  page = await stage.page();
});
afterEach(async () => {
  await page.context().close();
});

const go = (path: string): Promise<unknown> => page.goto(stage.fixture.url + path);
const sent = (method: string, path: string): Record<string, unknown> =>
  (stage.fixture.asked.find((one) => one.method === method && one.path === path)?.body ?? {}) as Record<string, unknown>;

async function give_code(): Promise<void> {
  await page.getByRole('heading', { name: 'Bevestig dat jij het bent' }).waitFor();
  await page.getByLabel('Code van zes cijfers').fill('123456');
  await page.keyboard.press('Enter');
}

test('a used setup link says so and leads on', async () => {
  stage.fixture.signed_in = false;
  await go('/staff/setup?token=old');
  await page.getByText('Deze link is gebruikt of verlopen.').waitFor();
});

test('setup makes the first account and ends at a page that says how to begin', async () => {
  stage.fixture.signed_in = false;
  await go('/staff/setup?token=good');
  await page.getByRole('button', { name: 'Maak het account en begin' }).click();
  await page.getByRole('alert').getByText('Er kloppen nog 3 dingen niet').waitFor();
  assert.equal(await page.getByLabel('Naam').getAttribute('aria-invalid'), 'true');
  await page.getByLabel('Naam').fill('Lotte');
  await page.getByLabel('E-mailadres').fill('lotte@voorbeeld.example');
  await page.getByLabel('Wachtwoord', { exact: true }).fill('een lange zin');
  await page.getByRole('button', { name: 'Maak het account en begin' }).click();
  await page.getByRole('heading', { name: 'Stel je authenticator in' }).waitFor();
  await page.getByRole('img', { name: 'QR-code' }).waitFor();
  assert.equal(await page.getByLabel('Of neem deze sleutel over').inputValue(), 'JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP');
  await page.getByLabel('De zes cijfers die de app nu toont').fill('123456');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Bewaar je herstelcodes' }).waitFor();
  await page.getByText('YZ23-4567-ABCD-EFGH-IJKL-MNOP').waitFor();
  await page.getByRole('button', { name: 'Ga verder' }).click();
  await page.getByText('Bewaar eerst de codes').waitFor();
  await page.getByLabel('Ik heb de codes op een veilige plaats bewaard').check();
  await page.getByRole('button', { name: 'Ga verder' }).click();
  await page.getByRole('heading', { name: 'Welkom' }).waitFor();
  assert.deepEqual(sent('POST', '/api/v1/setup'), { token: 'good', name: 'Lotte', email: 'lotte@voorbeeld.example', password: 'een lange zin' });
  await page.getByRole('link', { name: 'Maak je eerste evenement' }).click();
  await page.waitForFunction(() => document.activeElement?.tagName === 'H1');
});

test('a page that needs signing in is shown after it', async () => {
  stage.fixture.events.push(event_of('later', { title: 'Later', state: 'open' }));
  stage.fixture.signed_in = false;
  await go('/staff/e/later');
  await page.getByRole('heading', { name: 'Aanmelden' }).waitFor();
  await page.getByLabel('E-mailadres').fill('lotte@voorbeeld.example');
  await page.getByLabel('Wachtwoord', { exact: true }).fill('fout');
  await page.keyboard.press('Enter');
  await page.getByText('horen niet bij elkaar').waitFor();
  await page.getByLabel('Wachtwoord', { exact: true }).fill('goed wachtwoord');
  await page.keyboard.press('Enter');
  await give_code();
  await page.getByRole('heading', { name: 'Later' }).waitFor();
  await page.getByRole('button', { name: 'Meld je af' }).click();
  await page.getByRole('heading', { name: 'Aanmelden' }).waitFor();
});

test('signing in never leads to another site', async () => {
  stage.fixture.signed_in = false;
  await go('/staff/sign-in?next=https://elsewhere.example/');
  await page.getByLabel('E-mailadres').fill('lotte@voorbeeld.example');
  await page.getByLabel('Wachtwoord', { exact: true }).fill('goed wachtwoord');
  await page.keyboard.press('Enter');
  await give_code();
  await page.waitForURL(`${stage.fixture.url}/staff/`);
});

test('the form names each fault at its input and leads to it', async () => {
  await go('/staff/new');
  await page.locator('#f-starts').fill('');
  await page.locator('#f-ends').fill('');
  await page.getByRole('button', { name: 'Bewaar en open inschrijving' }).click();
  const alert = page.getByRole('alert');
  await alert.getByText('Er kloppen nog 3 dingen niet').waitFor();
  assert.ok(await alert.evaluate((box) => box === document.activeElement));
  await alert.getByRole('link', { name: 'Kies wanneer het begint, met dag en uur.' }).click();
  assert.equal(await page.evaluate(() => document.activeElement?.id), 'f-starts');
  assert.equal(await page.locator('#f-starts').getAttribute('aria-describedby'), 'f-starts-error');
  await page.getByLabel('Titel', { exact: true }).fill('Een evenement');
  await page.locator('#f-starts').fill('2027-01-10T20:00');
  await page.locator('#f-ends').fill('2027-01-10T19:00');
  await page.getByLabel('Hoogste aantal inschrijvingen').fill('0');
  await page.getByRole('button', { name: 'Bewaar en open inschrijving' }).click();
  await page.getByText('Het einde moet na het begin liggen.').first().waitFor();
  assert.equal(await page.locator('[aria-invalid=true]').count(), 2);
  assert.equal(stage.fixture.asked.filter((one) => one.method === 'POST').length, 0);
});

test('an event is sent in UTC from its own zone, saved and opened; the link can be copied', async () => {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await go('/staff/new');
  await page.getByLabel('Titel', { exact: true }).fill('Symposium');
  assert.equal(await page.getByLabel('Tijdzone').inputValue(), 'America/New_York');
  await page.getByLabel('Tijdzone').fill('Europe/Brussels');
  await page.locator('#f-starts').fill('2027-07-10T20:00');
  await page.locator('#f-ends').fill('2027-07-10T21:30');
  await page.getByLabel('Organisatie', { exact: true }).check();
  await page.getByLabel('Organisatie: verplicht').check();
  await page.getByLabel('Een bestand van je computer').check();
  await page.getByLabel('Kies een videobestand').setInputFiles({ name: 'film.mp4', mimeType: 'video/mp4', buffer: Buffer.alloc(2048) });
  await page.getByRole('button', { name: 'Voeg een moment toe' }).click();
  await page.getByLabel('Moment 1: tijd').fill('2027-07-10T20:15');
  await page.getByLabel('Moment 1: naam').fill('Welkom');
  await page.getByRole('button', { name: 'Bewaar en open inschrijving' }).click();
  await page.getByRole('heading', { name: 'Symposium' }).waitFor();
  const plan = sent('POST', '/api/v1/events');
  assert.equal(plan['starts'], '2027-07-10T18:00:00.000Z');
  assert.equal(plan['ends'], '2027-07-10T19:30:00.000Z');
  assert.deepEqual(plan['fields'], ['name', 'email', 'organisation']);
  assert.deepEqual(plan['required'], ['name', 'email', 'organisation']);
  assert.deepEqual(plan['moments'], [{ at: '2027-07-10T18:15:00.000Z', label: 'Welkom' }]);
  assert.equal(plan['capacity'], null);
  const steps = stage.fixture.asked.filter((one) => one.method !== 'GET').map((one) => `${one.method} ${one.path}`);
  assert.deepEqual(steps, ['POST /api/v1/events', 'PUT /api/v1/events/nieuw-1/upload?name=film.mp4', 'POST /api/v1/events/nieuw-1/open']);
  await page.getByRole('button', { name: 'Kopieer de link' }).click();
  await page.getByRole('button', { name: 'Gekopieerd' }).waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), 'https://hartslag.example/e/nieuw-1');
});

test('a new event is proposed for the next full hour, and its end keeps its distance when the start moves', async () => {
  stage.fixture.events.push(event_of('vorig', { title: 'Vorig', time_zone: 'Europe/Brussels' }));
  await go('/staff/new');
  await page.locator('#f-starts').waitFor();
  const [starts, ends] = await page.evaluate(() => ['#f-starts', '#f-ends'].map((one) => Date.parse(`${document.querySelector<HTMLInputElement>(one)!.value}Z`)));
  const here = Date.parse(`${new Date().toLocaleString('sv', { timeZone: 'America/New_York' }).replace(' ', 'T')}Z`);
  assert.equal(starts! % 3_600_000, 0);
  assert.ok(starts! - here > -60_000 && starts! - here <= 3_600_000, `${new Date(starts!).toISOString()} is not the hour after ${new Date(here).toISOString()}`);
  assert.equal(ends! - starts!, 3_600_000);
  await page.locator('#f-ends').fill('2030-01-10T23:30');
  await page.locator('#f-starts').fill('2030-01-10T22:00');
  await page.locator('#f-ends').fill('2030-01-10T23:30');
  await page.locator('#f-starts').fill('2030-01-11T23:00');
  assert.equal(await page.locator('#f-ends').inputValue(), '2030-01-12T00:30');
  await page.getByRole('button', { name: 'Neem Europe/Brussels, zoals bij een vorig evenement' }).click();
  assert.equal(await page.getByLabel('Tijdzone').inputValue(), 'Europe/Brussels');
  assert.equal(await page.getByRole('button', { name: 'zoals bij een vorig evenement' }).count(), 0);
});

test('a way in that the policy does not offer is no choice', async () => {
  stage.fixture.policy = { ...stage.fixture.policy, opens_by: ['link'] };
  await go('/staff/new');
  await page.getByLabel('Met een persoonlijke link').waitFor();
  assert.ok(await page.getByLabel('Met een persoonlijke link').isChecked());
  assert.equal(await page.locator('input[name=f-opens_by]').count(), 1);
});

test('pages elsewhere are named by their origin, and get a tag', async () => {
  await go('/staff/new');
  await page.getByLabel('Titel', { exact: true }).fill('Elders');
  await page.getByText('Pagina’s elders').click();
  await page.getByLabel('Adressen, één per regel').fill('https://www.voorbeeld.example/pagina');
  await page.getByRole('button', { name: 'Bewaar als concept' }).click();
  await page.locator('#f-domains-error').waitFor();
  await page.getByLabel('Adressen, één per regel').fill('https://www.voorbeeld.example\n\nhttps://twee.voorbeeld.example\n');
  await page.getByRole('button', { name: 'Bewaar als concept' }).click();
  await page.getByRole('heading', { name: 'Tag voor pagina’s elders' }).waitFor();
  assert.deepEqual(sent('POST', '/api/v1/events')['domains'], ['https://www.voorbeeld.example', 'https://twee.voorbeeld.example']);
  assert.equal(await page.locator('#tag').inputValue(), '<script src="https://hartslag.example/beacon.js" data-property="nieuw-1" data-notice="3"></script>');
});

test('what the server refuses stands at its input, nothing typed is lost, and saving again changes the same event', async () => {
  await go('/staff/new');
  await page.getByLabel('Titel', { exact: true }).fill('Adres');
  await page.locator('#f-starts').fill('2027-07-10T20:00');
  await page.locator('#f-ends').fill('2027-07-10T21:30');
  await page.getByLabel('Een adres elders').check();
  await page.getByLabel('Adres van de video').fill('https://video.example/a.m3u8');
  stage.fixture.next_problem = { status: 422, errors: [{ pointer: '#/video/address', detail: 'Deze bron wil een cookie plaatsen.' }] };
  await page.getByRole('button', { name: 'Bewaar als concept' }).click();
  await page.locator('#f-video-address-error', { hasText: 'Deze bron wil een cookie plaatsen.' }).waitFor();
  assert.equal(await page.getByLabel('Titel', { exact: true }).inputValue(), 'Adres');
  await page.getByRole('button', { name: 'Bewaar als concept' }).click();
  await page.getByText('Dit is een concept.').waitFor();
  assert.equal(stage.fixture.events.length, 1);
  await page.getByRole('button', { name: 'Open inschrijving' }).click();
  await page.getByText('Deel deze link').waitFor();
});

test('an event that runs on is closed after its planned end, once that was confirmed', async () => {
  stage.fixture.events.push(event_of('uitloop', { title: 'Uitloop', state: 'live', runs_on: true, starts: '2020-01-01T10:00:00.000Z' }));
  await go('/staff/e/uitloop');
  await page.getByRole('button', { name: 'Sluit het evenement' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Sluit het evenement' }).click();
  await page.getByText('Dit evenement is voorbij.').waitFor();
});

test('only what was changed is sent', async () => {
  stage.fixture.events.push(event_of('klein', { title: 'Klein', state: 'live', starts: '2026-11-22T14:00:07.000Z' }));
  await go('/staff/e/klein/edit');
  await page.getByLabel('Titel', { exact: true }).fill('Groter');
  await page.getByRole('button', { name: 'Bewaar de wijzigingen' }).click();
  await page.getByRole('heading', { name: 'Groter' }).waitFor();
  assert.deepEqual(sent('PATCH', '/api/v1/events/klein'), { title: 'Groter' });
});

test('language and theme are chosen at once and kept', async () => {
  await go('/staff/');
  await page.getByRole('heading', { name: 'Welkom' }).waitFor();
  await page.getByLabel('Taal').selectOption('fr');
  await page.getByRole('heading', { name: 'Bienvenue' }).waitFor();
  await page.getByLabel('Clair ou sombre').selectOption('dark');
  await page.reload();
  await page.getByRole('heading', { name: 'Bienvenue' }).waitFor();
  assert.deepEqual(await page.evaluate(() => [document.documentElement.lang, document.documentElement.dataset['theme']]), ['fr', 'dark']);
});

test('light, dark or as the system says: named, shown at once, and kept', async () => {
  await go('/staff/');
  await page.getByRole('heading', { name: 'Welkom' }).waitFor();
  const ground = (): Promise<string> => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const system = async (colorScheme: 'light' | 'dark'): Promise<string> => {
    await page.emulateMedia({ colorScheme });
    return ground();
  };
  const [light, dark] = [await system('light'), await system('dark')];
  assert.notEqual(light, dark);
  const choice = page.getByRole('combobox', { name: 'Licht of donker' });
  assert.equal(await choice.inputValue(), 'system');
  for (const [chosen, shown] of [['light', [light, light]], ['dark', [dark, dark]], ['system', [light, dark]]] as const) {
    await choice.selectOption(chosen);
    for (const when of ['at once', 'after coming back']) {
      if (when === 'after coming back') await page.reload();
      await page.getByRole('heading', { name: 'Welkom' }).waitFor();
      assert.equal(await choice.inputValue(), chosen, when);
      assert.deepEqual([await system('light'), await system('dark')], shown, `${chosen} ${when}`);
    }
  }
});
