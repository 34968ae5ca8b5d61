// N03 No cookie beyond the strictly functional before an explicit choice; continuing to browse is no consent. Cookies
// refused or cleared in the browser are respected: only remembered conveniences are lost.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Stage, beats_of, give_code, kept_by, listen, type Page, take_known_browser } from '../support/browser.ts';
import { declared, path_of, shipped } from '../support/policy.ts';
import { start_server, type Server } from '../support/server.ts';
import type { Event, Staff } from '../support/staff.ts';
import { until } from '../support/until.ts';

const noor = { name: 'Noor Vermeulen', email: 'noor@lichtbeeld.example', password: 'een lange zin van mij' };
let server: Server;
let staff: Staff;
let stage: Stage;
let event: Event;

before(async () => {
  server = await start_server();
  staff = await server.sign_up(noor);
  event = await staff.create_event({ event: 'debat' });
  stage = await Stage.open();
});
after(async () => {
  await stage?.close();
  await server?.end();
});

/** Cookies that any answer sets, seen on the wire: a page cannot hide them. */
function cookies_set(page: Page): string[] {
  const set: string[] = [];
  page.on('response', async (response) => {
    const value = await response.headerValue('set-cookie').catch(() => null);
    if (value) set.push(`${new URL(response.url()).pathname}: ${value}`);
  });
  return set;
}
/** Moves the mouse, scrolls, presses keys and follows a link: all that a visitor does without choosing anything. */
async function browse(page: Page) {
  await page.mouse.move(200, 300);
  await page.mouse.wheel(0, 2_000);
  await page.keyboard.press('Tab');
  await page.keyboard.press('End');
}
const sign_in = async (page: Page) => {
  await take_known_browser(page, server, noor.email);
  await page.goto(`${server.origin}/staff/`);
  await page.getByLabel('E-mailadres').fill(noor.email);
  await page.getByLabel('Wachtwoord', { exact: true }).fill(noor.password);
  await page.getByRole('button', { name: 'Meld je aan' }).click();
  await give_code(page, server, noor.email);
  await page.getByRole('heading', { name: 'Evenementen' }).first().waitFor();
};

for (const name of shipped) {
  test(`N03 a visitor of ${name} who chooses nothing leaves with nothing`, async () => {
    const house = await start_server({ policy: path_of(name) });
    try {
      const page = await stage.page();
      const set = cookies_set(page);
      for (const path of ['/', '/privacy', '/privacy/cookies', '/privacy/register', '/requests', '/staff/', '/staff/sign-in', '/nowhere']) {
        await page.goto(house.origin + path);
        await browse(page);
        assert.deepEqual(await kept_by(page.context()), [], path);
      }
      assert.deepEqual(set, []);
      await page.context().close();
    } finally {
      await house.end();
    }
  });
}

test('N03 a viewer who browses on has agreed to nothing', async () => {
  const email = 'ana@kijker.example';
  const { link, door } = await server.register_and_read(event, { name: 'Ana Peeters', email });
  const page = await stage.page();
  const set = cookies_set(page);
  const sent = listen(page);
  for (const path of [`/e/debat`, `/e/debat/watch/${door}`, `/e/debat/me/${link}`, '/privacy', `/e/debat/watch/${door}?lang=fr`]) {
    await page.goto(server.origin + path);
    await browse(page);
    assert.deepEqual(await kept_by(page.context()), [], path);
  }
  await page.waitForSelector('#consent:not([hidden])');
  assert.equal(await page.getAttribute('#measuring', 'data-state'), 'undecided');
  assert.deepEqual(beats_of(sent), []);
  assert.deepEqual(set, []);
  const person = await staff.person(event, email);
  assert.notEqual(person.consent, 'given');
  assert.ok(person.sessions.length > 0 && person.sessions.every(({ consented }) => !consented));
  assert.equal((await server.open_session(event, { link: door! })).t, undefined, 'no answer is no yes');
  // Theirs is the choice of colours too, and it is for this page alone.
  await page.locator('#theme label', { hasText: 'Sombre' }).click();
  assert.equal(await page.getAttribute('html', 'data-theme'), 'dark');
  assert.deepEqual(await kept_by(page.context()), []);
  await page.context().close();
});

test('N03 what is stored on a device is declared, and a preference only once it was chosen', async () => {
  const page = await stage.page();
  await sign_in(page);
  const items = declared('videoevent').cookies as Record<string, { where: string; kind: string }>;
  const kept = async () => (await kept_by(page.context())).map((line) => line.split(' ')).map(([where, name]) => [where == 'localStorage' ? 'local storage' : where, name]);
  const cookies = ['hartslag', 'hartslag-device'];
  assert.deepEqual((await kept()).sort(), cookies.map((name) => ['cookie', name]));
  for (const name of cookies) assert.equal(items[name]!.kind, 'functional');
  await browse(page);
  assert.equal((await kept()).length, 2);
  await page.getByLabel('Taal').selectOption('en');
  await page.getByLabel('Colours').selectOption('dark').catch(() => page.locator('.preferences select').nth(1).selectOption('dark'));
  await until('both choices to be kept', async () => (await kept()).length == 4);
  for (const [where, name] of await kept()) assert.equal(items[name!]?.where, where, `${name} is declared`);
  for (const [where, name] of (await kept()).filter(([, name]) => !cookies.includes(name!))) assert.equal(items[name!]!.kind, 'preference', `${where} ${name}`);
  for (const cookie of await page.context().cookies()) assert.ok(cookie.httpOnly && cookie.sameSite == 'Strict' && !/^\./.test(cookie.domain));

  // Cleared: the choices are forgotten, and signing in again brings everything back.
  await page.context().clearCookies();
  await page.evaluate(() => localStorage.clear());
  await sign_in(page);
  assert.equal(await page.getAttribute('html', 'lang'), 'nl');
  await page.getByText('Ledenvergadering').first().waitFor();
  await page.context().close();
});

test('N03 a browser that refuses to store anything loses conveniences alone', async () => {
  const page = await stage.page();
  await page.addInitScript(() => {
    for (const name of ['localStorage', 'sessionStorage', 'indexedDB'])
      Object.defineProperty(window, name, { get() { throw new DOMException('The request was denied.', 'SecurityError'); } });
  });
  const { door } = await server.register_and_read(event, { name: 'Bo Claes', email: 'bo@kijker.example' });
  const sent = listen(page);
  await page.goto(`${server.origin}/e/debat/watch/${door}?lang=nl`);
  await page.click('[data-consent=yes]');
  await until('a beat', () => beats_of(sent).length > 0);
  await sign_in(page);
  await page.locator('.preferences select').nth(1).selectOption('dark');
  assert.equal(await page.getAttribute('html', 'data-theme'), 'dark');
  await page.locator('.preferences select').first().selectOption('fr');
  await until('French', async () => (await page.getAttribute('html', 'lang')) == 'fr');
  assert.deepEqual(stage.complaints, []);
  await page.context().close();
});
