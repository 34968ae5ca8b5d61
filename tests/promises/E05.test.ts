// E05 Heartbeats need explicit consent, asked at every viewing. If refused, only whether and when the page was opened
// is stored, nothing continuous, and what the viewer contributes stays unlinked.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Stage, beats_of, kept_by, listen } from '../support/browser.ts';
import { start_server, type Server } from '../support/server.ts';
import type { Event, Staff } from '../support/staff.ts';
import { until } from '../support/until.ts';

let server: Server;
let staff: Staff;
let stage: Stage;
let event: Event;
let count = 0;

before(async () => {
  server = await start_server();
  staff = await server.sign_up();
  event = await staff.create_event({ event: 'debat' });
  stage = await Stage.open();
});
after(async () => {
  await stage?.close();
  await server?.end();
});

async function register() {
  const email = `kijker-${++count}@kijker.example`;
  const { link, door } = await server.register_and_read(event, { name: 'Ana Peeters', email });
  return { email, link, door: door!, sessions: async () => (await staff.person(event, email)).sessions };
}

const watch_page = (link: string, language = 'nl') => `${server.origin}/e/${event.event}/watch/${link}?lang=${language}`;

test('E05 until somebody answers, nothing but the opening is stored', async () => {
  const { door, sessions } = await register();
  const session = await server.open_session(event, { link: door });
  assert.equal(session.t, undefined);
  const [stored] = await sessions();
  assert.equal(stored!.consented, false);
  assert.deepEqual(stored!.intervals, []);

  const page = await stage.page();
  const sent = listen(page);
  await page.goto(watch_page(door));
  await page.waitForSelector('#consent');
  await sleep(7_000);
  assert.deepEqual(beats_of(sent), []);
  const asked = sent.requests.filter(({ url }) => /\/v1\//.test(url));
  assert.deepEqual(asked.map(({ method, url, body }) => [method, new URL(url).pathname, JSON.parse(body).consent]), [['POST', '/v1/sessions', {}]]);
  assert.ok(!sent.requests.some(({ url }) => /beacon/.test(url)));
  assert.equal(await page.getAttribute('#measuring', 'data-state'), 'undecided');
  assert.equal(await page.locator('#consent input, #consent [checked], #consent [aria-pressed=true]').count(), 0, 'nothing is chosen beforehand');
});

test('E05 a yes is asked for again at every viewing', async () => {
  const { door, link, sessions } = await register();
  const page = await stage.page();
  await page.goto(watch_page(door));
  for (let viewing = 1; viewing <= 3; ++viewing) {
    const sent = listen(page);
    await page.waitForSelector('#consent:not([hidden])');
    await page.click('[data-consent="yes"]');
    await until('a beat', () => beats_of(sent).length > 0);
    await until('the session to be consented', async () => (await sessions()).filter(({ consented }) => consented).length == viewing);
    assert.equal(await page.isVisible('#consent'), false);
    await page.reload();
  }
  // Nothing remembers it: not the browser, and not the server for the same viewer.
  assert.deepEqual(await kept_by(page.context()), []);
  for (const token of [door, link]) assert.equal((await server.open_session(event, { link: token })).t, undefined);
});

test('E05 a no stores that the page was opened, and when, and nothing that goes on', async () => {
  const { door, link, sessions, email } = await register();
  const page = await stage.page();
  const sent = listen(page);
  const from = server.clock.now();
  await page.goto(watch_page(door));
  await page.click('[data-consent="no"]');
  await page.waitForSelector('#measuring[data-state="off"]');
  await sleep(7_000);
  const posts = sent.requests.filter(({ url }) => /\/v1\//.test(url)).map(({ url, body }) => [new URL(url).pathname, JSON.parse(body).consent]);
  assert.deepEqual(posts, [['/v1/sessions', {}], ['/v1/sessions', { attendance: false }]]);
  assert.deepEqual(sent.messages, []);
  assert.ok(!sent.requests.some(({ url }) => /beacon/.test(url)));

  for (const { opened, consented, intervals } of await sessions()) {
    assert.ok(Date.parse(opened) >= from - 1_000 && Date.parse(opened) <= server.clock.now());
    assert.equal(consented, false);
    assert.deepEqual(intervals, []);
  }
  const row = await staff.row(event, email);
  assert.deepEqual([row.consent, row.active_s, row.open_s, row.first_seen], ['refused', 0, 0, null]);
  const csv = (await server.page(`/e/${event.event}/me/${link}/records.csv`)).expect(200);
  assert.equal(csv.text, 'session,start,end,duration,action\r\n');
});

test('E05 consent is a clear yes to a purpose that was asked for, under the policy that was shown', async () => {
  const { door, sessions } = await register();
  const before_n = (await sessions()).length;
  const ask = (consent: unknown, notice?: string) =>
    server.post('/v1/sessions', { property: event.event, link: door, consent, ...(notice ? { notice } : {}) }, { origin: server.origin });
  for (const consent of [{ marketing: true }, { attendance: 'yes' }, { attendance: 1 }, { attendance: null }, { accreditation: true }, true, ['attendance'], 'attendance']) {
    const answer = await ask(consent);
    assert.equal(answer.status, 400, `${JSON.stringify(consent)}: ${answer}`);
  }
  const stale = await ask({ attendance: true }, 'an-older-version');
  assert.equal(stale.status, 409, `${stale}`);
  assert.equal((await sessions()).length, before_n, 'none of these is a viewing');
  for (const consent of [{}, { attendance: false }]) assert.equal((await ask(consent)).expect(201).json().t, undefined);
  assert.match((await ask({ attendance: true })).expect(201).json().t, /^[\w-]{1,128}$/);
});

test('E05 without a consented session there is no way to store a beat', async () => {
  const { door, sessions } = await register();
  const refused = await server.open_session(event, { link: door, consent: false });
  const other = await register();
  const consented = await server.open_session(event, { link: other.door, consent: true });
  for (const t of [refused.session, '', 'x', 'A'.repeat(80)]) {
    const answer = await server.beat(t, 1, [[0, 7]]);
    assert.ok(answer.status == 400 || answer.status == 401, `${answer}`);
  }
  // A token bears its own session, whatever else is said.
  const answer = await server.post('/v1/pulse', { t: consented.t, session: refused.session, n: 1, b: [[0, 7]] }, { origin: server.origin });
  assert.ok(answer.status == 200 || answer.status == 400, `${answer}`);
  assert.ok((await sessions()).every(({ intervals }) => intervals.length == 0));
});

test('E05 a browser that says no for its user is believed, until they say otherwise', async () => {
  for (const headers of [{ 'sec-gpc': '1' }, { dnt: '1' }] as Record<string, string>[]) {
    const { door, link, sessions } = await register();
    assert.equal((await server.open_session(event, { link: door, headers })).t, undefined);
    const mine = (await server.page(`/e/${event.event}/me/${link}?lang=en`)).expect(200).text;
    assert.match(mine, /refused/);

    const page = await stage.page({ extraHTTPHeaders: headers });
    const sent = listen(page);
    await page.goto(watch_page(door));
    await page.waitForSelector('#measuring[data-state="off"]');
    assert.deepEqual(beats_of(sent), []);
    await page.click('#measuring-switch');
    await until('a beat', () => beats_of(sent).length > 0);
    await until('consent', async () => (await sessions()).some(({ consented }) => consented));
  }
});

test('E05 the question is the policy\'s, in the page\'s language, and what was chosen is shown with it', async () => {
  const questions = {
    nl: ['Mogen we meten wanneer je kijkt?', 'Ja, meet mijn kijktijd', 'Nee, meet mijn kijktijd niet'],
    fr: ['Pouvons-nous mesurer quand tu regardes ?', 'Oui, mesure mon temps', 'Non, ne le mesure pas'],
    en: ['May we measure when you are watching?', 'Yes, measure my time', 'No, do not measure it'],
    de: ['Dürfen wir messen, wann du zuschaust?', 'Ja, meine Zeit messen', 'Nein, nicht messen'],
  };
  const page = await stage.page();
  for (const [language, [asks, yes, no]] of Object.entries(questions)) {
    const { door, link } = await register();
    await page.goto(watch_page(door, language));
    assert.equal((await page.textContent('#consent-ask'))!.trim(), asks);
    assert.equal((await page.textContent('[data-consent="yes"]'))!.trim(), yes);
    assert.equal((await page.textContent('[data-consent="no"]'))!.trim(), no);
    await server.open_session(event, { link: door, consent: true, headers: { 'accept-language': language } });
    const mine = (await server.page(`/e/${event.event}/me/${link}?lang=${language}`)).expect(200).text;
    assert.ok(mine.replace(/&#39;/g, "'").includes(asks!), `${language}: the page of ${link} does not show what was asked`);
  }
});
