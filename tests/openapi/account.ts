// One's own account, held against what is described.
import assert from 'node:assert/strict';
import type { Answer } from '../support/http.ts';
import type { Server } from '../support/server.ts';
import type { Question } from './description.ts';
import { ask_devices } from './devices.ts';
import { ask_passkeys } from './passkeys.ts';

type Ask = (id: string, status: number, question?: Question) => Promise<Answer>;

/** `bearer` asks with an API token of the member. */
export async function ask_account({ server, member, anyone, bearer }: { server: Server; member: Ask; anyone: Ask; bearer: Ask }): Promise<void> {
  await member('list_tokens', 200);
  await anyone('list_tokens', 401);
  const [email, present, wanted] = ['noor@lichtbeeld.example', 'een lang wachtwoord', 'een heel ander wachtwoord'];
  for (let i = 0; i < 2; ++i) await server.sign_in({ email, password: present });
  const sessions = (await member('list_sessions', 200)).json<{ session: string; current: boolean }[]>();
  const other = sessions.find(({ current }) => !current)!.session;
  await member('end_session', 204, { given: { session: other } });
  await member('end_session', 404, { given: { session: other } });
  await member('end_other_sessions', 204);
  assert.equal((await member('list_sessions', 200)).json<unknown[]>().length, 1);
  await member('change_password', 400, { wrong: true, body: { present, wanted: 'kort' } });
  await member('change_password', 403, { body: { present: 'verkeerd wachtwoord', wanted } });
  await member('change_password', 204, { body: { present, wanted } });
  await anyone('sign_in', 401, { body: { email, password: present } });
  await member('change_password', 204, { body: { present: wanted, wanted: present } });
  const own = { name: 'Noor Vermeulen', language: 'nl', told_of_approvals: true };
  await member('correct_own', 204, { body: { ...own, told_of_approvals: false } });
  assert.equal((await member('read_me', 200)).json().told_of_approvals, false);
  await member('correct_own', 204, { body: own });
  await member('correct_own', 400, { wrong: true, body: { ...own, name: '' } });
  await member('leave', 409);
  // A program that acts for somebody changes nothing of their account.
  const asked: [string, Question][] = [
    ['list_sessions', {}], ['end_session', { given: { session: other } }], ['end_other_sessions', {}], ['change_password', { body: { present, wanted } }],
    ['correct_own', { body: own }], ['leave', {}],
  ];
  for (const [id, question] of asked) {
    await bearer(id, 403, question);
    await anyone(id, 401, question);
  }
  await ask_devices({ member, anyone, bearer });
  await ask_passkeys({ server, anyone, bearer });
}
