// Whoever is not signed in, or not any more, or only half: every route that docs/openapi.json says wants a session, as it
// is asked by each of them.
/// <reference path="../support/ws.d.ts" />
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { WebSocket } from 'ws';
import type { Operation } from '../openapi/description.ts';
import type { Answer } from '../support/http.ts';
import { cookie_of } from '../support/server.ts';
import { until } from '../support/until.ts';
import { House, all, changed_tables, half_session, is_change, named, owner, routes_of, tables_of, wants_session, type Place } from './house.ts';

let house: House;
before(async () => {
  house = await House.open();
});
after(() => house?.end());

const closed = () => all.filter(wants_session);
/** Beyond the password: its half session is for these, and they for it. */
const is_second_step = ({ path }: Operation) => path.startsWith('/api/v1/sign-in');
const is_for_browsers = ({ path, security }: Operation) => !path.startsWith('/api/v1/sign-in') && !security.some((way) => 'token' in way);
const socket_paths = ['/api/v1/events/{event}/live'];

type Headers = Record<string, string>;

test('each route of the program is described, so that none is left out here', () => {
  const described = new Set(all.map(named));
  for (const place of house.places) assert.deepEqual(routes_of(place).filter((route) => !described.has(route)), []);
});

test('with the session each of them knows who it is', async () => {
  for (const operation of closed()) {
    // What changes is asked without anything to change.
    const asking = { headers: house.member(operation), ...(is_change(operation) ? { body: Buffer.from('{') } : {}) };
    if (['end_session', 'end_other_sessions', 'revoke_token', 'upload_video'].includes(operation.operationId) || is_second_step(operation)) continue;
    const answer = await house.ask(operation, asking);
    assert.notEqual(answer.status, 401, `${answer}`);
    if (!is_change(operation)) assert.ok([200, 404, 426].includes(answer.status), `${answer}`);
    assert.ok(answer.status < 500, `${answer}`);
  }
});

async function must_be_refused(who: string, headers_of: (place: Place) => Headers, skip: (operation: Operation) => boolean = () => false) {
  const before = house.places.map(tables_of);
  let asked = 0;
  for (const operation of closed()) {
    if (skip(operation)) continue;
    const headers = headers_of(house.place_of(operation));
    const answer = await house.ask(operation, { headers: { ...house.own(operation), ...headers } });
    if (socket_paths.includes(operation.path) && answer.status == 426) continue;
    // What is done at a browser alone is told so to every program, whoever it is.
    const [status, type] = is_for_browsers(operation) && 'authorization' in headers ? [403, 'denied'] : [401, 'unauthenticated'];
    assert.deepEqual([answer.status, answer.json().type], [status, `/problems/${type}`], `${who}: ${answer}`);
    assert.equal(answer.header('cache-control'), 'no-store', `${who}: ${answer}`);
    assert.equal(answer.header('set-cookie'), '', `${who}: ${answer}`);
    ++asked;
  }
  assert.ok(asked > 55, `${asked} routes were asked`);
  house.places.forEach((place, at) => assert.deepEqual(changed_tables(before[at]!, place), [], `${who} changed something`));
}

test('v5.0.0-8.3.1: without a session every route that wants one refuses, and nothing changes', () => must_be_refused('nobody', () => ({})));

test('v5.0.0-7.2.1: what looks like a session is none: empty, cut, made up, the number that the list of sessions shows, a token', async () => {
  const secrets = new Map<Place, string[]>();
  for (const place of house.places) {
    const { cookie } = place.staff;
    const [name, value] = cookie.split('=') as [string, string];
    const listed = (await place.staff.get('/api/v1/me/sessions')).expect(200).json<{ session: string }[]>()[0]!.session;
    const token = (await place.staff.post('/api/v1/tokens', { label: 'x', permissions: ['view_report'] })).expect(201).json<{ secret: string }>().secret;
    const forged = ['', value.slice(1), `${value}A`, value.toLowerCase(), 'A'.repeat(43), "' OR '1'='1", listed, token];
    secrets.set(place, [...forged.map((one) => `${name}=${one}`), `__Host-hartslag=${value}`, `${name.toUpperCase()}=${value}`]);
  }
  for (let i = 0; i < secrets.get(house.main)!.length; ++i) {
    const what = secrets.get(house.main)![i]!;
    await must_be_refused(what, (place) => ({ cookie: secrets.get(place)![i]! }));
  }
});

test('what looks like an API token is none: empty, made up, a session, another scheme', async () => {
  const session = (place: Place) => place.staff.cookie.split('=')[1]!;
  for (const make of [() => 'Bearer ', () => `Bearer ${'A'.repeat(43)}`, (place: Place) => `Bearer ${session(place)}`, (place: Place) => `Basic ${btoa(`noor:${session(place)}`)}`])
    await must_be_refused('a forged token', (place) => ({ authorization: make(place) }));
});

test('v5.0.0-7.2.2: an API token that was revoked or has expired opens nothing', async () => {
  const tokens = new Map<Place, { revoked: string; expired: string }>();
  for (const place of house.places) {
    const make = async (more: object = {}) => (await place.staff.post('/api/v1/tokens', { label: 'x', permissions: ['view_report'], ...more })).expect(201).json();
    const revoked = await make();
    (await place.staff.del(`/api/v1/tokens/${revoked.token}`)).expect(204);
    const expired = await make({ expires: new Date(place.server.clock.now() + 60_000).toISOString() });
    place.server.clock.pass(61_000);
    tokens.set(place, { revoked: revoked.secret, expired: expired.secret });
  }
  for (const which of ['revoked', 'expired'] as const) await must_be_refused(which, (place) => ({ authorization: `Bearer ${tokens.get(place)![which]}` }));
});

test('an API token opens nothing that is for a browser alone', async () => {
  const tokens = new Map<Place, string>();
  for (const place of house.places) {
    const permissions = (await place.staff.get('/api/v1/me')).expect(200).json<{ permissions: string[] }>().permissions;
    tokens.set(place, (await place.staff.post('/api/v1/tokens', { label: 'all', permissions })).expect(201).json<{ secret: string }>().secret);
  }
  const alone = closed().filter(({ security }) => !security.some((way) => 'token' in way));
  assert.ok(alone.length >= 10);
  for (const operation of alone) {
    const answer = await house.ask(operation, { headers: { authorization: `Bearer ${tokens.get(house.place_of(operation))}` } });
    assert.ok([401, 403].includes(answer.status), `${answer}`);
  }
});

test('v5.0.0-6.3.3: a half session opens the second step and nothing else', async () => {
  const halves = new Map<Place, string>();
  for (const place of house.places) halves.set(place, await half_session(place));
  await must_be_refused('half a session', (place) => ({ cookie: halves.get(place)! }), is_second_step);
});

test('v5.0.0-7.4.1: a session that was signed out, ended elsewhere, renewed or left for its time opens nothing', async () => {
  const over = new Map<Place, Record<string, string>>();
  for (const place of house.places) {
    const { server } = place;
    const own = { origin: server.origin, 'sec-fetch-site': 'same-origin' };
    const begin = async () => (await server.sign_in(owner)).cookie;
    const signed_out = await begin();
    const answer = (await server.post('/api/v1/sign-out', {}, { ...own, cookie: signed_out })).expect(204);
    assert.match(answer.header('set-cookie'), /Max-Age=0/);
    const renewed = await begin();
    const fresh = cookie_of((await server.post('/api/v1/me/step-up', { code: await server.code(owner.email) }, { ...own, cookie: renewed })).expect(204));
    const ended = await begin();
    (await server.ask('DELETE', '/api/v1/me/sessions', { headers: { ...own, cookie: fresh } })).expect(204);
    const idle = await begin();
    server.clock.pass(31 * 60_000);
    over.set(place, { signed_out, renewed, ended, idle, fresh });
  }
  for (const which of ['signed_out', 'renewed', 'ended', 'idle', 'fresh']) await must_be_refused(which, (place) => ({ cookie: over.get(place)![which]! }));
});

test('v5.0.0-7.3.2: a session that is used all the time ends after eight hours', async () => {
  const old = new Map<Place, string>();
  for (const place of house.places) {
    const { cookie } = await place.server.sign_in(owner);
    const begun = place.server.clock.now();
    while (place.server.clock.now() - begun < 8 * 3_600_000 - 20 * 60_000) {
      place.server.clock.pass(20 * 60_000);
      (await place.server.get('/api/v1/me', { cookie })).expect(200);
    }
    place.server.clock.pass(21 * 60_000);
    old.set(place, cookie);
  }
  await must_be_refused('eight hours', (place) => ({ cookie: old.get(place)! }));
});

test('v5.0.0-4.4.4: a socket of staff tells who is not signed in nothing but that', async () => {
  const { server } = house.main;
  for (const cookie of ['', 'hartslag=forged', await half_session(house.main)]) {
    const host = new URL(server.origin).host;
    const socket = new WebSocket(`${server.base.replace('http', 'ws')}/api/v1/events/lezing/live`, { headers: { host, origin: server.origin, ...(cookie ? { cookie } : {}) } });
    const frames: string[] = [];
    let closed_by: unknown;
    socket.on('message', (frame) => frames.push(String(frame)));
    socket.on('error', (error) => (closed_by = error));
    socket.on('close', (code) => (closed_by ??= code));
    await until('the socket to be closed', () => closed_by);
    assert.ok(frames.length <= 1 && frames.every((frame) => JSON.parse(frame).kind == 'error'), frames.join('\n'));
  }
});

test('v5.0.0-7.2.4: nobody comes in under a session that they were handed', async () => {
  const { server } = house.main;
  const own = { origin: server.origin, 'sec-fetch-site': 'same-origin' };
  const attackers = await half_session(house.main);
  const planted = [attackers, 'hartslag=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', house.main.staff.cookie];
  for (const cookie of planted) {
    const half = cookie_of((await server.post('/api/v1/sign-in', { email: owner.email, password: owner.password }, { ...own, cookie: `${cookie}; ${server.devices.get(owner.email)}` })).expect(200));
    const session = cookie_of((await server.post('/api/v1/sign-in/code', { code: await server.code(owner.email) }, { ...own, cookie: `${half}; ${server.devices.get(owner.email)}` })).expect(204));
    assert.equal(new Set([cookie, half, session]).size, 3);
    const works = async (one: string): Promise<Answer> => server.get('/api/v1/me', { cookie: one });
    (await works(session)).expect(200);
    for (const one of [attackers, half]) (await works(one)).expect(401);
  }
  // Nor is one taken from anywhere but the cookie.
  const value = house.main.staff.cookie.split('=')[1]!;
  for (const path of [`/api/v1/me?hartslag=${value}`, `/api/v1/me;hartslag=${value}`, `/api/v1/me?session=${value}`])
    assert.ok([401, 404].includes((await server.get(path)).status), path);
});
