// docs/openapi.json against the program: everything that the router has is described, everything described is there, and
// answers as described.
/// <reference path="../support/ws.d.ts" />
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, before, test } from 'node:test';
import { WebSocket } from 'ws';
import type { Answer, Asking } from '../support/http.ts';
import type { Mail } from '../support/mail.ts';
import { path_of } from '../support/policy.ts';
import { binary, changed_policy, policy_file, start_server, type Server } from '../support/server.ts';
import type { Staff } from '../support/staff.ts';
import { until } from '../support/until.ts';
import { ask_account } from './account.ts';
import { ask_accreditation } from './accreditation.ts';
import { ask_approvals } from './approvals.ts';
import { ask_disclosures } from './disclosures.ts';
import { ask_duties } from './duties.ts';
import { ask_factor, ask_one_factor, ask_second_step, ask_setup } from './factors.ts';
import { ask_letters } from './letters.ts';
import { ask_members } from './members.ts';
import { ask_updates } from './updates.ts';
import { Asker, check_frame, document, operations, parameters_of, text, type Question } from './description.ts';

const asker = new Asker();
const minute_ms = 60_000;
let server: Server;
let staff: Staff;
let folder: string;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hartslag-openapi-'));
  // Organisers enter by hand who telephones; and nothing waits for a second person.
  const policy = changed_policy(folder, (yaml) => yaml.replace('from: registration form', 'from: [registration form, telephone]').replace(/(?<=four-eyes: ).*/, '[]'));
  server = await start_server({ demo: true, policy });
});
after(async () => {
  await server.end();
  rmSync(folder, { recursive: true, force: true });
});

const plainly = (method: string, path: string, { headers, ...rest }: Asking) =>
  server.ask(method, path, { headers: { origin: server.origin, 'sec-fetch-site': 'same-origin', ...headers }, ...rest });
const anyone = (id: string, status: number, question: Question = {}) => asker.ask(plainly, id, status, question);
const member = (id: string, status: number, question: Question = {}) =>
  asker.ask((method, path, asking) => staff.ask(method, path, asking), id, status, question);
/** At a browser. */
const person = (id: string, status: number, question: Question = {}) =>
  anyone(id, status, { ...question, headers: { accept: 'text/html', ...question.headers } });

const at = (minutes: number) => new Date(server.clock.now() + minutes * minute_ms).toISOString();
const plan = (given: object = {}) => ({ title: 'Open dag', starts: at(-10), ends: at(120), opens_by: 'both', ...given });

async function create(given: object = {}): Promise<string> {
  const { event } = (await member('create_event', 201, { body: plan(given) })).json<{ event: string }>();
  await member('open_event', 200, { given: { event } });
  return event;
}

async function register(event: string, email: string) {
  const body = new URLSearchParams({ name: 'Ana Peeters', email });
  const answer = await person('register', 303, { given: { event, lang: 'nl' }, body });
  const mail = await server.mail_to(email);
  return { door: /\/watch\/([^/?]+)/.exec(answer.header('location'))![1]!, link: server.personal_link(mail), mail };
}

// ---- the document ---------------------------------------------------------------------------------------

test('every reference leads somewhere, every component is used, every name comes once', () => {
  const used = new Set<string>();
  const walk = (value: unknown) => {
    if (typeof value != 'object' || value === null) return;
    for (const [name, item] of Object.entries(value)) {
      if (name == '$ref') used.add(item as string);
      else walk(item);
    }
  };
  walk(document);
  const frames = ['SocketAcknowledgement', 'LiveHello', 'LiveChange', 'LiveError'].map((name) => `#/components/schemas/${name}`);
  const known = ['schemas', 'responses', 'parameters'].flatMap((kind) => Object.keys(document.components[kind]).map((name) => `#/components/${kind}/${name}`));
  assert.deepEqual([...new Set([...used, ...frames])].sort(), known.sort());
  const ids = operations.map(({ operationId }) => operationId);
  assert.equal(new Set(ids).size, ids.length);
});

test('each operation has the parameters of its path, a tag that is described, and says who may ask', () => {
  const tags = document.tags.map(({ name }: { name: string }) => name);
  for (const operation of operations) {
    const in_path = parameters_of(operation).filter((one) => one.in == 'path').map(({ name }) => name);
    assert.deepEqual(in_path.sort(), [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort(), operation.operationId);
    for (const tag of (operation as unknown as { tags: string[] }).tags) assert.ok(tags.includes(tag), operation.operationId);
    assert.ok(Array.isArray(operation.security), operation.operationId);
  }
});

test('what the router has is described, and nothing else', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hartslag-routes-'));
  try {
    const key = join(folder, 'key');
    execFileSync(binary, ['key', 'create', key]);
    // What a policy does not declare has no routes: together these two have all.
    const lines = [policy_file, path_of('festival')].flatMap((policy) => {
      const words = ['routes', '--data', join(folder, basename(policy)), '--policy', policy, '--master-key', key, '--demo'];
      return execFileSync(binary, words, { encoding: 'utf8' }).trim().split('\n');
    });
    const routes = lines.map((line) => line.replace(/\{(\w+)(?::\w+|\.\.\.)?\}/g, '{$1}'));
    const described = operations.map((one) => `${one.method.toUpperCase()} ${one.path}${one['x-permission'] ? `  ${one['x-permission']}` : ''}`);
    assert.deepEqual([...new Set(routes)].sort(), described.sort());
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('it is served as it stands', async () => {
  const answer = await anyone('openapi', 200);
  assert.ok(answer.text === text, 'the program was built with another docs/openapi.json');
});

// ---- signing in -----------------------------------------------------------------------------------------

test('signing in', async () => {
  const account = await ask_setup({ server, anyone });
  staff = await server.sign_in(account);
  await anyone('sign_in', 400, { wrong: true, body: 'x', headers: { 'content-type': 'application/json' } });
  await anyone('sign_in', 401, { body: { email: account.email, password: 'een ander wachtwoord' } });
  await anyone('sign_in', 403, { body: { email: account.email, password: account.password }, headers: { 'sec-fetch-site': 'cross-site' } });
  await ask_second_step({ server, anyone });
  const { cookie } = await server.sign_in(account);
  await anyone('sign_out', 403, { headers: { cookie, 'sec-fetch-site': 'cross-site' } });
  await anyone('sign_out', 204, { headers: { cookie } });
  await anyone('read_me', 401, { headers: { cookie } });
  await member('read_me', 200);
  await member('read_policy', 200);
  await anyone('read_policy', 401);
  await member('list_promises', 200, { given: { lang: 'de' } });
  await anyone('list_promises', 401);
});

test('one factor, where the policy asks for no more', () => ask_one_factor(mkdtempSync(join(folder, 'one-')), asker));
test('API tokens', async () => {
  await member('create_token', 400, { wrong: true, body: { label: 'x', permissions: ['everything'] } });
  const made = (await member('create_token', 201, { body: { label: 'Dagrapport', permissions: ['view_report'], expires: at(60) } })).json();
  const headers = { authorization: `Bearer ${made.secret}` };
  const bearer = (method: string, path: string, asking: Asking) => server.ask(method, path, { ...asking, headers });
  await asker.ask(bearer, 'list_events', 200);
  await asker.ask(bearer, 'create_event', 403, { body: plan() });
  const program = (id: string, status: number, question?: Question) => asker.ask(bearer, id, status, question);
  await ask_account({ server, member, anyone, bearer: program });
  await ask_factor({ server, member, anyone, bearer: program });
  await ask_members({ server, member, anyone, bearer: program });
  await member('revoke_token', 204, { given: { token: made.token } });
  await member('revoke_token', 404, { given: { token: made.token } });
  await asker.ask(bearer, 'list_events', 401);
});

// ---- events ---------------------------------------------------------------------------------------------

test('events', async () => {
  await member('create_event', 400, { wrong: true, body: plan({ title: '', capacity: 0 }) });
  await anyone('create_event', 401, { body: plan() });
  const moments = [{ at: at(5), label: 'Begin' }];
  const made = await member('create_event', 201, { body: plan({ event: 'open-dag', capacity: 20, moments, runs_on: true, ends: at(1) }) });
  const given = { event: made.json().event };
  await member('list_events', 200);
  await member('read_event', 200, { given });
  await member('read_event', 404, { given: { event: 'nergens' } });
  await anyone('read_event', 401, { given });
  await member('change_event', 200, { given, body: { description: 'Voor wie wil.', domains: ['https://www.lichtbeeld.example'] } });
  await member('change_event', 400, { given, wrong: true, body: { colour: 'red' } });
  await member('change_event', 404, { given: { event: 'nergens' }, body: { title: 'x' } });
  await member('open_event', 200, { given });
  await member('open_event', 404, { given: { event: 'nergens' } });
  await member('close_event', 409, { given });
  server.clock.step(2 * minute_ms);
  await member('close_event', 200, { given });
  await member('close_event', 404, { given: { event: 'nergens' } });
  server.clock.step(-2 * minute_ms);
});

test('video and captions', async () => {
  const given = { event: await create({ title: 'Met beeld', video: { kind: 'live' } }) };
  await member('read_upload', 200, { given });
  await member('upload_video', 202, { given: { ...given, name: 'x.mp4' }, body: Buffer.from('no film at all') });
  await until('the packing to end', async () => {
    const { state } = (await member('read_upload', 200, { given })).json();
    return state == 'failed';
  });
  await anyone('upload_video', 401, { given, body: Buffer.from('x') });
  await member('upload_video', 404, { given: { event: 'nergens' }, body: Buffer.from('x') });
  await member('set_captions', 400, { given, wrong: true, body: 'x', headers: { 'content-type': 'text/vtt' } });
  await member('set_captions', 204, { given, body: 'WEBVTT\n', headers: { 'content-type': 'text/vtt' } });
  await member('remove_captions', 204, { given });
  const { folder, playlist } = (await member('read_live_folder', 200, { given })).json();
  await member('change_event', 200, { given, body: { video: { kind: 'live' } } });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, playlist), '#EXTM3U\n');
  const { door } = await register(given.event, 'beeld@kijker.example');
  const page = await person('watch_page', 200, { given: { ...given, link: door } });
  const source = /\/e\/[^/"]+\/media\/([^/"]+)\/live\/index\.m3u8/.exec(page.text)!;
  await anyone('media', 200, { given: { ...given, pass: source[1]!, path: `live/${playlist}` } });
  await anyone('media', 206, { given: { ...given, pass: source[1]!, path: `live/${playlist}` }, headers: { range: 'bytes=0-3' } });
  await anyone('media', 404, { given: { ...given, pass: 'forged', path: `live/${playlist}` } });
});

// ---- measuring and attendance ---------------------------------------------------------------------------

const beats = (t: string, n = 1) => ({ t, n, b: [[20_000, 7], [10_000, 1], [0, -1]], m: [[0, 'click', 'play']] });

async function socket_answer(path: string, message: string | undefined, headers: Record<string, string>, wanted: number): Promise<any[]> {
  const own = { host: new URL(server.origin).host, origin: server.origin };
  const socket = new WebSocket(server.base.replace('http', 'ws') + path, { headers: { ...own, ...headers } });
  const frames: any[] = [];
  try {
    let failure: Error | undefined;
    socket.on('error', (error) => (failure = error));
    socket.on('message', (frame) => frames.push(JSON.parse(String(frame))));
    socket.on('open', () => message && socket.send(message));
    await until(`${wanted} frames of ${path}`, () => {
      if (failure) throw failure;
      return frames.length >= wanted;
    });
    return frames;
  } finally {
    socket.terminate();
  }
}

async function test_measuring(event: string, link: string) {
  const opening = { property: event, link, consent: { attendance: true } };
  await anyone('open_session', 400, { wrong: true, body: { ...opening, consent: 'yes' } });
  await anyone('open_session', 404, { body: { ...opening, link: 'none' } });
  await anyone('open_session', 403, { body: opening, headers: { origin: 'https://elsewhere.example' } });
  const refused = (await anyone('open_session', 201, { body: { ...opening, consent: { attendance: false } } })).json();
  assert.equal(refused.t, undefined);
  const { session, t } = (await anyone('open_session', 201, { body: opening })).json();
  await anyone('beat', 200, { body: beats(t) });
  await anyone('beat', 200, { body: JSON.stringify(beats(t, 5)), headers: { 'content-type': 'text/plain' } });
  await anyone('beat', 400, { wrong: true, body: { ...beats(t), b: [] } });
  await anyone('beat', 401, { body: beats('forged') });
  await anyone('beat', 413, { wrong: true, body: { ...beats(t), more: 'x'.repeat(70_000) } });
  await anyone('beat', 415, { wrong: true, body: 'x', headers: { 'content-type': 'text/html' } });
  await anyone('beat_socket', 426);
  for (const message of [beats(t, 9), beats('forged')])
    for (const frame of await socket_answer('/v1/pulse', JSON.stringify(message), {}, 1)) check_frame(frame, 'SocketAcknowledgement');
  asker.seen.add('beat_socket 101');
  const upgrade = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13', 'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==' };
  await anyone('beat_socket', 403, { headers: { ...upgrade, origin: 'https://elsewhere.example' } });
  await anyone('withdraw_consent', 400, { given: { session }, wrong: true, body: {} });
  await anyone('withdraw_consent', 401, { given: { session }, body: { t: 'forged' } });
  await anyone('withdraw_consent', 204, { given: { session }, body: { t } });
  await anyone('beat', 403, { body: beats(t, 13) });
  for (const [id, given] of [['preflight_sessions', {}], ['preflight_withdraw', { session }], ['preflight_pulse', {}]] as const) {
    await anyone(id, 204, { given });
    await anyone(id, 403, { given, headers: { origin: 'https://elsewhere.example' } });
  }
}

async function test_attendance(event: string) {
  const given = { event };
  await member('read_report', 200, { given: { ...given, step: '60' } });
  await member('read_report', 400, { given: { ...given, from: at(10), to: at(5) } });
  await member('read_movements', 200, { given });
  await member('read_movements', 400, { given: { ...given, step: '0' }, wrong: true });
  for (const format of ['json', 'csv', 'xlsx']) await member('read_viewers', 200, { given: { ...given, format } });
  await member('read_viewers', 400, { given: { ...given, format: 'pdf' }, wrong: true });
  const { people } = (await member('read_people', 200, { given: { ...given, cells: '100' } })).json();
  assert.equal(people.length, 1);
  const { sessions } = (await member('read_person', 200, { given: { ...given, viewer: people[0].viewer } })).json();
  assert.ok(sessions.some(({ intervals }: { intervals: unknown[] }) => intervals.length > 0));
  await member('read_person', 404, { given: { ...given, viewer: '00000000000000ff' } });
  const entry = { datum: 'contact', source: 'telephone', given_on: '2026-11-20', fields: { name: 'Bo Claes', email: `hand-${event}@kijker.example` } };
  await member('list_entry_kinds', 200, { given });
  await member('enter_person', 201, { given, body: entry });
  await member('enter_person', 409, { given, body: entry });
  await member('enter_person', 400, { given, wrong: true, body: { ...entry, source: 7 } });
  await anyone('enter_person', 401, { given, body: entry });
  await ask_disclosures({ member, anyone }, event);
  for (const id of ['read_report', 'read_movements', 'read_viewers', 'read_people', 'read_live_folder', 'list_entry_kinds', 'read_assignment']) {
    await anyone(id, 401, { given });
    await member(id, 404, { given: { event: 'nergens' } });
  }
  await member('watch_live', 426, { given });
  const path = `/api/v1/events/${event}/live`;
  const [hello, change] = await socket_answer(path, undefined, { cookie: staff.cookie }, 2);
  check_frame(hello, 'LiveHello');
  check_frame(change, 'LiveChange');
  asker.seen.add('watch_live 101');
  const [error] = await socket_answer(path, undefined, {}, 1);
  check_frame(error, 'LiveError');
}

test('measuring and attendance', async () => {
  const event = await create({ title: 'Gemeten' });
  const { door } = await register(event, 'ana@kijker.example');
  // Time for the beats to have happened in; not while it runs, since its connections would seem to have been silent.
  await server.stop();
  server.clock.pass(30_000);
  await server.start();
  await test_measuring(event, door);
  await test_attendance(event);
  const draft = (await member('create_event', 201, { body: plan({ title: 'Later', starts: at(60), ends: at(120) }) })).json();
  await member('open_event', 200, { given: { event: draft.event } });
  await anyone('open_session', 409, { body: { property: draft.event, link: (await register(draft.event, 'ben@kijker.example')).door } });
  await ask_accreditation({ server, member, anyone, person }, { create, register, ends: at(10) });
});

test('letters', () => ask_letters({ member, anyone, person }, { create, register }));

// ---- pages ----------------------------------------------------------------------------------------------

test('pages', async () => {
  const event = await create({ title: 'Voor mensen' });
  const { door, link, mail } = await register(event, 'cas@kijker.example');
  await person('start_page', 200, { given: { lang: 'fr' } });
  for (const id of ['privacy_notice', 'cookie_page', 'processing_register']) await person(id, 200, { given: { lang: 'de' } });
  await person('event_page', 200, { given: { event, lang: 'de' } });
  await person('event_page', 404, { given: { event: 'nergens' } });
  await person('register', 422, { given: { event }, body: new URLSearchParams({ name: '' }) });
  await person('registered_page', 200, { given: { event } });
  await anyone('calendar', 200, { given: { event } });
  await person('watch_page', 200, { given: { event, link: door } });
  await person('watch_page', 403, { given: { event, link: 'none' } });
  await person('own_page', 200, { given: { event, link } });
  await person('own_page', 403, { given: { event, link: 'none' } });
  await anyone('own_records', 200, { given: { event, link } });
  await anyone('own_records', 403, { given: { event, link: door } });
  await anyone('open_session', 201, { body: { property: event, link: door, consent: { attendance: false } } });
  const [, receipt] = /receipts\/([^"]+)"/.exec((await person('own_page', 200, { given: { event, link } })).text)!;
  await anyone('own_receipt', 200, { given: { event, link, receipt: receipt! } });
  await anyone('own_receipt', 403, { given: { event, link: door, receipt: receipt! } });
  await anyone('own_receipt', 404, { given: { event, link, receipt: 'none' } });
  await person('mail_own_link', 303, { given: { event, link: door } });
  await person('erase_question', 200, { given: { event, link } });
  await person('erase_question', 403, { given: { event, link: door } });
  await person('erase_everything', 403, { given: { event, link: door } });
  const { link: leaving } = await register(event, 'weg@kijker.example');
  const erased = await person('erase_everything', 200, { given: { event, link: leaving, lang: 'nl' } });
  const erasure = /\/certificates\/([0-9a-z]{26})/.exec(erased.text)![1]!;
  await anyone('certificate', 200, { given: { erasure } });
  // A copy of the vault that somebody left in the data folder: nothing is certified while it is there.
  const { link: slow } = await register(event, 'traag@kijker.example');
  const copies = ['', '-wal'].map((end) => [join(server.data, `vault.db${end}`), join(server.data, `left${end}`)] as const);
  for (const [from, to] of copies) copyFileSync(from, to);
  const pending = await person('erase_everything', 202, { given: { event, link: slow, lang: 'nl' } });
  await anyone('certificate', 503, { given: { erasure: /\/certificates\/([0-9a-z]{26})/.exec(pending.text)![1]! } });
  for (const [, to] of copies) rmSync(to);
  await anyone('certificate', 404, { given: { erasure: '0'.repeat(26) } });
  await anyone('certificate_key', 200);
  await person('staff_door', 308);
  await person('staff_application', 200);
  await person('staff_application_inside', 200, { given: { path: 'e/open-dag/live' } });
  await anyone('beacon', 200);
  await anyone('journal_key', 200);
  await anyone('journal_handovers', 200);
  assert.match((await anyone('journal_checkpoint', 200)).text, /^localhost:\d+\/journal\n\d+\n/);
  server.clock.pass(61_000);
  const note = await until('a checkpoint', async () => {
    const { text } = await anyone('journal_checkpoint', 200);
    return Number(text.split('\n')[1]) > 0 ? text : undefined;
  });
  await anyone('journal_tile', 200, { given: { path: `0/000.p/${note.split('\n')[1]}` } });
  await anyone('journal_tile', 404, { given: { path: 'entries/000.p/1' } });
  const [, path] = /"\/assets\/([^"]+\.css)"/.exec((await person('start_page', 200)).text)!;
  await anyone('asset', 200, { given: { path: path! } });
  await anyone('asset', 404, { given: { path: 'none.js' } });
  await person('demo', 308);
  await person('demo_mails', 200);
  await person('demo_mail', 200, { given: { mail: mail.file } });
  await person('demo_mail', 404, { given: { mail: 'none' } });
  const over = (await member('create_event', 201, { body: plan({ title: 'Voorbij', ends: at(1) }) })).json().event as string;
  await member('open_event', 200, { given: { event: over } });
  server.clock.step(5 * minute_ms);
  const body = new URLSearchParams({ name: 'Dirk', email: 'dirk@kijker.example' });
  await person('register', 200, { given: { event: over }, body });
  server.clock.step(-5 * minute_ms);
});

test('requests of people about their data', async () => {
  const event = await create();
  const { link: personal } = await register(event, 'vraag@kijker.example');
  const link_in = (answer: Answer) => /\/requests\/([^/?]+)/.exec(answer.header('location'))![1]!;
  const code_of = async (link: string) => {
    const before = server.mails().length;
    await person('mail_code', 303, { given: { link } });
    const is_code = ({ subject, to }: Mail) => to == 'vraag@kijker.example' && !seen.has(subject) && /\d{4} \d{4}/.test(subject);
    const mail = await until('a code', () => (server.mails().length > before ? server.mails().find(is_code) : undefined));
    seen.add(mail.subject);
    return new URLSearchParams({ code: /\d{4} \d{4}/.exec(mail.subject)![0] });
  };
  const seen = new Set<string>();
  await person('request_form', 200, { given: { lang: 'nl' } });
  await person('open_request', 422, { body: new URLSearchParams({ right: 'access' }) });
  await person('own_request_form', 200, { given: { event, link: personal } });
  await person('own_request_form', 403, { given: { event, link: 'none' } });
  await person('open_own_request', 422, { given: { event, link: personal }, body: new URLSearchParams({ right: 'none' }) });
  await anyone('answer_key', 200);
  const asked = new URLSearchParams({ right: 'access', name: 'Ana Peeters', email: 'vraag@kijker.example' });
  const link = link_in(await person('open_request', 303, { given: { lang: 'nl' }, body: asked }));
  await person('request_status', 200, { given: { link } });
  await person('request_status', 404, { given: { link: 'none' } });
  const [row] = (await member('list_requests', 200)).json();
  await anyone('list_requests', 401);
  const given = { request: row.request as string };
  await member('read_request', 200, { given });
  await member('read_request', 404, { given: { request: '0'.repeat(26) } });
  await member('name_right', 200, { given, body: { right: 'access' } });
  await member('name_right', 400, { given, body: { right: 'none' } });
  await member('ask_identity', 200, { given });
  await member('ask_identity', 409, { given });
  await member('read_proof', 404, { given });
  const part = '--x\r\nContent-Disposition: form-data; name="proof"; filename="k.png"\r\n\r\n\x89PNG\r\n\x1a\n\r\n--x--\r\n';
  const form = { body: Buffer.from(part, 'latin1'), headers: { 'content-type': 'multipart/form-data; boundary=x' } };
  await person('send_proof', 303, { given: { link }, ...form });
  await member('read_proof', 200, { given });
  await member('judge_identity', 200, { given, body: { established: false } });
  await person('identify', 303, { given: { link }, body: await code_of(link) });
  await person('identify', 409, { given: { link }, body: new URLSearchParams({ code: '1' }) });
  await member('extend_request', 200, { given, body: { reasons: 'Veel werk.' } });
  await member('decide_request', 400, { given, body: { grant: false } });
  await member('decide_request', 200, { given, body: { grant: true, reasons: 'Alstublieft.' } });
  await person('fetch_answer', 303, { given: { link }, body: new URLSearchParams({ code: '1' }) });
  await person('fetch_answer', 200, { given: { link }, body: await code_of(link) });
  await member('lift_restriction', 409, { given });
  const passed = new URLSearchParams({ right: 'hand-over', organisation: 'Huis', organisation_email: 'data@huis.example' });
  const second = link_in(await person('open_own_request', 303, { given: { event, link: personal }, body: passed }));
  await person('identify', 303, { given: { link: second }, body: await code_of(second) });
  const waiting = (await member('list_requests', 200)).json().find((one: { does: string }) => one.does == 'hand-over').request as string;
  await member('decide_request', 200, { given: { request: waiting }, body: { grant: true } });
  const mail = await server.mail_to('data@huis.example');
  const token = new URL(mail.links[0]!).pathname.split('/')[4]!;
  await anyone('fetch_hand_over', 200, { given: { request: waiting, token } });
  await anyone('fetch_hand_over', 404, { given: { request: waiting, token: 'none' } });
  const stopped = new URLSearchParams({ right: 'restriction' });
  const third = link_in(await person('open_own_request', 303, { given: { event, link: personal }, body: stopped }));
  await person('identify', 303, { given: { link: third }, body: await code_of(third) });
  const held = (await member('list_requests', 200)).json().find((one: { does: string }) => one.does == 'restriction').request as string;
  await member('decide_request', 200, { given: { request: held }, body: { grant: true } });
  await member('lift_restriction', 200, { given: { request: held } });
});

test('incidents', async () => {
  await person('report_form', 200, { given: { lang: 'fr', about: 'weakness' } });
  await person('report_form', 404, { given: { receipt: '0'.repeat(26) } });
  await person('send_report', 422, { body: new URLSearchParams({ about: 'misuse' }) });
  await person('send_report', 303, { given: { lang: 'nl' }, body: new URLSearchParams({ about: 'misuse', message: 'Kijk dit na.' }) });
  await anyone('security_text', 200);
  await member('report_incident', 400, { body: { what: '' } });
  const opened = await member('report_incident', 201, { body: { what: 'Een schijf is kwijt.', losses: ['availability'] } });
  const given = { incident: opened.json().incident as string };
  await anyone('list_incidents', 401);
  await member('list_incidents', 200);
  await member('incident_choices', 200);
  await member('read_incident', 200, { given });
  await member('read_incident', 404, { given: { incident: '0'.repeat(26) } });
  await member('change_incident', 200, { given, body: { clients: [{ name: 'Huis', email: 'data@huis.example' }], remedy: 'Vervangen.', policy_decision: 'Blijft.' } });
  await member('change_incident', 400, { given, body: { data: ['none'] } });
  await member('decide_to_tell', 409, { given: { ...given, whom: 'authority' }, body: { tell: true } });
  await member('assess_incident', 200, { given, body: { risk: 'unlikely', reasons: 'Ze was versleuteld.' } });
  await member('assess_incident', 400, { given, body: { risk: 'none', reasons: '' } });
  await member('count_affected', 200, { given });
  await member('read_affected', 200, { given });
  for (const format of ['html', 'markdown', 'json']) await member('incident_notification', 200, { given: { ...given, format, lang: 'fr' } });
  await member('decide_to_tell', 200, { given: { ...given, whom: 'authority' }, body: { tell: true } });
  await member('decide_to_tell', 200, { given: { ...given, whom: 'people' }, body: { tell: false, reasons: 'Geen hoog risico.' } });
  await member('decide_to_tell', 200, { given: { ...given, whom: 'controller' }, body: { tell: true } });
  await member('record_told', 400, { given: { ...given, whom: 'authority' }, body: { how: '' } });
  await member('record_told', 200, { given: { ...given, whom: 'authority' }, body: { how: 'GBA-1', phase: 'complete' } });
  await member('close_incident', 409, { given, body: {} });
  await until('the client to be told', async () => (await member('read_incident', 200, { given })).json().missing.length == 0, 60_000);
  await member('close_incident', 200, { given, body: {} });
  await member('reopen_incident', 400, { given, body: { reasons: '' } });
  await member('reopen_incident', 200, { given, body: { reasons: 'Er bleek meer weg.' } });
  await member('reopen_incident', 409, { given, body: { reasons: 'Nog eens.' } });
});

test('registering a minor', async () => {
  const before = server.options.policy;
  server.options.policy = changed_policy(folder, (yaml) => yaml.replace('\nrights:', '\nminors: { age: 16, guardian: confirms by mail }\nrights:'));
  await server.restart();
  const event = await create({ title: 'Jeugd' });
  const guardian = 'ouder@kijker.example';
  const body = new URLSearchParams({ name: 'Juna Klein', email: 'juna@kijker.example', 'old-enough': 'no', guardian });
  await person('register', 303, { given: { event, lang: 'nl' }, body });
  await person('guardian_asked_page', 200, { given: { event } });
  const pending = /\/guardian\/([0-9a-z]{26})/.exec((await server.mail_to(guardian)).text)![1]!;
  await person('guardian_question', 200, { given: { event, pending, lang: 'fr' } });
  await person('guardian_answer', 200, { given: { event, pending }, body: new URLSearchParams({ answer: 'yes' }) });
  await person('guardian_question', 410, { given: { event, pending } });
  server.options.policy = before!;
  await server.restart();
});
test('updates by mail', () => ask_updates(asker));
test('what waits for a second person', () => ask_approvals(asker));
test('what comes before anything else', () => ask_duties(mkdtempSync(join(folder, 'duties-')), asker));
test('every success that is described was seen', () => {
  const described = operations.flatMap(({ operationId, responses }) => Object.keys(responses).filter((status) => status < '4').map((status) => `${operationId} ${status}`));
  assert.deepEqual(described.filter((one) => !asker.seen.has(one)), []);
});
