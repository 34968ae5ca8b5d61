// E07 Where attendance earns a certificate, the viewer is told, before choosing, that a refusal may cost it.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { Stage, accessibility_faults, beats_of, listen, phone } from '../support/browser.ts';
import { declared, languages, policy_text } from '../support/policy.ts';
import { binary, changed_policy, start_server, type Server } from '../support/server.ts';
import type { Event, Staff } from '../support/staff.ts';
import { until } from '../support/until.ts';

let server: Server;
let staff: Staff;
let stage: Stage;
let event: Event;
const costs = declared('videoevent').consent.attendance.costs as Record<(typeof languages)[number], string>;

before(async () => {
  server = await start_server();
  staff = await server.sign_up();
  event = await staff.create_event({ event: 'bijscholing' });
  stage = await Stage.open();
});
after(async () => {
  await stage?.close();
  await server?.end();
});

let count = 0;
const enter = async () => (await server.register_and_read(event, { name: 'Ana Peeters', email: `kijker-${++count}@kijker.example` })).door!;

test('E07 it stands between the question and the buttons, unfolded, in every language, on a phone too', async () => {
  const page = await stage.page({ viewport: phone });
  for (const language of languages) {
    await page.goto(`${server.origin}/e/bijscholing/watch/${await enter()}?lang=${language}`);
    const cost = page.locator('#consent').getByText(costs[language], { exact: true });
    assert.equal(await cost.isVisible(), true, language);
    const place = async (selector: string) => (await page.locator(selector).first().boundingBox())!.y;
    const at = (await cost.boundingBox())!.y;
    assert.ok((await place('#consent-ask')) < at && at < (await place('[data-consent=yes]')) && at < (await place('[data-consent=no]')), language);
    assert.equal(await page.locator('#consent details[open]').count(), 0);
    assert.deepEqual(await accessibility_faults(page), []);
  }
  await page.context().close();
});

test('E07 it is part of what was agreed to or refused, on record', async () => {
  const { link, door } = await server.register_and_read(event, { name: 'Bo Claes', email: 'bo@kijker.example' });
  await server.open_session(event, { link: door, consent: false });
  const own = (await server.page(`/e/bijscholing/me/${link}`, 'nl')).expect(200).text;
  assert.ok(own.includes(costs.nl), 'what was shown is kept in its words');
});

test('E07 whose browser says no for them is told as well, before they decide otherwise', async () => {
  const page = await stage.page({ extraHTTPHeaders: { 'sec-gpc': '1' } });
  const sent = listen(page);
  await page.goto(`${server.origin}/e/bijscholing/watch/${await enter()}?lang=nl`);
  await page.waitForSelector('#measuring[data-state="off"]');
  assert.ok((await page.textContent('#measuring'))!.includes(costs.nl));
  assert.deepEqual(beats_of(sent), []);
  await page.click('#measuring-switch');
  await until('a beat', () => beats_of(sent).length > 0);
  assert.ok(!(await page.textContent('#measuring'))!.includes(costs.nl));
  await page.context().close();
});

test('E07 a policy that keeps silent about it is refused', () => {
  const text = policy_text('videoevent');
  const silent = text.replace(/^ {4}costs:\n(?: {6}.*\n)+/m, '');
  assert.notEqual(silent, text);
  const file = changed_policy(server.folder, () => silent);
  const { status, stdout } = spawnSync(binary, ['policy', 'check', file], { encoding: 'utf8', timeout: 60_000 });
  assert.equal(status, 1);
  assert.match(stdout, /costs/);
  // In one language only is not enough either.
  const partly = text.replace(/(^ {4}costs:\n(?: {6}.*\n)*?) {6}de: .*\n/m, '$1');
  assert.equal(spawnSync(binary, ['policy', 'check', changed_policy(server.folder, () => partly)], { encoding: 'utf8' }).status, 1);
});
