// E28 The notice lists what the organiser receives: every field of every report, from the reports' own definitions.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Viewer, pass_together } from '../support/audience.ts';
import { languages, path_of, read_html, rows_of, section } from '../support/policy.ts';
import { start_server, type Server } from '../support/server.ts';
import type { Event, Staff } from '../support/staff.ts';
import { read_csv, read_xlsx } from '../support/table.ts';

let server: Server;
let staff: Staff;
let event: Event;
/** By language, the reports in their order: each field with what it means. */
const listed = new Map<string, Map<string, string>[]>();

before(async () => {
  server = await start_server();
  staff = await server.sign_up();
  event = await staff.create_event({ event: 'infoavond', fields: ['name', 'email', 'organisation'] });
  const ana = await new Viewer(server, event, 'Ana Peeters').register();
  await ana.open(true);
  await pass_together(server, 120_000, [[ana, 7]]);
  await ana.leave();
  for (const language of languages) {
    const part = section((await server.page(`/privacy?lang=${language}`)).expect(200).text, 'reports');
    const tables = [...part.matchAll(/<table.*?<\/table>/gs)].map(([table]) => new Map(rows_of(table).slice(1).map(([field, means]) => [field!, means!])));
    listed.set(language, tables);
  }
});
after(() => server?.end());

const [viewers, report, people, person, movements, live, accreditation] = [0, 1, 2, 3, 4, 5, 6];
const fields = (which: number) => [...listed.get('nl')![which]!.keys()];
/** The names of all values in an answer, however deep. */
function names_in(value: unknown, opaque: string[] = []): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => names_in(item, opaque));
  if (typeof value != 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) => {
    const inner = opaque.includes(name) ? [] : names_in(item, opaque);
    return inner.length > 0 ? inner : [name];
  });
}
const unique = (names: string[]) => [...new Set(names)].sort();

test('E28 the viewers\' list: every column of the CSV, the workbook and the JSON', async () => {
  const [csv] = read_csv((await staff.viewers(event, 'csv')).text);
  assert.deepEqual(fields(viewers!), csv);
  const [sheet] = read_xlsx((await staff.viewers(event, 'xlsx')).bytes);
  assert.deepEqual(sheet!.map((cell) => cell.replace(/ \(.*\)$/, '')), fields(viewers!));
  const [row] = (await staff.viewers(event, 'json')).json<object[]>();
  assert.deepEqual(Object.keys(row!).sort(), [...fields(viewers!)].sort());
});

test('E28 the report', async () => {
  assert.deepEqual(fields(report!).sort(), unique(names_in(await staff.report(event))));
});

test('E28 the people on the screen, and one of them in detail', async () => {
  const { people: rows } = await staff.people(event);
  assert.deepEqual(fields(people!).sort(), unique(names_in(rows)));
  const one = (await staff.get(`/api/v1/events/${event.event}/people/${rows[0]!.viewer}`)).expect(200).json();
  assert.deepEqual(fields(person!).sort(), unique(names_in(one, ['fields'])));
});

test('E28 the list for accreditation', async () => {
  const { people: rows } = (await staff.get(`/api/v1/events/${event.event}/accreditation`)).expect(200).json<{ people: object[] }>();
  assert.deepEqual(fields(accreditation!).sort(), unique(names_in(rows)));
});

test('E28 who comes and goes, and who is there now', async () => {
  const moved = (await staff.get(`/api/v1/events/${event.event}/movements`)).expect(200).json();
  assert.deepEqual(fields(movements!).sort(), unique(names_in(moved)));
  const socket = await staff.live(event);
  const hello = await socket.wait_for('hello', ({ kind }) => kind == 'hello');
  socket.close();
  const known = fields(live!);
  for (const row of hello.people) for (const name of Object.keys(row)) assert.ok(known.includes(name), name);
});

test('E28 each field has words in each language', () => {
  for (const [language, tables] of listed) {
    assert.equal(tables.length, 7);
    for (const table of tables) {
      for (const [field, means] of table) assert.ok(means && means != field && /\p{L}{2}/u.test(means), `${language}: ${field}: ${means}`);
    }
  }
});

test('E28 an organisation that decides for itself hands no report to anybody', async () => {
  const other = await start_server({ policy: path_of('festival') });
  try {
    const { text } = (await other.page('/privacy?lang=nl')).expect(200);
    assert.ok(!text.includes('id="reports"'));
    assert.ok(read_html(text).includes('Klankveld vzw'));
  } finally {
    await other.end();
  }
});
