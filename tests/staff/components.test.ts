// The page of components: each of ui/ is shown there or listed with its screens, in both modes, wide and on a phone, in every
// language, by keyboard alone; axe finds nothing, and every colour stands out on each of its grounds.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { Stage, accessibility_faults } from './browser.ts';

const source = (path: string): string => fileURLToPath(new URL(`../../web/staff/src/${path}`, import.meta.url));
let stage: Stage;

before(async () => {
  stage = await Stage.open([]);
  stage.fixture.signed_in = false;
});
after(async () => {
  assert.deepEqual(stage.complaints, []);
  await stage.close();
});

async function go(page: Page): Promise<void> {
  await page.goto(`${stage.fixture.url}/staff/components`);
  await page.locator('[data-component="PersonRow"] [role="row"]').first().waitFor();
  await page.locator('[data-viewers] .document').waitFor();
}
const names = (page: Page, attribute: string): Promise<string[]> =>
  page.locator(`[data-${attribute}]`).evaluateAll((found, name) => found.map((one) => one.getAttribute(`data-${name}`)!), attribute);

test('every component is shown with its states or listed with its screens', async () => {
  const page = await stage.page();
  await go(page);
  const written = readdirSync(source('ui')).filter((file) => file.endsWith('.svelte')).map((file) => file.slice(0, -'.svelte'.length));
  const shown = await names(page, 'component');
  const listed = await names(page, 'inside');
  assert.deepEqual([...shown, ...listed].sort(), written.sort());
  const examples = readdirSync(source('components')).filter((file) => file.endsWith('.svelte')).map((file) => readFileSync(source(`components/${file}`), 'utf8')).join('\n');
  for (const name of shown) {
    assert.match(examples, new RegExp(`import ${name}(, \\{[^}]*\\})? from '\\.\\./ui/${name}\\.svelte'`), `the example of ${name} is the component itself`);
    assert.ok(await page.locator(`[data-component="${name}"] .states`).evaluate((box) => box.clientHeight > 10), `${name} is seen`);
  }
  for (const one of await page.locator('[data-inside]').allTextContents()) assert.match(one, /^\w+ \S/);
  await page.context().close();
});

test('no component has a colour of its own', () => {
  const files = ['ui', 'screens', 'components'].flatMap((folder) => readdirSync(source(folder)).filter((file) => file.endsWith('.svelte')).map((file) => `${folder}/${file}`));
  for (const file of files) {
    const styles = /<style>(.*)<\/style>/s.exec(readFileSync(source(file), 'utf8'))?.[1] ?? '';
    // What lies behind a dialog is dimmed, and a mail is light in both modes.
    const own = styles.replace('::backdrop { background: rgb(0 0 0 / 0.4); }', '').replace(/iframe \{[^}]*\}/, '');
    assert.doesNotMatch(own, /#[0-9a-f]{3,8}\b|(rgb|hsl|oklch)\(/, file);
  }
});

test('the tokens are those of tokens.css', async () => {
  const page = await stage.page();
  await go(page);
  const text = readFileSync(source('../../ui/tokens.css'), 'utf8');
  const declared = [...text.slice(text.indexOf(':root {'), text.indexOf(":root[data-theme='light']")).matchAll(/^ {2}--([\w-]+):/gm)].map(([, name]) => name!);
  assert.ok(declared.length > 30);
  assert.deepEqual((await names(page, 'token')).sort(), declared.sort());
  const declared_uses = [...readFileSync(source('lib/tokens.ts'), 'utf8').matchAll(/^ {2}'?([\w-]+)'?: \{ as:/gm)].map(([, name]) => name!);
  for (const name of declared_uses) assert.ok(declared.includes(name), `${name} is no token any more`);
  const ink = () => page.locator('[data-token="ink"] .value').textContent();
  assert.equal(await ink(), '#1b1f24');
  await page.getByLabel('Licht of donker').selectOption('dark');
  assert.equal(await ink(), '#ecebe7');
  await page.context().close();
});

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [1280, 360, 320]) {
    test(`${colorScheme}, ${width} px wide: nothing is wrong`, async () => {
      const page = await stage.page({ colorScheme, viewport: { width, height: 800 } });
      await go(page);
      assert.deepEqual(await page.locator('[data-enough="false"]').allTextContents(), []);
      assert.ok((await page.locator('[data-enough="true"]').count()) > 25);
      assert.deepEqual(await accessibility_faults(page), []);
      assert.equal(await page.locator('h1').count(), 1);
      for (const name of ['Trouble', 'ErrorList']) {
        await page.getByRole('button', { name: `Laat zien: ${name}` }).click();
        await page.locator(`[data-component="${name}"] [role="alert"]`).first().waitFor();
        assert.deepEqual(await accessibility_faults(page), []);
      }
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth), false, 'scrolls sideways');
      await page.context().close();
    });
  }
}

test('in every language it has its own sentences', async () => {
  for (const locale of ['nl-BE', 'fr-BE', 'en-GB', 'de-BE']) {
    const page = await stage.page({ locale });
    await go(page);
    assert.doesNotMatch(await page.locator('main').innerText(), /staff\.\w+/, locale);
    await page.context().close();
  }
});

test('what works there works by keyboard, and asks the server for nothing', async () => {
  const page = await stage.page();
  await go(page);
  const asked = stage.fixture.asked.length;
  const box = (name: string) => page.locator(`[data-component="${name}"]`);

  await box('CodeForm').getByLabel('Code van zes cijfers').focus();
  await page.keyboard.type('654321');
  await page.keyboard.press('Enter');
  await box('CodeForm').getByRole('alert').waitFor();
  await box('CodeForm').getByLabel('Code van zes cijfers').focus();
  await page.keyboard.type('123456');
  await page.keyboard.press('Enter');
  await box('CodeForm').getByText('Dat is gelukt.').waitFor();

  const opener = box('Dialog').getByRole('button').first();
  await opener.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  assert.equal(await opener.evaluate((one) => one === document.activeElement), true);

  await box('ConnectionState').getByRole('button', { name: 'Verbroken' }).press('Enter');
  await box('ConnectionState').locator('[data-connection="lost"]').waitFor();

  await box('Chart').getByRole('slider').first().focus();
  await page.keyboard.press('Home');
  assert.equal(await box('Chart').getByRole('slider').first().getAttribute('aria-valuenow'), '0');

  await page.getByRole('button', { name: 'Laat zien: ErrorList' }).press('Enter');
  await box('ErrorList').getByRole('link').first().press('Enter');
  assert.equal(await page.evaluate(() => document.activeElement?.id), 'example-wrong');

  await box('ClockRow').getByRole('link').first().press('Enter');
  await box('EventList').getByRole('link').first().press('Enter');
  assert.equal(new URL(page.url()).pathname, '/staff/components');
  assert.equal(stage.fixture.asked.length, asked);
  await page.context().close();
});

test('it is reached from one\'s own account, and whoever is signed in goes back there', async () => {
  stage.fixture.signed_in = true;
  const page = await stage.page();
  await page.goto(`${stage.fixture.url}/staff/me`);
  await page.getByRole('link', { name: 'Waar deze pagina’s uit bestaan' }).press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Bouwstenen' }).waitFor();
  await page.getByRole('link', { name: 'Mijn account' }).press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Mijn account' }).waitFor();
  stage.fixture.signed_in = false;
  await page.context().close();
});
