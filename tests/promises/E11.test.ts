// E11 The organiser sees who registered, also those who never came.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Viewer, pass_together } from '../support/audience.ts';
import { start_server, type Server } from '../support/server.ts';
import type { Event, Staff } from '../support/staff.ts';
import { read_csv, read_xlsx } from '../support/table.ts';

let server: Server;
let staff: Staff;
let event: Event;

const header = ['name', 'email', 'first_seen', 'last_seen', 'active_s', 'open_s', 'share', 'checks', 'accredited'];

// Ana watched, Bo opened the page and refused, Cas opened it and answered nothing; Dirk and Els never came. Formulas in
// names are what somebody might try on whoever opens the file.
before(async () => {
  server = await start_server();
  staff = await server.sign_up();
  event = await staff.create_event({ event: 'infoavond', fields: ['name', 'email'] });
  const [ana, bo, cas] = await Promise.all(['Ana Peeters', 'Bo Claes', 'Cas Maes', 'Dirk "de Lange", Wouters', '=HYPERLINK("x")'].map(async (name, at) => {
    const viewer = new Viewer(server, event, name);
    Object.assign(viewer, { email: `kijker-${at}@kijker.example` });
    return viewer.register();
  }));
  await ana!.open(true);
  await pass_together(server, 600_000, [[ana!, 7]]);
  await ana!.leave();
  await bo!.open(false);
  await cas!.open();
});
after(() => server?.end());

const names = ['=HYPERLINK("x")', 'Ana Peeters', 'Bo Claes', 'Cas Maes', 'Dirk "de Lange", Wouters'];
const mails = [4, 0, 1, 2, 3].map((at) => `kijker-${at}@kijker.example`);

test('E11 everybody who registered is on the list, whether they came or not', async () => {
  const { people } = await staff.people(event);
  assert.deepEqual(people.map(({ name }) => name).sort(), names);
  assert.deepEqual(people.map(({ name, email }) => `${name} ${email}`).sort(), names.map((name, at) => `${name} ${mails[at]}`));
  const consent = Object.fromEntries(people.map((row) => [row.email, row.consent]));
  assert.deepEqual([consent[mails[1]!], consent[mails[2]!], consent[mails[4]!]], ['given', 'refused', 'none']);
  for (const row of people) {
    assert.match(row.registered, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    const came = row.email == mails[1];
    assert.equal(row.first_seen != null, came, row.name);
    assert.equal(row.last_seen != null, came, row.name);
    assert.ok(came ? Math.abs(row.active_s - 600) < 1 : row.active_s === 0 && row.open_s === 0 && row.share === 0);
  }
  assert.equal((await staff.event(event.event)).registered, 5);
  assert.equal((await staff.report(event)).viewers.registered, 5);
  const [listed] = (await staff.get('/api/v1/events')).expect(200).json();
  assert.equal(listed.registered, 5);
});

test('E11 as JSON: the contract\'s columns for each of them', async () => {
  const rows = (await staff.viewers(event, 'json')).json<Record<string, unknown>[]>();
  assert.equal(rows.length, 5);
  for (const row of rows) assert.deepEqual(Object.keys(row).sort(), [...header].sort());
  const els = rows.find(({ email }) => email == mails[0])!;
  assert.deepEqual({ ...els, first_seen: els['first_seen'] ?? '', last_seen: els['last_seen'] ?? '' }, {
    name: names[0], email: mails[0], first_seen: '', last_seen: '', active_s: 0, open_s: 0, share: 0, checks: 0, accredited: false,
  });
});

test('E11 as CSV: absent ones with 0 and empty times, and no formula', async () => {
  const answer = await staff.viewers(event, 'csv');
  assert.match(answer.header('content-type'), /^text\/csv; *charset=utf-8/i);
  assert.match(answer.header('content-disposition'), /^attachment/);
  const [first, ...rows] = read_csv(answer.text);
  assert.deepEqual(first, header);
  assert.deepEqual(rows.map(([name]) => name).sort(), ["'" + names[0], ...names.slice(1)].sort());
  for (const row of rows) {
    assert.equal(row.length, header.length);
    const came = row[1] == mails[1];
    assert.equal(row[2] != '' && row[3] != '', came);
    if (came) {
      assert.match(row[2]!, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      assert.ok(Math.abs(Number(row[4]) - 600) < 1);
    } else {
      assert.deepEqual(row.slice(2, 7).map((cell) => (cell == '' ? '' : Number(cell))), ['', '', 0, 0, 0]);
    }
    assert.ok(row.every((cell) => !/^[=+@-]/.test(cell)), row.join());
  }
});

test('E11 as a workbook: the same rows, times in the event\'s own zone and said so', async () => {
  const answer = await staff.viewers(event, 'xlsx');
  const [first, ...rows] = read_xlsx(answer.bytes);
  assert.deepEqual(first, header.map((name) => (/_seen$/.test(name) ? `${name} (Europe/Brussels)` : name)));
  assert.deepEqual(rows.map(([name]) => name).sort(), names);
  const ana = rows.find(([, email]) => email == mails[1])!;
  // A spreadsheet's day 1 is 1 January 1900; it takes 1900 for a leap year.
  const shown_ms = Math.round(Number(ana[2]) * 86_400_000) + Date.UTC(1899, 11, 30);
  const zone = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Brussels', dateStyle: 'short', timeStyle: 'medium' });
  const { first_seen } = await staff.row(event, mails[1]!);
  assert.equal(new Date(shown_ms).toISOString().slice(0, 19).replace('T', ' '), zone.format(new Date(first_seen!)));
  assert.ok(Math.abs(Number(ana[4]) - 600) < 1);
  for (const row of rows.filter(([, email]) => email != mails[1])) assert.deepEqual(row.slice(2, 7).map((cell) => Number(cell || 0)), [0, 0, 0, 0, 0]);
});

test('E11 live, those who have not come are there from the beginning', async () => {
  const live = await staff.live(event);
  const { people } = await live.wait_for('hello', ({ kind }) => kind == 'hello');
  live.close();
  const state = Object.fromEntries(people.map((row: { email: string; state: string }) => [row.email, row.state]));
  assert.deepEqual(Object.keys(state).sort(), [...mails].sort());
  assert.equal(state[mails[0]!], 'never');
  assert.equal(state[mails[4]!], 'never');
  assert.notEqual(state[mails[1]!], 'never');
});

test('E11 a list of one event holds nobody of another', async () => {
  const other = await staff.create_event({ event: 'andere-avond' });
  await new Viewer(server, other, 'Fien Smet').register();
  assert.deepEqual((await staff.people(other)).people.map(({ name }) => name), ['Fien Smet']);
  assert.ok(!(await staff.people(event)).people.some(({ name }) => name == 'Fien Smet'));
  assert.equal(read_csv((await staff.viewers(other, 'csv')).text).length, 2);
});
