// A viewer's way from the form to the broadcast and their own page, in a browser.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Stage, accessibility_faults, phone, scrolls_sideways, shoot, type Page } from '../support/browser.ts';
import { root } from '../support/server.ts';
import { until } from '../support/until.ts';
import { make_world, type World } from './world.ts';

let world: World;
let stage: Stage;
let count = 0;

const languages = ['nl', 'fr', 'en', 'de'];
const texts = Object.fromEntries(
  languages.map((language) => [language, JSON.parse(readFileSync(join(root, 'texts', `${language}.json`), 'utf8')) as Record<string, string>]));

before(async () => {
  world = await make_world();
  stage = await Stage.open();
});
after(async () => {
  await stage?.close();
  await world?.server.end();
});

const event_page = (language: string) => `${world.server.origin}/e/${world.now.event}?lang=${language}`;
const focused = (page: Page) => page.evaluate(() => {
  const element = document.activeElement as HTMLElement;
  return element.id || element.getAttribute('name') || element.dataset['consent'] || element.className || element.tagName;
});

for (const language of languages) {
  test(`registering in ${language}, with a mistake on the way`, async () => {
    const say = (key: string) => texts[language]![key]!;
    const page = await stage.page({ locale: language });
    await page.goto(event_page(language));
    assert.equal((await page.textContent('form h2'))!.trim(), say('event.registration'));
    await page.fill('#field-name', 'Zoë Ångström-O’Neill');
    await page.fill('#field-email', 'geen adres');
    await page.click('form button[type=submit]');
    await page.waitForSelector('#errors');
    await shoot(page, `errors-${language}`);
    assert.match((await page.textContent('#errors'))!, new RegExp(say('event.errors.title')));
    assert.equal((await page.textContent('#error-email'))!.trim(), say('event.error.email'));
    assert.equal(await page.getAttribute('#field-email', 'aria-describedby'), 'error-email');
    assert.equal(await page.inputValue('#field-name'), 'Zoë Ångström-O’Neill');
    assert.equal(await page.inputValue('#field-email'), 'geen adres');
    assert.deepEqual(await accessibility_faults(page), []);
    await page.click('#errors a');
    assert.equal(await focused(page), 'field-email', 'the list of mistakes leads to each');

    const email = `zoe-${++count}@kijker.example`;
    await page.fill('#field-email', email);
    await Promise.all([page.waitForURL(/\/watch\//), page.click('form button[type=submit]')]);
    assert.equal(await page.getAttribute('html', 'lang'), language);
    assert.equal((await page.textContent('#measuring'))!.trim(), say('watch.measuring.undecided'));
    const mail = await world.server.mail_to(email);
    assert.equal(mail.subject, say('mail.registered.subject').replace('{event}', world.now.title));
    assert.match(mail.text, /Zoë Ångström-O’Neill/);
    assert.deepEqual(stage.complaints, []);
  });
}

test('the browser\'s own language is taken, and another is one press away', async () => {
  for (const language of languages) {
    const page = await stage.page({ locale: `${language}-BE` });
    await page.goto(`${world.server.origin}/e/${world.now.event}`);
    assert.equal(await page.getAttribute('html', 'lang'), language);
    const other = language == 'fr' ? 'de' : 'fr';
    await page.click(`nav.languages a[hreflang="${other}"]`);
    assert.equal(await page.getAttribute('html', 'lang'), other);
  }
});

test('on a phone: from the form to the broadcast', async () => {
  const page = await stage.page({ viewport: phone, isMobile: true, hasTouch: true });
  await page.goto(event_page('nl'));
  await page.fill('#field-name', 'Ana Peeters');
  await page.fill('#field-email', `phone-${++count}@kijker.example`);
  assert.equal(await scrolls_sideways(page), false);
  await Promise.all([page.waitForURL(/\/watch\//), page.tap('form button[type=submit]')]);
  assert.equal(await scrolls_sideways(page), false);
  for (const choice of await page.locator('[data-consent]').all()) {
    const box = (await choice.boundingBox())!;
    assert.ok(box.height >= 44 && box.width >= 44, `${box.width} × ${box.height} px is too small for a finger`);
  }
  await page.tap('[data-consent="yes"]');
  await page.waitForSelector('#measuring[data-state="on"]');
  await page.tap('#player .big-play');
  await until('the film to play', () => page.evaluate(() => (document.querySelector('video')?.currentTime ?? 0) > 0.5), 30_000);
  await shoot(page, 'watching-phone');
  assert.equal(await scrolls_sideways(page), false);
});

test('with the keyboard alone', async () => {
  const page = await stage.page();
  await page.goto(event_page('nl'));
  await page.keyboard.press('Tab');
  assert.equal(await focused(page), 'skip', 'the first stop is the way past the head');
  await page.keyboard.press('Enter');
  const reach = async (wanted: string, most = 40) => {
    for (let stop = 0; stop < most; ++stop) {
      await page.keyboard.press('Tab');
      const now = await focused(page);
      const outline = await page.evaluate(() => {
        const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(document.activeElement!);
        return (outlineStyle != 'none' && outlineWidth != '0px') || boxShadow != 'none';
      });
      assert.ok(outline, `nothing shows that ${now} has the focus`);
      if (now == wanted) return;
    }
    assert.fail(`${wanted} cannot be reached`);
  };
  await reach('field-name');
  await page.keyboard.type('Ana Peeters');
  await reach('field-email');
  await page.keyboard.type(`keys-${++count}@kijker.example`);
  await Promise.all([page.waitForURL(/\/watch\//), page.keyboard.press('Enter')]);
  await page.waitForSelector('#player video');
  await reach('yes');
  await page.keyboard.press('Space');
  await page.waitForSelector('#measuring[data-state="on"]');
  assert.equal(await focused(page), 'measuring-switch', 'the focus is not lost with the question');
  await page.keyboard.press('Enter');
  await page.waitForSelector('#measuring[data-state="off"]');
  await page.evaluate(() => document.querySelector<HTMLElement>('#player button')!.focus());
  await page.keyboard.press('k');
  await until('the film to play', () => page.evaluate(() => (document.querySelector('video')?.currentTime ?? 0) > 0.3), 30_000);
  await page.keyboard.press('k');
  await until('it to pause', () => page.evaluate(() => document.querySelector('video')!.paused));
});

test('without JavaScript: register, read, take the records along', async () => {
  const page = await stage.page({ javaScriptEnabled: false });
  await page.goto(event_page('nl'));
  const email = `plain-${++count}@kijker.example`;
  await page.click('form button[type=submit]');
  assert.equal(await page.locator('#errors li').count(), 2);
  await page.fill('#field-name', 'Ana Peeters');
  await page.fill('#field-email', email);
  await Promise.all([page.waitForURL(/\/watch\//), page.click('form button[type=submit]')]);
  await shoot(page, 'watch-no-script');
  assert.match((await page.textContent('main'))!, new RegExp(texts['nl']!['watch.needs_script']!.slice(0, 20)));
  await page.goto((await world.server.mail_to(email)).links.find((link) => /\/me\//.test(link))!);
  assert.match((await page.textContent('main'))!, /Ana Peeters/);
  assert.equal(await page.locator('a[download]').count(), 1);
  await page.goto(`${world.server.origin}${world.pages.find(([name]) => name == 'door')![1]}`);
  await Promise.all([page.waitForURL(/\/registered/), page.click('form button')]);
});

test('the waiting page opens by itself when it is time', async () => {
  const { server, staff } = world;
  const event = await staff.create_event({
    event: 'zo-meteen', starts: new Date(server.clock.now() + 6_000).toISOString(), ends: new Date(server.clock.now() + 600_000).toISOString(),
  });
  const { door } = await server.register(event, { name: 'Ana Peeters', email: 'zo@kijker.example' });
  const page = await stage.page();
  await page.goto(`${server.origin}/e/${event.event}/watch/${door}`);
  await page.waitForSelector('#countdown');
  await page.waitForFunction(() => /^\d+$/.test(document.querySelector('[data-unit=seconds]')!.textContent!));
  await page.waitForSelector('#player', { timeout: 20_000 });
});

test('the own page shows what was watched, as a drawing and as a table', async () => {
  const page = await stage.page();
  await page.goto(`${world.server.origin}${world.pages.find(([name]) => name == 'me')![1]}?lang=nl`);
  assert.equal(await page.locator('figure svg').count(), 1);
  const drawn = await page.locator('figure rect:not(.ground)').evaluateAll((all) => all.map((one) => {
    const pattern = /url\("?#([^")]+)/.exec(getComputedStyle(one).fill)?.[1];
    const hatched = pattern && getComputedStyle(document.querySelector(`#${pattern} path`)!).stroke != 'none';
    return hatched ? 'hatched' : getComputedStyle(one).fill == 'none' || pattern ? 'nothing' : 'solid';
  }));
  assert.deepEqual(drawn, ['solid', 'hatched', 'solid', 'solid']);
  const rows = await page.locator('tbody tr').allTextContents();
  assert.equal(rows.length, 4);
  assert.match(rows[0]!, new RegExp(texts['nl']!['me.state.active']!));
  assert.match(rows[1]!, new RegExp(texts['nl']!['me.state.inactive']!));
  for (const value of ['Ana Peeters', 'Zorgpunt De Linde', 'Verpleegkundige']) assert.match((await page.textContent('main'))!, new RegExp(value));
});
