// M14 Staff sign in with two factors, from linked devices only; a password alone, or an unknown device, does not get in.
// Nobody sees data without an explicit grant.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import type { Answer } from '../support/http.ts';
import type { Mail } from '../support/mail.ts';
import { another_member, another_organisation } from '../support/members.ts';
import { declared, shipped } from '../support/policy.ts';
import { binary, cookie_of, device_of, root, start_server, type Server } from '../support/server.ts';
import type { Event, Staff } from '../support/staff.ts';
import { until } from '../support/until.ts';

const noor = { email: 'noor@lichtbeeld.example', password: 'een lang wachtwoord' };
/** What browsers call themselves, as far as it is looked at, and what their owners call them. */
const agents = {
  'Firefox, Linux': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  'Safari, iPhone': 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1',
  'Edge, Windows': 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0',
  'Opera, macOS': 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 OPR/120.0.0.0',
  'Chrome, Android': 'Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36',
};
type Name = keyof typeof agents;
const run = promisify(execFile);
let server: Server;
let staff: Staff;
let event: Event;

/** Somebody's browser: it keeps its cookies, as browsers do. */
class Browser {
  readonly name: Name;
  session = '';
  device = '';
  constructor(name: Name = 'Firefox, Linux', device = '') {
    this.name = name;
    this.device = device;
  }
  async ask(method: string, path: string, body?: object): Promise<Answer> {
    const cookie = [this.session, this.device].filter(Boolean).join('; ');
    const headers = { origin: server.origin, 'sec-fetch-site': 'same-origin', 'user-agent': agents[this.name], ...(cookie ? { cookie } : {}) };
    const answer = await server.ask(method, path, { headers, ...(body ? { body } : {}) });
    if (answer.headers['set-cookie']) this.session = cookie_of(answer);
    this.device = device_of(answer) ?? this.device;
    return answer;
  }
  async show_both_factors(): Promise<Answer> {
    const begun = (await this.ask('POST', '/api/v1/sign-in', noor)).expect(200);
    assert.deepEqual(begun.json(), { next: 'code' });
    return this.ask('POST', '/api/v1/sign-in/code', { code: await server.code() });
  }
  open(link: string) {
    return this.ask('POST', '/api/v1/sign-in/device', { link });
  }
  async is_in(): Promise<boolean> {
    return (await this.ask('GET', '/api/v1/me')).status == 200;
  }
}
const known = () => new Browser('Firefox, Linux', server.devices.get(noor.email)!);

/** The secret behind the link that is mailed for a browser; each test has a kind of its own. */
async function link_for(browser: Browser): Promise<{ link: string; mail: Mail }> {
  assert.deepEqual((await browser.show_both_factors()).expect(200).json(), { next: 'device' });
  const mail = await until('the mail with the link', () =>
    server.mails().find(({ subject, text }) => subject == 'Bevestig je nieuwe browser' && text.includes(browser.name)));
  const address = new URL(mail.links.find((one) => one.includes('/staff/device'))!);
  assert.equal(address.origin, server.origin);
  assert.equal(address.search, '', 'what a browser tells nobody stands behind the #');
  return { link: address.hash.slice(1), mail };
}

interface Operation { security?: object[]; 'x-permission'?: string }
const described: Record<string, Record<string, Operation>> = JSON.parse(readFileSync(join(root, 'docs/openapi.json'), 'utf8')).paths;
/** What every route that asks who is there answers; those of signing in itself aside. */
async function* walk(headers: Record<string, string>): AsyncGenerator<[what: string, answer: Answer, wants: string]> {
  for (const [path, operations] of Object.entries(described)) {
    if (path.startsWith('/api/v1/sign-in')) continue;
    for (const [method, { security = [], 'x-permission': wants = '' }] of Object.entries(operations)) {
      if (!security.length) continue;
      const address = path.replace('{event}', event.event).replaceAll(/\{\w+\}/g, '0'.repeat(26));
      const asking = { headers: { origin: server.origin, 'sec-fetch-site': 'same-origin', ...headers }, ...(method == 'get' ? {} : { body: {} }) };
      yield [`${method} ${address}`, await server.ask(method.toUpperCase(), address, asking), wants];
    }
  }
}

before(async () => {
  server = await start_server();
  staff = await server.sign_up();
  event = await staff.create_event({ event: 'lezing' });
  await server.register(event, { name: 'Ana Peeters', email: 'ana@kijker.example' });
});
after(() => server?.end());

test('M14 every policy says so, and what is kept in a browser for it is declared', () => {
  for (const name of shipped) {
    const { staff, cookies } = declared(name) as { staff: { factors: string; browsers: string }; cookies: Record<string, { lifetime: string }> };
    assert.deepEqual([staff.factors, staff.browsers], ['2', 'known'], name);
    for (const cookie of ['hartslag-device', '__Host-hartslag-device']) assert.equal(cookies[cookie]?.lifetime, '400 days', name);
  }
});

test('M14 a password alone opens nothing, in a known browser neither', async () => {
  for (const browser of [known(), new Browser()]) {
    (await browser.ask('POST', '/api/v1/sign-in', noor)).expect(200);
    assert.equal(await browser.is_in(), false);
    (await browser.open('')).expect(200);
    assert.equal(await browser.is_in(), false, 'the second factor is not passed by');
  }
});

test('M14 both factors in a known browser let in', async () => {
  const browser = known();
  (await browser.show_both_factors()).expect(204);
  assert.equal(await browser.is_in(), true);
  const cookie = browser.device;
  assert.ok(cookie.length > 40 && !cookie.includes(noor.email));
});

test('M14 both factors in an unknown browser open nothing', async () => {
  const browser = new Browser();
  assert.deepEqual((await browser.show_both_factors()).expect(200).json(), { next: 'device' });
  assert.equal(browser.device, '', 'nothing by which it would be known later');
  let refused = 0;
  for await (const [what, answer] of walk({ cookie: browser.session })) {
    assert.ok([401, 404, 426].includes(answer.status), `${what}: ${answer}`);
    if (answer.status == 401) ++refused;
  }
  assert.ok(refused > 40, `${refused} routes asked who it was`);
  const planted = new Browser('Firefox, Linux', `hartslag-device=${'A'.repeat(43)}`);
  assert.deepEqual((await planted.show_both_factors()).expect(200).json(), { next: 'device' });
});

test('M14 the link of the mail lets in the browser that waits for it, once, and no other', async () => {
  const theirs = new Browser('Safari, iPhone');
  const { link, mail } = await link_for(theirs);
  assert.equal(mail.to, noor.email);
  // Whoever looks through mail opens links: that confirms nothing.
  (await server.page('/staff/device')).expect(200);
  assert.equal(await theirs.is_in(), false);
  // Another browser that the link came to, with or without both factors shown in it.
  const stranger = new Browser();
  (await stranger.open(link)).expect(401);
  const other = new Browser('Edge, Windows');
  const second = await link_for(other);
  (await other.open(link)).expect(403);
  (await theirs.open(second.link)).expect(403);
  (await known().open(link)).expect(401);
  assert.deepEqual([await stranger.is_in(), await other.is_in(), await theirs.is_in()], [false, false, false]);
  // Neither does a start of the program forget what waits.
  await server.restart();
  const half = theirs.session;
  (await theirs.open(link)).expect(204);
  assert.notEqual(theirs.session, half);
  assert.equal(await theirs.is_in(), true);
  await server.mail_to(noor.email, /nieuwe browser kan in je account/);
  const again = new Browser('Safari, iPhone');
  again.session = half;
  (await again.open(link)).expect(401);
  // Known from now on.
  const later = new Browser('Safari, iPhone', theirs.device);
  (await later.show_both_factors()).expect(204);
});

test('M14 a link lasts ten minutes', async () => {
  const late = new Browser('Opera, macOS');
  const { link } = await link_for(late);
  server.clock.pass(10 * 60_000 + 1_000);
  (await late.open(link)).expect(401);
  assert.equal(await late.is_in(), false);
});

test('M14 whoever reads no mail there is let in by the operator, who is told the number', async () => {
  const vouch = (...words: string[]) => run(binary, ['staff', 'confirm-device', ...words, '--from', `http://127.0.0.1:${server.local_port}`]);
  const one = new Browser();
  const other = new Browser();
  for (const browser of [one, other]) (await browser.show_both_factors()).expect(200);
  const { number } = (await one.ask('GET', '/api/v1/sign-in')).expect(200).json<{ number: string }>();
  assert.match(number, /^\d{6}$/);
  await assert.rejects(vouch(noor.email, String((Number(number) + 1) % 1_000_000).padStart(6, '0')), /no browser of this member waits/);
  await assert.rejects(vouch('nobody@lichtbeeld.example', number), /no browser of this member waits/);
  await assert.rejects(vouch(noor.email), /confirm-device ADDRESS NUMBER/);
  (await server.post('/staff/confirm-device', `${noor.email} ${number}`)).expect(405);
  await vouch(noor.email, number);
  (await other.open('')).expect(200);
  (await one.open('')).expect(204);
  assert.deepEqual([await one.is_in(), await other.is_in()], [true, false]);
});

test('M14 a colleague who manages members lets it in, and nobody else’s', async () => {
  const analyst = await another_member(server, staff, { email: 'bo@lichtbeeld.example' });
  const { members } = (await staff.get('/api/v1/members')).expect(200).json<{ members: { member: string; email: string }[] }>();
  const [own, theirs] = [noor.email, 'bo@lichtbeeld.example'].map((email) => members.find((one) => one.email == email)!.member);
  const lost = new Browser('Opera, macOS');
  (await lost.show_both_factors()).expect(200);
  const { number } = (await lost.ask('GET', '/api/v1/sign-in')).json<{ number: string }>();
  (await analyst.post(`/api/v1/members/${own}/browser`, { number })).expect(403);
  (await staff.post(`/api/v1/members/${theirs}/browser`, { number })).expect(404);
  const elsewhere = await another_organisation(server, staff);
  (await elsewhere.post(`/api/v1/members/${own}/browser`, { number })).expect(404);
  (await lost.open('')).expect(200);
  (await staff.post(`/api/v1/members/${own}/browser`, { number })).expect(204);
  (await lost.open('')).expect(204);
  assert.equal(await lost.is_in(), true);
});

test('M14 a browser that its owner ends is signed out and unknown', async () => {
  const lost = new Browser('Chrome, Android');
  const { link } = await link_for(lost);
  (await lost.open(link)).expect(204);
  const own = known();
  (await own.show_both_factors()).expect(204);
  interface Device { device: string; name: string; network: string; current: boolean }
  const devices = (await own.ask('GET', '/api/v1/me/devices')).expect(200).json<Device[]>();
  assert.equal(devices.filter(({ current }) => current).length, 1);
  const found = devices.find(({ name, current }) => name == lost.name && !current)!;
  assert.equal(found.network, '127.0.0.0/24');
  (await own.ask('DELETE', `/api/v1/me/devices/${found.device}`)).expect(204);
  assert.deepEqual([await lost.is_in(), await own.is_in()], [false, true]);
  assert.deepEqual((await lost.show_both_factors()).expect(200).json(), { next: 'device' });
});

test('M14 its owner sees how somebody came in, and what was refused', async () => {
  const own = known();
  server.clock.pass(5 * 60_000);
  (await new Browser('Edge, Windows').ask('POST', '/api/v1/sign-in', { ...noor, password: 'niet het mijne' })).expect(401);
  (await own.show_both_factors()).expect(204);
  const sign_ins = (await own.ask('GET', '/api/v1/me/sign-ins')).expect(200).json<{ outcome: string; name: string; network: string }[]>();
  assert.deepEqual(sign_ins.slice(0, 2).map(({ outcome, name }) => [outcome, name]), [['authenticator', 'Firefox, Linux'], ['wrong_password', 'Edge, Windows']]);
  assert.ok(sign_ins.some(({ outcome }) => outcome == 'unknown_device'));
  const journal = (await run(binary, ['journal', 'list', '--data', server.data, '--master-key', server.master_key])).stdout;
  for (const kind of ['device_asked', 'device_added', 'device_vouched', 'device_ended']) assert.match(journal, new RegExp(`\\bstaff\\.${kind}\\b`));
});

test('M14 nobody sees data that they were not granted', async () => {
  const { secret } = (await staff.post('/api/v1/tokens', { label: 'Niets', permissions: [] })).expect(201).json<{ secret: string }>();
  let denied = 0;
  for await (const [what, answer, wants] of walk({ authorization: `Bearer ${secret}` })) {
    // What any member may ask is about the program, and about themselves.
    if (!wants.startsWith('member')) assert.ok(answer.status >= 400, `${what}: ${answer}`);
    assert.ok(!answer.text.includes('ana@kijker.example') && !answer.text.includes('Ana Peeters'), what);
    if (answer.status == 403) ++denied;
  }
  assert.ok(denied > 40, `${denied} routes denied it`);
  const figures = (await staff.post('/api/v1/tokens', { label: 'Cijfers', permissions: ['view_report'] })).expect(201).json<{ secret: string }>();
  for await (const [what, answer] of walk({ authorization: `Bearer ${figures.secret}` }))
    assert.ok(!answer.text.includes('ana@kijker.example') && !answer.text.includes('Ana Peeters'), what);
});
