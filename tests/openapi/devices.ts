// Known browsers, held against what is described.
import assert from 'node:assert/strict';
import type { Answer } from '../support/http.ts';
import { cookie_of, type Server } from '../support/server.ts';
import type { Question } from './description.ts';

type Ask = (id: string, status: number, question?: Question) => Promise<Answer>;
const [email, password] = ['noor@lichtbeeld.example', 'een lang wachtwoord'];

/** Somebody who knows password and code, in a browser that nobody vouched for yet. */
export async function ask_unknown_browser({ server, anyone }: { server: Server; anyone: Ask }): Promise<void> {
  const begun = { cookie: cookie_of(await anyone('sign_in', 200, { body: { email, password } })) };
  const answer = await anyone('finish_sign_in', 200, { headers: begun, body: { code: await server.code(email) } });
  assert.deepEqual(answer.json(), { next: 'device' });
  const half = { cookie: cookie_of(answer) };
  assert.equal((await anyone('read_sign_in', 200, { headers: half })).json<{ next: string }>().next, 'device');
  await anyone('enter', 200, { headers: half, body: {} });
  await anyone('enter', 400, { wrong: true, body: 'x', headers: half });
  await anyone('enter', 401, { body: {} });
  await anyone('enter', 403, { headers: half, body: { link: 'none' } });
  await anyone('enter', 403, { headers: { ...half, 'sec-fetch-site': 'cross-site' }, body: {} });
  await server.vouch(email, half.cookie);
  assert.equal((await anyone('read_sign_in', 200, { headers: half })).json<{ next: string }>().next, 'nothing');
  await anyone('enter', 204, { headers: half, body: {} });
}

/** The browser that was used longest ago is none that the test still needs. */
export async function ask_devices({ member, anyone, bearer }: { member: Ask; anyone: Ask; bearer: Ask }): Promise<void> {
  const devices = (await member('list_devices', 200)).json<{ device: string }[]>();
  assert.ok(devices.length > 1);
  const { device } = devices.at(-1)!;
  await member('end_device', 204, { given: { device } });
  await member('end_device', 404, { given: { device } });
  assert.ok((await member('list_sign_ins', 200)).json<unknown[]>().length > 1);
  const asked: [string, Question][] = [['list_devices', {}], ['end_device', { given: { device } }], ['list_sign_ins', {}]];
  for (const [id, question] of asked) {
    await bearer(id, 403, question);
    await anyone(id, 401, question);
  }
}
