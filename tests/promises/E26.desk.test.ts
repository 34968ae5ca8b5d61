// E26 Erasure within seven calendar days, and really: asked for at the desk, decided by an officer, done by the program.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Requester, decide, detail, latest } from '../support/requests.ts';
import { start_server, type Server } from '../support/server.ts';
import type { Event, Staff } from '../support/staff.ts';
import { until } from '../support/until.ts';

let server: Server;
let staff: Staff;
let event: Event;
const day_ms = 86_400_000;

before(async () => {
  server = await start_server();
  staff = await server.sign_up();
  event = await staff.create_event({ event: 'webinar' });
});
after(() => server?.end());

test('E26 what an officer grants is erased everywhere, within the seven days that the desk counts', async () => {
  const email = 'wisselbeker@kijker.example';
  const { door, link } = await server.register_and_read(event, { name: 'Ana Wisselbeker', email });
  const { t } = await server.open_session(event, { link: door!, consent: true });
  await server.watch(t!, 30_000, 7);
  const other = await server.register_and_read(event, { name: 'Bo Claes', email: 'bo@kijker.example' });

  const ana = await new Requester(server, email).ask_from(event, link, 'erasure');
  const { request, received, due, channel } = await latest(staff);
  assert.equal(channel, 'own_page');
  assert.ok(Date.parse(due) - Date.parse(received) < 11 * day_ms, 'seven days, and a weekend at most');
  // The personal link alone is not enough: whoever found it in a mail box of long ago must read today's mail too.
  assert.equal((await decide(staff, request, { grant: true })).status, 409);
  await ana.show_who();
  (await decide(staff, request, { grant: true, reasons: 'Alles is gewist.' })).expect(200);

  assert.deepEqual((await detail(staff, request)).subjects, []);
  const people = (await staff.people(event)).people.map((one) => one.email);
  assert.deepEqual(people, ['bo@kijker.example']);
  assert.ok((await server.page(`/e/${event.event}/me/${link}`)).status >= 400);
  assert.equal((await server.beat(t!, 99, [[0, 7]])).status, 403);
  assert.equal((await staff.report(event)).viewers.registered, 1);
  (await server.page(`/e/${event.event}/me/${other.link}`)).expect(200);
  await until('the mail that says so', () => ana.mails().find(({ subject, text }) => /uitgevoerd/.test(subject) && /gewist/.test(text)));
  await server.restart();
  assert.deepEqual((await staff.people(event)).people.map((one) => one.email), ['bo@kijker.example']);
});

test('E26 nobody else\'s request erases', async () => {
  const { link } = await server.register_and_read(event, { name: 'Cas Maes', email: 'cas@kijker.example' });
  const stranger = await new Requester(server, 'cas@kijker.example').ask('erasure');
  const { request } = await latest(staff);
  assert.match((await stranger.identify('1234 5678')).header('location'), /wrong=/);
  assert.equal((await decide(staff, request, { grant: true })).status, 409);
  (await server.page(`/e/${event.event}/me/${link}`)).expect(200);
});
