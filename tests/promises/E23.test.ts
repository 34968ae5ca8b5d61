// E23 The organiser can take an export before that moment and is told when it nears; the notice says that the
// organiser's own policy holds from then on, and links to it. (The notice: tests/promises/N01.)
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Stage } from '../support/browser.ts';
import { audience, day_ms, ended, minute_ms, type Known } from '../support/retention.ts';
import { start_server, type Server } from '../support/server.ts';
import type { Event, Staff } from '../support/staff.ts';
import { until } from '../support/until.ts';

let server: Server;
let staff: Staff;
let event: Event;
let viewers: Known[];
let goes: number;

const warnings = () => server.mails().filter(({ to, subject }) => to == 'noor@lichtbeeld.example' && /gewist|erased/.test(subject));
/** Long enough for the schedule to be looked at, on the machine's own clock. */
const looked_at = () => sleep(2_000);

before(async () => {
  server = await start_server();
  staff = await server.sign_up();
  event = await staff.create_event({ event: 'webinar', title: 'Webinar over water' });
  viewers = await audience(server, event, 6);
  await staff.create_event({ event: 'leeg', title: 'Zonder kijkers' });
  goes = Date.parse(event.ends) + 14 * day_ms;
});
after(() => server?.end());

test('E23 nobody is warned before it nears', async () => {
  server.clock.pass_to(goes - 7 * day_ms - 5 * minute_ms);
  await looked_at();
  assert.deepEqual(warnings(), []);
});

test('E23 seven days before, whoever manages the event is told, once, with the way to an export', async () => {
  server.clock.pass_to(goes - 7 * day_ms + minute_ms);
  const mail = await until('the first warning', () => warnings()[0]);
  assert.match(mail.subject, /Webinar over water/);
  const link = mail.links.find((one) => one.startsWith(server.origin));
  assert.equal(link, `${server.origin}/staff/e/webinar/report`);
  assert.match(mail.text, /eigen organisatie|own organisation/);
  for (const { name, email } of viewers) assert.ok(!mail.text.includes(name) && !mail.text.includes(email));
  await server.restart();
  server.clock.pass(2 * day_ms);
  await looked_at();
  assert.equal(warnings().length, 1, 'once, over restarts too');
});

test('E23 one day before, once more', async () => {
  server.clock.pass_to(goes - day_ms + minute_ms);
  await until('the last warning', () => warnings().length == 2);
  server.clock.pass(3 * 3_600_000);
  await looked_at();
  assert.equal(warnings().length, 2);
});

test('E23 the event\'s own page tells it, and the export is there', async () => {
  const shown = (await staff.get('/api/v1/events/webinar')).json();
  assert.equal(Date.parse(shown.deletes_at), goes);
  for (const format of ['csv', 'xlsx', 'json'] as const) assert.ok((await staff.viewers(event, format)).bytes.length > 100);
  const stage = await Stage.open();
  try {
    const page = await stage.page();
    const [name, value] = staff.cookie.split('=');
    await page.context().addCookies([{ name: name!, value: value!, url: server.origin }]);
    await page.goto(`${server.origin}/staff/e/webinar`);
    const banner = page.locator('[data-deletes]');
    await banner.waitFor();
    assert.equal(await banner.getAttribute('data-deletes'), shown.deletes_at);
    assert.equal(await banner.locator('a').getAttribute('href'), '/staff/e/webinar/report');
  } finally {
    await stage.close();
  }
});

test('E23 afterwards no warning comes and the export is empty', async () => {
  server.clock.pass_to(goes + minute_ms);
  await ended(server, staff, event);
  await looked_at();
  assert.equal(warnings().length, 2);
  assert.deepEqual((await staff.viewers(event, 'json')).json(), []);
  const shown = (await staff.get('/api/v1/events/webinar')).json();
  assert.ok(shown.anonymous_since);
});

test('E23 a warning that was missed is sent late, as long as it still comes before', async () => {
  const other = await staff.create_event({ event: 'debat', title: 'Debat' });
  await audience(server, other, 2, 60_000);
  await server.stop();
  server.clock.pass_to(Date.parse(other.ends) + 14 * day_ms - 3 * day_ms);
  await server.start();
  const mail = await until('the late warning', () => warnings().find(({ subject }) => /Debat/.test(subject)));
  assert.ok(mail);
  await looked_at();
  assert.equal(warnings().filter(({ subject }) => /Debat/.test(subject)).length, 1);
});
