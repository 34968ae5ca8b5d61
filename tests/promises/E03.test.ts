// E03 While the page is open within the event's declared window, heartbeats record continuously whether the tab with
// the broadcast is active or is open while the viewer is in another tab or window. Time for which neither was seen is
// "not watching". Outside the window none is sent or accepted. (With real tabs and windows: tests/attention.)
/// <reference path="../support/ws.d.ts" />
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { Stage, beats_of, listen } from '../support/browser.ts';
import { start_server, type Beat, type Server } from '../support/server.ts';
import type { Event, Staff } from '../support/staff.ts';
import { until } from '../support/until.ts';

// What a page says: bits of the contract's facts.
const visible = 1;
const focused = 2;
const playing = 4;
const active = visible | focused | playing;
const elsewhere = playing;
const gone = -1;

let server: Server;
let staff: Staff;
let count = 0;

before(async () => {
  server = await start_server();
  staff = await server.sign_up();
});
after(() => server?.end());

/** An event, a viewer of it, and their consented session. */
async function viewing(given: Partial<Event> = {}) {
  const event = await staff.create_event({ event: `uitzending-${++count}`, ...given });
  const email = `ana-${count}@kijker.example`;
  const { door } = await server.register(event, { name: 'Ana Peeters', email });
  const { session, t } = await server.open_session(event, { link: door, consent: true });
  const recorded = async () => {
    const { sessions } = await staff.person(event, email);
    return sessions.find((one) => one.session == session)!.intervals;
  };
  /** [seconds, action] of each interval. */
  const seconds = async () =>
    (await recorded()).map(({ start, end, action }) => [(Date.parse(end) - Date.parse(start)) / 1_000, action]);
  return { event, email, door: door!, session, t: t!, recorded, seconds };
}

test('E03 active, open elsewhere and absent are told apart, to the millisecond', async () => {
  const { event, t, seconds, recorded } = await viewing();
  server.clock.pass(240_000);
  const beats: Beat[] = [
    [200_000, active], [195_000, active], [190_000, active], [187_500, elsewhere], [182_500, elsewhere], [177_500, active], [172_500, gone],
    [60_000, visible], [55_000, visible], [50_123, gone],
  ];
  (await server.beat(t, 1, beats)).expect(200);
  assert.deepEqual(await seconds(), [[12.5, 'active'], [10, 'inactive'], [5, 'active'], [9.877, 'inactive']]);
  const [first, second, third, fourth] = await recorded();
  assert.equal(first!.end, second!.start);
  assert.equal(second!.end, third!.start);
  assert.equal(Date.parse(fourth!.start) - Date.parse(third!.end), 112_500, 'absent in between');
  const { watch } = await staff.report(event);
  assert.deepEqual([watch.average_active_s, watch.average_open_s], [17.5, 37.377]);
});

test('E03 a page that stays open in another tab is recorded without a hole, for as long as it is open', async () => {
  const { t, seconds } = await viewing();
  await server.watch(t, 30 * 60_000, 0);
  const all = await seconds();
  assert.ok(all.every(([, action]) => action == 'inactive'));
  const total = all.reduce((sum, [length]) => sum + Number(length), 0);
  assert.ok(Math.abs(total - 1_800) < 0.5, `${total} s of 1800`);
  assert.equal(all.length, 1);
});

test('E03 nobody vouches for more than 15 s: what lies between two beats farther apart is not watching', async () => {
  const { t, seconds } = await viewing();
  server.clock.pass(120_000);
  (await server.beat(t, 1, [[90_002, active], [75_001, active], [60_001, active], [60_000, gone], [30_001, active], [15_000, active]])).expect(200);
  assert.deepEqual(await seconds(), [[15.001, 'active']]);
});

test('E03 what the policy does not declare is not recorded', async () => {
  const { t, recorded } = await viewing();
  server.clock.pass(20_000);
  (await server.beat(t, 1, [[10_000, 127], [5_000, 8 | 16 | 32 | 64], [0, gone]], [[4_000, 'click', 'play']])).expect(200);
  assert.deepEqual((await recorded()).map(({ facts }) => facts), [7, 0]);
});

test('E03 beats that come again, late or by another way are recorded once', async () => {
  const { t, seconds, event } = await viewing();
  const { base, origin } = server;
  await server.settle();
  const socket = new WebSocket(`${base.replace('http', 'ws')}/v1/pulse`, { headers: { origin } });
  const answers: string[] = [];
  await new Promise<void>((open, failed) => {
    socket.on('open', open);
    socket.on('error', failed);
  });
  socket.on('message', (text) => answers.push(String(text)));
  server.clock.pass(30_000);
  const say = async (n: number, b: Beat[]) => {
    const before_n = answers.length;
    socket.send(JSON.stringify({ t, n, b }));
    await until('an answer over the socket', () => answers.length > before_n);
  };
  await say(1, [[20_000, active], [15_000, active]]);
  (await server.beat(t, 1, [[20_000, active], [15_000, active], [10_000, active]])).expect(200);
  await say(2, [[15_000, active], [10_000, active], [5_000, gone]]);
  await say(2, [[15_000, active], [10_000, active], [5_000, gone]]);
  socket.terminate();
  assert.deepEqual(answers.map((text) => JSON.parse(text)), [{ n: 2 }, { n: 4 }, { n: 4 }]);
  const [[length]] = (await seconds()) as [[number, string]];
  assert.ok(Math.abs(length - 15) < 0.3, `${length} s of 15`);
  assert.equal((await staff.report(event)).viewers.consented, 1);
});

test('E03 before the event begins, no session opens and no beat is sent', async () => {
  const event = await staff.create_event({
    event: 'straks', starts: new Date(server.clock.now() + 600_000).toISOString(), ends: new Date(server.clock.now() + 7_200_000).toISOString(),
  });
  const { door } = await server.register(event, { name: 'Ana Peeters', email: 'vroeg@kijker.example' });
  const refused = await server.ask_session(event, { link: door, consent: true });
  assert.equal(refused.status, 409, `${refused}`);
  const stage = await Stage.open();
  try {
    const page = await stage.page();
    const sent = listen(page);
    await page.goto(`${server.origin}/e/${event.event}/watch/${door}`);
    await page.waitForSelector('#countdown');
    await sleep(1_500);
    assert.deepEqual(sent.requests.filter(({ url }) => /\/v1\/|beacon/.test(url)), []);
  } finally {
    await stage.close();
  }
  assert.deepEqual((await staff.person(event, 'vroeg@kijker.example')).sessions, []);
});

test('E03 after its end nothing is recorded, and an hour later nothing is taken', async () => {
  const ends = new Date(server.clock.now() + 300_000).toISOString();
  const { event, door, t, recorded } = await viewing({ ends });
  const n = await server.watch(t, 600_000, active);
  const last = (await recorded()).at(-1)!;
  assert.ok(Date.parse(last.end) <= Date.parse(ends), `${last.end} is past ${ends}`);
  assert.ok(Date.parse(last.end) > Date.parse(ends) - 5_000, `${last.end} is long before ${ends}`);
  assert.equal((await server.ask_session(event, { link: door, consent: true })).status, 409);
  const ended = (await server.page(`/e/${event.event}/watch/${door}`)).expect(200);
  assert.doesNotMatch(ended.text, /id="page"|data-consent|beacon|watch-[\w-]+\.js/);
  const later = await staff.report(event, { from: ends, to: new Date(Date.parse(ends) + 3_600_000).toISOString() });
  assert.equal(later.viewers.watched, 0);
  assert.ok(later.curve.every((point) => point.active == 0 && point.inactive == 0));

  server.clock.pass_to(Date.parse(ends) + 3_601_000);
  (await server.beat(t, n, [[0, active]])).expect(401);
  assert.deepEqual((await recorded()).at(-1), last);
});

test('E03 an event that runs on past its plan is recorded until it is closed', async () => {
  const { event, t, recorded } = await viewing({ ends: new Date(server.clock.now() + 60_000).toISOString(), runs_on: true });
  const n = await server.watch(t, 120_000, active);
  (await staff.post(`/api/v1/events/${event.event}/close`)).expect(200);
  const closed = server.clock.now();
  await server.watch(t, 60_000, active, n);
  const end = Date.parse((await recorded()).at(-1)!.end);
  assert.ok(end <= closed && end > closed - 1_000, `${new Date(end).toISOString()}, closed at ${new Date(closed).toISOString()}`);
});

test('E03 the page beats while the event runs, and not once it is over', async () => {
  const stage = await Stage.open();
  try {
    const ends = server.clock.now() + 25_000;
    const event = await staff.create_event({ event: 'kort', ends: new Date(ends).toISOString() });
    const { door } = await server.register(event, { name: 'Ana Peeters', email: 'kort@kijker.example' });
    const page = await stage.page();
    const sent = listen(page);
    await page.goto(`${server.origin}/e/${event.event}/watch/${door}`);
    await page.click('[data-consent="yes"]');
    await until('a beat', () => beats_of(sent).length > 0);
    await page.waitForSelector('#measuring[data-state="ended"]', { timeout: 60_000 });
    assert.ok(server.clock.now() >= ends - 300);
    const by_then = beats_of(sent).length;
    await sleep(7_000);
    assert.equal(beats_of(sent).length, by_then, 'the page beats on after the end');
    const [session] = (await staff.person(event, 'kort@kijker.example')).sessions.filter(({ consented }) => consented);
    const { start, end } = { start: session!.intervals[0]!.start, end: session!.intervals.at(-1)!.end };
    assert.ok(Date.parse(end) <= ends && Date.parse(end) > ends - 6_000);
    assert.ok(Date.parse(start) < ends - 4_000);
  } finally {
    await stage.close();
  }
});

test('E03 a message that makes no sense is refused whole', async () => {
  const { t, recorded } = await viewing();
  server.clock.pass(60_000);
  const good: Beat = [10_000, active];
  const wrong: unknown[] = [
    '', 'null', '[]', '{}', { t, n: 1 }, { t, n: 1, b: [] }, { t, n: 0, b: [good] }, { t, n: 1.5, b: [good] }, { t, n: 1, b: [[-1, 1]] },
    { t, n: 1, b: [[0, 128]] }, { t, n: 1, b: [[0, -2]] }, { t, n: 1, b: [[0, 1.5]] }, { t, n: 1, b: [[0]] }, { t, n: 1, b: [[0, 1, 2]] },
    { t, n: 1, b: [good, [0, 'x']] }, { t: 5, n: 1, b: [good] },
  ];
  for (const body of wrong) {
    const answer = await server.post('/v1/pulse', body, { origin: server.origin, 'content-type': 'application/json' });
    assert.equal(answer.status, 400, `${JSON.stringify(body).slice(0, 100)}: ${answer}`);
    assert.match(answer.header('content-type'), /^application\/problem\+json/);
  }
  (await server.beat(t, 1, Array.from({ length: 257 }, () => good))).expect(413);
  for (const forged of [t.slice(0, -1) + (t.endsWith('A') ? 'B' : 'A'), 'A'.repeat(t.length), '']) {
    const answer = await server.beat(forged, 1, [good]);
    assert.ok(answer.status == 401 || answer.status == 400, `${answer}`);
  }
  assert.deepEqual(await recorded(), []);
});
