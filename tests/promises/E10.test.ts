// E10 The organiser sees the average watch time and when viewers come and leave.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Viewer, pass_together } from '../support/audience.ts';
import { start_server, type Server } from '../support/server.ts';
import type { Event, Person, Staff } from '../support/staff.ts';

let server: Server;
let staff: Staff;
let event: Event;
let watchers: Viewer[];

const minute_ms = 60_000;
const active = 7;
const elsewhere = 0;

// Ana watches 20 minutes; Bo 10 and has it open elsewhere for 10; Cas comes at minute 30 for 5, goes for 10, and comes
// back for 5; Dirk refuses; Els never comes.
before(async () => {
  server = await start_server();
  staff = await server.sign_up();
  const now = server.clock.now();
  event = await staff.create_event({ event: 'opleiding', starts: new Date(now).toISOString(), ends: new Date(now + 60 * minute_ms).toISOString() });
  const [ana, bo, cas, dirk] = await Promise.all(
    ['Ana Peeters', 'Bo Claes', 'Cas Maes', 'Dirk Wouters', 'Els Janssens'].map((name) => new Viewer(server, event, name).register()));
  watchers = [ana!, bo!, cas!];
  await ana!.open(true);
  await bo!.open(true);
  await dirk!.open(false);
  await pass_together(server, 10 * minute_ms, [[ana!, active], [bo!, active]]);
  await pass_together(server, 10 * minute_ms, [[ana!, active], [bo!, elsewhere]]);
  await ana!.leave();
  await bo!.leave();
  await pass_together(server, 10 * minute_ms, []);
  await cas!.open(true);
  await pass_together(server, 5 * minute_ms, [[cas!, active]]);
  await cas!.leave();
  await pass_together(server, 10 * minute_ms, []);
  await cas!.open(true);
  await pass_together(server, 5 * minute_ms, [[cas!, active]]);
  await cas!.leave();
  await pass_together(server, 15 * minute_ms, []);
});
after(() => server?.end());

/** The contract's figures over a range, counted millisecond by millisecond from what each viewer's sessions recorded. */
function figures(people: Person[], from: number, to: number) {
  const times = people.map(({ sessions }) => {
    const marks = new Uint8Array(to - from);
    for (const { start, end, action } of sessions.flatMap(({ intervals }) => intervals)) {
      for (let at = Math.max(from, Date.parse(start)); at < Math.min(to, Date.parse(end)); ++at) {
        marks[at - from] = Math.max(marks[at - from]!, action == 'active' ? 2 : 1);
      }
    }
    return { active: marks.filter((mark) => mark == 2).length, open: marks.filter((mark) => mark > 0).length };
  }).filter(({ open }) => open > 0);
  const sorted = times.map((time) => time.active).sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const round = (ms: number) => Math.floor(ms + 0.5) / 1_000;
  const mean = (numbers: number[]) => (numbers.length ? round(numbers.reduce((a, b) => a + b, 0) / numbers.length) : 0);
  return {
    watched: times.length,
    average_active_s: mean(times.map((time) => time.active)),
    median_active_s: sorted.length == 0 ? 0 : sorted.length % 2 ? round(sorted[middle]!) : round((sorted[middle - 1]! + sorted[middle]!) / 2),
    average_open_s: mean(times.map((time) => time.open)),
  };
}

test('E10 the average, the median and the time that it was open', async () => {
  const { viewers, watch } = await staff.report(event);
  assert.deepEqual(viewers, { registered: 5, opened: 4, consented: 3, refused: 1, watched: 3 });
  assert.ok(Math.abs(watch.average_active_s - 2_400 / 3) < 1, `${watch.average_active_s} s where 800 were watched`);
  assert.ok(Math.abs(watch.median_active_s - 600) < 1, `${watch.median_active_s}`);
  assert.ok(Math.abs(watch.average_open_s - 3_000 / 3) < 1, `${watch.average_open_s}`);
});

test('E10 each figure is what the records say, for the whole event and for any part of it', async () => {
  const people = await Promise.all(watchers.map(({ email }) => staff.person(event, email)));
  const starts = Date.parse(event.starts);
  for (const [from_min, to_min] of [[0, 60], [0, 15], [12.3, 32.7], [36, 44], [55, 60], [-30, 90], [19.999, 20.001]] as const) {
    const from = Math.round(starts + from_min * minute_ms);
    const to = Math.round(starts + to_min * minute_ms);
    const report = await staff.report(event, { from: new Date(from).toISOString(), to: new Date(to).toISOString() });
    const { watched, ...watch } = figures(people, from, to);
    assert.equal(report.viewers.watched, watched, `${from_min} to ${to_min} min`);
    assert.deepEqual(report.watch, watch, `${from_min} to ${to_min} min`);
  }
});

test('E10 the curve shows how many were there, and adds up to what was watched', async () => {
  const { curve, watch, viewers } = await staff.report(event, { step: 300 });
  assert.equal(curve.length, 12);
  assert.deepEqual(curve.map(({ at }) => at), Array.from({ length: 12 }, (_, k) => new Date(Date.parse(event.starts) + k * 5 * minute_ms).toISOString()));
  const near = (actual: number[], expected: number[]) => actual.forEach((value, k) =>
    assert.ok(Math.abs(value - expected[k]!) < 0.03, `bucket ${k}: ${value} where ${expected[k]} were`));
  near(curve.map((point) => point.active), [2, 2, 1, 1, 0, 0, 1, 0, 0, 1, 0, 0]);
  near(curve.map((point) => point.inactive), [0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
  const total_s = curve.reduce((sum, point) => sum + point.active * 300, 0);
  assert.ok(Math.abs(total_s - watch.average_active_s * viewers.watched) < 2, `${total_s}`);
});

test('E10 when viewers come and when they leave', async () => {
  const { from, step_s, arrivals, departures } = await staff.movements(event, 300);
  assert.deepEqual([from, step_s], [event.starts, 300]);
  assert.deepEqual(arrivals, [2, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0]);
  // The leaving of minute 20 may fall a moment past it, by the time that a request takes.
  const moved = (expected: number[]) => departures.every((count, k) => count + (departures[k + 1] ?? 0) >= expected[k]!);
  assert.equal(departures.reduce((sum, count) => sum + count, 0), 4);
  assert.ok(moved([0, 0, 0, 2, 0, 0, 1, 0, 0, 1, 0, 0]), `${departures}`);
});

test('E10 an event that nobody watched has figures too', async () => {
  const empty = await staff.create_event({ event: 'leeg' });
  const { viewers, watch } = await staff.report(empty);
  assert.deepEqual(viewers, { registered: 0, opened: 0, consented: 0, refused: 0, watched: 0 });
  assert.deepEqual(watch, { average_active_s: 0, median_active_s: 0, average_open_s: 0 });
  const { arrivals, departures } = await staff.movements(empty);
  assert.ok([...arrivals, ...departures].every((count) => count == 0));
});

test('E10 a range or a step that makes no sense is refused', async () => {
  const { starts, ends } = event;
  for (const query of [{ from: ends, to: starts }, { from: starts, to: starts }, { step: '0' }, { step: '-60' }, { step: '1.5' }, { step: 'x' }, { from: 'yesterday' },
    { step: '1', from: '2020-01-01T00:00:00.000Z', to: '2020-01-02T03:46:41.000Z' }]) {
    const answer = await staff.get(`/api/v1/events/${event.event}/report?${new URLSearchParams(query as Record<string, string>)}`);
    assert.equal(answer.status, 400, `${JSON.stringify(query)}: ${answer}`);
  }
  const most = { step: '1', from: '2020-01-01T00:00:00.000Z', to: '2020-01-02T03:46:40.000Z' };
  assert.equal((await staff.report(event, most)).curve.length, 100_000);
});
