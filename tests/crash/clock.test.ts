// Somebody sets the server's clock. By more than ten seconds: open sessions end, pages open new ones, and nothing is
// credited that nobody watched. By less: everything goes on, and no figure jumps.
/// <reference path="../support/ws.d.ts" />
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { WebSocket } from 'ws';
import { start_server } from '../support/server.ts';
import { until } from '../support/until.ts';
import { SessionLedger } from './ledger.ts';
import { Random } from '../support/random.ts';
import { check_session, Reader } from './reader.ts';

const random = Random.of_environment();
const second_ms = 1_000;
const hour_ms = 3_600 * second_ms;
const year_ms = 365 * 24 * hour_ms;
const email = 'ana@kijker.example';

const server = await start_server();
after(() => server.end());
const staff = await server.sign_up();
const event = await staff.create_event({
  starts: new Date(server.clock.now() - 3 * hour_ms).toISOString(),
  ends: new Date(server.clock.now() + 3 * hour_ms).toISOString(),
});
const reader = await Reader.of(server, staff, event);
const { door } = await server.register(event, { name: 'Ana Peeters', email });
const sessions: SessionLedger[] = [];

const ask_session = () => server.ask_session(event, { link: door!, consent: true });

async function open(): Promise<SessionLedger> {
  const { session, t } = (await ask_session()).expect(201).json<{ session: string; t: string }>();
  const ledger = new SessionLedger({ session, t }, Infinity, server.clock.now());
  sessions.push(ledger);
  return ledger;
}

/** Observes something and tells it at once, twice and once more. */
async function watch(session: SessionLedger) {
  for (let beat = 0; beat < 3; ++beat) {
    await until('a moment to go by', () => session.observe(random, server.clock.now(), 500));
    const answer = await server.post('/v1/pulse', session.message(server.clock.now()));
    session.told(answer.expect(200).json<{ n: number }>().n, server.clock.now());
  }
}

async function check() {
  const person = await reader.person(email);
  for (const session of sessions) check_session(session, person);
  // One page at a time: together they cannot have watched longer than the test takes.
  const credited = person.sessions.flatMap(({ intervals }) => intervals.map(({ start, end }) => Date.parse(end) - Date.parse(start)));
  const total_ms = credited.reduce((sum, one) => sum + one, 0);
  assert.ok(total_ms <= performance.now(), `${total_ms} ms are credited after ${performance.now()} ms`);
  // What sessions have in common after the clock was set back counts once.
  assert.ok(Math.round(person.open_s * 1000) <= total_ms && person.active_s <= person.open_s, `${person.open_s} s of ${total_ms} ms`);
}

async function assert_ended(session: SessionLedger) {
  const beat = { t: session.t, n: session.acknowledged + 1, b: [[0, 3]] };
  (await server.post('/v1/pulse', beat)).expect(401);
}

for (const [name, step_ms] of [
  ['11 s forward', 11 * second_ms],
  ['11 s back', -11 * second_ms],
  ['an hour forward', hour_ms],
  ['two hours back', -2 * hour_ms],
  ['an hour forward again', hour_ms],
] as const) {
  test(`the clock is set ${name}: 401, and a new session goes on`, async () => {
    const session = await open();
    await watch(session);
    server.clock.step(step_ms);
    await assert_ended(session);
    const next = await open();
    await watch(next);
    await assert_ended(session);
    await check();
  });
}

for (const [name, step_ms] of [['forward', year_ms], ['back', -year_ms]] as const) {
  test(`the clock is set a year ${name}, and right again`, async () => {
    const session = await open();
    await watch(session);
    server.clock.step(step_ms);
    await assert_ended(session);
    // In that year the event is over, or yet to come.
    (await ask_session()).expect(409);
    server.clock.step(-step_ms);
    await assert_ended(session);
    await watch(await open());
    await check();
  });
}

test('an open WebSocket is told that its session has ended', async () => {
  const session = await open();
  await watch(session);
  const socket = new WebSocket(`${server.base.replace('http', 'ws')}/v1/pulse`, { headers: { origin: server.origin } });
  const answers: { n: number; error?: string }[] = [];
  socket.on('message', (text) => answers.push(JSON.parse(String(text))));
  await new Promise<void>((resolve, reject) => {
    socket.on('open', resolve);
    socket.on('error', reject);
  });
  server.clock.step(20 * second_ms);
  socket.send(JSON.stringify({ t: session.t, n: session.acknowledged + 1, b: [[0, 3]] }));
  await until('the answer', () => answers.length == 1);
  assert.equal(answers[0]!.error, '/problems/unauthenticated');
  socket.terminate();
  server.clock.step(-20 * second_ms);
  await watch(await open());
  await check();
});

test('set back while the server was down: sessions end, too', async () => {
  const session = await open();
  await watch(session);
  await server.stop();
  server.clock.step(-hour_ms);
  await server.start();
  await assert_ended(session);
  await watch(await open());
  await check();
  server.clock.step(hour_ms);
});

test('set forward while the server was down: nothing of the time between is credited', async () => {
  const session = await open();
  await watch(session);
  await server.kill();
  session.server_died(server.clock.now());
  server.clock.step(hour_ms);
  await server.start();
  // For all that it knows it was down for an hour: the session may go on.
  await watch(session);
  await check();
  server.clock.step(-hour_ms);
});

test('a year ahead while the server starts, and then right: the event that runs is measured on', async () => {
  await server.stop();
  server.clock.step(year_ms);
  await server.start();
  (await ask_session()).expect(409);
  // Whatever it does at its start about events that are over, it has done.
  await server.settle();
  server.clock.step(-year_ms);
  await watch(await open());
  await check();
});

test('five seconds either way change no session, and no length by more than a hundredth', async () => {
  const { session, t } = await server.open_session(event, { link: door!, consent: true });
  const told: { sent: number; answered: number }[] = [];
  for (const [n, step_ms] of [0, 5 * second_ms, -5 * second_ms, 0].entries()) {
    server.clock.step(step_ms);
    const sent = performance.now();
    (await server.beat(t!, n + 1, [[0, n + 1]])).expect(200);
    told.push({ sent, answered: performance.now() });
    await until('half a second to go by', () => performance.now() > sent + 500);
  }
  const person = await reader.person(email);
  const { intervals } = person.sessions.find((one) => one.session == session)!;
  assert.deepEqual(intervals.map(({ facts }) => facts), [1, 2, 3]);
  for (const [i, { start, end }] of intervals.entries()) {
    const length_ms = Date.parse(end) - Date.parse(start);
    const [from, to] = [told[i]!, told[i + 1]!];
    const slewed_ms = 5 + (to.answered - from.sent) / 100;
    assert.ok(length_ms >= to.sent - from.answered - slewed_ms && length_ms <= to.answered - from.sent + slewed_ms, `${length_ms} ms`);
  }
});
