// Who was asked and never came is forgotten; and whatever managers of members do to one another, one of them is left.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, test } from 'node:test';
import { another_member } from '../support/members.ts';
import { start_server, type Server } from '../support/server.ts';
import type { Staff } from '../support/staff.ts';
import { until } from '../support/until.ts';

const day_ms = 24 * 60 * 60_000;
let server: Server;
let noor: Staff;

before(async () => {
  server = await start_server();
  noor = await server.sign_up();
});
after(() => server?.end());

function rows(file: string, sql: string): Record<string, unknown>[] {
  const database = new DatabaseSync(join(server.data, `${file}.db`), { readOnly: true });
  try {
    return database.prepare(sql).all();
  } finally {
    database.close();
  }
}
const invited = () => rows('control', 'select person from member_invitation').map(({ person }) => person as string);
const keys_of = (person: string) => rows('keys', "select name from kept_key where state = 'active'").filter(({ name }) => String(name).includes(person));

test('an invitation is good for seven days; after that the program has forgotten who it was for', async () => {
  (await noor.post('/api/v1/invitations', { email: 'cas@lichtbeeld.example', role: 'analyst', language: 'nl' })).expect(201);
  const [person] = invited();
  assert.ok(person && keys_of(person).length > 0);
  server.clock.pass(7 * day_ms - 60_000);
  assert.equal((await noor.get('/api/v1/members')).expect(200).json<{ invitations: unknown[] }>().invitations.length, 1);
  server.clock.pass(60_000);
  await until('nobody is invited any more', () => invited().length == 0);
  assert.deepEqual(keys_of(person), [], 'nor is what was sealed for them readable');
});

test('two who take the members out of one another’s hands at once do not both succeed', async () => {
  for (let round = 0; round < 5; ++round) {
    const bo = await another_member(server, noor, { role: 'owner', exports: true, email: `bo${round}@lichtbeeld.example` });
    const [own, theirs] = await Promise.all([noor, bo].map(async (who) => (await who.get('/api/v1/me')).json<{ member: string }>().member));
    const least = { role: 'analyst', export: false };
    const answers = await Promise.all([noor.patch(`/api/v1/members/${theirs}`, least), bo.patch(`/api/v1/members/${own}`, least)]);
    assert.ok(answers.some(({ status }) => status == 204) && answers.some(({ status }) => status != 204), `${answers.map(({ status }) => status)}`);
    // Whoever was quicker goes on.
    if (answers[1]!.status == 204) noor = bo;
  }
});
