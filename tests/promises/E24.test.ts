// E24 Portability within seven days: a CSV of the raw records (session id, start, end, duration, action), to the viewer
// or to another party they name. (Within a moment, here: it stands on the viewer's own page.)
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Stage } from '../support/browser.ts';
import { start_server, type Beat, type Server } from '../support/server.ts';
import type { Event, Staff } from '../support/staff.ts';

let server: Server;
let staff: Staff;
let event: Event;
let count = 0;

const header = 'session,start,end,duration,action\r\n';
const day_ms = 86_400_000;

before(async () => {
  server = await start_server();
  staff = await server.sign_up();
  event = await staff.create_event({ event: 'webinar' });
});
after(() => server?.end());

async function register() {
  const email = `kijker-${++count}@kijker.example`;
  const { link, door } = await server.register_and_read(event, { name: 'Ana Peeters', email });
  const records = (token = link) => server.page(`/e/${event.event}/me/${token}/records.csv`);
  return { email, link, door: door!, records };
}

async function view(door: string, beats: Beat[]) {
  const { session, t } = await server.open_session(event, { link: door, consent: true });
  server.clock.pass(120_000);
  (await server.beat(t!, 1, beats)).expect(200);
  return session;
}

test('E24 the file is the raw records, to the letter', async () => {
  const { door, email, records } = await register();
  // Active in three sets of facts that touch, then elsewhere, then a hole, then active for 1 ms and for 59.999 s.
  const sessions = [
    await view(door, [[100_000, 7], [95_000, 3], [90_000, 2], [88_766, 4], [80_000, 0], [75_000, -1], [30_000, 7], [29_999, -1]]),
    await view(door, [[100_000, 2], [90_000, 2], [80_000, 2], [70_000, 2], [60_000, 2], [50_000, 2], [40_001, -1]]),
    await view(door, [[5_000, 4], [0, -1]]),
  ];
  const answer = (await records()).expect(200);
  assert.match(answer.header('content-type'), /^text\/csv; *charset=utf-8$/i);
  assert.equal(answer.header('content-disposition'), `attachment; filename="${event.event}-records.csv"`);
  assert.match(answer.header('cache-control'), /no-store/);

  // The same, derived here from the intervals as the store has them.
  const person = await staff.person(event, email);
  const expected = person.sessions.filter(({ intervals }) => intervals.length > 0).sort((a, b) => (a.session < b.session ? -1 : 1)).map(({ session, intervals }) => {
    const rows: { start: string; end: string; action: string }[] = [];
    for (const { start, end, facts } of intervals) {
      const action = (facts & 2) != 0 ? 'active' : 'inactive';
      const last = rows.at(-1);
      if (last && last.end == start && last.action == action) last.end = end;
      else rows.push({ start, end, action });
    }
    return rows.map(({ start, end, action }) => `${session},${start},${end},${((Date.parse(end) - Date.parse(start)) / 1_000).toFixed(3)},${action}\r\n`).join('');
  }).join('');
  assert.equal(answer.text, header + expected);

  const rows = answer.text.slice(header.length).split('\r\n').slice(0, -1).map((line) => line.split(','));
  const of = (session: string) => rows.filter(([id]) => id == session).map(([, , , duration, action]) => [duration, action]);
  assert.deepEqual(of(sessions[0]!), [['11.234', 'active'], ['13.766', 'inactive'], ['0.001', 'active']]);
  assert.deepEqual(of(sessions[1]!), [['59.999', 'active']]);
  assert.deepEqual(of(sessions[2]!), [['5.000', 'inactive']]);
  assert.deepEqual([...rows].sort((a, b) => (a[0]! + a[1]! < b[0]! + b[1]! ? -1 : 1)), rows, 'ordered by session and start');
  for (const [session, start, end] of rows) {
    assert.match(session!, /^[0-9a-hjkmnp-tv-z]{26}$/);
    for (const at of [start, end]) assert.match(at!, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  }
});

test('E24 whoever has no records gets the header alone', async () => {
  const { door, records } = await register();
  assert.equal((await records()).expect(200).text, header);
  await server.open_session(event, { link: door, consent: false });
  await server.open_session(event, { link: door, consent: true });
  assert.equal((await records()).expect(200).text, header);
});

test('E24 the file is the viewer\'s own, and nobody else\'s', async () => {
  const ana = await register();
  const bo = await register();
  const hers = await view(ana.door, [[20_000, 7], [10_000, -1]]);
  const his = await view(bo.door, [[20_000, 7], [10_000, -1]]);
  const text = (await ana.records()).expect(200).text;
  assert.ok(text.includes(hers) && !text.includes(his));
  // The door is opened by whoever typed the address, who need not be its owner.
  (await ana.records(ana.door)).expect(403);
  for (const wrong of [ana.link.slice(0, -1) + (ana.link.endsWith('A') ? 'B' : 'A'), 'x', 'A'.repeat(ana.link.length)]) {
    const answer = await ana.records(wrong);
    assert.ok(answer.status >= 400 && answer.status < 500, `${answer}`);
    assert.doesNotMatch(answer.text, /active/);
  }
  const other = await staff.create_event({ event: 'ander-webinar' });
  assert.ok((await server.page(`/e/${other.event}/me/${ana.link}/records.csv`)).status >= 400);
});

test('E24 one press on the own page takes it, without JavaScript too, and the mail leads there', async () => {
  const { door, email, link } = await register();
  await view(door, [[20_000, 7], [10_000, -1]]);
  const mail = await server.mail_to(email);
  const own = mail.links.find((url) => /\/me\//.test(url));
  assert.equal(own, `${server.origin}/e/${event.event}/me/${link}`);
  const stage = await Stage.open();
  try {
    for (const javaScriptEnabled of [true, false]) {
      const page = await stage.page({ javaScriptEnabled });
      await page.goto(own!);
      const [download] = await Promise.all([page.waitForEvent('download'), page.click('a[download]')]);
      assert.equal(download.suggestedFilename(), `${event.event}-records.csv`);
      const pieces: Buffer[] = [];
      for await (const piece of await download.createReadStream()) pieces.push(piece as Buffer);
      assert.equal(Buffer.concat(pieces).toString(), (await server.page(`/e/${event.event}/me/${link}/records.csv`)).text);
    }
  } finally {
    await stage.close();
  }
});

test('E24 it is there while watching, after the event, and for as long as there are records', async () => {
  const { door, records } = await register();
  const session = await view(door, [[60_000, 7], [50_000, 7], [40_000, -1]]);
  const text = (await records()).expect(200).text;
  assert.match(text, new RegExp(`^${header}${session},[^\\r]*,20\\.000,active\\r\\n$`));
  server.clock.pass_to(Date.parse(event.ends) + 10 * 60_000);
  assert.equal((await records()).expect(200).text, text, 'after the end');
  await server.restart();
  assert.equal((await records()).expect(200).text, text, 'after a restart');
  server.clock.pass(7 * day_ms);
  assert.equal((await records()).expect(200).text, text, 'a week later');
});
