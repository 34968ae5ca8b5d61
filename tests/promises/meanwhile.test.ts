// What a policy leaves data to be used for between the end that their term counts from and the day on which they go:
// read for that, used for nothing else, no longer added to; and then gone. As a bureau promises of its clients' files.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { Requester, decide, latest } from '../support/requests.ts';
import { day_ms, ended, known, stores_with } from '../support/retention.ts';
import { binary, changed_policy, start_server, type Server } from '../support/server.ts';
import type { Event, Staff } from '../support/staff.ts';
import { read_csv } from '../support/table.ts';

let server: Server;
let staff: Staff;
let event: Event;
let day: string;

const enter = (name: string) =>
  staff.post(`/api/v1/events/${event.event}/entries`, { datum: 'contact', source: 'telephone', given_on: day, fields: { name, email: `${name}@kijker.example` } });
const kinds = async () => (await staff.get(`/api/v1/events/${event.event}/entries`)).expect(200).json<{ datum: string }[]>().map(({ datum }) => datum);
const names_for = async (purpose: string) => {
  const answer = await staff.take(`/api/v1/events/${event.event}/viewers?format=csv&purpose=${purpose}`);
  return read_csv(answer.expect(200).text).slice(1).map(([name]) => name).filter(Boolean).sort();
};

before(async () => {
  server = await start_server();
  await server.stop();
  server.options.policy = changed_policy(server.folder, (text) =>
    text
      .replace('from: registration form', 'from: [registration form, telephone]')
      .replace('keep: 14 days after event end', 'keep: 14 days after event end\n    meanwhile: [admission]'));
  await server.start();
  staff = await server.sign_up();
  event = await staff.create_event({ event: 'lezing' });
  day = new Date(server.clock.now()).toISOString().slice(0, 10);
});
after(() => server?.end());

test('mechanism: until the end, data serve all that they are for', async () => {
  await known(server, event, 'Ana', true);
  (await enter('Bo')).expect(201);
  assert.deepEqual(await kinds(), ['contact']);
  assert.deepEqual(await names_for('admission'), ['Ana', 'Bo']);
  assert.deepEqual(await names_for('accreditation'), ['Ana']);
});

test('mechanism: from the end on they are read for what the policy leaves them, and nothing is added', async () => {
  server.clock.pass_to(event.ends);
  assert.deepEqual(await names_for('admission'), ['Ana', 'Bo']);
  assert.deepEqual(await names_for('accreditation'), []);
  assert.deepEqual(await kinds(), []);
  (await enter('Cas')).expect(400);
  assert.deepEqual(stores_with(server, 'Cas@'), []);
});

test('mechanism: what is wrong is corrected for the person whose data it is, even then', async () => {
  const asking = await new Requester(server, 'Bo@kijker.example').ask('correction', { message: 'Ik heet Bob.' });
  const { request } = await latest(staff);
  await asking.show_who();
  (await decide(staff, request, { grant: true, corrections: { name: 'Bob' } })).expect(200);
  assert.deepEqual(await names_for('admission'), ['Ana', 'Bob']);
});

test('mechanism: the notice tells it, and so does the difference between two policies', async () => {
  const notice = (await server.page('/privacy?lang=en')).expect(200).text;
  assert.match(notice, /During that time nothing in it is changed any more, and it serves only this: To/);
  const { stdout } = spawnSync(binary, ['policy', 'diff', 'policies/videoevent.yaml', server.options.policy!, '--lang', 'en'], { encoding: 'utf8' });
  assert.match(stdout, /Once its term has begun, .* now serves only this: /);
});

test('mechanism: when the term ends they are gone', async () => {
  server.clock.pass_to(new Date(event.ends).getTime() + 14 * day_ms);
  await ended(server, staff, event);
  assert.deepEqual(await names_for('admission'), []);
  assert.deepEqual(stores_with(server, 'Bo@kijker'), []);
});
