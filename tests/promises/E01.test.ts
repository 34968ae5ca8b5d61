// E01 Before a viewer can watch (an event, or a video on demand), a form with the organiser's fields is filled in; it
// registers a viewing session.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { start_server, type Server } from '../support/server.ts';
import type { Event, Staff } from '../support/staff.ts';

let server: Server;
let staff: Staff;
let slug = 0;

before(async () => {
  server = await start_server();
  staff = await server.sign_up();
});
after(() => server?.end());

const create = (given: Partial<Event> = {}) => staff.create_event({ event: `avond-${++slug}`, ...given });

/** The form's controls, as the page has them: [name, required] in order. */
const controls_of = (html: string) =>
  [...(/<form\b.*?<\/form>/s.exec(html)?.[0] ?? '').matchAll(/<(?:input|select)\b[^>]*\bname="([^"]+)"[^>]*>/g)].map(([tag, name]) => [name, /\brequired\b/.test(tag)]);

const ana = { name: 'Ana Peeters', email: 'ana@kijker.example' };

for (const kind of ['live', 'on-demand'] as const) {
  test(`E01 the page of ${kind == 'live' ? 'an event' : 'a video on demand'} asks the organiser's fields, and shows no video`, async () => {
    const event = await create({ kind, fields: ['email', 'job', 'name'], required: ['job'], video: { kind: 'live', address: null, captions: false } });
    const page = (await server.page(`/e/${event.event}`)).expect(200);
    assert.deepEqual(controls_of(page.text), [['email', true], ['job', true], ['name', true]]);
    assert.match(page.text, /<form\b[^>]*method="post"/);
    for (const sign of [/<video/, /\.m3u8/, /\/media\//, /watch-[\w-]+\.js/, /\/watch\//]) assert.doesNotMatch(page.text, sign);
  });

  test(`E01 filled in, the form of ${kind == 'live' ? 'an event' : 'a video on demand'} registers a viewing session`, async () => {
    const event = await create({ kind, fields: ['name', 'email', 'job'] });
    const { status, door } = await server.register(event, { ...ana, job: 'Verpleegkundige' });
    assert.equal(status, 303);
    const page = (await server.page(`/e/${event.event}/watch/${door}`)).expect(200);
    assert.match(page.text, /id="player"/);
    assert.equal((await staff.person(event, ana.email)).sessions.length, 0, 'nothing is a viewing before the page is there');

    const { session } = await server.open_session(event, { link: door });
    const person = await staff.person(event, ana.email);
    assert.deepEqual(person.fields, { ...ana, job: 'Verpleegkundige' });
    assert.deepEqual(person.sessions.map((one) => one.session), [session]);
    assert.match(session, /^[0-9a-hjkmnp-tv-z]{26}$/);
    const { viewers } = await staff.report(event);
    assert.deepEqual([viewers.registered, viewers.opened], [1, 1]);
  });
}

test('E01 a form that is not in order lets nobody in, and keeps nothing', async () => {
  const event = await create({ fields: ['name', 'email', 'job'], required: ['job'] });
  const wrong: [Record<string, string>, string[]][] = [
    [{}, ['name', 'email', 'job']],
    [{ ...ana, job: '   ' }, ['job']],
    [{ name: 'Ana Peeters', email: 'ana at kijker', job: 'Arts' }, ['email']],
    [{ name: '', email: 'ana@kijker.example', job: 'Arts' }, ['name']],
    [{ ...ana, job: 'x'.repeat(301) }, ['job']],
  ];
  for (const [fields, names] of wrong) {
    const { answer, location } = await server.register(event, fields);
    assert.equal(answer.status, 422, `${answer}`);
    assert.equal(location, '');
    assert.doesNotMatch(answer.text, /\/watch\//);
    const marked = [...answer.text.matchAll(/name="([^"]+)"[^>]*aria-invalid="true"/g)].map(([, name]) => name);
    assert.deepEqual(marked, names);
    if (fields['name']) assert.match(answer.text, new RegExp(`value="${fields['name']}"`), 'what was right need not be typed again');
  }
  assert.deepEqual((await staff.people(event)).people, []);
  assert.equal((await staff.event(event.event)).registered, 0);
  assert.deepEqual(server.mails().filter(({ text }) => text.includes(event.event)), []);
});

test('E01 what the organiser does not ask is not kept, whoever sends it', async () => {
  const event = await create({ fields: ['name', 'email'] });
  await server.register(event, { ...ana, organisation: 'Zorgpunt', job: 'Arts', 'shoe-size': '38', person: 'x' });
  assert.deepEqual((await staff.person(event, ana.email)).fields, ana);
});

test('E01 the organiser can ask only what the policy declares', async () => {
  const answer = await staff.post('/api/v1/events', {
    title: 'X', starts: '2030-01-01T10:00:00.000Z', ends: '2030-01-01T11:00:00.000Z', fields: ['name', 'email', 'shoe-size'],
  });
  assert.equal(answer.status, 400, `${answer}`);
  assert.deepEqual(answer.json().errors.map(({ pointer }: { pointer: string }) => pointer), ['#/fields']);
});

test('E01 without having filled it in, nothing opens: no page, no video, no session', async () => {
  const video = { kind: 'live', address: null, captions: false } as const;
  const event = await create({ video });
  const other = await create({ video });
  const { folder } = (await staff.get(`/api/v1/events/${event.event}/live-folder`)).expect(200).json();
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'index.m3u8'), '#EXTM3U\n');

  const { door } = await server.register(event, ana);
  const { door: other_door } = await server.register(other, ana);
  const page = (await server.page(`/e/${event.event}/watch/${door}`)).expect(200);
  const source = JSON.parse(/<script type="application\/json" id="page">(.*?)<\/script>/s.exec(page.text)![1]!).video.src as string;
  assert.match(source, /^\/e\/[^/]+\/media\/[\w-]+\/live\/index\.m3u8$/);
  (await server.get(source)).expect(200);

  const bent = (text: string) => text.slice(0, -2) + (text.endsWith('AA') ? 'BB' : 'AA');
  for (const link of ['x', 'A'.repeat(32), bent(door!), other_door!, '%00', encodeURIComponent(door! + '=')]) {
    const answer = await server.page(`/e/${event.event}/watch/${link}`);
    assert.ok(answer.status >= 400 && answer.status < 500, `${answer}`);
    assert.doesNotMatch(answer.text, /id="player"|\.m3u8/);
    const session = await server.ask_session(event, { link, consent: true });
    assert.ok(session.status >= 400 && session.status < 500, `${session}`);
  }
  const without = await server.ask_session(event, { consent: true });
  assert.ok(without.status >= 400 && without.status < 500, `${without}`);

  const [, pass] = /\/media\/([^/]+)\//.exec(source)!;
  for (const wrong of ['x', bent(pass!), 'A'.repeat(32)]) (await server.get(source.replace(pass!, wrong))).expect(404);
  (await server.get(source.replace(event.event, other.event))).expect(404);
  (await server.get(`/e/${event.event}/media/live/index.m3u8`)).expect(404);
  assert.equal((await staff.report(event)).viewers.opened, 0);
  assert.equal((await staff.report(other)).viewers.opened, 0);
});

test('E01 a draft, an event that is over and one that is full take nobody in', async () => {
  const draft = await staff.draft_event({ event: 'nog-niet' });
  (await server.page(`/e/${draft.event}`)).expect(404);
  assert.equal((await server.register(draft, ana)).status, 404);
  assert.deepEqual((await staff.people(draft)).people, []);

  const full = await create({ capacity: 1 });
  assert.equal((await server.register(full, ana)).status, 303);
  const late = await server.register(full, { name: 'Bo Claes', email: 'bo@kijker.example' });
  assert.notEqual(late.status, 303);
  assert.doesNotMatch(late.answer.text, /<form\b[^>]*register/);
  assert.deepEqual((await staff.people(full)).people.map(({ email }) => email), [ana.email]);

  const short = await create({ ends: new Date(server.clock.now() + 60_000).toISOString() });
  server.clock.pass(60_000);
  assert.doesNotMatch((await server.page(`/e/${short.event}`)).expect(200).text, /<form\b[^>]*register/);
  const after_end = await server.register(short, ana);
  assert.notEqual(after_end.status, 303);
  assert.deepEqual((await staff.people(short)).people, []);
});
