// The officer's desk in a browser, against the program itself: clocks, who asks, a decision, light and dark, wide and on a
// phone.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Stage, accessibility_faults, desk as wide, phone, scrolls_sideways, shoot, type Page } from '../support/browser.ts';
import { Requester, latest } from '../support/requests.ts';
import { start_server, type Server } from '../support/server.ts';
import type { Staff } from '../support/staff.ts';

let server: Server;
let staff: Staff;
let stage: Stage;
let page: Page;
let request: string;
const day_ms = 86_400_000;

before(async () => {
  server = await start_server();
  staff = await server.sign_up();
  const event = await staff.create_event({ event: 'webinar', ends: new Date(server.clock.now() + 60 * day_ms).toISOString(), kind: 'on-demand' });
  await server.register_and_read(event, { name: 'Ana Peeters', email: 'ana@kijker.example' });
  await new Requester(server, 'bo@kijker.example').ask('erasure', { name: 'Bo Claes', message: 'Wis alles.' });
  server.clock.pass(12 * day_ms);
  const ana = await new Requester(server, 'ana@kijker.example').ask('access', { message: 'Wat weet u van mij?' });
  ({ request } = await latest(staff));
  await ana.show_who();
  stage = await Stage.open();
  page = await signed_in();
});
after(async () => {
  await stage?.close();
  await server?.end();
});

async function signed_in(options: Parameters<Stage['page']>[0] = {}): Promise<Page> {
  const one = await stage.page(options);
  await one.goto(`${server.origin}/staff/sign-in`);
  const [name, value] = (await server.sign_in()).cookie.split('=');
  await one.context().addCookies([{ name: name!, value: value!, url: server.origin }]);
  return one;
}

const looks: [name: string, options: Parameters<Stage['page']>[0]][] = [
  ['phone-light', { viewport: phone, colorScheme: 'light' }],
  ['phone-dark', { viewport: phone, colorScheme: 'dark' }],
  ['desk-light', { viewport: wide, colorScheme: 'light' }],
  ['desk-dark', { viewport: wide, colorScheme: 'dark' }],
];
for (const [name, options] of looks) {
  test(`list and request: ${name}`, async () => {
    const one = await signed_in(options);
    for (const [screen, path] of [['requests', '/staff/requests'], ['request', `/staff/requests/${request}`]] as const) {
      await one.goto(`${server.origin}${path}`);
      await one.getByRole('heading', { level: 1 }).waitFor();
      await one.getByText('Mijn gegevens inzien').first().waitFor();
      await shoot(one, `staff-${screen}-${name}`);
      assert.deepEqual(await accessibility_faults(one), []);
      assert.equal(await scrolls_sideways(one), false);
    }
    await one.context().close();
  });
}

test('days are those of the server, whatever the device thinks: the late one is late, and comes first', async () => {
  await page.goto(`${server.origin}/staff/requests`);
  const rows = page.locator('main li');
  await rows.first().waitFor();
  assert.match((await rows.nth(0).textContent())!, /\d+ dag(en)? te laat/);
  assert.match((await rows.nth(1).textContent())!, /nog \d+ dag(en)?/);
});

test('who is known is answered by keyboard alone', async () => {
  await page.goto(`${server.origin}/staff/requests/${request}`);
  await page.getByText('ana@kijker.example').first().waitFor();
  await page.getByLabel('Toelichting voor de vrager').focus();
  await page.keyboard.type('Hierbij alles wat wij bewaren.');
  const grant = page.getByRole('button', { name: 'Willig in en voer uit' });
  for (let presses = 0; !(await grant.evaluate((button) => button == document.activeElement)); ++presses) {
    assert.ok(presses < 12, 'the button comes by Tab');
    await page.keyboard.press('Tab');
  }
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'ingewilligd' }).waitFor();
  assert.equal((await latest(staff)).granted, true);
  assert.deepEqual(stage.complaints, []);
});
