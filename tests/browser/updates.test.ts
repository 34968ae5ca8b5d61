// Updates by mail as staff write and send them, in a browser against the program itself; wide and on a phone, light and dark.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Stage, accessibility_faults, desk, phone, scrolls_sideways, shoot, type Page } from '../support/browser.ts';
import { path_of } from '../support/policy.ts';
import { start_server, type Server } from '../support/server.ts';
import { Sender, Subscriber, programme } from '../support/updates.ts';
import { until } from '../support/until.ts';

let server: Server;
let stage: Stage;
let sender: Sender;
let page: Page;
let ana: Subscriber;

async function look(name: string) {
  for (const [size, viewport] of [['desk', desk], ['phone', phone]] as const) {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme });
      await shoot(page, `${name}-${size}-${colorScheme}`);
      assert.deepEqual(await accessibility_faults(page), [], `${name}, ${size}, ${colorScheme}`);
      assert.equal(await scrolls_sideways(page), false, `${name}, ${size}, ${colorScheme}`);
    }
  }
  await page.setViewportSize(desk);
}

before(async () => {
  server = await start_server({ policy: path_of('festival'), organisation: 'Klankveld vzw' });
  const staff = await server.sign_up();
  sender = new Sender(staff);
  ana = await new Subscriber({ server, mail: { get mails() { return server.mails(); } } }, 'ana@muziekvriend.example').subscribe([programme]);
  stage = await Stage.open();
  page = await stage.page();
  const [name, value] = staff.cookie.split('=') as [string, string];
  await page.context().addCookies([{ name, value, url: server.origin }]);
});
after(async () => {
  await stage?.close();
  await server?.end();
});

test('a mail is written, looked at, tried on oneself and sent, and the next has to wait', async () => {
  await page.goto(`${server.origin}/staff/`);
  await page.getByRole('link', { name: 'Updates', exact: true }).click();
  await page.getByText('1 inschrijving', { exact: true }).waitFor();
  await look('staff-updates-empty');
  await page.getByRole('link', { name: 'Schrijf een mail' }).click();
  await page.getByRole('heading', { name: 'Schrijf een mail' }).waitFor();
  // Nothing in it is told, and not kept.
  await page.getByRole('button', { name: 'Bewaar' }).click();
  await page.getByRole('alert').waitFor();
  await page.getByLabel('Onderwerp').first().fill('Zomer in het park');
  await page.getByLabel('Tekst', { exact: true }).first().fill('# Vrijdag\n\nKom **luisteren** naar [het programma](https://klankveld.example/zomer).');
  await page.getByRole('button', { name: 'Toon de mail' }).click();
  const shown = page.frameLocator('iframe');
  await shown.getByRole('heading', { name: 'Vrijdag' }).waitFor();
  await shown.getByRole('link', { name: 'Beheer uw inschrijvingen' }).waitFor();
  await look('staff-updates-write');
  await page.getByRole('button', { name: 'Mail hem naar mij' }).click();
  assert.match((await server.mail_to('noor@lichtbeeld.example', /^Proef: Zomer/)).text, /Kom luisteren/);
  // By keyboard alone from here on.
  await page.getByRole('button', { name: 'Verstuur naar alle inschrijvingen' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').getByRole('heading').waitFor();
  await look('staff-updates-ask');
  await page.getByRole('button', { name: 'Verstuur nu' }).focus();
  await page.keyboard.press('Enter');
  await page.getByText(/1 aangekomen bij de mailserver, 0 wachten/).waitFor();
  assert.equal((await until('the mail', () => ana.updates()[0])).subject, 'Zomer in het park');
  await page.getByText(/De volgende mag vanaf/).waitFor();
  await look('staff-updates');
  await page.getByRole('link', { name: 'Schrijf een mail' }).click();
  assert.ok(await page.getByRole('button', { name: 'Verstuur naar alle inschrijvingen' }).isDisabled());
  await page.goBack();
  await page.getByRole('link', { name: 'Zomer in het park' }).click();
  await page.getByRole('heading', { name: 'Een verstuurde mail' }).waitFor();
  assert.equal((await sender.desk()).issues[0]!.state, 'sent');
  assert.deepEqual(stage.complaints, []);
});

test('whoever may not send updates does not see them', async () => {
  const { secret } = (await sender.staff.post('/api/v1/tokens', { label: 'zien', permissions: ['view_report'] })).expect(201).json();
  assert.equal((await sender.staff.with_token(secret).get('/api/v1/me')).expect(200).json().updates, null);
});
