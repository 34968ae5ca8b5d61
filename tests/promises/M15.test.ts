// M15 Staff reach data only through the web pages: not cached, not stored on devices, no copies in other clouds. The
// only way out is the permitted, recorded export.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Stage } from '../support/browser.ts';
import { rows } from '../support/retention.ts';
import { root, start_server, type Server } from '../support/server.ts';
import type { Event, Staff } from '../support/staff.ts';
import { until } from '../support/until.ts';

let server: Server;
let staff: Staff;
let event: Event;
let viewer: string;
const email = 'ana@kijker.example';
const personal = ['Ana Peeters', email];

interface Operation { security?: object[]; responses: Record<string, { content?: Record<string, unknown> }> }
const described: Record<string, Record<string, Operation>> = JSON.parse(readFileSync(join(root, 'docs/openapi.json'), 'utf8')).paths;
/** Every GET route that asks who is there, with what stands in this house. */
const reads = () =>
  Object.entries(described)
    .filter(([path, { get }]) => path.startsWith('/api/v1/') && get?.security?.length && !path.endsWith('/live'))
    .map(([path]) => path.replace('{event}', event.event).replace('{viewer}', viewer).replace(/\{\w+\}/g, '00000000000000000000000000'));

before(async () => {
  server = await start_server();
  staff = await server.sign_up();
  event = await staff.create_event({ event: 'lezing' });
  await server.register(event, { name: 'Ana Peeters', email });
  viewer = (await staff.people(event)).people[0]!.viewer;
});
after(() => server?.end());

test('M15 no answer to staff may be kept by a browser or by anything between', async () => {
  const asked = reads();
  assert.ok(asked.length > 20, 'the routes of staff are described');
  for (const path of asked) {
    for (const who of [staff, undefined]) {
      const answer = who ? await who.get(path) : await server.ask('GET', path);
      assert.equal(answer.header('cache-control'), 'no-store', path);
      assert.equal(answer.header('etag'), '', path);
    }
  }
  for (const path of ['/staff/', '/staff/e/lezing/report']) assert.equal((await server.page(path)).header('cache-control'), 'no-store', path);
});

test('M15 a browser that worked with names keeps none, and none leaves for anywhere else', async () => {
  const stage = await Stage.open();
  try {
    const page = await stage.page();
    const elsewhere: string[] = [];
    page.on('request', (request) => new URL(request.url()).origin == server.origin || /^(data|blob):/.test(request.url()) || elsewhere.push(request.url()));
    await page.context().addCookies([{ name: staff.cookie.split('=')[0]!, value: staff.cookie.split('=')[1]!, url: server.origin }]);
    for (const path of ['/staff/', '/staff/e/lezing/report', `/staff/e/lezing/report?person=${viewer}`, '/staff/requests', '/staff/me']) {
      await page.goto(`${server.origin}${path}`);
      await page.locator('main h1, main h2').first().waitFor();
    }
    await page.goto(`${server.origin}/staff/e/lezing/report`);
    await page.getByText('Ana Peeters').first().waitFor();
    const kept = await page.evaluate(async () => ({
      stores: JSON.stringify([{ ...localStorage }, { ...sessionStorage }]),
      databases: (await indexedDB.databases()).length,
      caches: (await caches.keys()).length,
      workers: (await navigator.serviceWorker.getRegistrations()).length,
    }));
    for (const one of personal) assert.ok(!kept.stores.includes(one), one);
    assert.deepEqual([kept.databases, kept.caches, kept.workers], [0, 0, 0]);
    assert.deepEqual(elsewhere, []);
    // The page is left, the session ends, and going back shows nothing.
    await page.goto(`${server.origin}/staff/me`);
    await page.context().clearCookies();
    await page.goBack();
    await page.locator('input[type=password]').waitFor();
    for (const one of personal) assert.ok(!(await page.content()).includes(one), one);
  } finally {
    await stage.close();
  }
});

test('M15 a page of staff may load nothing from elsewhere', async () => {
  const policy = (await server.page('/staff/')).header('content-security-policy');
  assert.match(policy, /default-src 'none'|default-src 'self'/);
  assert.doesNotMatch(policy, /https?:\/\/(?!localhost)/);
  assert.match(policy, /frame-ancestors 'none'/);
});

test('M15 files leave by an export alone: with its own permission, and on record', async () => {
  const files = ['format=csv', 'format=xlsx'].map((format) => `/api/v1/events/lezing/viewers?${format}`);
  const looks = await staff.post('/api/v1/tokens', { label: 'Kijken', permissions: ['view_report', 'see_names'] });
  const looking = staff.with_token(looks.expect(201).json<{ secret: string }>().secret);
  const made = () => rows(server, 'control', "select count(*) as n from act where kind = 'disclosure.made'")[0].n as number;
  const before = made();
  for (const path of files) (await looking.get(path)).expect(403);
  (await looking.get('/api/v1/events/lezing/people')).expect(200);
  assert.equal(made(), before);
  for (const path of files) (await staff.take(path)).expect(200);
  await until('the record', () => made() == before + files.length);
  // Whatever else answers with a file asks for more than looking.
  for (const [path, { get }] of Object.entries(described)) {
    const types = Object.entries(get?.responses ?? {}).flatMap(([status, { content }]) => (status.startsWith('2') ? Object.keys(content ?? {}) : []));
    if (!path.startsWith('/api/v1/') || types.every((type) => type == 'application/json')) continue;
    const [asked] = [path].map((one) => one.replace('{event}', 'lezing').replace(/\{\w+\}/g, '00000000000000000000000000'));
    const format = types.includes('text/csv') ? '?format=csv' : '';
    (await looking.get(`${asked}${format}`)).expect(403);
  }
});
