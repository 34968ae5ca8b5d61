// Whoever guesses: passwords, codes, links; and what can be told from how long an answer takes, or from its words.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Answer } from '../support/http.ts';
import { Requester } from '../support/requests.ts';
import { cookie_of } from '../support/server.ts';
import { Subscriber, programme } from '../support/updates.ts';
import { House, half_session, owner } from './house.ts';

let house: House;
before(async () => {
  house = await House.open();
});
after(() => house?.end());

const window_ms = 5 * 60_000;
const ask = (path: string, body: object, client: string, cookie = ''): Promise<Answer> =>
  house.main.server.post(path, body, { origin: house.main.server.origin, 'x-forwarded-for': client, ...(cookie ? { cookie } : {}) });
const sign_in = (client: string, password: string, email = owner.email) => ask('/api/v1/sign-in', { email, password }, client);

test('v5.0.0-6.3.1: passwords are not guessed from one address, and the owner comes in from another', async () => {
  const client = house.client();
  for (let tries = 0; tries < 5; ++tries) assert.equal((await sign_in(client, `verkeerd wachtwoord ${tries}`)).status, 401);
  const refused = await sign_in(client, owner.password);
  assert.equal(refused.status, 429);
  assert.ok(Number(refused.header('retry-after')) > 0);
  // Other spellings of the address are the same account, and what a client says of itself makes it no other.
  for (const email of [owner.email.toUpperCase(), ` ${owner.email}`, owner.email.replace('@', '@LICHTBEELD.').replace('LICHTBEELD.lichtbeeld', 'Lichtbeeld')])
    assert.equal((await sign_in(client, owner.password, email)).status, 429, email);
  assert.equal((await sign_in(`203.0.113.7, ${client}`, owner.password)).status, 429, 'the proxy\'s word counts, not what the client wrote before it');
  assert.equal((await sign_in(house.client(), owner.password)).status, 200);
  house.main.server.clock.pass(window_ms);
  assert.equal((await sign_in(client, owner.password)).status, 200);
});

test('one address tries few accounts', async () => {
  const client = house.client();
  let refused = 0;
  for (let tries = 0; tries < 40; ++tries) refused += Number((await sign_in(client, 'wachtwoord123', `lid${tries}@lichtbeeld.example`)).status == 429);
  assert.equal(refused, 10);
});

test('v5.0.0-15.3.4: a forged address of a client is believed from the proxy alone', async () => {
  const { server } = house.updates;
  // No proxy is trusted at the local address of another network: here only the proxy's own is.
  const client = house.client();
  const from = (headers: Record<string, string>) => server.post('/api/v1/sign-in', { email: owner.email, password: 'verkeerd' }, { origin: server.origin, 'x-forwarded-for': client, ...headers });
  for (let tries = 0; tries < 5; ++tries) await from({});
  for (const name of ['forwarded', 'x-real-ip', 'x-client-ip', 'true-client-ip', 'cf-connecting-ip', 'x-originating-ip'])
    assert.equal((await from({ [name]: name == 'forwarded' ? 'for=203.0.113.9' : '203.0.113.9' })).status, 429, name);
});

test('v5.0.0-6.3.8: an account that is none is refused in the same words and after the same time', async () => {
  const times = { known: [] as number[], unknown: [] as number[] };
  const words = new Set<string>();
  for (let round = 0; round < 15; ++round) {
    for (const which of round % 2 ? (['known', 'unknown'] as const) : (['unknown', 'known'] as const)) {
      const email = which == 'known' ? owner.email : `niemand${round}@lichtbeeld.example`;
      const client = house.client();
      const began = performance.now();
      const answer = await sign_in(client, 'een verkeerd wachtwoord', email);
      times[which].push(performance.now() - began);
      words.add(JSON.stringify([answer.status, answer.text, answer.header('set-cookie')]));
    }
  }
  assert.equal(words.size, 1, [...words].join('\n'));
  const median = (list: number[]) => list.sort((a, b) => a - b)[Math.floor(list.length / 2)]!;
  const ratio = median(times.known) / median(times.unknown);
  // A password that is not looked at at all takes a twentieth of the time; what is left is the noise of a busy machine.
  assert.ok(ratio > 1 / 3 && ratio < 3, `${JSON.stringify(times)}`);
});

test('no public page tells whether an address is known', async () => {
  const { server } = house.main;
  const post = (path: string, fields: Record<string, string>) => server.post(path, new URLSearchParams({ name: 'Ana Peeters', ...fields }), { accept: 'text/html', 'x-forwarded-for': house.client() });
  const at = (email: string, event: string) => post(`/e/${event}/register?lang=nl`, { email });
  const shape = (answer: Answer) => [answer.status, answer.header('location').replace(/[\w-]{20,}/, '…'), answer.text.length];
  assert.deepEqual(shape(await at(house.viewer.email, 'lezing')), shape(await at('nieuw@kijker.example', 'lezing')));
  const ask_for = (email: string) => post('/requests?lang=nl', { right: 'access', email });
  assert.deepEqual(shape(await ask_for(house.viewer.email)), shape(await ask_for('niemand@kijker.example')));
  const place = house.updates;
  const subscriber = (email: string) => new Subscriber({ server: place.server, mail: { mails: [] } }, email);
  assert.deepEqual(shape(await subscriber('ana@kijker.example').ask([programme])), shape(await subscriber('onbekend@kijker.example').ask([programme])));
});

test('v5.0.0-6.6.3: a mailed code is not guessed: five tries, then that code is over', async () => {
  const { server } = house.main;
  const requester = await new Requester(server, 'els@kijker.example').ask('access', { name: 'Els Claes' });
  const code = await requester.code();
  const wrong = ['1111 1111', '2222 2222', '3333 3333', '4444 4444', '5555 5555', '6666 6666'].filter((one) => one != code).slice(0, 5);
  const said: string[] = [];
  for (const one of wrong) said.push((await requester.identify(one)).header('location').replace(/.*\?/, ''));
  const after_all = (await requester.identify(code)).header('location');
  assert.doesNotMatch(after_all, /known=1/, `${said} ${after_all}`);
  await requester.show_who();
  // Nor does one for another door, or one more than ten minutes old, open this one.
  const other = await new Requester(server, 'fien@kijker.example').ask('access', { name: 'Fien Claes' });
  const theirs = await other.code();
  const late = await new Requester(server, 'gust@kijker.example').ask('access', { name: 'Gust Claes' });
  const own = await late.code();
  assert.doesNotMatch((await late.identify(theirs)).header('location'), /known=1/);
  server.clock.pass(10 * 60_000 + 1_000);
  assert.doesNotMatch((await late.identify(own)).header('location'), /known=1/);
});

test('codes are not asked for without end: six in an hour', async () => {
  const { server } = house.main;
  const requester = await new Requester(server, 'hanne@kijker.example').ask('access', { name: 'Hanne Claes' });
  for (let i = 0; i < 10; ++i) await server.post(`/requests/${requester.link}/code`, new URLSearchParams(), { accept: 'text/html' });
  await server.get('/health');
  const mails = () => server.mails().filter(({ to, subject }) => to == 'hanne@kijker.example' && /\d{4} \d{4}/.test(subject)).length;
  server.clock.pass(60_000);
  await new Promise((done) => setTimeout(done, 500));
  assert.ok(mails() <= 6, `${mails()}`);
});

test('v5.0.0-7.2.3: what is mailed or shown as a secret cannot be guessed: enough of it, and none like another', async () => {
  const { main, updates } = house;
  const secrets = [
    main.values['/e/{event}/watch/{link}'], main.values['/e/{event}/me/{link}'], main.values['/requests/{link}'], updates.values['/updates/mine/{link}'], updates.values['/updates/confirm/{link}'],
    main.staff.cookie.split('=')[1], main.values['setup'], cookie_of((await sign_in(house.client(), owner.password)).expect(200)).split('=')[1],
  ] as string[];
  for (const secret of secrets) assert.match(secret, /^[A-Za-z0-9_-]{22,}$/, 'at least 128 bits of base64url');
  assert.equal(new Set(secrets.map((one) => one.slice(0, 12))).size, secrets.length);
});

test('v5.0.0-8.2.2: the number of a thing opens nothing: links, doors and codes of others stay theirs', async () => {
  const { server, values } = house.main;
  const link = values['/e/{event}/me/{link}']!;
  const door = values['/e/{event}/watch/{link}']!;
  // One character more, less or other; the door, which whoever typed an address has, is not the personal link.
  for (const forged of [link.slice(0, -1), `${link}A`, link.replace(/^./, (c) => (c == 'A' ? 'B' : 'A')), door, link.toUpperCase(), '']) {
    const answer = await server.page(`/e/lezing/me/${forged}`);
    assert.ok(!answer.text.includes('Ana Peeters') && !answer.text.includes(house.viewer.email), `${forged}: ${answer}`);
  }
  const half = await half_session(house.main);
  assert.equal((await server.get('/api/v1/me', { cookie: half })).status, 401);
});
