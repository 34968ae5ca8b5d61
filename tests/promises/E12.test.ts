// E12 The organiser can grant accreditation by a declared rule; a person confirms it.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Viewer, pass_together } from '../support/audience.ts';
import { another_member } from '../support/members.ts';
import { languages, path_of, policy_text, read_html, section } from '../support/policy.ts';
import { Requester, decide as answer_request, latest } from '../support/requests.ts';
import { day_ms, ended, erase, minute_ms, rows, stores_with } from '../support/retention.ts';
import { binary, changed_policy, start_server, type Server } from '../support/server.ts';
import type { Event, Staff } from '../support/staff.ts';
import { read_csv } from '../support/table.ts';

interface Candidate {
  viewer: string; name: string; email: string; active_s: number; share: number; proposed: boolean;
  granted: boolean | null; decided: string | null; decided_by: string; reason: string; objected: string | null; words: string;
}
interface List { share: number; says: string; logic: string; open: boolean; state: string; unmeasured: number; people: Candidate[] }

let server: Server;
let staff: Staff;
let event: Event;
const links = new Map<string, string>();
const at = (rest = '') => `/api/v1/events/${event.event}/accreditation${rest}`;
const list = async (who = staff) => (await who.get(at())).expect(200).json<List>();
const find = async (name: string) => (await list()).people.find((one) => one.name == name)!;
const decide = async (name: string, granted: boolean, reason = '', who = staff) => who.post(at(`/${(await find(name)).viewer}`), { granted, reason });
const accredited = async (purpose = '') => {
  const [header, ...all] = read_csv((await staff.take(`/api/v1/events/${event.event}/viewers?format=csv${purpose && `&purpose=${purpose}`}`)).expect(200).text);
  return all.filter((row) => row[header!.indexOf('accredited')] == 'true').map(([name]) => name).sort();
};
const own_page = async (name: string, language = 'nl') => section((await server.page(`/e/${event.event}/me/${links.get(name)}?lang=${language}`)).expect(200).text, 'accreditation');
const object = (name: string, words: string) =>
  server.post(`/e/${event.event}/me/${links.get(name)}/objection?lang=nl`, new URLSearchParams({ words }), { origin: server.origin, 'sec-fetch-site': 'same-origin', accept: 'text/html' });
const acts = (kind: string) => rows(server, 'control', 'select count(*) as n from act where kind = ?', kind)[0].n as number;

/** Registers, keeps the mailed link, and opens the page by the door. */
async function comes(name: string, consent?: boolean): Promise<Viewer> {
  const viewer = new Viewer(server, event, name);
  const { link, door } = await server.register_and_read(event, { name, email: viewer.email });
  links.set(name, link!);
  viewer.link = door ?? link!;
  if (consent !== undefined) await viewer.open(consent);
  return viewer;
}

// Two hours: Ana and Bo stay, Cas leaves halfway, Dirk watches all of it and refuses to be measured, Els never comes.
before(async () => {
  server = await start_server();
  staff = await server.sign_up();
  event = await staff.create_event({ event: 'bijscholing', fields: ['name', 'email'] });
  const [ana, bo, cas] = [await comes('Ana', true), await comes('Bo', true), await comes('Cas', true)];
  await comes('Dirk', false);
  await comes('Els');
  const planned = Date.parse(event.ends) - server.clock.now();
  await pass_together(server, Math.floor(planned * 0.5), [[ana, 7], [bo, 7], [cas, 7]]);
  await cas.leave();
  await pass_together(server, Math.floor(planned * 0.45), [[ana, 7], [bo, 7]]);
});
after(() => server?.end());

test('E12 the policy declares the rule, and the notice says it', async () => {
  const shown = { nl: 'minstens 80 %', fr: 'au moins 80 %', en: 'at least 80 %', de: 'mindestens 80 %' };
  for (const language of languages) {
    const text = read_html(section((await server.page(`/privacy?lang=${language}`)).expect(200).text, 'decisions'));
    assert.ok(text.replaceAll('\u00a0', ' ').includes(shown[language]), `${language}: ${text}`);
  }
});

test('E12 the program proposes by that rule, among those who agreed to be measured, and nothing counts by itself', async () => {
  const before_end = await list();
  assert.deepEqual([before_end.share, before_end.open, before_end.unmeasured], [0.8, false, 2]);
  assert.equal((await decide('Ana', true)).status, 409, 'not while it goes on');
  assert.equal((await staff.post(at(), { state: before_end.state })).status, 409);
  server.clock.pass_to(Date.parse(event.ends) + minute_ms);
  const { open, people } = await list();
  assert.ok(open);
  assert.deepEqual(people.map(({ name, proposed, granted }) => [name, proposed, granted]), [['Ana', true, null], ['Bo', true, null], ['Cas', false, null]]);
  assert.deepEqual(await accredited(), []);
  assert.equal((await staff.report(event)).accredited, 0);
  assert.match(read_html(await own_page('Ana')), /minstens 80.%.*stelt het programma je voor.*nog niets beslist/s);
  assert.match(read_html(await own_page('Cas')), /niet voor/);
  assert.match(read_html(await own_page('Dirk')), /niet meten/);
});

test('E12 only who may accredit does, and only under an assignment for that purpose', async () => {
  const state = (await list()).state;
  for (const [role, status] of [['analyst', 403], ['support', 403], ['moderator', 403]] as const) {
    const other = await another_member(server, staff, { role, email: `${role}@lichtbeeld.example` });
    assert.equal((await other.get(at())).status, status, role);
    assert.equal((await other.post(at(), { state })).status, status, role);
    assert.equal((await decide('Ana', true, '', other)).status, status, role);
  }
  const assignment = { organiser: 'Zorgpunt De Linde', agreed_on: '2026-11-20' };
  (await staff.put(`/api/v1/events/${event.event}/assignment`, { ...assignment, purposes: ['admission', 'attendance'] })).expect(200);
  (await staff.get(at())).expect(403);
  (await staff.post(at(), { state })).expect(403);
  (await staff.put(`/api/v1/events/${event.event}/assignment`, assignment)).expect(200);
  assert.deepEqual(await accredited(), []);
});

test('E12 all that are proposed at once, by who has seen just that list; each decision has a name and a time', async () => {
  const { state } = await list();
  (await staff.post(at(), {})).expect(400);
  (await staff.post(at(), { state: 'x' })).expect(409);
  const organiser = await another_member(server, staff, { role: 'organiser', name: 'Lena Smet', email: 'lena@lichtbeeld.example' });
  const made = (await organiser.post(at(), { state })).expect(200).json<List>();
  const granted = made.people.filter(({ granted }) => granted);
  assert.deepEqual(granted.map(({ name, decided_by }) => [name, decided_by]), [['Ana', 'Lena Smet'], ['Bo', 'Lena Smet']]);
  for (const one of granted) assert.ok(Math.abs(Date.parse(one.decided!) - server.clock.now()) < minute_ms);
  assert.equal((await organiser.post(at(), { state })).status, 409, 'the list is another one now');
  assert.deepEqual(await accredited(), ['Ana', 'Bo']);
  assert.deepEqual(await accredited('admission'), [], 'told for its own purpose alone');
  assert.equal((await staff.report(event)).accredited, 2);
  const json = (await staff.viewers(event, 'json')).json<{ name: string; accredited: boolean }[]>();
  assert.deepEqual(json.filter((one) => one.accredited).map(({ name }) => name).sort(), ['Ana', 'Bo']);
  assert.equal(acts('events.accreditation_granted'), 2);
});

test('E12 against what is proposed takes a reason; who was not measured is out of it', async () => {
  const without = await decide('Cas', true);
  assert.equal(without.status, 400);
  assert.deepEqual(without.json<{ errors: { pointer: string }[] }>().errors.map(({ pointer }) => pointer), ['#/reason']);
  assert.equal((await decide('Bo', false, '  ')).status, 400);
  assert.equal((await decide('Bo', false, 'x'.repeat(4001))).status, 400);
  (await staff.post(at(`/${(await find('Bo')).viewer}`), { granted: 'ja' })).expect(400);
  (await decide('Bo', false, 'Iemand anders zat aan het toestel.')).expect(200);
  assert.deepEqual(await accredited(), ['Ana']);
  const { people } = await staff.people(event);
  for (const name of ['Dirk', 'Els']) {
    const { viewer } = people.find((one) => one.name == name)!;
    (await staff.post(at(`/${viewer}`), { granted: true, reason: 'Toch maar.' })).expect(404);
  }
  assert.equal((await staff.report(event)).accredited, 1);
});

test('E12 they read the decision with its reason on their own page, object, and a person decides again', async () => {
  assert.match(read_html(await own_page('Ana')), /Toegekend door een mens/);
  assert.match(read_html(await own_page('Bo')), /Niet toegekend door een mens.*Iemand anders zat aan het toestel/s);
  for (const language of languages) assert.ok((await own_page('Bo', language)).includes('<form'), language);
  assert.equal((await object('Cas', 'Nog niets beslist.')).status, 409);
  assert.equal((await object('Bo', '   ')).status, 400);
  (await object('Bo', 'Ik zat daar zelf, <b>de hele tijd</b>.')).expect(303);
  const page = await own_page('Bo');
  assert.ok(!page.includes('<form') && !page.includes('<b>'), 'once, and as it was written');
  const bo = await find('Bo');
  assert.deepEqual([bo.granted, bo.words], [false, 'Ik zat daar zelf, <b>de hele tijd</b>.']);
  assert.ok(bo.objected);
  assert.deepEqual(await accredited(), ['Ana'], 'an objection alone changes nothing');
  assert.equal((await decide('Bo', true)).status, 400, 'an objection is answered with a reason');
  (await decide('Bo', true, 'Nagekeken: dat klopt.')).expect(200);
  assert.deepEqual(await accredited(), ['Ana', 'Bo']);
  assert.equal((await find('Bo')).objected, null);
  assert.match(read_html(await own_page('Bo')), /Toegekend door een mens.*dat klopt/s);
  assert.equal(acts('events.accreditation_objected'), 1);
});

test('E12 what was decided is in an answer about their data, sealed in the stores, and gone with the person', async () => {
  assert.deepEqual(stores_with(server, 'dat klopt'), []);
  const asking = await new Requester(server, 'bo@kijker.example').ask('access', { message: 'Graag alles.' });
  const { request } = await latest(staff);
  await asking.show_who();
  (await answer_request(staff, request, { grant: true, reasons: 'Alstublieft.' })).expect(200);
  assert.match((await asking.answer()).get('answer.json')!.toString(), /Toegekend door een mens.*dat klopt/s);
  (await erase(server, event, links.get('Bo')!)).expect(200);
  assert.equal(rows(server, 'control', 'select count(*) as n from accreditation')[0].n, 1);
  assert.deepEqual(await accredited(), ['Ana']);
  assert.equal((await staff.report(event)).accredited, 1);
});

test('E12 and with the event, when its term ends', async () => {
  server.clock.pass_to(Date.parse(event.ends) + 14 * day_ms + minute_ms);
  await ended(server, staff, event);
  assert.deepEqual(rows(server, 'control', 'select * from accreditation'), []);
  assert.deepEqual((await list()).people, []);
});

test('E12 another rule in the policy is another rule at once, and a policy without one has none', async () => {
  const other = await start_server();
  try {
    await other.stop();
    other.options.policy = changed_policy(other.folder, (text) => text.replace('watched: 80%', 'watched: 40%'));
    await other.start();
    const noor = await other.sign_up();
    const evening = await noor.create_event({ event: 'avond', fields: ['name', 'email'] });
    const viewer = await new Viewer(other, evening, 'Fien').register();
    await viewer.open(true);
    await pass_together(other, Math.floor((Date.parse(evening.ends) - other.clock.now()) * 0.5), [[viewer, 7]]);
    const { share, people } = (await noor.get('/api/v1/events/avond/accreditation')).expect(200).json<List>();
    assert.deepEqual([share, people[0]!.proposed], [0.4, true]);
    await other.stop();
    other.options.policy = changed_policy(other.folder, (text) => text.replace(/ {4}watched: .*\n/, ''));
    await other.start();
    (await noor.get('/api/v1/events/avond/accreditation')).expect(404);
  } finally {
    await other.end();
  }
});

test('E12 a rule that cannot hold is refused, and a changed one is told', () => {
  const file = join(server.folder, 'rule.yaml');
  const run = (command: string[], text: string) => {
    writeFileSync(file, text);
    return spawnSync(binary, ['policy', ...command], { encoding: 'utf8', timeout: 60_000 });
  };
  const text = policy_text('videoevent');
  for (const [to, words] of [['watched: 0%', /is no share/], ['watched: 101%', /is no share/], ['watched: 80', /is no share/]] as const) {
    const checked = run(['check', file], text.replace('watched: 80%', to));
    assert.equal(checked.status, 1, to);
    assert.match(checked.stdout, words);
  }
  const unmeasured = run(['check', file], text.replace('for: [attendance, accreditation]', 'for: [attendance]'));
  assert.equal(unmeasured.status, 1);
  assert.match(unmeasured.stdout, /nothing that is measured serves 'accreditation'/);
  const { stdout } = run(['diff', path_of('videoevent'), file, '--lang', 'en'], text.replace('watched: 80%', 'watched: 60%'));
  assert.match(stdout, /It took 80 % of the planned duration, now 60 %/);
});
