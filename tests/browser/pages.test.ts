// Every page of a viewer, light and dark, wide and on a phone, in each language: axe finds nothing, nothing sticks out
// sideways, no script fails.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Stage, accessibility_faults, desk, phone, scrolls_sideways, shoot } from '../support/browser.ts';
import { make_world, type World } from './world.ts';

let world: World;
let stage: Stage;

before(async () => {
  world = await make_world();
  stage = await Stage.open();
});
after(async () => {
  await stage?.close();
  await world?.server.end();
});

const screens = { phone, desk, narrow: { width: 320, height: 640 } };
const looks: [keyof typeof screens, 'light' | 'dark', string][] = [
  ['phone', 'light', 'nl'], ['phone', 'dark', 'de'], ['desk', 'light', 'fr'], ['desk', 'dark', 'en'], ['narrow', 'light', 'de'],
];

for (const [screen, colorScheme, language] of looks) {
  test(`${screen}, ${colorScheme}, ${language}`, async (group) => {
    for (const [name, path] of world.pages) {
      await group.test(name, async () => {
        const page = await stage.page({ viewport: screens[screen], colorScheme, locale: language });
        await page.goto(`${world.server.origin}${path}?lang=${language}`);
        await page.evaluate(() => document.fonts.ready);
        await shoot(page, `${name}-${screen}-${colorScheme}-${language}`);
        assert.equal(await page.getAttribute('html', 'lang'), language);
        assert.equal(await page.locator('h1:visible').count(), 1);
        assert.equal(await scrolls_sideways(page), false, 'scrolls sideways');
        assert.deepEqual(await accessibility_faults(page), []);
        await page.context().close();
      });
    }
    assert.deepEqual(stage.complaints, []);
  });
}

test('with letters twice as large, nothing is cut off', async () => {
  for (const [name, path] of world.pages) {
    const page = await stage.page({ viewport: desk });
    await page.goto(`${world.server.origin}${path}`);
    await page.addStyleTag({ content: 'html { font-size: 200% }' }).catch(() => page.evaluate(() => (document.documentElement.style.fontSize = '200%')));
    assert.equal(await scrolls_sideways(page), false, name);
    await page.context().close();
  }
  stage.complaints.length = 0;
});
