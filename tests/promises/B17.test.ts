// B17 Server and product logs hold URL, address, browser type and language, date and time; they too have a purpose, a
// term and an end.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { back_up, copy_keys, restore_words, succeed } from '../support/backup.ts';
import { declared, languages, read_html, shipped } from '../support/policy.ts';
import { day_ms, known, rows } from '../support/retention.ts';
import { changed_policy, start_server, type Server } from '../support/server.ts';
import type { Event, Staff } from '../support/staff.ts';
import { until } from '../support/until.ts';

const folder = mkdtempSync(join(tmpdir(), 'hartslag-b17-'));
const hour_ms = 3_600_000;
let server: Server;
let staff: Staff;
let event: Event;

const agent = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
const headers = { 'user-agent': agent, 'accept-language': 'nl-BE,nl;q=0.9', accept: 'text/html' };
const files = (of = server) => (existsSync(join(of.data, 'logs')) ? readdirSync(join(of.data, 'logs')).sort() : []);
const text = (of = server) => files(of).map((name) => readFileSync(join(of.data, 'logs', name), 'utf8')).join('');
const lines = (of = server) => text(of).trim().split('\n').filter(Boolean).map((line) => JSON.parse(line));
/** What is asked for last is logged last. */
async function logged(of = server): Promise<any[]> {
  const mark = `/logged-${Math.random().toString(36).slice(2)}`;
  const before = lines(of).filter(({ status }) => status == 404).length;
  (await of.page(mark)).expect(404);
  return until('the log to be written', () => (lines(of).filter(({ status }) => status == 404).length > before ? lines(of) : undefined));
}

before(async () => {
  server = await start_server();
  staff = await server.sign_up();
  event = await staff.create_event({ event: 'lezing' });
});
after(async () => {
  await server?.end();
  rmSync(folder, { recursive: true, force: true });
});

test('B17 a line holds what the policy declares: URL, address, browser, language and time; nothing else', async () => {
  (await server.ask('GET', '/e/lezing?van=ana@kijker.example', { headers })).expect(200);
  const line = (await logged()).find(({ url }) => url == '/e/lezing');
  const { time, ...rest } = line;
  assert.ok(Math.abs(Date.parse(time) - server.clock.now()) < 60_000);
  assert.deepEqual(rest, { method: 'GET', url: '/e/lezing', status: 200, address: '127.0.0.0/24', agent: 'Firefox 140, Linux', language: 'nl-BE' });
});

test('B17 what lets somebody in, and what they look for, is never in it', async () => {
  const { link, door } = await known(server, event, 'Ana', true);
  (await server.page(`/e/lezing/me/${link}`)).expect(200);
  (await server.ask('GET', `/e/lezing/watch/${door}`, { headers })).expect(200);
  const all = await logged();
  assert.ok(all.some(({ url }) => url == '/e/lezing/watch/{link}'));
  assert.ok(all.some(({ url }) => url.startsWith('/e/lezing/me/{')));
  for (const secret of [link, door, 'ana@kijker.example', 'Ana', staff.cookie.split('=')[1]!]) assert.ok(!text().includes(secret), secret);
});

test('B17 what a page asks for by itself while somebody watches is not logged: that would be measuring', async () => {
  const { t } = await known(server, event, 'Bo', true);
  const before = (await logged()).length;
  for (let n = 1; n <= 5; ++n) (await server.beat(t!, n, [[0, n]])).expect(200);
  await server.ask('GET', '/e/lezing/media/geen/0.ts', { headers });
  await server.ask('OPTIONS', '/v1/pulse', { headers: { ...headers, origin: server.origin } });
  assert.equal((await logged()).length, before + 1);
  assert.ok(!text().includes('/v1/pulse') && !text().includes('/media/'));
});

test('B17 a line is gone when its term is over, after a stop of weeks too; the journal and the page of promises tell', async () => {
  const row = async () => (await staff.get('/api/v1/promises?lang=nl')).expect(200).json<any>().groups.flatMap(({ promises }: any) => promises).find(({ id }: any) => id == 'B17');
  assert.equal((await row()).state, 'kept');
  assert.match((await row()).evidence[0], /De oudste regels zijn van/);
  assert.ok(files().length > 0 && files().every((name) => /^server-log-\d{4}-\d\d-\d\dT\d\d\.jsonl$/.test(name)));
  const [first] = files();
  const begins = Date.parse(`${first!.slice(-19, -6)}:00:00Z`);
  server.clock.pass_to(begins + 30 * day_ms - 60_000);
  await logged();
  assert.ok(files().includes(first!), 'it is kept until then');
  server.clock.pass(2 * 60_000);
  await until('the first hour to go', () => !files().includes(first!));
  await until('the act', () => rows(server, 'control', "select count(*) as n from act where kind = 'request_log.removed'")[0].n > 0);
  await logged();
  const late = files();
  await server.stop();
  server.clock.pass(60 * day_ms);
  await server.start();
  await until('what is old to go', () => files().every((name) => !late.includes(name)));
});

test('B17 another policy, no rebuild: other parts, another term, and none at all', async () => {
  const own = await start_server({
    policy: changed_policy(folder, (text) => text.replace('logs: [url, address, agent, language, time]', 'logs: [url, time]').replace('keep: 30 days', 'keep: 2 hours')),
  });
  try {
    (await own.ask('GET', '/privacy', { headers })).expect(200);
    const [line] = (await logged(own)).filter(({ url }) => url == '/privacy');
    assert.deepEqual(Object.keys(line).sort(), ['method', 'status', 'time', 'url']);
    const [first] = files(own);
    own.clock.pass(2 * hour_ms);
    await until('it to go', () => !files(own).includes(first!));
    await own.stop();
    own.options.policy = changed_policy(folder, (text) => {
      const [before, rest] = text.split(/^ {2}server-log:$/m) as [string, string];
      return (before + rest.slice(rest.search(/^(?: {2}\S|\S)/m))).replace(/, server-log|server-log, |server-log/g, '');
    });
    await own.start();
    await until('all of it to go', () => files(own).length == 0);
    (await own.ask('GET', '/privacy', { headers })).expect(200);
    await own.stop();
    assert.deepEqual(files(own), [], 'a policy without a log has none');
  } finally {
    await own.end();
  }
});

test('B17 each policy says what for and how long, in four languages, and a backup takes no log along', async () => {
  for (const name of shipped) {
    const log = Object.values<any>(declared(name).data).find(({ logs }) => logs);
    assert.deepEqual(log.logs, ['url', 'address', 'agent', 'language', 'time'], name);
    assert.ok(log.for.length > 0 && log.keep && log.then == 'erase', name);
  }
  const { says, keep } = declared('videoevent').data['server-log'];
  assert.equal(keep, '30 days');
  for (const language of languages) {
    const notice = read_html((await server.page(`/privacy?lang=${language}`)).expect(200).text);
    assert.ok(notice.includes(says[language].slice(0, 40)), language);
  }
  await logged();
  const [archive, keys, restored] = ['backup', 'keys', 'restored'].map((name) => join(folder, name)) as [string, string, string];
  await back_up(server, archive);
  await copy_keys(server, keys);
  await succeed(restore_words(server, archive, restored, keys));
  assert.ok(existsSync(join(restored, 'control.db')) && !existsSync(join(restored, 'logs')));
});
