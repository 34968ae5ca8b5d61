// The second factor from outside: what a password alone opens, codes that were given before, guessing, step-up, what is
// lost and found again.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import type { Answer } from '../support/http.ts';
import { binary, cookie_of, root, start_server, type Server } from '../support/server.ts';
import type { Staff } from '../support/staff.ts';
import { Authenticator, step_of } from '../support/totp.ts';

const noor = { email: 'noor@lichtbeeld.example', password: 'een lang wachtwoord' };
const window_ms = 5 * 60_000;
const step_ms = 30_000;
const run = promisify(execFile);
let server: Server;
let staff: Staff;
let recovery_codes: string[];

const ask = (path: string, body: object, cookie = ''): Promise<Answer> =>
  server.post(path, body, { origin: server.origin, 'sec-fetch-site': 'same-origin', cookie: `${cookie}; ${server.devices.get(noor.email)}` });
/** The half session that the password gives. */
const half = async () => cookie_of((await ask('/api/v1/sign-in', noor)).expect(200));
const finish = async (code: string, cookie?: string) => ask('/api/v1/sign-in/code', { code }, cookie ?? (await half()));
const app = () => server.authenticators.get(noor.email)!;
/** Ample for another step: what was given before does not count any more by its age either. */
const later = () => server.clock.pass(window_ms);
const wrong_code = (): string => {
  const now = step_of(server.clock.now());
  const right = [-2, -1, 0, 1, 2].map((off) => app().code_of(now + off));
  return ['111111', '222222', '333333', '444444', '555555', '666666'].find((code) => !right.includes(code))!;
};
const acts = async () => (await run(binary, ['journal', 'list', '--data', server.data, '--master-key', server.master_key])).stdout;

before(async () => {
  server = await start_server();
  staff = await server.sign_up();
  const fresh = (await staff.post('/api/v1/me/recovery-codes', {})).expect(201).json<{ recovery_codes: string[] }>();
  recovery_codes = fresh.recovery_codes;
});
after(() => server?.end());

test('the right password leads to the second factor, and no further', async () => {
  const cookie = await half();
  assert.deepEqual((await server.get('/api/v1/sign-in', { cookie })).expect(200).json(), { next: 'code', ways: ['authenticator'] });
  const { paths } = JSON.parse(readFileSync(join(root, 'docs/openapi.json'), 'utf8')) as { paths: Record<string, Record<string, { security?: object[] }>> };
  let walked = 0;
  for (const [path, operations] of Object.entries(paths)) {
    for (const [method, { security = [] }] of Object.entries(operations)) {
      // What wants a session, and is not the second step itself.
      if (!security.some((way) => 'cookie' in way) || path.startsWith('/api/v1/sign-in')) continue;
      const address = path.replaceAll(/\{\w+\}/g, '1');
      const headers = { cookie, origin: server.origin, 'sec-fetch-site': 'same-origin' };
      const opened = await server.ask(method.toUpperCase(), address, { headers, ...(method == 'get' ? {} : { body: {} }) });
      assert.ok([401, 404, 426].includes(opened.status), `${method} ${address}: ${opened}`);
      if (opened.status == 401) ++walked;
    }
  }
  assert.ok(walked > 40, `${walked} routes asked who it was`);
  assert.deepEqual((await server.get('/api/v1/sign-in', { cookie })).expect(200).json(), { next: 'code', ways: ['authenticator'] });
});

test('v5.0.0-6.5.1: a code counts once, and none before it counts any more', async () => {
  later();
  const now = step_of(server.clock.now());
  const again = app().code_of(now);
  (await finish(again)).expect(204);
  const seen = [again, app().code_of(now - 1)];
  for (const code of seen) (await finish(code)).expect(403);
  server.clock.pass(step_ms);
  (await finish(again)).expect(403);
  (await finish(app().code_of(now + 1))).expect(204);
  app().used = now + 1;
  // Neither does a start of the program forget.
  await server.restart();
  (await finish(app().code_of(now + 1))).expect(403);
});

test('v5.0.0-6.5.5: a clock that is a step off is borne with, and two steps are not', async () => {
  later();
  const now = step_of(server.clock.now());
  for (const off of [-3, 3]) (await finish(app().code_of(now + off))).expect(403);
  (await finish(app().code_of(now + 1))).expect(204);
  app().used = now + 1;
});

test('of many that give one code at the same time, one comes in', async () => {
  later();
  const code = await server.code();
  const halves = await Promise.all(Array.from({ length: 4 }, half));
  const answers = await Promise.all(halves.map((cookie) => finish(code, cookie)));
  assert.deepEqual(answers.map(({ status }) => status).sort(), [204, 403, 403, 403]);
});

test('a wrong code, a used one and a foreign one are refused in the same words', async () => {
  later();
  const code = await server.code();
  (await finish(code)).expect(204);
  const refused = await Promise.all([code, wrong_code(), 'AAAA-AAAA-AAAA-AAAA-AAAA-AAAA', ''].map((one) => finish(one)));
  for (const answer of refused) assert.deepEqual([answer.status, answer.json()], [403, refused[0]!.json()]);
  later();
});

test('a session is never one that somebody had before', async () => {
  const planted = 'hartslag=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
  const begun = cookie_of((await ask('/api/v1/sign-in', noor, planted)).expect(200));
  const session = cookie_of((await finish(await server.code(), begun)).expect(204));
  assert.equal(new Set([planted, begun, session]).size, 3);
  for (const cookie of [planted, begun]) assert.equal((await server.get('/api/v1/me', { cookie })).status, 401);
  (await server.get('/api/v1/me', { cookie: session })).expect(200);
  // A half session ends with the second factor: it begins no other.
  (await finish(await server.code(), begun)).expect(401);
});

test('a half session lives ten minutes, and ends where one signs out', async () => {
  const old = await half();
  server.clock.pass(10 * 60_000 - 5_000);
  (await server.get('/api/v1/sign-in', { cookie: old })).expect(200);
  server.clock.pass(10_000);
  (await finish(await server.code(), old)).expect(401);
  const left = await half();
  (await ask('/api/v1/sign-out', {}, left)).expect(204);
  (await server.get('/api/v1/sign-in', { cookie: left })).expect(401);
});

test('codes are not guessed, and whoever tries does not keep the owner out', async () => {
  later();
  const theirs = await half();
  let refused: Answer;
  for (let tries = 1; ; ++tries) {
    refused = await finish(wrong_code(), theirs);
    if (refused.status != 403) break;
    assert.ok(tries <= 5, 'five tries in five minutes');
  }
  assert.equal(refused.status, 429);
  assert.ok(Number(refused.header('retry-after')) > 0);
  assert.equal((await finish(await server.code(), theirs)).status, 429, 'the right one among them would not be told');
  (await finish(recovery_codes[0]!)).expect(204);
  later();
  (await finish(await server.code())).expect(204);
});

test('v5.0.0-6.3.7: a recovery code counts once, is told of by mail, and new ones end it', async () => {
  const code = recovery_codes[1]!;
  const session = cookie_of((await finish(code.toLowerCase().replaceAll('-', ' '))).expect(204));
  (await finish(code)).expect(403);
  const mail = await server.mail_to(noor.email, /herstelcode|recovery code/i);
  assert.ok(mail.links.some((link) => link == `${server.origin}/staff/me`));
  assert.ok(!mail.text.includes(code));
  const { recovery_left } = (await server.get('/api/v1/me/authenticator', { cookie: session })).expect(200).json<{ recovery_left: number }>();
  assert.equal(recovery_left, 8);
  const made = (await ask('/api/v1/me/recovery-codes', {}, session)).expect(201).json<{ recovery_codes: string[] }>();
  (await finish(recovery_codes[2]!)).expect(403);
  recovery_codes = made.recovery_codes;
  (await finish(recovery_codes[2]!)).expect(204);
});

test('v5.0.0-7.5.3: what is done seldom wants a code of the last five minutes', async () => {
  later();
  const session = cookie_of((await finish(await server.code())).expect(204));
  server.clock.pass(window_ms - 5_000);
  (await ask('/api/v1/tokens', { label: 'x', permissions: ['view_report'] }, session)).expect(201);
  server.clock.pass(10_000);
  const seldom: [string, object][] = [
    ['/api/v1/tokens', { label: 'x', permissions: ['view_report'] }],
    ['/api/v1/me/password', { present: noor.password, wanted: 'een ander lang wachtwoord' }],
    ['/api/v1/me/recovery-codes', {}],
    ['/api/v1/me/authenticator', {}],
    ['/api/v1/me/authenticator/confirm', { code: '123456' }],
    ['/api/v1/disclosures', { ground: 'court order', receiver: 'x', reference: 'x', data: [], addresses: [] }],
  ];
  for (const [path, body] of seldom) {
    const answer = await ask(path, body, session);
    assert.deepEqual([answer.status, answer.json().type], [403, '/problems/step-up'], path);
  }
  const { event } = await staff.create_event({ event: 'uitgevoerd' });
  for (const [format, status] of [['csv', 403], ['xlsx', 403], ['json', 200]] as const)
    (await server.get(`/api/v1/events/${event}/viewers?format=${format}`, { cookie: session })).expect(status);
  (await server.get('/api/v1/me', { cookie: session })).expect(200);
  assert.equal((await ask('/api/v1/me/step-up', { code: wrong_code() }, session)).json().type, '/problems/denied');
  const code = await server.code();
  const renewed = cookie_of((await ask('/api/v1/me/step-up', { code }, session)).expect(204));
  assert.notEqual(renewed, session);
  (await server.get('/api/v1/me', { cookie: session })).expect(401);
  const { secret } = (await ask('/api/v1/tokens', { label: 'y', permissions: ['view_report'] }, renewed)).expect(201).json<{ secret: string }>();
  // A program is a factor by itself, and makes no other.
  server.clock.pass(window_ms);
  (await server.get('/api/v1/events', { authorization: `Bearer ${secret}` })).expect(200);
  (await server.ask('POST', '/api/v1/tokens', { headers: { authorization: `Bearer ${secret}` }, body: { label: 'z', permissions: ['view_report'] } })).expect(403);
});

test('v5.0.0-6.5.6: another authenticator in the place of the first: everything else ends, and a mail says so', async () => {
  const elsewhere = cookie_of((await finish(await server.code())).expect(204));
  const session = cookie_of((await finish(await server.code())).expect(204));
  const before_it = app();
  const drawn = (await ask('/api/v1/me/authenticator', {}, session)).expect(201).json<{ secret: string; address: string; picture: { size: number; path: string } }>();
  const address = new URL(drawn.address);
  assert.equal(address.protocol, 'otpauth:');
  assert.equal(address.searchParams.get('secret'), drawn.secret);
  assert.equal(address.searchParams.get('issuer'), 'Lichtbeeld');
  assert.match(drawn.picture.path, /^M4 4h7v1h-7z/);
  server.authenticators.set(noor.email, new Authenticator(drawn.secret));
  (await ask('/api/v1/me/authenticator/confirm', { code: wrong_code() }, session)).expect(403);
  const confirmed = (await ask('/api/v1/me/authenticator/confirm', { code: await server.code() }, session)).expect(201);
  for (const cookie of [elsewhere, session]) (await server.get('/api/v1/me', { cookie })).expect(401);
  (await server.get('/api/v1/me', { cookie: cookie_of(confirmed) })).expect(200);
  await server.mail_to(noor.email, /authenticator/i);
  server.clock.pass(step_ms);
  (await finish(before_it.code_of(step_of(server.clock.now())))).expect(403);
  (await finish(recovery_codes[3]!)).expect(403);
  (await finish(await server.code())).expect(204);
});

test('v5.0.0-6.4.3: the operator resets what is lost, from the machine itself', async () => {
  const words = (address: string) => ['staff', 'reset-factor', address, '--from', `http://127.0.0.1:${server.local_port}`];
  await assert.rejects(run(binary, words('nobody@lichtbeeld.example')), /no account with this address/);
  (await server.post('/staff/reset-factor', noor.email)).expect(405);
  const { stdout } = await run(binary, [...words(noor.email), '--lang', 'en']);
  assert.match(stdout, /sets up a new authenticator/);
  (await server.get('/api/v1/me', { cookie: staff.cookie })).expect(401);
  await server.mail_to(noor.email, /tweede factor|second factor/i);
  // The browser is forgotten as well, so that a password alone sets nothing up.
  const begun = await half();
  assert.equal((await server.get('/api/v1/sign-in', { cookie: begun })).expect(200).json<{ next: string }>().next, 'device');
  (await finish(await server.code(), begun)).expect(403);
  await server.sign_in();
});

test('two who know the password of an account without a factor set up one at once: one of them does', async () => {
  await run(binary, ['staff', 'reset-factor', noor.email, '--from', `http://127.0.0.1:${server.local_port}`]);
  const begin = async () => {
    const begun = await half();
    await server.vouch(noor.email, begun);
    return begun;
  };
  const [own, theirs] = [await begin(), await begin()];
  const drawn = await Promise.all([own, theirs].map(async (cookie) => new Authenticator((await ask('/api/v1/sign-in/authenticator', {}, cookie)).expect(201).json<{ secret: string }>().secret)));
  const confirm = (cookie: string, at: number) => ask('/api/v1/sign-in/authenticator/confirm', { code: drawn[at]!.code_of(step_of(server.clock.now())) }, cookie);
  const answers = await Promise.all([confirm(own, 0), confirm(theirs, 1)]);
  assert.equal(answers.filter(({ status }) => status == 201).length, 1, answers.join('\n'));
  server.authenticators.set(noor.email, drawn[answers.findIndex(({ status }) => status == 201)]!);
  later();
  await server.sign_in();
});

test('every act is in the journal', async () => {
  const listed = await acts();
  for (const kind of ['factor_set', 'factor_replaced', 'factor_reset', 'recovery_used', 'recovery_made', 'code_refused', 'stepped_up', 'signed_in'])
    assert.match(listed, new RegExp(`\\bstaff\\.${kind}\\b`));
});
