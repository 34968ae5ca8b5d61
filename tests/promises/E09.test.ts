// E09 The organiser sees, per viewer and over time, who was active, had it open elsewhere, was absent.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Viewer, pass_together } from '../support/audience.ts';
import { start_server, type Server } from '../support/server.ts';
import type { Event, Staff } from '../support/staff.ts';

let server: Server;
let staff: Staff;
let event: Event;

const minute_ms = 60_000;
const active = 7;
const elsewhere = 4;

before(async () => {
  server = await start_server();
  staff = await server.sign_up();
});
after(() => server?.end());

const create = async (slug: string) => {
  const now = server.clock.now();
  return staff.create_event({ event: slug, starts: new Date(now).toISOString(), ends: new Date(now + 120 * minute_ms).toISOString() });
};

/** The drawn line: a word per cell. */
const line_of = (line: string, cells: number) => {
  const bytes = Buffer.from(line, 'base64');
  return Array.from({ length: cells }, (_, k) => ['absent', 'open', 'active', '?'][(bytes[k >> 2]! >> (2 * (k % 4))) & 3]!);
};

/** A word repeated; the cells at the seams may show either neighbour. */
const phases = (...parts: [string, number][]) => parts.flatMap(([word, count]) => Array.from({ length: count }, () => word));
function same_but_seams(actual: string[], expected: string[], message: string) {
  assert.equal(actual.length, expected.length);
  for (const [k, word] of actual.entries()) {
    const near = [expected[k - 1], expected[k], expected[k + 1]];
    assert.ok(near.includes(word), `${message}: cell ${k} is ${word}, expected ${expected[k]}`);
    if (new Set(near.filter(Boolean)).size == 1) assert.equal(word, expected[k], `${message}: cell ${k}`);
  }
}

test('E09 afterwards, each viewer has a line of time: active, open elsewhere, absent', async () => {
  event = await create('congres');
  const [ana, bo, cas, dirk] = await Promise.all(
    ['Ana Peeters', 'Bo Claes', 'Cas Maes', 'Dirk Wouters'].map((name) => new Viewer(server, event, name).register()));
  await ana!.open(true);
  await bo!.open(true);
  await cas!.open(false);
  await pass_together(server, 20 * minute_ms, [[ana!, active], [bo!, elsewhere]]);
  await pass_together(server, 10 * minute_ms, [[ana!, elsewhere], [bo!, active]]);
  await bo!.leave();
  await pass_together(server, 10 * minute_ms, [[ana!, active]]);
  await ana!.leave();
  await pass_together(server, 20 * minute_ms, []);
  await bo!.open(true);
  await pass_together(server, 20 * minute_ms, [[bo!, active]]);
  await bo!.leave();

  const { people, from, to, cells } = await staff.people(event, 120);
  assert.deepEqual([from, to, cells], [event.starts, event.ends, 120]);
  const row = (viewer: Viewer) => people.find(({ email }) => email == viewer.email)!;
  const lines: [Viewer, string[], number, number, string][] = [
    [ana!, phases(['active', 20], ['open', 10], ['active', 10], ['absent', 80]), 30, 40, 'given'],
    [bo!, phases(['open', 20], ['active', 10], ['absent', 30], ['active', 20], ['absent', 40]), 30, 50, 'given'],
    [cas!, phases(['absent', 120]), 0, 0, 'refused'],
    [dirk!, phases(['absent', 120]), 0, 0, 'none'],
  ];
  for (const [viewer, expected, active_min, open_min, consent] of lines) {
    const shown = row(viewer);
    assert.equal(shown.name, viewer.name);
    same_but_seams(line_of(shown.line, 120), expected, viewer.name);
    assert.ok(Math.abs(shown.active_s - active_min * 60) < 1, `${viewer.name} ${shown.active_s} s active`);
    assert.ok(Math.abs(shown.open_s - open_min * 60) < 1, `${viewer.name} ${shown.open_s} s open`);
    assert.ok(Math.abs(shown.share - active_min / 120) < 0.001);
    assert.equal(shown.consent, consent);
  }
  assert.equal(row(dirk!).first_seen, null);
  assert.equal(row(dirk!).last_seen, null);
});

test('E09 one viewer opened up shows each session with its intervals', async () => {
  const person = await staff.person(event, 'bo.claes@kijker.example');
  assert.equal(person.sessions.length, 2);
  const shape = person.sessions.map(({ intervals }) =>
    intervals.map(({ start, end, action }) => [Math.round((Date.parse(end) - Date.parse(start)) / minute_ms), action]));
  assert.deepEqual(shape, [[[20, 'inactive'], [10, 'active']], [[20, 'active']]]);
  for (const { start, end, facts, action } of person.sessions.flatMap(({ intervals }) => intervals)) {
    assert.ok(Date.parse(start) < Date.parse(end));
    assert.equal(action, (facts & 2) != 0 ? 'active' : 'inactive');
  }
  (await staff.get(`/api/v1/events/${event.event}/people/0123456789abcdef`)).expect(404);
});

test('E09 two tabs or two devices count once, and active in one is active', async () => {
  const twice = await create('tweemaal');
  const laptop = await new Viewer(server, twice, 'Els Janssens').register();
  const telephone = new Viewer(server, twice, 'Els Janssens');
  telephone.link = laptop.link;
  await laptop.open(true);
  await telephone.open(true);
  await pass_together(server, 10 * minute_ms, [[laptop, active], [telephone, elsewhere]]);
  await pass_together(server, 10 * minute_ms, [[laptop, elsewhere], [telephone, active]]);
  await pass_together(server, 10 * minute_ms, [[laptop, elsewhere], [telephone, elsewhere]]);
  await laptop.leave();
  await telephone.leave();
  const row = await staff.row(twice, laptop.email);
  assert.ok(Math.abs(row.active_s - 1_200) < 1 && Math.abs(row.open_s - 1_800) < 1, `${row.active_s} and ${row.open_s} s`);
  same_but_seams(line_of((await staff.people(twice, 12)).people[0]!.line, 12), phases(['active', 2], ['open', 1], ['absent', 9]), 'Els');
});

test('E09 live, the organiser sees each viewer come, look elsewhere, return and go', async () => {
  const live_event = await create('rechtstreeks');
  const ana = await new Viewer(server, live_event, 'Ana Peeters').register();
  const live = await staff.live(live_event);
  const hello = await live.wait_for('hello', ({ kind }) => kind == 'hello');
  assert.deepEqual(hello.present, { active: 0, inactive: 0 });
  assert.deepEqual([hello.registered, hello.opened], [1, 0]);
  assert.equal(hello.people[0].name, ana.name);
  assert.equal(hello.people[0].state, 'never');

  /** The next message in which she is so. */
  const sees = async (state: string, present: { active: number; inactive: number }) => {
    const from = live.messages.length;
    return () => live.wait_for(`${state} ${JSON.stringify(present)}`, (message) =>
      live.messages.indexOf(message) >= from && message.kind == 'change' && JSON.stringify(message.present) == JSON.stringify(present) &&
      message.people.some((one: { email: string; state: string }) => one.email == ana.email && one.state == state));
  };
  await ana.open(true);
  for (const [facts, state, present] of [
    [active, 'active', { active: 1, inactive: 0 }], [elsewhere, 'open', { active: 0, inactive: 1 }],
    [active, 'active', { active: 1, inactive: 0 }], [-1, 'absent', { active: 0, inactive: 0 }],
    [active, 'active', { active: 1, inactive: 0 }],
  ] as const) {
    const seen = await sees(state, present);
    server.clock.pass(1_000);
    await ana.say([[0, facts]]);
    await seen();
  }
  // Nobody vouches for her any more.
  const lost = await sees('absent', { active: 0, inactive: 0 });
  server.clock.pass(16_000);
  await lost();

  const bo = await new Viewer(server, live_event, 'Bo Claes').register();
  await live.wait_for('a new name', ({ registered }) => registered == 2);
  await bo.open(false);
  await live.wait_for('an opening', ({ opened }) => opened == 2);
  const points = live.messages.flatMap(({ point }) => (point ? [point] : []));
  assert.ok(points.length > 0 && points.every(([at, a, i]) => at > 0 && a >= 0 && i >= 0), 'the curve grows');
  live.close();
});

test('E09 the live view is the organiser\'s alone', async () => {
  const { WebSocket } = await import('ws');
  const hears = (headers: Record<string, string>) => new Promise<string[]>((done) => {
    const heard: string[] = [];
    const socket = new WebSocket(`${server.base.replace('http', 'ws')}/api/v1/events/${event.event}/live`, { headers });
    socket.on('message', (text) => heard.push(String(text)));
    socket.on('error', () => done(heard));
    socket.on('close', () => done(heard));
    socket.on('open', () => {});
  });
  const { host } = new URL(server.origin);
  for (const headers of [{ origin: server.origin, host }, { origin: 'https://evil.example', host, cookie: staff.cookie }, { host, cookie: staff.cookie }] as Record<string, string>[]) {
    const heard = (await hears(headers)).join('\n');
    assert.doesNotMatch(heard, /hello|people|Ana/, JSON.stringify(headers));
  }
});
