// What OWASP ASVS 5.0 asks of a program that runs, each under its number; docs/security.md has the whole table, and says which
// number is shown by which other test.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Answer } from '../support/http.ts';
import { another_member, invitation_to } from '../support/members.ts';
import { Requester, latest } from '../support/requests.ts';
import { rows } from '../support/retention.ts';
import { cookie_of, make_certificate, start_server, type Server } from '../support/server.ts';
import type { Staff } from '../support/staff.ts';
import { House, all, is_change, named, owner } from './house.ts';
import { exchange } from './raw.ts';

let house: House;
let folder: string;
/** Over TLS. */
let secure: Server;
let staff: Staff;
/** An answer of every route, of those who are refused and of those who are let in. */
const answers: { what: string; answer: Answer }[] = [];

before(async () => {
  house = await House.open();
  folder = mkdtempSync(join(tmpdir(), 'hartslag-asvs-'));
  secure = await start_server({ tls: make_certificate(folder) });
  staff = await secure.sign_up(owner);
  for (const operation of all) {
    if (/^(end_|sign_out|revoke|remove_|erase|undraw|withdraw_inv)/.test(operation.operationId)) continue;
    for (const headers of [house.member(operation), { accept: 'text/html' }]) {
      const answer = await house.ask(operation, { headers: headers as Record<string, string>, ...(is_change(operation) ? { body: Buffer.from('{') } : {}) });
      answers.push({ what: `${named(operation)}: ${answer.status}`, answer });
    }
  }
  for (const path of ['/nowhere', '/assets/', '/%zz', '/staff/x/y/z']) answers.push({ what: path, answer: await house.main.server.page(path) });
});
after(async () => {
  await house?.end();
  await secure?.end();
  rmSync(folder, { recursive: true, force: true });
});

const own = (server: Server, cookie = ''): Record<string, string> => ({ origin: server.origin, 'sec-fetch-site': 'same-origin', ...(cookie ? { cookie } : {}) });
const is_page = (answer: Answer) => answer.header('content-type').startsWith('text/html');

// ---- what browsers are told ---------------------------------------------------------------------------------

const every = (holds: (answer: Answer) => boolean) => assert.deepEqual(answers.filter(({ answer }) => !holds(answer)).map(({ what }) => what), []);
const policy_of = (answer: Answer) => new Map(answer.header('content-security-policy').split(/;\s*/).map((one) => [one.split(' ')[0]!, one.split(' ').slice(1)] as const));

test('v5.0.0-3.4.3: every answer says what may be loaded: nothing but its own, no objects, no other base, no script within', () => {
  every((answer) => {
    const policy = policy_of(answer);
    const scripts = policy.get('script-src') ?? policy.get('default-src') ?? [];
    const objects = policy.get('object-src') ?? policy.get('default-src') ?? [];
    const is_strict = !scripts.some((one) => /unsafe|\*|^https?:$|data:/.test(one)) && objects.join() == "'none'";
    return is_strict && (!is_page(answer) || policy.get('base-uri')?.join() == "'none'");
  });
});
test('v5.0.0-3.4.4: no answer may be taken for another type', () => every((answer) => answer.header('x-content-type-options') == 'nosniff'));
test('v5.0.0-3.4.5: no address is told to whoever a page leads to', () => every((answer) => answer.header('referrer-policy') == 'no-referrer'));
test('v5.0.0-3.4.6: nothing is framed by anybody', () => every((answer) => policy_of(answer).get('frame-ancestors')?.join() == "'none'"));
test('v5.0.0-3.4.8: no window that opened a page reaches into it', () => every((answer) => answer.header('cross-origin-opener-policy') == 'same-origin'));
test('v5.0.0-4.1.1: each body says its type, and a text its letters', () => {
  every((answer) => {
    const type = answer.header('content-type');
    // A WebVTT file is UTF-8 by its own rules.
    const is_told = /charset=utf-8/i.test(type) || !type.startsWith('text/') || type.startsWith('text/vtt');
    return answer.bytes.length == 0 || (type != '' && is_told);
  });
});
test('v5.0.0-13.4.6: no answer says what it was made with', () => every((answer) => ['server', 'x-powered-by', 'via', 'x-runtime'].every((name) => answer.header(name) == '')));
test('v5.0.0-14.3.2: nothing that is somebody\'s is kept by a browser', () => {
  // What is the same for everybody may be kept: the parts of pages, what anybody may check.
  const shared = /^(GET \/(assets|beacon|journal|certificates|requests\/key|\.well-known|api\/openapi)|OPTIONS)/;
  const kept = answers.filter(({ what, answer }) => !shared.test(what) && !/no-store/.test(answer.header('cache-control')));
  assert.deepEqual(kept.map(({ what, answer }) => `${what} ${answer.header('cache-control')}`), []);
});

test('v5.0.0-3.4.1: over TLS every answer binds browsers to it for two years, with the hosts below', async () => {
  for (const path of ['/', '/nowhere', '/api/v1/me', '/staff/', '/beacon.js', '/api/openapi.json', '/requests'])
    assert.equal((await secure.page(path)).header('strict-transport-security'), 'max-age=63072000; includeSubDomains', path);
});

// ---- cookies and sessions -----------------------------------------------------------------------------------

const begin = async (): Promise<Answer> => (await secure.post('/api/v1/sign-in', { email: owner.email, password: owner.password }, own(secure))).expect(200);

test('v5.0.0-3.3.1: the cookie goes over TLS alone', async () => assert.match((await begin()).header('set-cookie'), /; Secure/));
test('v5.0.0-3.3.2: the cookie comes with no request of another site', async () => assert.match((await begin()).header('set-cookie'), /; SameSite=Strict/));
test('v5.0.0-3.3.3: the cookie is this host\'s, and a plain one of the same value opens nothing', async () => {
  assert.match((await begin()).header('set-cookie'), /^__Host-hartslag=[\w-]{43}; Path=\/; /);
  assert.doesNotMatch((await begin()).header('set-cookie'), /Domain/i);
  (await secure.get('/api/v1/me', { cookie: staff.cookie })).expect(200);
  (await secure.get('/api/v1/me', { cookie: staff.cookie.replace('__Host-', '') })).expect(401);
});
test('v5.0.0-3.3.4: no script reads the cookie, and no body holds it', async () => {
  const answer = await begin();
  assert.match(answer.header('set-cookie'), /; HttpOnly/);
  assert.ok(!answer.text.includes(cookie_of(answer).split('=')[1]!));
});
test('v5.0.0-14.3.1: whoever signs out leaves nothing in the browser', async () => {
  const { cookie } = await secure.sign_in(owner);
  const answer = (await secure.post('/api/v1/sign-out', {}, own(secure, cookie))).expect(204);
  assert.match(answer.header('clear-site-data'), /"cache"/);
  assert.match(answer.header('clear-site-data'), /"storage"/);
  assert.match(answer.header('set-cookie'), /Max-Age=0/);
});
test('v5.0.0-7.4.3: another password ends every other session', async () => {
  const [one, other] = [await secure.sign_in(owner), await secure.sign_in(owner)];
  const changed = { present: owner.password, wanted: 'een heel ander wachtwoord' };
  (await one.post('/api/v1/me/password', changed)).expect(204);
  assert.equal((await secure.get('/api/v1/me', { cookie: other.cookie })).status, 401);
  const again = await secure.sign_in({ ...owner, password: changed.wanted });
  (await again.post('/api/v1/me/password', { present: changed.wanted, wanted: owner.password })).expect(204);
});
test('v5.0.0-7.5.2: one sees and ends one\'s own sessions, and nobody else\'s', async () => {
  const [one, other] = [await secure.sign_in(owner), await secure.sign_in(owner)];
  const list = (await one.get('/api/v1/me/sessions')).expect(200).json<{ session: string; current: boolean }[]>();
  assert.ok(list.length >= 2);
  for (const { session } of list.filter(({ current }) => !current)) (await one.del(`/api/v1/me/sessions/${session}`)).expect(204);
  assert.equal((await secure.get('/api/v1/me', { cookie: other.cookie })).status, 401);
  const theirs = list.find(({ current }) => current)!.session;
  assert.equal((await house.main.staff.del(`/api/v1/me/sessions/${theirs}`)).status, 404);
  staff = await secure.sign_in(owner);
});

test('v5.0.0-7.4.2: whose account ends is out at once', async () => {
  const leaving = await another_member(secure, staff, { email: 'weg@lichtbeeld.example' });
  (await leaving.get('/api/v1/me')).expect(200);
  const { members } = (await staff.get('/api/v1/members')).expect(200).json<{ members: { member: string; email: string }[] }>();
  (await staff.del(`/api/v1/members/${members.find(({ email }) => email == 'weg@lichtbeeld.example')!.member}`)).expect(204);
  assert.equal((await secure.get('/api/v1/me', { cookie: leaving.cookie })).status, 401);
});
test('v5.0.0-8.3.2: another role counts at the next request', async () => {
  const changing = await another_member(secure, staff, { email: 'cas@lichtbeeld.example', role: 'organiser' });
  const event = await staff.create_event({ event: 'rollen' });
  (await changing.get(`/api/v1/events/${event.event}/people`)).expect(200);
  const { members } = (await staff.get('/api/v1/members')).expect(200).json<{ members: { member: string; email: string }[] }>();
  (await staff.patch(`/api/v1/members/${members.find(({ email }) => email == 'cas@lichtbeeld.example')!.member}`, { role: 'analyst' })).expect(204);
  assert.equal((await secure.get(`/api/v1/events/${event.event}/people`, { cookie: changing.cookie })).status, 403);
});

// ---- passwords ----------------------------------------------------------------------------------------------

/** Changes the password of the owner and back again; the status of the first. */
async function try_password(wanted: string): Promise<number> {
  const answer = await staff.post('/api/v1/me/password', { present: owner.password, wanted });
  if (answer.status != 204) return answer.status;
  const changed = await secure.sign_in({ ...owner, password: wanted });
  (await changed.post('/api/v1/me/password', { present: wanted, wanted: owner.password })).expect(204);
  staff = await secure.sign_in(owner);
  return 204;
}

test('v5.0.0-6.2.1: a password has eight characters at least', async () => {
  assert.equal(await try_password('zevenzz'), 400);
  assert.equal(await try_password('achtzzzq'), 204);
});
test('v5.0.0-6.2.3: whoever changes the password gives the present one', async () => {
  assert.equal((await staff.post('/api/v1/me/password', { present: 'een verkeerd wachtwoord', wanted: 'een ander lang wachtwoord' })).status, 403);
  assert.equal((await staff.post('/api/v1/me/password', { wanted: 'een ander lang wachtwoord' })).status, 400);
});
test('v5.0.0-6.2.5: a password is of whatever characters', async () => {
  for (const wanted of ['kleineletters', '948372615038', 'ÉÉN ÉÜß 漢字 🙂🙂', '        q']) assert.equal(await try_password(wanted), 204, wanted);
});
test('v5.0.0-6.2.8: a password counts as it was given: with its blanks, its capitals and its end', async () => {
  const exact = ` ${'Lang'.repeat(20)} `;
  (await staff.post('/api/v1/me/password', { present: owner.password, wanted: exact })).expect(204);
  for (const other of [exact.trim(), exact.toLowerCase(), exact.slice(0, -1), exact.slice(0, 72)])
    assert.equal((await secure.post('/api/v1/sign-in', { email: owner.email, password: other }, own(secure))).status, 401, other);
  const changed = await secure.sign_in({ ...owner, password: exact });
  (await changed.post('/api/v1/me/password', { present: exact, wanted: owner.password })).expect(204);
  staff = await secure.sign_in(owner);
});
test('v5.0.0-6.2.9: a password may have 64 characters, and 128', async () => {
  for (const length of [64, 128]) assert.equal(await try_password('wx'.repeat(length / 2)), 204);
  assert.equal(await try_password('wx'.repeat(64) + 'y'), 400);
});

/** Each is refused for this reason wherever one is chosen: with the first account, by who was invited, and when it is changed. */
async function all_refused(passwords: string[], why: string): Promise<void> {
  const empty = await start_server();
  const token = new URL(empty.setup_link!).searchParams.get('token');
  const email = 'els@lichtbeeld.example';
  if ((await staff.post('/api/v1/invitations', { email, role: 'analyst', language: 'nl' })).status != 201) assert.ok(mail_of(email));
  const invitation = await invitation_to(secure, email);
  const fields = (answer: Answer) => answer.expect(400).json<{ errors: { pointer: string; detail: string }[] }>().errors.map(({ pointer, detail }) => `${pointer} ${detail}`);
  for (const password of passwords) {
    assert.deepEqual(fields(await empty.post('/api/v1/setup', { ...owner, token, password }, own(empty))), [`#/password ${why}`], password);
    assert.deepEqual(fields(await secure.post('/api/v1/join', { invitation, name: owner.name, password }, own(secure))), [`#/password ${why}`], password);
    const changed = await staff.post('/api/v1/me/password', { present: owner.password, wanted: password });
    assert.equal(changed.expect(400).json<{ detail: string }>().detail, why, password);
  }
  await empty.end();
}
const mail_of = (email: string) => secure.mails().some(({ to }) => to == email);

test('v5.0.0-6.2.4: none of the 3000 passwords that are chosen most, as long as ours have to be', () => all_refused(['1q2w3e4r5t', 'Football1', 'iloveyou'], 'too common'));
test('v5.0.0-6.2.12: none that was breached, with a year behind it or without', () => all_refused(['trustno1', 'Welkom01', 'P@ssw0rd', 'sunshine2026!'], 'too common'));
test('v5.0.0-6.2.11: none that is hardly more than the name of the program, the installation or the member', () =>
  all_refused(['Hartslag-2026', 'localhost123', `${owner.name.split(' ').at(-1)}!2026`, 'noor@lichtbeeld.example'], 'too close'));
test('v5.0.0-6.3.2: there is no account that nobody made', async () => {
  for (const email of ['admin', 'root', 'admin@localhost', 'demo', 'test', '']) {
    for (const password of ['admin', 'root', 'password', '', 'hartslag'])
      assert.ok([401, 429].includes((await house.main.server.post('/api/v1/sign-in', { email, password }, { ...own(house.main.server), 'x-forwarded-for': house.client() })).status));
  }
});
test('v5.0.0-11.4.2: what is kept of a password is Argon2id, of 46 MiB or more', () => {
  const kept = rows(secure, 'control', 'select password from member').map(({ password }) => password as string);
  assert.ok(kept.length > 0);
  for (const one of kept) {
    const [, memory, passes] = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=1\$/.exec(one)!;
    const enough: Record<string, number> = { 1: 47_104, 2: 19_456 };
    assert.ok(Number(memory) >= (enough[passes!] ?? 12_288), one);
  }
});
test('v5.0.0-6.5.2: what is kept of a session, a token and a recovery code opens nothing', async () => {
  const { secret } = (await staff.post('/api/v1/tokens', { label: 'x', permissions: ['view_report'] })).expect(201).json();
  const codes = (await staff.post('/api/v1/me/recovery-codes', {})).expect(201).json<{ recovery_codes: string[] }>().recovery_codes;
  for (const one of [secret, staff.cookie.split('=')[1]!, ...codes.flatMap((code) => [code, code.replaceAll('-', '')])]) assert.deepEqual(secure.files_with(one), [], one);
});
test('v5.0.0-6.2.10: a password need not be replaced', async () => {
  secure.clock.pass(400 * 86_400_000);
  staff = await secure.sign_in(owner);
  (await staff.get('/api/v1/me')).expect(200);
});

// ---- the rest -----------------------------------------------------------------------------------------------

test('v5.0.0-4.1.4: a method that nobody asked for does nothing', async () => {
  const { server } = house.main;
  for (const method of ['TRACE', 'CONNECT', 'PROPFIND', 'DEBUG', 'TRACK', 'get', 'PATCH']) {
    const { statuses, text } = await exchange(server.port, `${method} /privacy HTTP/1.1\r\nHost: ${new URL(server.origin).host}\r\nCookie: a=secret-of-mine\r\nConnection: close\r\n\r\n`);
    assert.ok(statuses.length == 1 && [400, 405, 501].includes(statuses[0]!), `${method}: ${statuses}`);
    assert.ok(!text.includes('secret-of-mine'), method);
  }
});
test('v5.0.0-13.4.5: what is for the operator is not on the public side', async () => {
  for (const path of ['/metrics', '/health', '/staff/reset-factor', '/debug', '/server-status', '/backup', '/promises']) {
    const answer = await house.main.server.ask('GET', path);
    assert.ok([404, 405].includes(answer.status) || is_page(answer), `${answer}`);
    assert.doesNotMatch(answer.text, /hartslag_\w+_total|# HELP/);
  }
});
test('v5.0.0-13.4.1: no source, no history and no settings are served', async () => {
  for (const path of ['/.git/HEAD', '/.git/config', '/.env', '/package.json', '/policy.yaml', '/control.db', '/assets/../control.db', '/keys.db', '/.well-known/', '/robots.txt.bak'])
    assert.ok([400, 404].includes((await house.main.server.ask('GET', '/', { target: path })).status), path);
});
test('v5.0.0-13.4.3: no folder is listed', async () => {
  for (const path of ['/assets', '/assets/', '/journal/', '/journal/tile/', '/e/lezing/media/', '/certificates/', '/v1/'])
    assert.ok((await house.main.server.ask('GET', '/', { target: path })).status >= 400, path);
});
test('v5.0.0-2.4.1: one address does not fill the desk', async () => {
  const { server } = house.main;
  const headers = { accept: 'text/html', 'x-forwarded-for': house.client() };
  const ask = (i: number) => server.post('/requests?lang=nl', new URLSearchParams({ right: 'access', name: 'Ana', email: `veel${i}@kijker.example` }), headers);
  const statuses: number[] = [];
  for (let i = 0; i < 25; ++i) statuses.push((await ask(i)).status);
  assert.equal(statuses.filter((status) => status == 429).length, 5, `${statuses}`);
});
test('v5.0.0-5.2.2: a proof is a picture or a PDF by what it holds, not by what it says', async () => {
  const requester = await new Requester(house.main.server, 'bewijs@kijker.example').ask('access', { name: 'Bo Bewijs' });
  const { request } = await latest(house.main.staff);
  (await house.main.staff.post(`/api/v1/requests/${request}/ask-identity`)).expect(200);
  for (const content of ['<html><script>alert(1)</script>', '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', 'MZ\x90', '#!/bin/sh\n', 'PK\x03\x04', 'GIF89a'])
    assert.match((await requester.prove(Buffer.from(content, 'latin1'))).header('location'), /wrong=proof/, content);
  assert.doesNotMatch((await requester.prove(Buffer.from('\x89PNG\r\n\x1a\n\0\0\0', 'latin1'))).expect(303).header('location'), /wrong=/);
});
test('v5.0.0-3.2.1: a file that holds what people wrote is kept as a file, and not shown as a page of the house', async () => {
  const { staff: member, values } = house.main;
  const files = [await member.get(`/api/v1/incidents/${values['incident']}/notification?format=html`), await member.viewers(house.event, 'csv'), await member.viewers(house.event, 'xlsx')];
  for (const answer of files) {
    assert.match(answer.header('content-disposition'), /^attachment; filename="[\w.-]+"$/, `${answer}`);
    assert.equal(answer.header('x-content-type-options'), 'nosniff');
    assert.match(answer.header('content-security-policy'), /default-src 'none'/);
  }
});
test('v5.0.0-16.3.1: who came in, and who did not, is on record', () => {
  const kinds = new Set(rows(secure, 'control', 'select distinct kind from act').map(({ kind }) => kind as string));
  for (const kind of ['staff.signed_in', 'staff.signed_out', 'staff.sign_in_refused']) assert.ok(kinds.has(kind), `${kind} of ${[...kinds].join(', ')}`);
});
test('v5.0.0-16.2.5: no secret is in what the program says', () => {
  const sessions = [staff, ...house.places.map((place) => place.staff)].map(({ cookie }) => cookie.split('=')[1]!);
  for (const server of [secure, ...house.places.map((place) => place.server)]) {
    for (const secret of [owner.password, owner.email, ...sessions]) assert.ok(!server.log.includes(secret), secret);
  }
});
