// What a viewer chooses on the watch page: to be measured or not, for each purpose by itself, and light or dark.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Stage, accessibility_faults, kept_by, type Page } from '../support/browser.ts';
import { changed_policy, start_server, type Server } from '../support/server.ts';
import type { Event, Staff } from '../support/staff.ts';
import { until } from '../support/until.ts';

interface House {
  server: Server;
  staff: Staff;
  event: Event;
}

let one: House;
let two: House;
let stage: Stage;
let count = 0;

/** After an entry of a section of the policy, the same entry again under another name, with changes. */
function repeat(policy: string, section: string, entry: string, change: (text: string) => string): string {
  const found = new RegExp(`^${section}:\\n(?:(?:  .*)?\\n)*?(  ${entry}:\\n(?:(?:    .*)?\\n)+)`, 'm').exec(policy);
  assert.ok(found, `the policy has no ${section}.${entry}`);
  const end = found.index + found[0].length;
  return `${policy.slice(0, end)}${change(found[1]!).replace(/\n*$/, '\n\n')}${policy.slice(end)}`;
}

/** The shipped policy, which measures with one consent, with a second one for what it calls `loudness`. */
function with_second_purpose(policy: string): string {
  const renamed = (text: string) => text.replace('attendance:', 'loudness:');
  let changed = repeat(policy, 'purposes', 'attendance', renamed);
  changed = repeat(changed, 'consent', 'attendance', renamed);
  changed = changed.replace(/(gets|holds): \[/g, '$1: [sound, ');
  return repeat(changed, 'data', 'heartbeat', (text) => text
    .replace('heartbeat:', 'sound:').replace(/facts: \[.*?\]/, 'facts: [focused, audible]').replace(/for: \[.*?\]/, 'for: [loudness]'));
}

async function open_house(policy?: string): Promise<House> {
  const server = await start_server(policy ? { policy } : {});
  const staff = await server.sign_up();
  return { server, staff, event: await staff.create_event({ opens_by: 'both' }) };
}

before(async () => {
  stage = await Stage.open();
  one = await open_house();
  two = await open_house(changed_policy(one.server.folder, with_second_purpose));
});
after(async () => {
  assert.deepEqual(stage?.complaints, []);
  await stage?.close();
  await one?.server.end();
  await two?.server.end();
});

/** Somebody at a watch page of their own. */
async function come({ server, staff, event }: House) {
  const email = `kijker-${++count}@kijker.example`;
  const { door } = await server.register(event, { name: 'Ana Peeters', email });
  const page = await stage.page();
  const opening = page.waitForResponse(/\/v1\/sessions$/);
  await page.goto(`${server.origin}/e/${event.event}/watch/${door}`);
  await opening;
  const own = (await server.mail_to(email)).links.find((link) => link.includes('/me/'))!;
  return {
    page,
    sessions: async () => (await staff.person(event, email)).sessions,
    /** What the own page lists as opened. */
    openings: async () => {
      const mine = await stage.page();
      await mine.goto(own);
      const lines = await mine.locator('section[aria-labelledby="opened"] li').count();
      await mine.context().close();
      return lines;
    },
  };
}

const state = (page: Page, wanted: string) => page.waitForSelector(`#measuring[data-state="${wanted}"]`);
const answer = (page: Page, purpose: string, choice: 'yes' | 'no') => page.click(`[data-purpose="${purpose}"] [data-consent="${choice}"]`);
const in_sight = (page: Page) => page.$$eval('[data-purpose]:not([hidden])', (all) => all.map((each) => (each as HTMLElement).dataset['purpose']));

/** The session that the page opens with its answers. */
async function answered(page: Page, act: () => Promise<void>) {
  const asked = page.waitForRequest((request) => /\/v1\/sessions$/.test(request.url()) && !/"consent":\{\}/.test(request.postData()!));
  await act();
  const request = await asked;
  assert.equal((await request.response())!.status(), 201);
  return JSON.parse(request.postData()!) as { consent: Record<string, boolean>; session?: string };
}

test('one load of the page is one viewing: the answer completes what was opened', async () => {
  const { page, sessions, openings } = await come(one);
  const [opened] = await sessions();
  assert.equal(opened!.consented, false);
  assert.equal((await answered(page, () => page.click('[data-consent="yes"]'))).session, opened!.session);
  await state(page, 'on');
  await until('a first interval', async () => (await sessions())[0]!.intervals.length > 0, 20_000);
  const [session, ...others] = await sessions();
  assert.deepEqual(others, []);
  assert.deepEqual([session!.session, session!.opened, session!.consented], [opened!.session, opened!.opened, true]);
  assert.equal(await openings(), 1);

  await page.reload();
  await until('the second opening', async () => (await sessions()).length == 2);
  assert.equal(await openings(), 2);
});

test('a no is one viewing too, and a yes after it; what was withdrawn is over, and a yes then begins another', async () => {
  const { page, sessions, openings } = await come(one);
  await answered(page, () => page.click('[data-consent="no"]'));
  await state(page, 'off');
  assert.deepEqual((await sessions()).map(({ consented }) => consented), [false]);
  await answered(page, () => page.click('#measuring-switch'));
  await state(page, 'on');
  assert.deepEqual((await sessions()).map(({ consented }) => consented), [true]);
  await page.click('#measuring-switch');
  await state(page, 'off');
  await until('the withdrawal', async () => (await sessions())[0]!.withdrawn);
  await answered(page, () => page.click('#measuring-switch'));
  await state(page, 'on');
  assert.deepEqual((await sessions()).map(({ consented, withdrawn }) => [consented, withdrawn != null]), [[true, true], [true, false]]);
  assert.equal(await openings(), 2);
});

test('each purpose is asked by itself, one after the other, and the focus goes along', async () => {
  const { page } = await come(two);
  assert.deepEqual(await in_sight(page), ['attendance']);
  assert.deepEqual(await accessibility_faults(page), []);
  await answer(page, 'attendance', 'yes');
  assert.deepEqual(await in_sight(page), ['loudness']);
  assert.equal(await page.evaluate(() => document.activeElement!.closest<HTMLElement>('[data-purpose]')?.dataset['purpose']), 'loudness');
  assert.equal(await page.getAttribute('#measuring', 'data-state'), 'undecided', 'nothing is measured before all is answered');
  assert.deepEqual(await accessibility_faults(page), []);
});

for (const [first, second, facts] of [['yes', 'no', 7], ['no', 'yes', 10], ['yes', 'yes', 15]] as const) {
  test(`${first} to one purpose and ${second} to the other: both are told, and only what was agreed to is measured`, async () => {
    const { page, sessions } = await come(two);
    await answer(page, 'attendance', first);
    const { consent } = await answered(page, () => answer(page, 'loudness', second));
    assert.deepEqual(consent, { attendance: first == 'yes', loudness: second == 'yes' });
    await state(page, 'on');
    await until('an interval', async () => (await sessions())[0]!.intervals.length > 0, 20_000);
    for (const { facts: stored } of (await sessions())[0]!.intervals) assert.equal(stored & ~facts, 0, `${stored}`);
  });
}

test('no to every purpose measures nothing, and going back on it asks each of them again', async () => {
  const { page, sessions } = await come(two);
  await answer(page, 'attendance', 'no');
  const { consent } = await answered(page, () => answer(page, 'loudness', 'no'));
  assert.deepEqual(consent, { attendance: false, loudness: false });
  await state(page, 'off');
  assert.deepEqual((await sessions()).map(({ consented }) => consented), [false]);
  await page.click('#measuring-switch');
  assert.deepEqual(await in_sight(page), ['attendance']);
  await answer(page, 'attendance', 'no');
  await answer(page, 'loudness', 'yes');
  await state(page, 'on');
  assert.deepEqual((await sessions()).map(({ consented }) => consented), [true]);
});

test('light, dark or as the system says: chosen at once, said by its name, and nothing of it stays in the browser', async () => {
  const { page } = await come(one);
  const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  await page.emulateMedia({ colorScheme: 'light' });
  const light = await ground();
  await page.emulateMedia({ colorScheme: 'dark' });
  const dark = await ground();
  assert.notEqual(light, dark);

  const group = page.getByRole('group', { name: 'Licht of donker' });
  const named = (name: string) => group.getByRole('radio', { name });
  assert.ok(await named('Systeem').isChecked());
  await named('Systeem').focus();
  await page.keyboard.press('ArrowRight');
  assert.deepEqual([await named('Licht').isChecked(), await ground()], [true, light]);
  await page.keyboard.press('ArrowRight');
  assert.deepEqual([await named('Donker').isChecked(), await ground()], [true, dark]);
  await page.emulateMedia({ colorScheme: 'light' });
  assert.equal(await ground(), dark, 'what was chosen goes before what the system says');
  assert.deepEqual(await accessibility_faults(page), []);
  await page.keyboard.press('ArrowRight');
  assert.deepEqual([await named('Systeem').isChecked(), await ground()], [true, light]);

  await named('Donker').check({ force: true });
  assert.deepEqual(await kept_by(page.context()), []);
  await page.reload();
  assert.deepEqual([await named('Systeem').isChecked(), await ground()], [true, light]);
});
