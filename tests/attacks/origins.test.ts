// Pages of other sites, at which somebody looks who is signed in here: what their forms, scripts and sockets can bring about.
/// <reference path="../support/ws.d.ts" />
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { WebSocket } from 'ws';
import type { Operation } from '../openapi/description.ts';
import type { Answer } from '../support/http.ts';
import { cookie_of } from '../support/server.ts';
import { until } from '../support/until.ts';
import { House, all, changed_tables, half_session, is_change, is_preflight, named, owner, tables_of, wants_session, type Place } from './house.ts';

const evil = 'https://elsewhere.example';
let house: House;
before(async () => {
  house = await House.open();
});
after(() => house?.end());

/** What browsers say of a request that a page elsewhere causes; the last ones are of browsers that say little. */
function ways_from_elsewhere({ server }: Place): Record<string, string>[] {
  const { host, port } = new URL(server.origin);
  return [
    { origin: evil, 'sec-fetch-site': 'cross-site' },
    { origin: server.origin, 'sec-fetch-site': 'cross-site' },
    { origin: evil, 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': '' },
    { origin: evil },
    { origin: 'null' },
    { origin: `http://${host}.elsewhere.example` },
    { origin: `http://elsewhere.example:${port}` },
    { origin: `http://localhost:${Number(port) + 1}` },
    { origin: `http://${host}@elsewhere.example` },
    { origin: '' },
    { referer: `${evil}/`, origin: `${evil}#${server.origin}` },
    { referer: `${server.origin}/staff/` },
    {},
  ];
}

/** What a form of another page can send without being asked first. */
const bodies_of_forms = [
  { type: 'text/plain', of: (body: unknown) => JSON.stringify(body ?? {}) },
  { type: 'application/x-www-form-urlencoded', of: (body: unknown) => `${JSON.stringify(body ?? {})}=` },
  { type: 'multipart/form-data; boundary=x', of: (body: unknown) => `--x\r\nContent-Disposition: form-data; name="x"\r\n\r\n${JSON.stringify(body ?? {})}\r\n--x--\r\n` },
];

const changing = () => all.filter((operation) => is_change(operation) && wants_session(operation));

async function refused(answer: Answer, what: string) {
  assert.equal(answer.status, 403, `${what}: ${answer}`);
  assert.notEqual(answer.json().type, '/problems/step-up', `${what}: ${answer}`);
  assert.equal(answer.header('set-cookie'), '', `${what}: ${answer}`);
}

/** Whom the browser is, for a route: one who is signed in; half, for the second step. */
function cookies(halves: Map<Place, string>) {
  return (operation: Operation) => {
    const place = house.place_of(operation);
    return operation.path.startsWith('/api/v1/sign-in') ? halves.get(place)! : place.staff.cookie;
  };
}

test('v5.0.0-3.5.1: no page elsewhere changes anything in the name of who is signed in here', async () => {
  const halves = new Map<Place, string>();
  for (const place of house.places) halves.set(place, await half_session(place));
  const cookie_for = cookies(halves);
  const before = house.places.map(tables_of);
  assert.ok(changing().length > 35);
  for (const operation of changing()) {
    for (const from of ways_from_elsewhere(house.place_of(operation))) {
      const answer = await house.ask(operation, { headers: { cookie: cookie_for(operation), ...from } });
      await refused(answer, JSON.stringify(from));
    }
  }
  house.places.forEach((place, at) => assert.deepEqual(changed_tables(before[at]!, place), []));
});

test('v5.0.0-3.5.2: nor by a form, whose body looks like what a script would send', async () => {
  const halves = new Map<Place, string>();
  for (const place of house.places) halves.set(place, await half_session(place));
  const cookie_for = cookies(halves);
  const before = house.places.map(tables_of);
  for (const operation of changing().filter(({ method }) => method == 'post')) {
    for (const { type, of } of bodies_of_forms) {
      const body = of(house.body_of(operation).body);
      const headers = { cookie: cookie_for(operation), 'content-type': type, origin: evil, 'sec-fetch-site': 'cross-site' };
      await refused(await house.ask(operation, { headers, body }), type);
    }
  }
  house.places.forEach((place, at) => assert.deepEqual(changed_tables(before[at]!, place), []));
});

test('the same requests of a page of the house itself are let through to what they ask', async () => {
  // Else the refusals above would show nothing.
  for (const operation of changing()) {
    // Nobody reveals a password under a policy that gives it to no two people.
    if (operation.path.startsWith('/api/v1/sign-in') || operation.operationId == 'reveal_credential') continue;
    const nothing = { token: '0'.repeat(26), approval: '0'.repeat(26), session: 'none', event: 'nergens' };
    const answer = await house.ask(operation, { headers: house.member(operation), body: Buffer.from('{') }, nothing);
    const is_step_up = answer.status == 403 && answer.json().type == '/problems/step-up';
    assert.ok(is_step_up || answer.status != 403, `${answer}`);
    assert.ok(answer.status < 500, `${answer}`);
  }
});

test('v5.0.0-7.6.2: nobody is signed in, out or up by a page elsewhere', async () => {
  const { server } = house.main;
  const bodies: Record<string, object> = {
    '/api/v1/sign-in': { email: owner.email, password: owner.password },
    '/api/v1/setup': { token: 'A'.repeat(43), ...owner },
    '/api/v1/sign-out': {},
  };
  const { cookie } = await server.sign_in(owner);
  for (const from of ways_from_elsewhere(house.main)) {
    for (const [path, body] of Object.entries(bodies)) {
      await refused(await server.post(path, body, { cookie, ...from }), `${path} ${JSON.stringify(from)}`);
      for (const { type, of } of bodies_of_forms)
        await refused(await server.post(path, of(body), { cookie, ...from, 'content-type': type }), `${path} ${type}`);
    }
  }
  (await server.get('/api/v1/me', { cookie })).expect(200);
});

test('v5.0.0-3.5.3: a GET or HEAD changes nothing but the record of who looked', async () => {
  const looked = ['control.act', 'control.act_detail', 'control.act_key', 'control.disclosure', 'control.disclosure_subject', 'control.member_session', 'control.member'];
  const look = async (method: string) => {
    for (const operation of all.filter((one) => one.method == 'get')) {
      const { server } = house.place_of(operation);
      const headers = { ...house.member(operation), accept: 'text/html', 'x-http-method-override': 'DELETE', 'x-forwarded-for': house.client() };
      const answer = await server.ask(method, house.address_of(operation), { headers });
      // Neither what begins an account nor the second step is for who is in already.
      assert.ok(answer.status < 500 && (answer.status != 401 || /^\/api\/v1\/(setup|sign-in)$/.test(operation.path)), `${answer}`);
    }
  };
  // Keys of the installation are drawn when they are needed first.
  await look('GET');
  const before = house.places.map(tables_of);
  for (const method of ['GET', 'HEAD']) await look(method);
  house.places.forEach((place, at) => assert.deepEqual(changed_tables(before[at]!, place, looked), []));
});

test('v5.0.0-3.4.2: no answer lets a page elsewhere read it, unless its operator named that site', async () => {
  for (const operation of all) {
    const headers = { ...house.member(operation), origin: evil, 'sec-fetch-site': 'cross-site' };
    // As a browser that is signed in asks for it, without changing anything.
    const answer = await house.ask(operation, { headers, ...(is_change(operation) ? { body: Buffer.from('{') } : {}) });
    assert.equal(answer.header('access-control-allow-origin'), '', `${named(operation)}: ${answer}`);
    assert.equal(answer.header('access-control-allow-credentials'), '', `${named(operation)}: ${answer}`);
    if (is_preflight(operation)) assert.equal(answer.status, 403, `${answer}`);
    if (operation.path.startsWith('/api/')) assert.equal(answer.header('cross-origin-resource-policy'), 'same-origin', `${answer}`);
  }
});

test('asked first, every route tells a page elsewhere that it may not', async () => {
  for (const operation of all.filter((one) => !is_preflight(one))) {
    const { server } = house.place_of(operation);
    const wanted = { origin: evil, 'access-control-request-method': operation.method.toUpperCase(), 'access-control-request-headers': 'content-type, authorization' };
    const answer = await server.ask('OPTIONS', house.address_of(operation), { headers: wanted });
    assert.ok([204, 403].includes(answer.status), `${answer}`);
    for (const name of ['origin', 'methods', 'headers', 'credentials']) assert.equal(answer.header(`access-control-allow-${name}`), '', `${answer}`);
  }
});

test('v5.0.0-4.4.2: no socket is opened from elsewhere', async () => {
  const { server, staff } = house.main;
  const { cookie } = await server.sign_in(owner);
  for (const path of ['/api/v1/events/lezing/live', '/v1/pulse']) {
    for (const origin of [evil, 'null', `${server.origin}.elsewhere.example`]) {
      const socket = new WebSocket(server.base.replace('http', 'ws') + path, { headers: { host: new URL(server.origin).host, origin, cookie } });
      let how: unknown;
      socket.on('open', () => (how = 'open'));
      socket.on('error', (error) => (how ??= error.message));
      await until(`an answer of ${path}`, () => how);
      socket.terminate();
      assert.match(String(how), /403/, `${path} ${origin}`);
    }
  }
  const live = await staff.live(house.event);
  await live.wait_for('its greeting', ({ kind }) => kind == 'hello');
  live.close();
});

test('the cookie goes to nobody else: not to scripts, not from other sites, not to other hosts', async () => {
  const { server } = house.main;
  const half = await server.post('/api/v1/sign-in', { email: owner.email, password: owner.password }, { origin: server.origin });
  assert.match(half.header('set-cookie'), /^hartslag=[\w-]{43}; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Strict$/);
  assert.match(cookie_of(half), /^hartslag=[\w-]{43}$/);
});
