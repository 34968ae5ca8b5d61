// Passkeys from outside: as a second factor, as the first one of an account, at step-up; and all that is not quite one.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import type { Answer } from '../support/http.ts';
import { another_member } from '../support/members.ts';
import { Passkey, type Challenge, type Falsehood } from '../support/passkey.ts';
import { binary, cookie_of, device_of, start_server, type Server } from '../support/server.ts';

const noor = { email: 'noor@lichtbeeld.example', password: 'een lang wachtwoord' };
const run = promisify(execFile);
let server: Server;
let session: string;
let key: Passkey;

const ask = (path: string, body: object, cookie = ''): Promise<Answer> =>
  server.post(path, body, { origin: server.origin, 'sec-fetch-site': 'same-origin', cookie: [cookie, server.devices.get(noor.email)].filter(Boolean).join('; ') });
const half = async () => cookie_of((await ask('/api/v1/sign-in', noor)).expect(200));
const challenge = async (cookie: string, path = '/api/v1/sign-in/passkey') => (await ask(path, {}, cookie)).expect(200).json<Challenge>();
/** Signs in with a passkey, or with what is not quite one. */
async function finish(one: Passkey, false_: Falsehood = {}): Promise<Answer> {
  const cookie = await half();
  return ask('/api/v1/sign-in/passkey/confirm', one.show(await challenge(cookie), false_), cookie);
}
async function add(name: string): Promise<Passkey> {
  const one = new Passkey(server.origin);
  (await ask('/api/v1/me/passkeys/confirm', { name, ...one.make(await challenge(session, '/api/v1/me/passkeys')) }, session)).expect(201);
  return one;
}

before(async () => {
  server = await start_server();
  session = (await server.sign_up()).cookie;
});
after(() => server?.end());

test('one is added with a second factor just shown, and a mail tells of it', async () => {
  const asked = (await ask('/api/v1/me/passkeys', {}, session)).expect(200).json<Challenge & { site: string; algorithms: number[] }>();
  assert.deepEqual([asked.party, asked.site, asked.credentials], ['localhost', 'Lichtbeeld', []]);
  assert.ok(Buffer.from(asked.challenge, 'base64url').length >= 16 && asked.algorithms.includes(-7));
  key = await add('Mijn laptop');
  await server.mail_to(noor.email, /passkey/i);
  const [listed, ...others] = (await server.get('/api/v1/me/passkeys', { cookie: session })).expect(200).json<{ name: string; used: string | null }[]>();
  assert.deepEqual([listed!.name, listed!.used, others], ['Mijn laptop', null, []]);
  const again = await challenge(session, '/api/v1/me/passkeys');
  assert.deepEqual(again.credentials, [key.credential]);
  const twice = await ask('/api/v1/me/passkeys/confirm', { name: 'nog eens', ...key.make(again) }, session);
  assert.equal(twice.status, 409);
  server.clock.pass(6 * 60_000);
  for (const [path, body] of [['/api/v1/me/passkeys', {}], ['/api/v1/me/passkeys/confirm', { name: 'x', client_data: '', authenticator_data: '' }]] as const)
    assert.equal((await ask(path, body, session)).json().type, '/problems/step-up');
});

test('it stands in for a code, when signing in and at step-up', async () => {
  const cookie = await half();
  assert.deepEqual((await server.get('/api/v1/sign-in', { cookie })).expect(200).json(), { next: 'code', ways: ['authenticator', 'passkey'] });
  const answer = (await finish(key)).expect(204);
  (await server.get('/api/v1/me', { cookie: cookie_of(answer) })).expect(200);
  const asked = await challenge(session, '/api/v1/me/step-up/passkey');
  const renewed = (await ask('/api/v1/me/step-up/passkey/confirm', key.show(asked), session)).expect(204);
  (await server.get('/api/v1/me', { cookie: session })).expect(401);
  session = cookie_of(renewed);
  (await ask('/api/v1/tokens', { label: 'x', permissions: ['view_report'] }, session)).expect(201);
});

test('in an unknown browser it opens nothing, as a code does not', async () => {
  const own = server.devices.get(noor.email)!;
  server.devices.delete(noor.email);
  const answer = await finish(key);
  assert.deepEqual(answer.expect(200).json(), { next: 'device' });
  assert.equal(device_of(answer), undefined);
  server.devices.set(noor.email, own);
});

test('what is not quite one is refused in the same words', async () => {
  const falsehoods: Falsehood[] = [
    { origin: 'https://lichtbeeld.example.evil.example' }, { origin: `${server.origin}.evil.example` }, { party: 'evil.example' },
    { challenge: Buffer.alloc(32).toString('base64url') }, { challenge: '' }, { type: 'webauthn.create' }, { crossOrigin: true }, { flags: 0 },
  ];
  const words = new Set<string>();
  for (const false_ of falsehoods) {
    const answer = await finish(key, false_);
    assert.equal(answer.status, 403, JSON.stringify(false_));
    words.add(answer.json<{ detail: string }>().detail);
  }
  words.add((await finish(new Passkey(server.origin))).expect(403).json<{ detail: string }>().detail);
  const stranger = new Passkey(server.origin);
  const cookie = await half();
  const asked = await challenge(cookie);
  const forged = { ...stranger.show(asked), credential: key.credential };
  words.add((await ask('/api/v1/sign-in/passkey/confirm', forged, cookie)).expect(403).json<{ detail: string }>().detail);
  assert.equal(words.size, 1);
  (await ask('/api/v1/sign-in/passkey/confirm', { ...forged, signature: '?' }, cookie)).expect(400);
  server.clock.pass(5 * 60_000);
  (await finish(key)).expect(204);
});

test('one of another account is none', async () => {
  const boss = await server.sign_in(noor);
  const other = await another_member(server, boss, { email: 'bo@lichtbeeld.example' });
  const theirs = new Passkey(server.origin);
  const asked = (await other.post('/api/v1/me/passkeys', {})).expect(200).json<Challenge>();
  (await other.post('/api/v1/me/passkeys/confirm', { name: 'Van Bo', ...theirs.make(asked) })).expect(201);
  (await finish(theirs)).expect(403);
  const once_more = (await other.post('/api/v1/me/step-up/passkey', {})).expect(200).json<Challenge>();
  (await other.post('/api/v1/me/step-up/passkey/confirm', key.show(once_more))).expect(403);
  // The same key cannot be somebody else's as well.
  const again = (await ask('/api/v1/me/passkeys', {}, boss.cookie)).expect(200).json<Challenge>();
  (await ask('/api/v1/me/passkeys/confirm', { name: 'Van Bo', ...theirs.make(again) }, boss.cookie)).expect(409);
  (await finish(key)).expect(204);
});

test('a challenge counts once, for five minutes, in its own session', async () => {
  const cookie = await half();
  const asked = await challenge(cookie);
  const other = await half();
  (await ask('/api/v1/sign-in/passkey/confirm', key.show(asked), other)).expect(403);
  const shown = key.show(asked);
  (await ask('/api/v1/sign-in/passkey/confirm', shown, cookie)).expect(204);
  // The half session is over; in another one the challenge is none.
  (await ask('/api/v1/sign-in/passkey/confirm', shown, cookie)).expect(401);
  (await ask('/api/v1/sign-in/passkey/confirm', shown, await half())).expect(403);
  const late = await half();
  const old = await challenge(late);
  server.clock.pass(5 * 60_000 + 1_000);
  (await ask('/api/v1/sign-in/passkey/confirm', key.show(old), late)).expect(403);
  const twice = await half();
  const first = await challenge(twice);
  await challenge(twice);
  (await ask('/api/v1/sign-in/passkey/confirm', key.show(first), twice)).expect(403);
});

test('a counter that does not go forward is refused, and a mail tells of it', async () => {
  server.clock.pass(5 * 60_000);
  (await finish(key)).expect(204);
  (await finish(key, { counter: key.counter })).expect(403);
  await server.mail_to(noor.email, /passkey is geweigerd/i);
  (await finish(key)).expect(204);
});

test('one is removed, and does not count any more; the last factor stays', async () => {
  session = cookie_of((await finish(key)).expect(204));
  const other = await add('Sleutel');
  const listed = (await server.get('/api/v1/me/passkeys', { cookie: session })).json<{ passkey: string; name: string }[]>();
  const headers = { cookie: session, origin: server.origin, 'sec-fetch-site': 'same-origin' };
  const remove = (name: string) => server.ask('DELETE', `/api/v1/me/passkeys/${listed.find((one) => one.name == name)!.passkey}`, { headers });
  (await remove('Mijn laptop')).expect(204);
  (await remove('Mijn laptop')).expect(404);
  (await finish(key)).expect(403);
  (await finish(other)).expect(204);
});

test('the first factor of an account may be one, with recovery codes beside it', async () => {
  await run(binary, ['staff', 'reset-factor', noor.email, '--from', `http://127.0.0.1:${server.local_port}`]);
  server.clock.pass(5 * 60_000);
  server.devices.delete(noor.email);
  const begun = await half();
  (await ask('/api/v1/sign-in/first-passkey', {}, begun)).expect(403);
  await server.vouch(noor.email, begun);
  assert.deepEqual((await ask('/api/v1/sign-in/device', {}, begun)).expect(200).json(), { next: 'authenticator' });
  const one = new Passkey(server.origin);
  const wrong = one.make(await challenge(begun, '/api/v1/sign-in/first-passkey'), { origin: 'https://evil.example' });
  (await ask('/api/v1/sign-in/first-passkey/confirm', { name: 'Telefoon', ...wrong }, begun)).expect(403);
  const made = one.make(await challenge(begun, '/api/v1/sign-in/first-passkey'));
  const confirmed = (await ask('/api/v1/sign-in/first-passkey/confirm', { name: 'Telefoon', ...made }, begun)).expect(201);
  assert.equal(confirmed.json<{ recovery_codes: string[] }>().recovery_codes.length, 10);
  server.devices.set(noor.email, device_of(confirmed)!);
  const cookie = await half();
  assert.deepEqual((await server.get('/api/v1/sign-in', { cookie })).json(), { next: 'code', ways: ['passkey'] });
  (await finish(one)).expect(204);
  const headers = { cookie: cookie_of(confirmed), origin: server.origin, 'sec-fetch-site': 'same-origin' };
  const [{ passkey }] = (await server.get('/api/v1/me/passkeys', headers)).json<[{ passkey: string }]>();
  (await server.ask('DELETE', `/api/v1/me/passkeys/${passkey}`, { headers })).expect(409);
});

test('every act is in the journal', async () => {
  const listed = (await run(binary, ['journal', 'list', '--data', server.data, '--master-key', server.master_key])).stdout;
  for (const kind of ['passkey_added', 'passkey_refused', 'passkey_copied', 'passkey_removed']) assert.match(listed, new RegExp(`\\bstaff\\.${kind}\\b`));
});
