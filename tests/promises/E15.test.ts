// E15 Heartbeats are the only measurement on event pages: no third-party tracker, no statistics of our own, no other
// identifier.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Stage, beats_of, kept_by, listen, type Page, type Sent } from '../support/browser.ts';
import { start_server, type Server } from '../support/server.ts';
import { make_playlist } from '../support/source.ts';
import type { Event, Staff } from '../support/staff.ts';
import { until } from '../support/until.ts';

let server: Server;
let staff: Staff;
let stage: Stage;
let event: Event;
let upcoming: Event;
let over: Event;

const minute_ms = 60_000;

before(async () => {
  server = await start_server();
  staff = await server.sign_up();
  event = await staff.create_event({ event: 'nu', video: { kind: 'live', address: null, captions: false }, kind: 'on-demand' });
  const { folder } = (await staff.get(`/api/v1/events/${event.event}/live-folder`)).expect(200).json();
  mkdirSync(folder, { recursive: true });
  make_playlist(folder);
  const from = server.clock.now();
  upcoming = await staff.create_event({ event: 'straks', starts: new Date(from + 60 * minute_ms).toISOString(), ends: new Date(from + 90 * minute_ms).toISOString() });
  over = await staff.create_event({ event: 'voorbij', ends: new Date(from + 1_500).toISOString() });
  stage = await Stage.open();
});
after(async () => {
  await stage?.close();
  await server?.end();
});

/** What went anywhere else, or to a place on our own server that a page has no business with. */
function strange(sent: Sent): string[] {
  const known = [/^\/e\/[a-z0-9-]+(\/.*)?$/, /^\/assets\/[\w./-]+$/, /^\/beacon\.js$/, /^\/v1\/(sessions(\/[0-9a-z]{26}\/withdraw)?|pulse)$/];
  const own = [server.origin, server.origin.replace('http', 'ws')];
  return sent.requests.map(({ url }) => new URL(url)).filter(({ protocol }) => protocol != 'blob:' && protocol != 'data:')
    .filter(({ origin, pathname, search }) => !own.includes(origin) || !known.some((path) => path.test(pathname)) || !/^(\?lang=\w\w)?$/.test(search))
    .map(String);
}

/** Opens a page with every answer looked at: none sets a cookie. */
async function open(path: string): Promise<{ page: Page; sent: Sent; cookies: string[] }> {
  const page = await stage.page();
  const sent = listen(page);
  const cookies: string[] = [];
  page.on('response', async (response) => {
    const value = await response.headerValue('set-cookie').catch(() => null);
    if (value) cookies.push(`${response.url()}: ${value}`);
  });
  await page.goto(`${server.origin}${path}`);
  return { page, sent, cookies };
}

const person = { name: 'Ana Peeters', email: 'ana@kijker.example' };

test('E15 no page of an event talks to anybody else, sets a cookie or keeps anything', async () => {
  const { door, link } = await server.register_and_read(event, person);
  const early = await server.register(upcoming, person);
  const paths = [
    `/e/${event.event}`, `/e/${event.event}/registered`, `/e/${event.event}/watch/${door}`, `/e/${event.event}/watch/${link}`, `/e/${event.event}/me/${link}`,
    `/e/${event.event}/me/${door}`, `/e/${upcoming.event}`, `/e/${upcoming.event}/watch/${early.door}`, `/e/${over.event}`, `/e/${event.event}/watch/none`, '/',
  ];
  for (const path of paths) {
    const { page, sent, cookies } = await open(path);
    await sleep(1_200);
    const allowed = path == '/' ? strange(sent).filter((url) => url != `${server.origin}/`) : strange(sent);
    assert.deepEqual(allowed, [], path);
    assert.deepEqual(cookies, [], path);
    assert.deepEqual(await kept_by(page.context()), [], path);
    await page.context().close();
  }
  assert.deepEqual(stage.complaints, []);
});

test('E15 watching with consent sends sessions and beats, and nothing else of the viewer', async () => {
  const { door } = await server.register(event, person);
  const { page, sent, cookies } = await open(`/e/${event.event}/watch/${door}`);
  await page.waitForSelector('#player video');
  await page.click('[data-consent="yes"]');
  await page.locator('#player .big-play').click();
  await until('the film to play', () => page.evaluate(() => (document.querySelector('video')?.currentTime ?? 0) > 1));
  await until('beats', () => beats_of(sent).length > 1);
  await page.mouse.click(5, 5);
  await page.keyboard.press('ArrowDown');
  await sleep(6_000);
  assert.deepEqual(strange(sent), []);
  assert.deepEqual(cookies, []);
  assert.deepEqual(await kept_by(page.context()), []);

  const posts = sent.requests.filter(({ method }) => method != 'GET');
  for (const { url, body } of posts) {
    const { pathname } = new URL(url);
    const keys = Object.keys(JSON.parse(body)).sort();
    // The answer names the session that this very page load opened, and nothing else of its own.
    if (pathname == '/v1/sessions') assert.deepEqual(keys.filter((key) => key != 'session'), ['consent', 'link', 'notice', 'property']);
    else if (pathname == '/v1/pulse') assert.deepEqual(keys.filter((key) => key != 'm'), ['b', 'n', 't']);
    else assert.fail(`${url} ${body}`);
  }
  for (const { url, text } of sent.messages) {
    assert.equal(new URL(url).pathname, '/v1/pulse');
    assert.deepEqual(Object.keys(JSON.parse(text)).sort(), ['b', 'n', 't']);
  }
  for (const { b, t } of beats_of(sent)) {
    assert.ok(t.length <= 128);
    for (const beat of b) assert.ok(beat.length == 2 && beat.every(Number.isInteger), JSON.stringify(beat));
  }
  const named = posts.map(({ body }) => (JSON.parse(body) as { session?: string }).session).filter(Boolean);
  assert.ok(named.length <= 1, 'a page load knows one session');
  // One token, which goes with its page.
  assert.equal(new Set(beats_of(sent).map(({ t }) => t)).size, 1);
});

test('E15 two viewings by the same browser have nothing in common but the viewer\'s own link', async () => {
  const { door } = await server.register(event, person);
  const { page, sent } = await open(`/e/${event.event}/watch/${door}`);
  const tokens: string[] = [];
  for (let viewing = 0; viewing < 2; ++viewing) {
    await page.click('[data-consent="yes"]');
    await until('a beat', () => beats_of(sent).some(({ t }) => !tokens.includes(t)));
    tokens.push(beats_of(sent).at(-1)!.t);
    await page.reload();
  }
  assert.notEqual(tokens[0], tokens[1]);
  // Whatever a browser might be told to send back (a cookie, a validator of its own) is the same for everybody.
  const headers_of = async () => {
    const other = await server.register(event, { ...person, email: `ander-${Math.random()}@kijker.example` });
    const { headers } = await server.page(`/e/${event.event}/watch/${other.door}`);
    const { date: _, 'content-length': __, 'content-security-policy': policy, ...rest } = headers;
    return { ...rest, policy: String(policy).replace(/'nonce-[^']+'/g, '') };
  };
  assert.deepEqual(await headers_of(), await headers_of());
});

test('E15 the page\'s own rules forbid whatever else a script might try', async () => {
  const { door } = await server.register(event, person);
  const { page } = await open(`/e/${event.event}/watch/${door}`);
  const refused = await page.evaluate(async () => {
    const tried: [string, () => Promise<unknown>][] = [
      ['fetch', () => fetch('http://127.0.0.1:9/collect', { mode: 'no-cors' })],
      ['image', () => new Promise((done, failed) => Object.assign(new Image(), { onload: done, onerror: failed, src: 'http://127.0.0.1:9/pixel.gif' }))],
      ['script', () => new Promise((done, failed) => document.head.append(Object.assign(document.createElement('script'), { onload: done, onerror: failed, src: 'http://127.0.0.1:9/t.js' })))],
      ['inline', () => {
        document.head.append(Object.assign(document.createElement('script'), { textContent: 'window.inline = true' }));
        return (window as unknown as { inline?: boolean }).inline ? Promise.resolve() : Promise.reject();
      }],
    ];
    const directives: string[] = [];
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => directives.push(effectiveDirective));
    for (const [, attempt] of tried) await attempt().catch(() => {});
    await new Promise((done) => setTimeout(done, 300));
    return directives;
  });
  assert.deepEqual([...new Set(refused)].sort(), ['connect-src', 'img-src', 'script-src-elem']);
  stage.complaints.length = 0;
});

test('E15 the pages say so', async () => {
  const { text } = (await server.page(`/e/${event.event}?lang=en`)).expect(200);
  assert.match(text, /sets no cookies and uses nobody else&#39;s measurement|sets no cookies and uses nobody else's measurement/);
  for (const [, address] of text.matchAll(/\b(?:src|href|action)="([^"]*)"/g)) assert.match(address!, /^(\/(?!\/)|#)/, address);
});
