// Every route of staff, asked by every role of two organisations and by a token for every permission, against the table of
// roles that the interface shows and what docs/openapi.json says of each route. A route that is added is asked too.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Answer } from '../support/http.ts';
import { another_member, another_organisation } from '../support/members.ts';
import { path_of } from '../support/policy.ts';
import { root, start_server, type Server } from '../support/server.ts';
import type { Staff } from '../support/staff.ts';

interface Route { method: string; path: string; wants: string }

/** What every organisation begins with; `export` is in no role. The last ones are the operating organisation's alone. */
const everywhere: Record<string, string[]> = {
  owner: ['view_report', 'see_names', 'manage_event', 'run_event', 'accredit', 'contact_viewers', 'manage_members', 'approve', 'read_journal'],
  organiser: ['view_report', 'see_names', 'manage_event', 'run_event', 'accredit', 'contact_viewers', 'manage_members', 'approve'],
  moderator: ['view_report', 'see_names', 'run_event'],
  analyst: ['view_report'],
  officer: ['view_report', 'approve', 'read_journal'],
  support: ['view_report', 'see_names', 'contact_viewers'],
  operator: ['read_journal'],
};
const of_house: Record<string, string[]> = {
  owner: ['answer_requests', 'handle_incidents', 'see_identity', 'send_updates', 'operate', 'manage_credentials', 'use_credentials'],
  organiser: ['send_updates', 'use_credentials'],
  moderator: ['use_credentials'],
  officer: ['answer_requests', 'handle_incidents', 'see_identity'],
  support: ['use_credentials'],
  operator: ['operate', 'manage_credentials', 'use_credentials'],
};
const roles = Object.keys(everywhere);
const nowhere = '0'.repeat(26);

let server: Server;
let first: Staff;
let els: Staff;
let house: Map<string, Staff>;
let elsewhere: Map<string, Staff>;
const routes: Route[] = [];

/** Members of each role, invited by `by`, who has one. */
async function colleagues(by: Staff, own: string, domain: string): Promise<Map<string, Staff>> {
  const found = new Map([[own, by]]);
  for (const role of roles) {
    if (role != own) found.set(role, await another_member(server, by, { role, email: `${role}@${domain}`, name: role }));
  }
  return found;
}

before(async () => {
  server = await start_server();
  first = await server.sign_up();
  els = await another_organisation(server, first);
  house = await colleagues(first, 'owner', 'lichtbeeld.example');
  elsewhere = await colleagues(els, 'owner', 'zaalnoord.example');
  const { paths } = JSON.parse(readFileSync(join(root, 'docs/openapi.json'), 'utf8')) as { paths: Record<string, Record<string, { operationId: string; 'x-permission'?: string }>> };
  for (const [path, operations] of Object.entries(paths)) {
    for (const [method, { operationId, 'x-permission': wants }] of Object.entries(operations)) {
      // Whoever asks to be erased asks nothing after it: tests/access/own.test.ts.
      if (wants && operationId != 'leave') routes.push({ method: method.toUpperCase(), path, wants });
    }
  }
  assert.ok(routes.length > 60);
});
after(() => server?.end());

const address = ({ path }: Route, event: string) => path.replace('{event}', event).replace('{organisation}', '4294967295').replaceAll(/\{\w+\}/g, nowhere);
const ask = (who: Staff, route: Route, event: string): Promise<Answer> =>
  who.ask(route.method, address(route, event), route.method == 'GET' || route.method == 'DELETE' ? {} : { body: {} });
const may = (permissions: string[], { wants }: Route) => wants.startsWith('member') || wants.split('|').some((one) => permissions.includes(one));
/** Refused for want of a permission, which the answer names. */
const is_refused = (answer: Answer, { wants }: Route) => answer.status == 403 && answer.json().detail == `this takes the permission ${wants}`;
const is_of_updates = (path: string) => path.startsWith('/api/v1/updates');

/** Asks each route; says how many were refused. */
async function walk(who: Staff, event: string, asked: Route[], name: string): Promise<number> {
  const { permissions } = (await who.get('/api/v1/me')).expect(200).json<{ permissions: string[] }>();
  let refused = 0;
  for (const route of asked) {
    const answer = await ask(who, route, event);
    const told = `${name}: ${route.method} ${route.path} wants ${route.wants}: ${answer}`;
    assert.notEqual(answer.status, 401, told);
    assert.equal(is_refused(answer, route), !may(permissions, route), told);
    if (is_refused(answer, route)) ++refused;
  }
  return refused;
}

test('the table of roles is the one that is declared, in each organisation', async () => {
  for (const [own, who] of [[house, 'house'], [elsewhere, 'elsewhere']] as const) {
    const shown = (await own.get('analyst')!.get('/api/v1/roles')).expect(200).json<{ permissions: string[]; roles: { role: string; permissions: string[] }[] }>();
    assert.deepEqual(shown.roles.map(({ role }) => role), roles);
    for (const { role, permissions } of shown.roles) {
      const declared = [...everywhere[role]!, ...(who == 'house' ? (of_house[role] ?? []) : [])];
      assert.deepEqual([...permissions].sort(), declared.sort(), `${role} ${who}`);
      const me = (await own.get(role)!.get('/api/v1/me')).expect(200).json<{ role: string; permissions: string[] }>();
      // The first account may take files along besides.
      assert.deepEqual(me.permissions.filter((one) => one != 'export').sort(), [...permissions].sort(), `${role} ${who}`);
      assert.equal(me.role, role);
      assert.equal(me.permissions.includes('export'), own.get(role) == first);
    }
  }
});

test('every route asks every role of both organisations for what the table says, and nothing else', async () => {
  const own = { house: (await first.create_event({ event: 'ginds', title: 'Ginds' })).event, elsewhere: (await els.create_event({ event: 'hier', title: 'Hier' })).event };
  let refused = 0;
  for (const [people, where] of [[house, 'house'], [elsewhere, 'elsewhere']] as const) {
    for (const role of roles) refused += await walk(people.get(role)!, own[where], routes.filter(({ path }) => !is_of_updates(path)), `${role} ${where}`);
  }
  assert.ok(refused > 400, `${refused} were refused`);
});

test('the routes of a policy that declares updates ask for what the table says', async () => {
  const festival = await start_server({ policy: path_of('festival') });
  try {
    const noor = await festival.sign_up();
    const of_updates = routes.filter(({ path }) => is_of_updates(path));
    assert.ok(of_updates.length > 5);
    assert.equal(await walk(noor, nowhere, of_updates, 'owner'), 0);
    for (const role of ['analyst', 'officer'])
      assert.equal(await walk(await another_member(festival, noor, { role, email: `${role}@klankveld.example` }), nowhere, of_updates, role), of_updates.length);
  } finally {
    await festival.end();
  }
});

test('what is another organisation’s is answered like what is not there, on every route', async () => {
  const theirs = (await first.create_event({ event: 'van-hen', title: 'Van hen' })).event;
  let asked = 0;
  for (const route of routes.filter(({ path }) => path.includes('{event}'))) {
    const answer = await ask(els, route, theirs);
    const none = await ask(els, route, 'is-er-niet');
    const told = `${route.method} ${route.path}: ${answer}`;
    if (may((await els.get('/api/v1/me')).json().permissions, route)) {
      assert.equal(answer.status, 404, told);
      ++asked;
    }
    assert.deepEqual([answer.status, answer.text.replaceAll('van-hen', 'x')], [none.status, none.text.replaceAll('is-er-niet', 'x')], told);
  }
  assert.ok(asked >= 10);
  const listed = (await els.get('/api/v1/events')).expect(200).json<{ event: string }[]>();
  assert.ok(listed.length > 0 && listed.every(({ event }) => event != theirs));
  const { members, invitations } = (await els.get('/api/v1/members')).expect(200).json<{ members: { email: string; member: string }[]; invitations: unknown[] }>();
  assert.deepEqual(members.filter(({ email }) => !email.endsWith('@zaalnoord.example')), []);
  assert.deepEqual(invitations, []);
  // Somebody else's members and invitations, by their ids.
  const noor = (await first.get('/api/v1/members')).json<{ members: { member: string; self: boolean }[] }>().members.find(({ self }) => self)!;
  const invited = (await first.post('/api/v1/invitations', { email: 'dre@lichtbeeld.example', role: 'analyst' })).expect(201).json<{ invitation: string }>();
  (await els.patch(`/api/v1/members/${noor.member}`, { role: 'analyst' })).expect(404);
  (await els.del(`/api/v1/members/${noor.member}`)).expect(404);
  (await els.post(`/api/v1/invitations/${invited.invitation}/again`, {})).expect(404);
  (await els.del(`/api/v1/invitations/${invited.invitation}`)).expect(404);
});

test('a token has the permissions it was made for, and changes nothing of its owner’s account', async () => {
  const { permissions } = (await first.get('/api/v1/me')).json<{ permissions: string[] }>();
  const event = (await first.create_event({ event: 'met-sleutel', title: 'Met sleutel' })).event;
  for (const permission of permissions) {
    const made = (await first.post('/api/v1/tokens', { label: permission, permissions: [permission] })).expect(201).json<{ secret: string; token: string }>();
    const program = first.with_token(made.secret);
    for (const route of routes.filter(({ path }) => !is_of_updates(path))) {
      const answer = await ask(program, route, event);
      const told = `token for ${permission}: ${route.method} ${route.path} wants ${route.wants}: ${answer}`;
      if (route.wants == 'member at a browser') assert.equal(answer.status, 403, told);
      else if (!/^\/api\/v1\/(members|roles|approvals)/.test(route.path)) assert.equal(is_refused(answer, route), !may([permission], route), told);
    }
    (await first.del(`/api/v1/tokens/${made.token}`)).expect(204);
  }
});

test('a role that is taken away counts at once, in a session that is open', async () => {
  // Every walk showed factors that do not count; as many of them make the next ones wait.
  server.clock.pass(5 * 60_000);
  const bo = await another_member(server, first, { role: 'organiser' });
  const { member } = (await bo.get('/api/v1/me')).json<{ member: string }>();
  (await bo.get('/api/v1/members')).expect(200);
  (await first.patch(`/api/v1/members/${member}`, { role: 'analyst' })).expect(204);
  (await bo.get('/api/v1/members')).expect(403);
  (await bo.get('/api/v1/events')).expect(200);
  const cookie = bo.cookie;
  (await first.del(`/api/v1/members/${member}`)).expect(204);
  (await server.get('/api/v1/events', { cookie })).expect(401);
});
