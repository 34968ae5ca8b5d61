// The organiser's way in a browser, against the program itself: the first account, an event, a viewer who comes, leaves
// and returns in the live view, the report, signing out.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { at, second_person } from '../support/approvals.ts';
import { Viewer, pass_together } from '../support/audience.ts';
import { Stage, accessibility_faults, give_code, keep_codes, scrolls_sideways, set_up_authenticator, shoot, type Page } from '../support/browser.ts';
import { start_server, type Server } from '../support/server.ts';
import type { Event, Staff } from '../support/staff.ts';
import { until } from '../support/until.ts';

let server: Server;
let stage: Stage;
let page: Page;
let staff: Staff;
let event: Event;

const noor = { name: 'Noor Vermeulen', email: 'noor@lichtbeeld.example', password: 'een lange zin van mij' };

before(async () => {
  server = await start_server();
  stage = await Stage.open();
  page = await stage.page();
});
after(async () => {
  await stage?.close();
  await server?.end();
});

async function in_order(name: string) {
  await shoot(page, `staff-${name}`);
  assert.deepEqual(await accessibility_faults(page), [], name);
  assert.equal(await scrolls_sideways(page), false, name);
  assert.deepEqual(stage.complaints, []);
}

test('the first account, by the link that the program printed', async () => {
  await page.goto(server.setup_link!);
  await page.getByLabel('Naam').fill(noor.name);
  await page.getByLabel('E-mailadres').fill(noor.email);
  await page.getByLabel('Wachtwoord', { exact: true }).fill(noor.password);
  await in_order('setup');
  await page.getByRole('button', { name: 'Maak het account en begin' }).click();
  await page.getByRole('heading', { name: 'Stel je authenticator in' }).waitFor();
  await in_order('authenticator');
  await set_up_authenticator(page, server, noor.email);
  await in_order('recovery-codes');
  await keep_codes(page);
  await page.getByRole('heading', { name: 'Welkom' }).waitFor();
  await in_order('welcome');
  const again = await stage.page();
  await again.goto(server.setup_link!);
  await again.getByText('Deze link is gebruikt of verlopen.').waitFor();
  staff = await server.sign_in(noor);
});

test('an event, from the form to the address that is given around', async () => {
  await page.getByRole('link', { name: 'Maak je eerste evenement' }).click();
  await page.waitForSelector('#f-title');
  await in_order('new');
  await page.fill('#f-title', 'Kennismaking');
  await page.getByRole('button', { name: 'Bewaar en open inschrijving' }).click();
  const made = await until('the event', async () => (await staff.get('/api/v1/events')).json<Event[]>()[0]);
  assert.equal(made.title, 'Kennismaking');
  await page.waitForURL(/\/staff\/e\/kennismaking/);
  await in_order('overview');
  const { links, state } = await staff.event(made.event);
  assert.notEqual(state, 'draft');
  assert.match((await page.textContent('main'))! + (await page.locator('input').evaluateAll((all) => all.map((one) => (one as HTMLInputElement).value))).join(), new RegExp(links.registration));
  (await server.page(`/e/${made.event}`)).expect(200);
});

test('live, somebody comes, looks elsewhere, and returns', async () => {
  event = await staff.create_event({ event: 'nu', title: 'Nu bezig' });
  const ana = await new Viewer(server, event, 'Ana Peeters').register();
  await page.goto(`${server.origin}/staff/e/${event.event}/live`);
  await page.getByText('Er is nu niemand aanwezig.').first().waitFor();
  await page.getByLabel('Wie je ziet').selectOption({ label: 'Iedereen' });
  await page.waitForSelector('[data-row="0"]');
  const shows = (text: RegExp) => until(`the row of Ana to say ${text}`, async () => text.test((await page.textContent('[data-row="0"]')) ?? ''));
  await shows(/Ana Peeters/);
  await ana.open(true);
  for (const [facts, text] of [[7, /kijkt|actief/i], [4, /elders/i], [7, /kijkt|actief/i]] as const) {
    server.clock.pass(1_000);
    await ana.say([[0, facts]]);
    await shows(text);
  }
  await in_order('live');
  await ana.leave();
  await shows(/weg|afwezig/i);
});

test('the report, and the lists that leave from it', async () => {
  const bo = await new Viewer(server, event, 'Bo Claes').register();
  await bo.open(true);
  await pass_together(server, 8 * 60_000, [[bo, 7]]);
  await bo.leave();
  await page.goto(`${server.origin}/staff/e/${event.event}/report`);
  await page.waitForSelector('[data-row="0"]');
  await in_order('report');
  assert.match((await page.textContent('main'))!, /Bo Claes/);
  const link = page.getByRole('button', { name: 'Kijkers als CSV' }).or(page.getByRole('link', { name: 'Kijkers als CSV' })).first();
  // Long after signing in: what leaves as a file wants a code again.
  await link.click();
  await give_code(page, server, noor.email);
  // And nobody takes it along alone.
  await page.getByRole('link', { name: 'Bekijk het verzoek' }).click();
  await page.waitForURL('**/staff/approvals/*');
  const id = new URL(page.url()).pathname.split('/').at(-1)!;
  (await (await second_person(server, staff)).post(at(id, 'approve'), {})).expect(200);
  await page.reload();
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Haal het bestand op' }).click()]);
  const pieces: Buffer[] = [];
  for await (const piece of await download.createReadStream()) pieces.push(piece as Buffer);
  assert.match(Buffer.concat(pieces).toString(), /^name,email,first_seen,.*\r?\n(.*\r?\n)*Bo Claes,/);
});

test('signed out, nothing is shown any more', async () => {
  await page.getByRole('button', { name: 'Meld je af' }).click();
  await page.getByRole('heading', { name: 'Aanmelden' }).waitFor();
  await in_order('sign-in');
  await page.goto(`${server.origin}/staff/e/${event.event}/report`);
  await page.getByRole('heading', { name: 'Aanmelden' }).waitFor();
  assert.doesNotMatch(await page.content(), /Bo Claes|Ana Peeters/);
});
