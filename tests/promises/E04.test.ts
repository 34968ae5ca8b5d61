// E04 Measurement is switched on per event. Without it no heartbeat code is served, and the page says which applies.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Stage, listen } from '../support/browser.ts';
import { root, start_server, type Server } from '../support/server.ts';
import type { Event, Staff } from '../support/staff.ts';
import { until } from '../support/until.ts';

let server: Server;
let staff: Staff;
let stage: Stage;
let measured: Event;
let unmeasured: Event;

const languages = ['nl', 'fr', 'en', 'de'];
const texts = Object.fromEntries(
  languages.map((language) => [language, JSON.parse(readFileSync(join(root, 'texts', `${language}.json`), 'utf8'))]));
const escaped = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;').replace(/'/g, '&#39;');
const ana = { name: 'Ana Peeters', email: 'ana@kijker.example' };

before(async () => {
  server = await start_server();
  staff = await server.sign_up();
  measured = await staff.create_event({ event: 'gemeten', measured: true });
  unmeasured = await staff.create_event({ event: 'ongemeten', measured: false });
  stage = await Stage.open();
});
after(async () => {
  await stage?.close();
  await server?.end();
});

/** Opens the watch page, lets it settle, and gives what it fetched: addresses, and the text of each script. */
async function visit(event: Event) {
  const { door } = await server.register(event, { ...ana, email: `ana-${Math.random()}@kijker.example` });
  const page = await stage.page();
  const sent = listen(page);
  const scripts: Promise<string>[] = [];
  page.on('response', (response) => {
    if (response.request().resourceType() == 'script') scripts.push(response.text());
  });
  await page.goto(`${server.origin}/e/${event.event}/watch/${door}`, { waitUntil: 'load' });
  // Where it is measured the opening is told, sooner or later; where not, nothing may be within a while.
  if (event == measured) await until('the opening to be told', () => sent.requests.some(({ url }) => url.endsWith('/v1/sessions')));
  else await sleep(2_000);
  return { page, door: door!, paths: sent.requests.map(({ url }) => new URL(url).pathname), code: (await Promise.all(scripts)).join('\n'), html: await page.content() };
}

test('E04 an event without measurement is served without any heartbeat code', async () => {
  const { page, paths, code, html } = await visit(unmeasured);
  assert.deepEqual(paths.filter((path) => /^\/v1\/|beacon|measuring/.test(path)), []);
  assert.ok(code.length > 0, 'the player is there all the same');
  for (const sign of [/\/v1\//, /sendBeacon/, /hartslag\b.*start/]) assert.doesNotMatch(code, sign);
  for (const sign of [/beacon/, /data-consent/, /measuring-switch/]) assert.doesNotMatch(html, sign);
  assert.equal(await page.evaluate('window.hartslag'), undefined);
});

test('E04 an event with measurement has the heartbeat code to offer', async () => {
  const { page, paths, html } = await visit(measured);
  assert.match(html, /data-consent="yes"/);
  assert.ok(paths.includes('/v1/sessions'));
  assert.ok(!paths.includes('/beacon.js'), 'but not before somebody agreed');
  const [script] = await Promise.all([page.waitForResponse((response) => new URL(response.url()).pathname == '/beacon.js'), page.click('[data-consent="yes"]')]);
  assert.match(await script.text(), /sendBeacon/);
});

test('E04 each page says which applies, in each language', async () => {
  for (const language of languages) {
    for (const [event, yes, no] of [[measured, 'event.measured_note', 'event.unmeasured_note'], [unmeasured, 'event.unmeasured_note', 'event.measured_note']] as const) {
      const { text } = (await server.page(`/e/${event.event}?lang=${language}`)).expect(200);
      assert.ok(text.includes(escaped(texts[language][yes])), `${language} ${event.event}: ${yes}`);
      assert.ok(!text.includes(escaped(texts[language][no])), `${language} ${event.event}: ${no}`);
    }
    for (const event of [measured, unmeasured]) {
      const { door } = await server.register(event, ana);
      const { text } = (await server.page(`/e/${event.event}/watch/${door}?lang=${language}`)).expect(200);
      assert.equal(text.includes(escaped(texts[language]['watch.measuring.never'])), !event.measured, `${language} ${event.event}`);
      assert.equal(/id="consent"/.test(text), event.measured);
    }
  }
});

test('E04 whatever a page asks for, an event without measurement measures nothing', async () => {
  const { door } = await server.register(unmeasured, ana);
  for (const consent of [undefined, false, true]) {
    const session = await server.open_session(unmeasured, { link: door!, consent });
    assert.equal(session.t, undefined);
    assert.deepEqual(Object.keys(session).sort(), ['expires_ms', 'session']);
  }
  // A token of another event opens nothing here.
  const { door: elsewhere } = await server.register(measured, ana);
  const { t } = await server.open_session(measured, { link: elsewhere!, consent: true });
  await server.watch(t!, 30_000, 7);
  const person = await staff.person(unmeasured, ana.email);
  assert.equal(person.sessions.length, 3, 'that it was opened is known');
  assert.ok(person.sessions.every(({ intervals, consented }) => intervals.length == 0 && !consented));
  assert.equal((await staff.report(unmeasured)).viewers.watched, 0);
  assert.equal((await staff.report(measured)).viewers.watched, 1);
});

test('E04 once people can register, the choice stands', async () => {
  for (const event of [measured, unmeasured]) {
    const answer = await staff.patch(`/api/v1/events/${event.event}`, { measured: !event.measured });
    assert.equal(answer.status, 400, `${answer}`);
    assert.equal((await staff.event(event.event)).measured, event.measured);
  }
  const draft = await staff.draft_event({ event: 'ontwerp', measured: true });
  assert.equal((await staff.patch(`/api/v1/events/${draft.event}`, { measured: false })).expect(200).json<Event>().measured, false);
});
